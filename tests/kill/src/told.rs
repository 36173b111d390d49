//! What the phone says: one line each, and a promise only after it was acknowledged.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use siaga::{FileId, IncidentId};

use crate::act::Act;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The database is open.
    Opened,
    /// It is about to do this: whoever hears nothing more does not know whether it was done.
    Asks(Act),
    /// Promised: so many presses stand.
    Counted(u8),
    /// Promised: the press made this SOS.
    Triggered(IncidentId),
    /// Promised: the press raised this SOS, which now has so many.
    Escalated(IncidentId, u32),
    /// Promised: this SOS is called off.
    Cancelled(IncidentId),
    /// No SOS is open.
    NothingOpen,
    /// Promised: this report is recorded.
    Reported(IncidentId),
    /// Promised: this draft is kept.
    Drafted(IncidentId),
    /// Promised: words were added to this incident.
    Noted(IncidentId),
    /// Promised: this file belongs to this incident, and its bytes are kept.
    Attached(IncidentId, FileId),
    /// Too many reports, drafts or files wait, or there is nothing to submit or to add to.
    Declined,
    /// What would be a promise is in memory alone, and said so.
    InMemory(Box<Told>),
    /// Promised: the centre has signed for this incident.
    Receipted(IncidentId),
    /// How a delivery ended.
    Delivered {
        /// Rows that still wait.
        waiting: u32,
        /// Rows that the centre refused.
        parked: u32,
    },
    /// The disk has everything.
    Durable,
    /// It is about to close.
    Closing,
    /// It has closed.
    Closed,
}

/// A line that says nothing known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine(String);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opened => f.write_str("opened"),
            Self::Asks(act) => write!(f, "asks {act}"),
            Self::Counted(presses) => write!(f, "counted {presses}"),
            Self::Triggered(incident) => write!(f, "triggered {incident}"),
            Self::Escalated(incident, presses) => write!(f, "escalated {incident} {presses}"),
            Self::Cancelled(incident) => write!(f, "cancelled {incident}"),
            Self::NothingOpen => f.write_str("nothing-open"),
            Self::Reported(incident) => write!(f, "reported {incident}"),
            Self::Drafted(incident) => write!(f, "drafted {incident}"),
            Self::Noted(incident) => write!(f, "noted {incident}"),
            Self::Attached(incident, file) => write!(f, "attached {incident} {file}"),
            Self::Declined => f.write_str("declined"),
            Self::InMemory(told) => write!(f, "in-memory {told}"),
            Self::Receipted(incident) => write!(f, "receipted {incident}"),
            Self::Delivered { waiting, parked } => write!(f, "delivered {waiting} {parked}"),
            Self::Durable => f.write_str("durable"),
            Self::Closing => f.write_str("closing"),
            Self::Closed => f.write_str("closed"),
        }
    }
}

impl FromStr for Told {
    type Err = BadLine;

    fn from_str(line: &str) -> Result<Self, BadLine> {
        read(line).ok_or_else(|| BadLine(line.to_owned()))
    }
}

fn read(line: &str) -> Option<Told> {
    if let Some(rest) = line.strip_prefix("in-memory ") {
        return read(rest).map(|told| Told::InMemory(Box::new(told)));
    }
    let words: Vec<&str> = line.split(' ').collect();
    let told = match words.as_slice() {
        ["opened"] => Told::Opened,
        ["asks", act] => Told::Asks(act.parse().ok()?),
        ["counted", presses] => Told::Counted(presses.parse().ok()?),
        ["triggered", incident] => Told::Triggered(incident.parse().ok()?),
        ["escalated", incident, presses] => Told::Escalated(incident.parse().ok()?, presses.parse().ok()?),
        ["cancelled", incident] => Told::Cancelled(incident.parse().ok()?),
        ["nothing-open"] => Told::NothingOpen,
        ["reported", incident] => Told::Reported(incident.parse().ok()?),
        ["drafted", incident] => Told::Drafted(incident.parse().ok()?),
        ["noted", incident] => Told::Noted(incident.parse().ok()?),
        ["attached", incident, file] => Told::Attached(incident.parse().ok()?, file.parse().ok()?),
        ["declined"] => Told::Declined,
        ["receipted", incident] => Told::Receipted(incident.parse().ok()?),
        ["delivered", waiting, parked] => {
            Told::Delivered { waiting: waiting.parse().ok()?, parked: parked.parse().ok()? }
        }
        ["durable"] => Told::Durable,
        ["closing"] => Told::Closing,
        ["closed"] => Told::Closed,
        _ => return None,
    };
    Some(told)
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the phone said {:?}, which means nothing", self.0)
    }
}

impl Error for BadLine {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_read_as_it_was_written() {
        let id = IncidentId::from_bytes([7; 16]);
        for told in [
            Told::Opened,
            Told::Asks(Act::Deliver { for_ms: 3 }),
            Told::Counted(2),
            Told::Triggered(id),
            Told::Escalated(id, 4),
            Told::Cancelled(id),
            Told::NothingOpen,
            Told::Reported(id),
            Told::Drafted(id),
            Told::Noted(id),
            Told::Attached(id, FileId::from_bytes([8; 16])),
            Told::Declined,
            Told::InMemory(Box::new(Told::Triggered(id))),
            Told::Receipted(id),
            Told::Delivered { waiting: 1, parked: 0 },
            Told::Durable,
            Told::Closing,
            Told::Closed,
        ] {
            assert_eq!(told.to_string().parse(), Ok(told));
        }
    }

    #[test]
    fn half_a_line_is_no_promise() {
        for line in ["", "triggered", "triggered 0707", "escalated 07070707-0707-0707-0707-070707070707", "in-memory "]
        {
            assert!(line.parse::<Told>().is_err(), "{line:?}");
        }
    }
}
