//! The demo as a process: the report, the exit code, a recording of one's own, broken recordings, `--serve`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use siaga::{Config, Ports, PressAnswer, Siaga, Source};

fn demo(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_siaga-demo")).args(arguments).output().unwrap()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_story_keeps_every_promise_and_reports_one_object() {
    let output = demo(&["--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{report:#}");
    assert_eq!(report["receipt_verified"], true);
    assert_eq!(report["incidents_at_centre"], 1);
    assert_eq!(report["drills_at_centre"], 1);
    assert_eq!(report["lost"], 0);
    assert_eq!(report["duplicated"], 0);
    assert_eq!(report["opened_reached_citizen"], true);
    assert_eq!(report["drill_verified"], true);
    assert_eq!(report["position_source"], "recording");
    assert_eq!(report["radius_unknown"], true);
    assert_eq!(report["photo_confirmed"], true);
    let figure = |name: &str| report[name].as_u64().unwrap();
    assert!(figure("press_to_durable_us") > 0);
    assert!(figure("press_to_receipt_ms") >= figure("network_back_to_receipt_ms"));
    // A TLS handshake is more than nothing, and a create with its receipt more than the create.
    assert!(figure("bytes_with_handshake") > figure("bytes_per_sos"));
    assert!(figure("bytes_per_sos") > figure("body_bytes"));
    let promises = report["promises"].as_array().unwrap();
    assert!(promises.len() >= 18 && promises.iter().all(|promise| promise["held"] == true), "{report:#}");
}

#[test]
fn the_story_for_people_marks_each_promise() {
    let output = demo(&[]);
    let story = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{story}");
    let held = story.matches('✓').count();
    assert!(held >= 18 && !story.contains('✗'), "{story}");
    assert!(story.contains(&format!("{held} of {held} promises were checked and held.")), "{story}");
}

#[test]
fn a_recording_of_ones_own_gives_the_position() {
    let folder = tempfile::tempdir().unwrap();
    let track = file(
        folder.path(),
        "own.gpx",
        r#"<gpx version="1.1"><trk><trkseg><trkpt lat="52.516275" lon="13.377704"/></trkseg></trk></gpx>"#,
    );
    let output = demo(&["--track", &track]);
    let story = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{story}");
    assert!(story.contains("✓ its position is a point of the recording"), "{story}");
    assert!(!story.contains("point 2 of the recording"), "{story}");
}

#[test]
fn a_photo_of_ones_own_is_the_one_that_arrives() {
    let folder = tempfile::tempdir().unwrap();
    let png = folder.path().join("own.png");
    let content = [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 400_000]].concat();
    std::fs::write(&png, &content).unwrap();
    let output = demo(&["--json", "--photo", png.to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{report:#}");
    assert_eq!(report["photo_sha256"], siaga_vault::Digest::of(&content).to_string());
    assert_eq!(report["photo_bytes"], content.len());
    let beside = report["photo_bytes_beside"].as_u64().unwrap();
    // The first part that is cut has its hash along, and counts as a whole or not at all; what follows is not sent again.
    assert!(beside < 400_000, "{beside}: less than the photo once more");
}

#[test]
fn a_broken_recording_is_refused_before_anything_begins() {
    let folder = tempfile::tempdir().unwrap();
    let track = file(
        folder.path(),
        "broken.gpx",
        "<gpx version=\"1.1\"><trk><trkseg>\n<trkpt lat=\"95\" lon=\"13.3\"/>\n</trkseg></trk></gpx>",
    );
    let output = demo(&["--track", &track]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("broken.gpx") && said.contains("line 2") && said.contains("latitude 95"), "{said}");

    let output = demo(&["--json", "--track", folder.path().join("missing.gpx").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["error"].as_str().unwrap().contains("missing.gpx"), "{report}");
}

#[test]
fn an_unknown_argument_is_wrong_usage() {
    assert_eq!(demo(&["--faster"]).status.code(), Some(2));
}

#[test]
fn serve_leaves_a_centre_up_that_takes_an_sos_and_ends_with_an_interrupt() {
    let mut process = Command::new(env!("CARGO_BIN_EXE_siaga-demo"))
        .args(["--json", "--serve"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut said = Vec::new();
    for line in lines {
        said.push(line);
        if said.last().is_some_and(|line| line.contains("cargo run -p siaga-citizen")) {
            break;
        }
    }
    let words: Vec<&str> = said.last().unwrap().split_whitespace().collect();
    let after = |flag: &str| words[words.iter().position(|word| *word == flag).unwrap() + 1].to_owned();
    assert!(said.iter().any(|line| line.contains("http://127.0.0.1:")), "{said:?}");

    let config = Config::from_json(&std::fs::read_to_string(after("--config")).unwrap()).unwrap();
    let siaga = Siaga::open(after("--folder"), &config, Ports::system().unwrap()).unwrap();
    let mut answers = [Source::Screen, Source::VolumeKey, Source::Keyboard].into_iter().map(|source| {
        // Sooner than a thumb can, a press is a bouncing contact: it is pressed until it counts.
        std::iter::repeat_with(|| siaga.press(source).unwrap()).find(|answer| *answer != PressAnswer::TooSoon)
    });
    assert!(answers.any(|answer| matches!(answer, Some(PressAnswer::Triggered { .. }))));
    assert_eq!(siaga.drain(20_000).unwrap().waiting, 0);
    assert!(siaga.snapshot().incidents.last().unwrap().receipt.is_some());
    siaga.close().unwrap();

    let killed = Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert!(process.wait().unwrap().success());
    assert!(!Path::new(&after("--config")).exists(), "the demo removes what it made");
}
