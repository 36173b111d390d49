//! Inputs: all that ever reaches the engine.

use crate::clock::Reading;
use crate::entropy::Entropy;
use crate::ids::{FileId, IncidentId, Owner};
use crate::incident::{CancelAuth, Report};
use crate::location::LocationReport;
use crate::media::{AttachFault, Attachment, Preview, Taken};
use crate::press::Press;
use crate::wire::{Outcome, Ticket};

/// One input: something happened, at a moment, with fresh randomness.
#[derive(Clone, Debug)]
pub struct Input {
    /// What the clocks say.
    pub at: Reading,
    /// Fresh randomness.
    pub entropy: Entropy,
    /// Which process this is.
    pub owner: Owner,
    /// What happened.
    pub event: Event,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A process opened the database: claims of an SOS by a process that may be dead are given up.
    Opened,
    /// The citizen pressed.
    Pressed(Press),
    /// The citizen started a drill.
    DrillStarted,
    /// The citizen called the open SOS, or else the open drill, off.
    Cancelled(CancelAuth),
    /// The citizen reported something.
    Reported(Report),
    /// The citizen begins a report, and submits it later.
    Drafted(Report),
    /// A draft says something else from now on.
    DraftEdited {
        /// Which.
        incident: IncidentId,
        /// What it says.
        report: Report,
    },
    /// A draft is a report from now on.
    DraftSubmitted(IncidentId),
    /// The citizen throws a draft away.
    DraftDiscarded(IncidentId),
    /// The citizen adds words to an incident.
    NoteAdded {
        /// Which.
        incident: IncidentId,
        /// The words.
        text: String,
    },
    /// A file is to belong to an incident: from now on it is known, and its copy may begin.
    AttachBegun(Attachment),
    /// The copy of a file is whole and on the disk.
    AttachTaken {
        /// Which.
        file: FileId,
        /// What is known of it.
        taken: Taken,
    },
    /// A file could not be copied.
    AttachFailed {
        /// Which.
        file: FileId,
        /// Why.
        why: AttachFault,
    },
    /// The platform made a small picture of a file.
    PreviewMade {
        /// Which.
        file: FileId,
        /// The picture.
        preview: Preview,
    },
    /// The citizen lets a file wait.
    FilePaused(FileId),
    /// A file goes on.
    FileResumed(FileId),
    /// The citizen lets a file go over any network, a metered one as well.
    AnyNetworkAllowed(FileId),
    /// The citizen takes a file back.
    FileWithdrawn(FileId),
    /// Positioning reported something.
    Located(LocationReport),
    /// The network changed.
    NetworkChanged,
    /// The network is metered from now on, its bytes are counted and paid for; or it is not.
    NetworkMetered(bool),
    /// The host app has a new identity for the centre.
    IdentityChanged,
    /// A request ended.
    TransferEnded {
        /// Which.
        ticket: Ticket,
        /// How.
        outcome: Outcome,
    },
    /// The centre pushed a message: there may be news. A hint, and nothing else: what it says is read from the centre.
    PushReceived,
    /// The process is about to sleep or to die, and the platform's own transfer service takes its deliveries over.
    TransfersTaken,
    /// The wake-up rang.
    Woke,
    /// The process lets go of the database in good order: what it has in flight is due again at once, so that nobody waits for
    /// leases that nobody holds. Nothing is claimed in this step.
    Closing,
}

impl Event {
    /// Whether a person asked for it: then a process that was about to be suspended goes on.
    #[must_use]
    pub const fn is_asked_for(&self) -> bool {
        match self {
            Self::Pressed(_)
            | Self::DrillStarted
            | Self::Cancelled(_)
            | Self::Reported(_)
            | Self::Drafted(_)
            | Self::DraftEdited { .. }
            | Self::DraftSubmitted(_)
            | Self::DraftDiscarded(_)
            | Self::NoteAdded { .. }
            | Self::AttachBegun(_)
            | Self::FilePaused(_)
            | Self::FileResumed(_)
            | Self::AnyNetworkAllowed(_)
            | Self::FileWithdrawn(_) => true,
            Self::Opened
            | Self::AttachTaken { .. }
            | Self::AttachFailed { .. }
            | Self::PreviewMade { .. }
            | Self::Located(_)
            | Self::NetworkChanged
            | Self::NetworkMetered(_)
            | Self::IdentityChanged
            | Self::TransferEnded { .. }
            | Self::PushReceived
            | Self::TransfersTaken
            | Self::Woke
            | Self::Closing => false,
        }
    }

    /// Whether the event has to be carried in memory when the store cannot commit (INV-2): what belongs to an emergency, and
    /// what brings its deliveries on. Anything else is refused to the caller.
    #[must_use]
    pub const fn goes_on_without_store(&self) -> bool {
        match self {
            Self::Opened
            | Self::Pressed(_)
            | Self::Cancelled(_)
            | Self::NoteAdded { .. }
            | Self::Located(_)
            | Self::NetworkChanged
            | Self::NetworkMetered(_)
            | Self::IdentityChanged
            | Self::TransferEnded { .. }
            | Self::PushReceived
            | Self::TransfersTaken
            | Self::Woke => true,
            Self::DrillStarted
            | Self::Reported(_)
            | Self::Drafted(_)
            | Self::DraftEdited { .. }
            | Self::DraftSubmitted(_)
            | Self::DraftDiscarded(_)
            | Self::AttachBegun(_)
            | Self::AttachTaken { .. }
            | Self::AttachFailed { .. }
            | Self::PreviewMade { .. }
            | Self::FilePaused(_)
            | Self::FileResumed(_)
            | Self::AnyNetworkAllowed(_)
            | Self::FileWithdrawn(_)
            | Self::Closing => false,
        }
    }
}
