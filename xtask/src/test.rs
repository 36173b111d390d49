//! `cargo xtask test`: everything that can be tested so far.

use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::fault::Fault;
use crate::stage::{Board, Stage};
use crate::tally::Tally;
use crate::tool::{self, Tool};
use crate::{
    android, bench, bindings, check, clock, demo, kotlin, machine, page, peers, program, promises, sim, swift,
};

/// What each stage cannot do without; the others need Rust alone.
const NEEDS: [(&str, &[Tool]); 8] = [
    ("deny", &[Tool::CargoDeny]),
    ("kill", &[Tool::Fiu, Tool::Faketime, Tool::Ext4]),
    ("bench", &[Tool::Ext4]),
    ("page", &[Tool::Browser]),
    ("clock", &[Tool::Faketime]),
    ("kotlin", &kotlin::TOOLS),
    ("swift", &[Tool::Swift]),
    ("package", &android::TOOLS),
];

/// How many tests of one program run at once. Most of them wait, for a disk or for an answer: on two cores the stage's tests took
/// 134 s of 214 with so many.
const THREADS: &str = "6";

/// Runs these stages, or all where none is named; the later ones also when an earlier one failed: one run shows everything that
/// is wrong.
pub(crate) fn run(wanted: &[String], install: bool) -> Result<ExitCode, Fault> {
    tool::ensure(&tools(wanted), install)?;
    let mut board = Board::of(wanted);
    check::stages(&mut board);
    board.run(Stage { name: "tests", budget: Duration::from_secs(420) }, || {
        tests(program::cargo().args(["test", "--workspace", "--no-fail-fast"]).env("RUST_TEST_THREADS", THREADS))
    });
    board.run(Stage { name: "sim", budget: Duration::from_secs(240) }, sim::judge);
    board.run(Stage { name: "kill", budget: Duration::from_secs(120) }, machine::kill);
    board.run(Stage { name: "conform", budget: Duration::from_secs(120) }, machine::conform);
    board.run(Stage { name: "bench", budget: Duration::from_secs(60) }, bench::judge);
    board.run(Stage { name: "demo", budget: Duration::from_secs(90) }, promised);
    board.run(Stage { name: "page", budget: Duration::from_secs(180) }, page::judge);
    board.run(Stage { name: "tus", budget: Duration::from_secs(120) }, peers::judge);
    board.run(Stage { name: "clock", budget: Duration::from_secs(60) }, clock::judge);
    board.run(Stage { name: "bindings", budget: Duration::from_secs(150) }, bindings::judge);
    board.run(Stage { name: "kotlin", budget: kotlin::BUDGET }, kotlin::judge);
    board.run(Stage { name: "swift", budget: swift::BUDGET }, swift::judge);
    board.run(Stage { name: "package", budget: Duration::from_secs(180) }, android::judge);
    Ok(board.close())
}

fn tools(wanted: &[String]) -> Vec<Tool> {
    let stages = NEEDS.iter().filter(|(stage, _)| wanted.is_empty() || wanted.iter().any(|name| name == stage));
    let needed: Vec<Tool> = stages.flat_map(|(_, tools)| tools.iter().copied()).collect();
    Tool::ALL.into_iter().filter(|tool| needed.contains(tool)).collect()
}

/// Runs cargo's tests and adds up what they say. A run that did not end well without naming a failed test (it did not
/// compile, it was killed) is one failure.
pub(crate) fn tests(command: &mut Command) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    let well = program::watch(command, |line| tally.read_line(line))?;
    Ok(judged(tally, well))
}

/// A run that printed no result has proved nothing.
pub(crate) const fn judged(mut tally: Tally, well: bool) -> Tally {
    if (!well && tally.failed == 0) || tally.passed + tally.failed == 0 {
        tally.failed += 1;
    }
    tally
}

fn promised() -> Result<Tally, Fault> {
    let (well, stdout) = program::capture(demo::command()?.arg("--json"))?;
    print!("{stdout}");
    let complaints = promises::complaints(&stdout);
    for complaint in &complaints {
        println!("demo: {complaint}");
    }
    if !well {
        println!("demo: it ended with an error");
    }
    Ok(Tally::one(well && complaints.is_empty()))
}

#[cfg(test)]
mod judging {
    use super::*;

    #[test]
    fn a_run_that_ends_badly_without_a_failed_test_is_one_failure() {
        let passed = Tally { passed: 7, failed: 0, skipped: 0 };
        assert_eq!(judged(passed, false).failed, 1);
        assert_eq!(judged(passed, true).failed, 0);
        assert_eq!(judged(Tally { passed: 7, failed: 2, skipped: 0 }, false).failed, 2);
    }

    #[test]
    fn a_stage_alone_brings_its_own_tools_alone() {
        assert_eq!(tools(&["swift".to_owned()]), [Tool::Swift]);
        assert_eq!(tools(&["fmt".to_owned()]), []);
        assert!(tools(&[]).len() > 8);
    }

    #[test]
    fn a_run_that_tested_nothing_is_a_failure() {
        assert_eq!(judged(Tally::default(), true).failed, 1);
        assert_eq!(judged(Tally { passed: 0, failed: 0, skipped: 3 }, true).failed, 1);
    }
}
