//! `siaga-sim`: runs seeds, over all cores, and says what broke.

mod cli;
mod jobs;

use std::process::ExitCode;

use clap::Parser;

use cli::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match jobs::run(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("siaga-sim: {why}");
            ExitCode::from(2)
        }
    }
}
