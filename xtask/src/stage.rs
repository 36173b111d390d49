//! Stages: a name, a budget, a verdict. The board keeps them and closes with one line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::tally::Tally;

/// One stage of a verb.
pub(crate) struct Stage {
    /// What it is called.
    pub(crate) name: &'static str,
    /// How long it may take on a machine of two cores before somebody should ask why. Over it is a loud warning, not a
    /// failure: a slow machine proves nothing about the code.
    pub(crate) budget: Duration,
}

struct Finished {
    stage: Stage,
    took: Duration,
    tally: Tally,
}

/// The stages that have run.
#[derive(Default)]
pub(crate) struct Board {
    /// The only ones that run; all where there are none.
    wanted: Vec<String>,
    /// The name of every stage, also of those that are not wanted.
    known: Vec<&'static str>,
    finished: Vec<Finished>,
}

impl Board {
    /// A board for these stages alone, or for all where none is named.
    pub(crate) fn of(wanted: &[String]) -> Self {
        Self { wanted: wanted.to_vec(), ..Self::default() }
    }

    /// Runs a stage. A stage that cannot go on counts as failed, and the next one still runs.
    pub(crate) fn run(&mut self, stage: Stage, work: impl FnOnce() -> Result<Tally, Fault>) {
        self.known.push(stage.name);
        if !self.wanted.is_empty() && !self.wanted.iter().any(|name| name == stage.name) {
            return;
        }
        println!("\n=== {} (budget {} s)", stage.name, stage.budget.as_secs());
        let start = Instant::now();
        let tally = work().unwrap_or_else(|fault| {
            println!("{}: {fault}", stage.name);
            Tally::one(false)
        });
        let took = start.elapsed();
        println!("=== {}: {tally}, {:.1} s", stage.name, took.as_secs_f64());
        if took > stage.budget {
            println!("{}", late(&stage, took));
        }
        self.finished.push(Finished { stage, took, tally });
    }

    /// Runs a stage that either passes or fails.
    pub(crate) fn run_one(&mut self, stage: Stage, work: impl FnOnce() -> Result<bool, Fault>) {
        self.run(stage, || work().map(Tally::one));
    }

    /// Prints every stage again and, as the very last line, the sum; failure when anything failed.
    pub(crate) fn close(self) -> ExitCode {
        let mut sum = Tally::default();
        println!();
        for Finished { stage, took, tally } in &self.finished {
            let mark = if tally.failed > 0 { "FAILED" } else { "ok" };
            println!("{:<10} {mark:<7} {:>7.1} s  {tally}", stage.name, took.as_secs_f64());
            if *took > stage.budget {
                println!("{}", late(stage, *took));
            }
            sum.add(*tally);
        }
        let unknown = self.wanted.iter().filter(|name| !self.known.contains(&name.as_str()));
        for name in unknown {
            println!("there is no stage `{name}`; there are {}", self.known.join(", "));
            sum.add(Tally::one(false));
        }
        println!("{sum}");
        if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn late(stage: &Stage, took: Duration) -> String {
    format!(
        "!!! WARNING: stage {} took {:.1} s, its budget is {} s",
        stage.name,
        took.as_secs_f64(),
        stage.budget.as_secs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Stage = Stage { name: "planted", budget: Duration::from_secs(1) };

    #[test]
    fn a_failed_stage_makes_the_exit_code_a_failure() {
        let mut board = Board::default();
        board.run_one(STAGE, || Ok(true));
        board.run_one(STAGE, || Ok(false));
        assert_eq!(board.close(), ExitCode::FAILURE);
    }

    #[test]
    fn a_stage_that_cannot_go_on_counts_as_failed() {
        let mut board = Board::default();
        board.run(STAGE, || Err(Fault::Missing("a tool".into())));
        assert_eq!(board.close(), ExitCode::FAILURE);
    }

    #[test]
    fn passed_and_skipped_stages_are_a_success() {
        let mut board = Board::default();
        board.run_one(STAGE, || Ok(true));
        board.run(STAGE, || Ok(Tally::skip()));
        assert_eq!(board.close(), ExitCode::SUCCESS);
    }

    #[test]
    fn only_wanted_stages_run_and_one_that_is_not_there_is_a_failure() {
        let mut board = Board::of(&["planted".to_owned()]);
        board.run_one(Stage { name: "other", ..STAGE }, || Ok(false));
        board.run_one(STAGE, || Ok(true));
        assert_eq!(board.close(), ExitCode::SUCCESS);
        let mut board = Board::of(&["planned".to_owned()]);
        board.run_one(STAGE, || Ok(true));
        assert_eq!(board.close(), ExitCode::FAILURE);
    }

    #[test]
    fn a_stage_over_its_budget_is_named_with_both_times() {
        assert_eq!(
            late(&STAGE, Duration::from_millis(2500)),
            "!!! WARNING: stage planted took 2.5 s, its budget is 1 s"
        );
    }
}
