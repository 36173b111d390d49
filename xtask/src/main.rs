//! Every developer command of Siaga: `cargo xtask <verb>`, a verb per file.
//!
//! Depends on little, so that `cargo xtask doctor` builds in seconds on a machine that has only Rust.

mod android;
mod bench;
mod bindings;
mod check;
mod clock;
mod demo;
mod doctor;
mod fault;
mod files;
mod ios;
mod kotlin;
mod limit;
mod machine;
mod notices;
mod page;
mod peers;
mod phone;
mod program;
mod promises;
mod repo;
mod sim;
mod stage;
mod swift;
mod tally;
mod test;
mod tidy;
mod tool;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use bindings::Golden;
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
    /// centre's page in a browser, the Kotlin and the Swift side.
    Test {
        /// Only these stages; all where none is named.
        stages: Vec<String>,
        #[command(flatten)]
        installing: Installing,
    },
    /// Formatting, lints, docs, licences, bans, sources, and our own style.
    Check(Installing),
    /// The Kotlin and Swift of the library, and what both see of it.
    Bindings(Surface),
    /// What an app developer takes in on Android: AARs in a Maven repository, natives for a JVM, and the app as a debug APK.
    Android {
        /// Where to; `target/package` when it is not said.
        #[arg(long)]
        out: Option<PathBuf>,
        /// A folder with libraries for other computers' JVMs, built there: `darwin-aarch64/libsiaga_ffi.dylib` and so on.
        #[arg(long)]
        natives: Option<PathBuf>,
        #[command(flatten)]
        installing: Installing,
    },
    /// What an app developer takes in on iOS: the `XCFramework`. Elsewhere than on a Mac, what of it can be checked.
    Ios {
        /// Also for the Mac itself, where `swift test` runs.
        #[arg(long)]
        mac: bool,
    },
    /// The licences of everything that is handed out, for people and for machines, in `target/package`.
    Notices,
    /// What the library weighs as a phone downloads it; an error when that is too much.
    Size,
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

/// What becomes of a surface that changed.
#[derive(Args, Clone, Copy)]
struct Surface {
    /// End with an error when the generated surface is not the one in bindings/surface.
    #[arg(long)]
    check: bool,
    /// Write the generated surface into bindings/surface.
    #[arg(long, conflicts_with = "check")]
    accept: bool,
}

impl Surface {
    const fn golden(self) -> Golden {
        match (self.check, self.accept) {
            (_, true) => Golden::Accept,
            (true, false) => Golden::Check,
            (false, false) => Golden::Tell,
        }
    }
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
        Verb::Test { stages, installing } => test::run(&stages, installing.allowed()),
        Verb::Check(installing) => check::run(installing.allowed()),
        Verb::Bindings(surface) => bindings::run(surface.golden()),
        Verb::Android { out, natives, installing } => {
            android::run(out.as_deref(), natives.as_deref(), installing.allowed())
        }
        Verb::Ios { mac } => ios::run(mac),
        Verb::Notices => notices::run(),
        Verb::Size => phone::weigh(),
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
