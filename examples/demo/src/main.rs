//! The main job as a story: a citizen presses three times without a network, the process is killed, the network comes back,
//! and the centre signs. Each promise in it is checked.
//!
//! ```text
//! stage.rs     the centre with its certificate, the gate in front of it, the folder, the configuration
//! gate.rs      the network: a port that refuses connections until it is opened, and counts bytes afterwards
//! citizen.rs   the process that presses, and is killed
//! photo.rs     a file that is attached, and a line that breaks on its way
//! disk.rs      what that process left on the disk, read past the core
//! story.rs     what happens, in order
//! verdict.rs   what has to be true in the end
//! teller.rs    lines and check marks on standard output
//! ```

mod citizen;
mod cli;
mod disk;
mod fault;
mod gate;
mod photo;
mod report;
mod serve;
mod stage;
mod story;
mod teller;
mod verdict;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Arguments;
use crate::fault::Fault;
use crate::stage::Stage;
use crate::story::Given;
use crate::teller::Teller;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) if arguments.json => {
            println!("{}", serde_json::json!({ "error": fault.to_string() }));
            ExitCode::FAILURE
        }
        Err(fault) => {
            eprintln!("demo: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Says whether every promise held.
fn run(arguments: &Arguments) -> Result<bool, Fault> {
    if let Some(folder) = &arguments.as_citizen {
        return citizen::press_and_wait(folder, arguments.track.as_deref()).map(|()| true);
    }
    let track = citizen::track(arguments.track.as_deref())?;
    let stage = Stage::set()?;
    let mut teller = Teller::new(!arguments.json);
    let given = Given { track: arguments.track.as_deref(), photo: arguments.photo.as_deref() };
    let report = story::tell(&stage, &track, &given, &mut teller)?;
    let held = report.held();
    if arguments.json {
        println!("{}", serde_json::json!(report));
    } else {
        teller.end(&report);
    }
    if arguments.serve {
        serve::serve(&stage, arguments.json)?;
    }
    Ok(held)
}
