//! `citizen replay`: a trace of inputs against the real core and the real database, with a virtual clock, counted entropy
//! and a scripted network that has a test centre behind it. The same trace gives the same run, byte for byte.
//!
//! ```text
//! line.rs      one line of a trace
//! world.rs     the core and all that surrounds it; time jumps from one thing that is due to the next
//! link.rs      the scripted network
//! centre.rs    the test centre: signs for what it is given
//! expect.rs    a view against an expectation
//! ```

mod centre;
mod expect;
mod fault;
mod line;
mod link;
mod ports;
mod report;
mod world;

use std::path::Path;

pub use expect::Difference;
pub use fault::TraceFault;
use line::{Line, Wanted};
pub use report::{Replayed, ReplayedLine};
use world::World;

/// The format, as `citizen replay --help` shows it.
pub const FORMAT_HELP: &str = "\
The trace: one JSON object on each line; empty lines and lines that begin with # are skipped.

An input. `at_ms` is the time since the beginning of the trace; without it, the line follows at once. Until then everything
happens that is due: retries, replies (50 ms after their request), long polls.
  {\"at_ms\":0,\"do\":\"press\",\"source\":\"screen\"}    source: as in `citizen press --help`; screen when left out
  {\"do\":\"drill\"}
  {\"do\":\"cancel\",\"code\":\"1234\"}               code may be left out
  {\"do\":\"report\",\"category\":\"fire\",\"text\":\"…\"}
  {\"do\":\"fix\",\"lat\":-6.2,\"lon\":106.8}         also radius {\"m\",\"confidence\"}, altitude_m, speed_mps, bearing_deg,
                                             source, mock, age_ms, stated_wall_ms
  {\"do\":\"no_fix\",\"reason\":\"no_signal\"}        not_asked, permission_denied, location_off, no_signal
  {\"do\":\"network\",\"mode\":\"centre\"}            what every later request meets:
                                               centre          the test centre
                                               offline         there is no network (at the beginning)
                                               portal          200 and a sign-in page
                                               redirect        302 to a sign-in page
                                               waf             403 from a firewall
                                               busy            503 and Retry-After: 120
                                               lost_reply      the centre stores it, the reply is lost
                                               silent          nothing at all until the time-out
                                               other_incident  a receipt for another incident
                                               other_key       a receipt by a key that the centre does not list
  {\"do\":\"network_changed\"}
  {\"do\":\"mark\",\"step\":\"opened\"}               the dispatcher sets a step of every real incident at the test centre
  {\"do\":\"restart\",\"reboot\":false}             the program ends and begins anew; with true the machine does
  {\"at_ms\":60000,\"do\":\"advance\"}              only time passes

An expectation: a part of the view. Objects are compared by the fields that are named, lists item by item and by length,
all else by value. The view is the Snapshot of `citizen --json status`, and beside it
  answer     what the last input returned, such as {\"press\":\"counted\",\"presses\":1,\"needed\":3} or {\"error\":\"…\"}
  next_wake  {\"in_ms\",\"reason\"} or null
  centre     {\"incidents\":N,\"drills\":N,\"reports\":N,\"events\":N,\"puts\":N}; puts counts repeats
  {\"expect\":{\"incidents\":[{\"state\":\"recorded\",\"presses\":3}],\"centre\":{\"incidents\":0}}}

The first line may set the agency's limits: {\"config\":{\"press\":{\"presses\":4},\"incident\":{\"grace_ms\":5000}}}

Exit code 0 when every expectation holds, 1 when one does not (the differences are printed), 3 when the trace cannot be read.";

/// The largest trace that is read: a day of a phone's inputs is some MB.
const MOST_BYTES: u64 = 16 * 1_024 * 1_024;

/// Replays a file.
///
/// # Errors
/// [`TraceFault`] when the trace cannot be read or run. Expectations that do not hold are no error but data.
pub fn replay_file(file: &Path) -> Result<Replayed, TraceFault> {
    let unreadable = |error: std::io::Error| TraceFault::Unreadable { file: file.to_owned(), why: error.to_string() };
    let bytes = std::fs::metadata(file).map_err(unreadable)?.len();
    if bytes > MOST_BYTES {
        return Err(TraceFault::TooLarge { file: file.to_owned(), bytes, most_bytes: MOST_BYTES });
    }
    replay(&std::fs::read_to_string(file).map_err(unreadable)?)
}

/// Replays a trace.
///
/// # Errors
/// As for [`replay_file`].
pub fn replay(trace: &str) -> Result<Replayed, TraceFault> {
    let mut lines = line::read(trace)?.into_iter().peekable();
    let limits = match lines.next_if(|line| matches!(line.wanted, Wanted::Config(_))) {
        Some(Line { wanted: Wanted::Config(limits), .. }) => limits,
        Some(_) | None => line::Limits::default(),
    };
    let mut world = World::begin(&limits)?;
    let mut replayed = Replayed::default();
    for Line { number, at_ms, wanted, text } in lines {
        world.advance(number, at_ms)?;
        let answer = match &wanted {
            Wanted::Config(_) => {
                return Err(fault::malformed(number, "config may only stand on the first line".into()));
            }
            Wanted::Input(input) => {
                world.input(number, input)?;
                None
            }
            Wanted::Expectation(expected) => Some(expect::differences(expected, &world.view())),
        };
        replayed.lines.push(ReplayedLine {
            number,
            at_ms: world.now_ms(),
            text,
            view: world.view(),
            drawn: world.drawn(),
            differences: answer,
        });
    }
    Ok(replayed)
}
