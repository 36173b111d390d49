//! The measurements: `cargo xtask bench`, and a stage that only sees that they run.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::program;
use crate::tally::Tally;

/// Runs the measurements with these arguments in a release build, in the caller's own folder. Standard output is theirs alone.
pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode, Fault> {
    let mut command = Command::new(program::built("siaga-bench", &["--release"])?);
    if let Ok(folder) = env::current_dir() {
        command.current_dir(folder);
    }
    let status =
        command.args(arguments).status().map_err(|source| Fault::Start { program: "siaga-bench".into(), source })?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Every row once, in any build, judged by nobody: figures belong on a quiet machine, and never into a suite.
pub(crate) fn judge() -> Result<Tally, Fault> {
    let program = program::built("siaga-bench", &[])?;
    Ok(Tally::one(program::passes(Command::new(program).arg("--smoke"))?))
}
