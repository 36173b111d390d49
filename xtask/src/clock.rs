//! An SOS from a phone whose wall clock is years wrong.

use crate::fault::Fault;
use crate::tally::Tally;
use crate::tool::Tool;
use crate::{program, test};

/// Runs the clock's tests, or says loudly that they were skipped.
pub(crate) fn judge() -> Result<Tally, Fault> {
    if Tool::Faketime.place().is_none() {
        println!("!!! SKIPPED: no faketime here; {}", Tool::Faketime.command_line());
        return Ok(Tally::skip());
    }
    test::tests(&mut program::suite("siaga-clock-tests/faketime", "clock"))
}
