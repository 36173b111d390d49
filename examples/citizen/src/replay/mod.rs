//! `citizen replay`: a trace of inputs against the real core and the real database, with a virtual clock, counted entropy
//! and a scripted network that has a test centre behind it. The same trace gives the same run, byte for byte.
//!
//! ```text
//! line.rs      one line of a trace
//! world.rs     the phone around the core; time jumps from one thing that is due to the next
//! clock.rs     the virtual clock
//! lock.rs      another process that holds the database's lock
//! link.rs      the scripted network, and the system's transfer service
//! centre.rs    the test centre: signs for what it is given
//! files.rs     the test centre's files
//! command.rs   what the core is told, and what it tells back
//! own.rs       the Rust core in this process, with ports.rs
//! pipe.rs      a core on the other side of a pipe, under the bindings of another language
//! view.rs      the Snapshot and what stands beside it
//! expect.rs    a view against an expectation
//! ```

mod centre;
mod clock;
mod command;
mod expect;
mod fault;
mod files;
mod help;
mod line;
mod link;
mod lock;
mod own;
mod pipe;
mod ports;
mod report;
mod view;
mod world;

use std::io::{BufRead, Write};
use std::path::Path;

use command::Core;
pub use expect::Difference;
pub use fault::TraceFault;
pub use help::FORMAT_HELP;
use line::{Line, Wanted};
use own::OwnCore;
use pipe::PipedCore;
pub use pipe::serve;
pub use report::{Replayed, ReplayedLine};
use view::View;
use world::World;

/// The largest trace that is read: a day of a phone's inputs is some MB.
const MOST_BYTES: u64 = 16 * 1_024 * 1_024;

/// Replays a file with the core of this program.
///
/// # Errors
/// [`TraceFault`] when the trace cannot be read or run. Expectations that do not hold are no error but data.
pub fn replay_file(file: &Path) -> Result<Replayed, TraceFault> {
    replay(&read_file(file)?)
}

/// Replays a file with a core on the other side of a pipe.
///
/// # Errors
/// As for [`replay_file`], and when the other side ends early or says what cannot be read.
pub fn replay_file_over(file: &Path, answers: impl BufRead, commands: impl Write) -> Result<Replayed, TraceFault> {
    conduct(&read_file(file)?, &mut PipedCore { answers, commands })
}

/// Replays a trace with the core of this program.
///
/// # Errors
/// As for [`replay_file`].
pub fn replay(trace: &str) -> Result<Replayed, TraceFault> {
    conduct(trace, &mut OwnCore::default())
}

fn read_file(file: &Path) -> Result<String, TraceFault> {
    let unreadable = |error: std::io::Error| TraceFault::Unreadable { file: file.to_owned(), why: error.to_string() };
    let bytes = std::fs::metadata(file).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        return Err(TraceFault::TooLarge { file: file.to_owned(), bytes, most_bytes: MOST_BYTES });
    }
    std::fs::read_to_string(file).map_err(unreadable)
}

fn conduct(trace: &str, core: &mut dyn Core) -> Result<Replayed, TraceFault> {
    let mut lines = line::read(trace)?.into_iter().peekable();
    let limits = match lines.next_if(|line| matches!(line.wanted, Wanted::Config(_))) {
        Some(Line { wanted: Wanted::Config(limits), .. }) => limits,
        Some(_) | None => line::Limits::default(),
    };
    let mut world = World::begin(core, &limits)?;
    let mut replayed = Replayed::default();
    for Line { number, at_ms, wanted, text } in lines {
        world.advance(number, at_ms)?;
        let expected = match wanted {
            Wanted::Config(_) => {
                return Err(fault::malformed(number, "config may only stand on the first line".into()));
            }
            Wanted::Input(input) => {
                world.input(number, &input)?;
                None
            }
            Wanted::Expectation(expected) => Some(expected),
        };
        let View { whole: view, drawn } = world.view(number)?;
        let differences = expected.map(|expected| expect::differences(&expected, &view));
        replayed.lines.push(ReplayedLine { number, at_ms: world.now_ms(), text, view, drawn, differences });
    }
    let last = replayed.lines.last().map_or(0, |line| line.number);
    world.end(last)?;
    Ok(replayed)
}
