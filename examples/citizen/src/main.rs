//! The `citizen` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    siaga_citizen::run(std::env::args_os())
}
