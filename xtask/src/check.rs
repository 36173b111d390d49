//! `cargo xtask check`: formatting, lints, docs, dependencies, and our own style.

use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::fault::Fault;
use crate::stage::{Board, Stage};
use crate::tally::Tally;
use crate::tool::{self, Tool};
use crate::{program, repo, tidy};

/// Runs the checks alone.
pub(crate) fn run(install: bool) -> Result<ExitCode, Fault> {
    tool::ensure(&[Tool::CargoDeny], install)?;
    let mut board = Board::default();
    stages(&mut board);
    Ok(board.close())
}

/// The checks, cheapest first. Each lint is an error here, so that none is grown used to.
pub(crate) fn stages(board: &mut Board) {
    board.run_one(Stage { name: "fmt", budget: Duration::from_secs(10) }, || {
        program::passes(program::cargo().args(["fmt", "--all", "--check"]))
    });
    board.run(Stage { name: "tidy", budget: Duration::from_secs(5) }, tidy);
    board.run_one(Stage { name: "deny", budget: Duration::from_secs(20) }, deny);
    board.run_one(Stage { name: "clippy", budget: Duration::from_secs(300) }, || {
        let scope = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny", "warnings"];
        program::passes(program::cargo().args(scope))
    });
    board.run_one(Stage { name: "docs", budget: Duration::from_secs(120) }, || {
        Ok(documented(&["--lib"])? && documented(&["--bins", "--exclude", "siaga-conform", "--exclude", "siaga-sim"])?)
    });
}

/// With the features that clippy has just checked everything with. The programs for themselves, without those that have the name
/// of their library: both would be one page.
fn documented(scope: &[&str]) -> Result<bool, Fault> {
    let mut command = program::cargo();
    command.args(["doc", "--workspace", "--no-deps", "--all-features", program::AS_TESTED]).args(scope);
    program::passes(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn tidy() -> Result<Tally, Fault> {
    let findings = tidy::findings(&tidy::Tree::read(&repo::root())?);
    for finding in &findings {
        println!("{finding}");
    }
    Ok(Tally::one(findings.is_empty()))
}

/// Licences, bans and sources. Not the advisories: their database would be fetched from a third place at each run.
fn deny() -> Result<bool, Fault> {
    let Some(path) = tool::cargo_deny() else {
        return Err(Fault::Missing(format!("  {}", Tool::CargoDeny.command_line())));
    };
    let mut command = Command::new(path);
    command.current_dir(repo::root());
    program::passes(command.args(["--log-level", "error", "check", "licenses", "bans", "sources"]))
}
