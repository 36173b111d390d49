//! Lines that are seen although the test passes: the test runner keeps what the print macros say to itself.

use std::io::Write;

/// Says it on standard error, whatever the runner captures, on a line of its own: the runner may be in the middle of one.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "\n{line}");
}
