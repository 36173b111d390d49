//! `kill -9` anywhere, and a second process (INV-13).

use std::io::{BufRead, BufReader};

use crate::bench::{Bench, ended};

/// Starts a command, waits for a line with these words, and kills it with SIGKILL.
fn killed_after(bench: &Bench, arguments: &[&str], line: &str) {
    let mut process = bench.start(arguments);
    let has_it = |told: &[String]| told.last().is_some_and(|said| said.contains(line));
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut told = Vec::new();
    for said in lines {
        told.push(said);
        if has_it(&told) {
            break;
        }
    }
    assert!(has_it(&told), "{arguments:?} ended without {line:?}: {told:?}");
    process.kill().unwrap();
    let _ = process.wait().unwrap();
}

#[test]
fn killed_between_the_presses_and_before_the_receipt_it_is_one_incident_delivered_once() {
    let bench = Bench::offline();
    killed_after(&bench, &["press", "--count", "2", "--gap-ms", "60000"], "counted, 1 of 3");
    let status = bench.run(&["status"]);
    assert_eq!(status.object["snapshot"]["button"]["presses"], 1, "{status:#?}");
    // The first of these may come within the debounce time of the one before: then the third makes the SOS, else the second.
    killed_after(&bench, &["press", "--count", "3", "--gap-ms", "1500"], "SOS recorded");

    let offline = bench.run(&["drain", "--for", "0"]);
    assert_eq!((offline.code, &offline.object["waiting"]), (5, &1.into()), "{offline:#?}");
    assert!(bench.at_centre().0.is_empty());

    bench.go_online();
    let online = bench.drain();
    assert_eq!((online.code, &online.object["waiting"]), (0, &0.into()), "{online:#?}");
    let incident = &online.object["snapshot"]["incidents"][0];
    assert_eq!((&incident["state"], &incident["presses"]), (&"active".into(), &3.into()), "{incident:#}");
    assert!(incident["receipt"].is_string());
    let (real, drills) = bench.at_centre();
    assert_eq!((real.len(), drills.len()), (1, 0), "{real:?}");
    assert_eq!((real[0].creates, real[0].events.len(), real[0].urgency), (1, 1, 3));
    assert!(real[0].events[0].flags.is_empty(), "{real:?}");
    assert_eq!(bench.drain().code, 0);
    assert_eq!(bench.at_centre().0[0].events.len(), 1, "a second drain sends nothing");
}

#[test]
fn killed_while_it_delivers_it_is_stored_once() {
    let bench = Bench::offline();
    assert_eq!(bench.run(&["press", "--count", "3"]).code, 0);
    bench.go_online();
    // Wherever the kill falls, before, between or after the request and its receipt: the end is the same.
    for _ in 0..5 {
        let mut process = bench.start(&["drain", "--for", "60"]);
        process.kill().unwrap();
        let _ = process.wait().unwrap();
    }
    assert_eq!(bench.drain().code, 0);
    let (real, _) = bench.at_centre();
    assert_eq!((real.len(), real[0].creates, real[0].events.len()), (1, 1, 1), "{real:?}");
}

#[test]
fn two_processes_on_one_folder_press_for_one_incident() {
    let bench = Bench::offline();
    bench.go_online();
    let press = ["--json", "press", "--count", "4", "--gap-ms", "200"];
    let processes = [bench.start(&press), bench.start(&press)];
    let ended = processes.map(|process| ended(&process.wait_with_output().unwrap()));
    let answers = ended.iter().flat_map(|ended| ended.object["presses"].as_array().unwrap());
    let said: Vec<&str> = answers.map(|answer| answer["press"].as_str().unwrap()).collect();
    let of = |word: &str| said.iter().filter(|said| **said == word).count();
    assert_eq!(of("triggered"), 1, "{said:?}");
    // Two thumbs within the debounce time are one press; none of the others is swallowed.
    assert_eq!(of("counted") + of("triggered") + of("escalated") + of("too_soon"), 8, "{said:?}");
    let presses = 8 - of("too_soon");

    let drained = bench.drain();
    assert_eq!(drained.code, 0, "{drained:#?}");
    let incidents = drained.object["snapshot"]["incidents"].as_array().unwrap();
    assert_eq!((incidents.len(), &incidents[0]["presses"]), (1, &presses.into()), "{incidents:?}");
    let (real, _) = bench.at_centre();
    assert_eq!((real.len(), real[0].creates), (1, 1), "{real:?}");
    assert_eq!(real[0].urgency, presses as u64, "every press reached the centre");
}
