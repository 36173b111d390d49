//! A phone whose wall clock jumps by years between one life and the next, killed in each of them (F50, F53).

use std::ffi::OsString;
use std::process::Command;

use fastrand::Rng;
use siaga_kill_tests::Act;

use crate::aim::{Aim, Paces};
use crate::city::City;
use crate::loud;
use crate::machine::{are_here, skipped};
use crate::story::{Story, plainly};

/// The library that `faketime` puts before a program. The program `faketime` itself waits for the phone in a process of its
/// own, so that a kill would meet the wrong one.
fn library() -> Option<OsString> {
    let output = Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| said.trim().into())
}

/// A phone whose wall clock is off by `offset`; timers go on as they are.
fn phone(library: &OsString, offset: &str) -> Command {
    let mut command = plainly();
    command.env("LD_PRELOAD", library).env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    command
}

/// The clock is right.
const RIGHT: &str = "+0";
/// Longer than the longest back-off of a report whose certificate was not valid yet, or not any more.
const BACK_OFFS_END_MS: u64 = 20 * 60_000;

/// Only what belongs to an SOS passes a certificate's validity: a report waits until the clock is right.
fn acts(last: &str) -> Vec<Act> {
    let mut acts = vec![Act::Press, Act::Press, Act::Cancel, Act::Press];
    acts.extend((last == RIGHT).then_some(Act::Report));
    acts.push(Act::Deliver { for_ms: 300 });
    acts
}

#[test]
fn a_wall_clock_that_jumps_by_years_between_kills_loses_and_doubles_nothing_inv_8() {
    let what = "kill -9 while the wall clock jumps by years";
    if !are_here(what, &["faketime", "printenv"]) {
        return;
    }
    let Some(library) = library() else {
        skipped(what, "faketime does not say where its library is");
        return;
    };
    let (city, home) = (City::new(), tempfile::tempdir().unwrap());
    let (mut paces, mut rng) = (Paces::UNKNOWN, Rng::with_seed(1));
    let before = leftovers();
    let mut kills = 0;
    for (number, last) in ["-365d", "+3650d", RIGHT].into_iter().enumerate() {
        let mut story = Story::begin(&city, home.path().join(number.to_string()));
        let begun = story.life(&|| phone(&library, last), 0, vec![(acts(last), None)], &mut paces);
        let told = begun.and_then(|_| {
            for offset in ["-365d", "+3650d", "-365d", RIGHT, "+3650d", "+3650d"] {
                let aim = Aim::draw(&mut rng, acts(last).len());
                let _ = story.life(&|| phone(&library, offset), 0, vec![(acts(last), Some(aim))], &mut paces)?;
            }
            story.end_after(BACK_OFFS_END_MS, &|| phone(&library, last), &mut paces)
        });
        told.unwrap_or_else(|complaint| panic!("{complaint}\nall that was said:\n{}", story.lines.join("\n")));
        kills += story.kills;
    }
    for left in leftovers().into_iter().filter(|name| !before.contains(name)) {
        let _ = std::fs::remove_file(format!("{SHARED}/{left}"));
    }
    loud::say(&format!("kill -9 while the clock jumps by years: {kills} kills; 0 lost, 0 doubled"));
    assert!(kills > 0, "nobody was killed");
}

/// Where a process under faketime keeps what it shares with its children; one that is killed leaves it there.
const SHARED: &str = "/dev/shm";

fn leftovers() -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(SHARED) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter(|name| name.contains("faketime_")).collect()
}
