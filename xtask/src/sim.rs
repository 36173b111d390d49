//! The simulator: `cargo xtask sim`, and its stage.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::program;
use crate::tally::Tally;

/// Seeds that the suite runs; `--seeds 10000` is for an evening.
const SEEDS: &str = "2000";

/// Runs the simulator with these arguments.
pub(crate) fn run(arguments: &[OsString]) -> Result<ExitCode, Fault> {
    let mut command = Command::new(built()?);
    command.args(arguments);
    Ok(if program::passes(&mut command)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Seeds that must all hold, and planted bugs that must all be found.
pub(crate) fn judge() -> Result<Tally, Fault> {
    let program = built()?;
    let mut tally = Tally::default();
    for arguments in [["--seeds", SEEDS], ["--plant", "all"]] {
        tally.add(Tally::one(program::passes(Command::new(&program).args(arguments))?));
    }
    Ok(tally)
}

/// One build has all planted bugs, and none of them is planted until it is asked to.
fn built() -> Result<std::path::PathBuf, Fault> {
    program::built("siaga-sim", &["--features", "siaga-sim/plant"])
}
