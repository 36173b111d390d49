//! The smallest complete shell of Siaga: a terminal in which the space bar presses SOS and the screen draws the `Snapshot`.
//!
//! It decides nothing. Everything that matters happens in [`siaga`]; this crate reads keys and arguments, calls one method,
//! and puts what comes back into words.
//!
//! ```text
//! cli.rs       what can be typed
//! shell.rs     opens the core: folder, configuration, recording
//! command/     one method of the core for each subcommand, and its answer as text or as one JSON object
//! track/       plays a GPX recording as the phone's positioning
//! words/       state → words, each from committed state (INV-7)
//! draw/        Snapshot → lines, a pure function
//! screen/      the terminal: keys in, lines out
//! verify/      what an export of a centre proves
//! replay/      a trace of inputs against the real core, with a virtual clock and a scripted network
//! ```

mod answer;
pub mod cli;
mod command;
pub mod draw;
mod exit;
mod fault;
mod program;
pub mod replay;
mod screen;
mod shell;
pub mod track;
mod verify;
pub mod words;
mod written;

pub use exit::Exit;
pub use fault::Fault;
pub use program::run;
