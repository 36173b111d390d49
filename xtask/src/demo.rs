//! `cargo xtask demo`: the main job as a story.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::program;

/// Runs the demo with these arguments, in the caller's own folder, so that a relative `--track` means what it says.
/// Standard output is the demo's alone: cargo speaks on standard error.
pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode, Fault> {
    let mut command = command()?;
    if let Ok(folder) = env::current_dir() {
        command.current_dir(folder);
    }
    command.args(arguments);
    Ok(if program::passes(&mut command)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The demo, ready for its arguments. The dev profile: it shares its build with the tests, and its figures are no benchmark.
pub(crate) fn command() -> Result<Command, Fault> {
    Ok(Command::new(program::built("siaga-demo", &[])?))
}
