//! What a step answers and asks for. Effects are imperatives; they are only let out after the commit.

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::ids::{FileId, IncidentId};
use crate::incident::ReportFault;
use crate::media::AttachFault;
use crate::outbox::{Lane, Slot};
use crate::wire::{Request, Ticket};

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing to tell.
    Noted,
    /// What the press was.
    Press(PressAnswer),
    /// The drill or report that was made.
    Made(IncidentId),
    /// What was called off.
    Cancelled(IncidentId),
    /// The file that the bytes are, or will be.
    Attached(FileId),
    /// It was not done.
    Declined(Declined),
}

/// What one press was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case", tag = "press")]
pub enum PressAnswer {
    /// Counted, and kept.
    Counted {
        /// Presses in the window.
        presses: u8,
        /// Presses that make an SOS.
        needed: u8,
    },
    /// It made an SOS, which is on the disk.
    Triggered {
        /// The SOS.
        incident: IncidentId,
    },
    /// It raised the open SOS.
    Escalated {
        /// The SOS.
        incident: IncidentId,
        /// All its presses so far.
        presses: u32,
    },
    /// A bouncing contact.
    TooSoon,
    /// The agency does not count this source.
    SourceOff,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// No drill during an emergency.
    SosIsOpen(IncidentId),
    /// There is nothing to call off.
    NothingOpen,
    /// The report cannot be taken.
    Report(ReportFault),
    /// The file cannot be taken.
    Attach(AttachFault),
}

/// What the world shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask positioning for fixes.
    StartLocation,
    /// No more fixes are needed.
    StopLocation,
    /// Connections of the old network are of no use. Done before the requests of the same step are performed.
    RenewConnections,
}

/// A request that a step asks for. The body of a frozen row is added by whoever holds the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// Which request this is.
    pub ticket: Ticket,
    /// The request; its body is empty when `stored` names a row.
    pub request: Request,
    /// The row whose frozen bytes are the body.
    pub stored: Option<Slot>,
}

/// When the engine has to be woken, and why (INV-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// On the persisted clock.
    pub at: T,
    /// Why.
    pub reason: WakeReason,
}

/// Why the engine has to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum WakeReason {
    /// A row of this lane becomes due, or its lease ends.
    Row(Lane),
    /// A gate opens for this lane.
    Gate(Lane),
    /// Presses fall out of the window.
    PressWindow,
    /// An incident reaches its greatest age.
    IncidentAge,
    /// A timeline is read.
    Timeline,
    /// The centre's keys are fetched.
    Keys,
    /// A file waits, and the centre is asked whether it takes any.
    Offers,
    /// INV-6: an SOS has no receipt, and nothing else would wake.
    SosUnreceipted,
}
