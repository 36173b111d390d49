//! Every developer command of Siaga: `cargo xtask <verb>`, a verb per file.
//!
//! Depends on little, so that `cargo xtask doctor` builds in seconds on a machine that has only Rust.

mod bench;
mod check;
mod clock;
mod demo;
mod doctor;
mod fault;
mod machine;
mod page;
mod program;
mod promises;
mod repo;
mod sim;
mod stage;
mod tally;
mod test;
mod tidy;
mod tool;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Every developer command of Siaga.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Everything that can be tested so far: check, all tests, the simulator, the kill loop, the demo's promises, the
    /// centre's page in a browser.
    Test(Installing),
    /// Formatting, lints, docs, licences, bans, sources, and our own style.
    Check(Installing),
    /// What is there, what is missing, what each is needed for, and the command that installs it.
    Doctor,
    /// Simulated phones, networks and centres, one seed a run. Arguments go to the simulator.
    #[command(disable_help_flag = true)]
    Sim {
        /// Given to the simulator as they are; `--help` prints its own.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// What an SOS costs, beside bare baselines and the queues of others. Arguments go to the measurements.
    #[command(disable_help_flag = true)]
    Bench {
        /// Given to the measurements as they are; `--help` prints their own.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// The main job as a story: three presses, no network, network back, the centre signs. Arguments go to the demo.
    #[command(disable_help_flag = true)]
    Demo {
        /// Given to the demo as they are; `--help` prints the demo's own.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

/// How a verb treats a tool that is missing.
#[derive(Args, Clone, Copy)]
struct Installing {
    /// Install nothing: end with an error that names what is missing and the command for it.
    #[arg(long)]
    no_install: bool,
}

impl Installing {
    const fn allowed(self) -> bool {
        !self.no_install
    }
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().verb {
        Verb::Test(installing) => test::run(installing.allowed()),
        Verb::Check(installing) => check::run(installing.allowed()),
        Verb::Doctor => doctor::run(),
        Verb::Sim { arguments } => sim::run(&arguments),
        Verb::Bench { arguments } => bench::run(&arguments),
        Verb::Demo { arguments } => demo::run(&arguments),
    };
    outcome.unwrap_or_else(|fault| {
        eprintln!("xtask: {fault}");
        ExitCode::FAILURE
    })
}
