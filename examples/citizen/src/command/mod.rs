//! One method of the core for each subcommand.

mod ask;
mod attach;
mod draft;
mod drain;
mod follow;
mod look;
mod press;
mod verify;

pub(crate) use ask::auth;

use std::io::{stdin, stdout};

use crate::answer::Answer;
use crate::cli::{CoreUnder, Place, Verb};
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::{replay, screen};

/// Carries a command out.
pub(crate) fn carry_out(place: &Place, verb: &Verb, as_json: bool) -> Result<Answer, Fault> {
    // At once: a script may want to know how far it came when it kills the process.
    let told = |line: &str| {
        if !as_json {
            println!("{line}");
        }
    };
    match verb {
        Verb::Run => {
            screen::run(place)?;
            Ok(Answer::new(Exit::Done, Vec::new(), serde_json::json!({})))
        }
        Verb::Press { count, gap_ms, source } => press::press(&Shell::open(place)?, (*count, *gap_ms), *source, told),
        Verb::Drill => ask::drill(&Shell::open(place)?),
        Verb::Cancel { code, code_stdin } => ask::cancel(place, code.as_deref(), *code_stdin),
        Verb::Report { report, draft: false } => ask::report(&Shell::open(place)?, report.report()),
        Verb::Report { report, draft: true } => draft::draft(&Shell::open(place)?, report.report()),
        Verb::Drafts => draft::drafts(&Shell::open(place)?),
        Verb::Edit { draft, report } => draft::edit(&Shell::open(place)?, *draft, report.report()),
        Verb::Submit { draft } => draft::submit(&Shell::open(place)?, *draft),
        Verb::Discard { draft } => draft::discard(&Shell::open(place)?, *draft),
        Verb::Note { text, to } => draft::note(&Shell::open(place)?, text, *to),
        Verb::Attach { file, to } => attach::attach(&Shell::open(place)?, file, *to),
        Verb::Drain { for_s } => drain::drain(&Shell::open(place)?, *for_s),
        Verb::Follow { for_s, until } => follow::follow(&Shell::open(place)?, *for_s, until.as_deref(), told),
        Verb::Status => look::status(&Shell::open(place)?),
        Verb::History { newest } => look::history(&Shell::open(place)?, *newest),
        Verb::Verify { file } => verify::verify(place, file),
        Verb::Replay { trace, core } => {
            let replayed = match core {
                CoreUnder::Own => replay::replay_file(trace)?,
                CoreUnder::Stdio => replay::replay_file_over(trace, stdin().lock(), stdout().lock())?,
            };
            let exit = if replayed.passed() { Exit::Done } else { Exit::Declined };
            let lines = if as_json { Vec::new() } else { replayed.lines() };
            Ok(Answer::new(exit, lines, replayed.to_json()))
        }
    }
}
