//! Changes: what a step writes, in the order in which it is applied.

use siaga_vault::Digest;

use crate::clock::T;
use crate::ids::{EventId, FileId, IncidentId};
use crate::outbox::{Content, Lane, Row, Slot};

/// One change of the store. Applying a change whose row is gone does nothing: a doubled step is harmless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new row. It gets its slot; a row in its way (a salvaged one, one that another process held in memory) steps aside.
    Insert(Row),
    /// The row leaves the outbox: it was receipted, or coalesced into another.
    Delete {
        /// Where it stands.
        slot: Slot,
        /// Which it is: another row in its place stays.
        event: EventId,
    },
    /// The row goes to another slot: claimed, backed off, parked, or moved to another lane.
    Move {
        /// Where it stands.
        from: Slot,
        /// Where it goes.
        to: Slot,
        /// How many attempts it has had now.
        attempt: u32,
    },
    /// The row's content is replaced: a draft grew, or was frozen at its first claim.
    Write {
        /// Where it stands.
        slot: Slot,
        /// Which it is: another row in its place stays as it is.
        event: EventId,
        /// What it carries from now on.
        content: Content,
    },
    /// Every draft of one incident belongs to another from now on (the incident got a new id).
    Reassign {
        /// The id that is given up.
        from: IncidentId,
        /// The id that replaces it.
        to: IncidentId,
    },
    /// The oldest rows of a lane go, because the lane is full (INV-10).
    EvictOldest {
        /// Always [`Lane::Backfill`] today.
        lane: Lane,
        /// How many rows.
        rows: u32,
    },
    /// Every row of a lane that was set aside is due again.
    Recall {
        /// Always [`Lane::Media`] today.
        lane: Lane,
        /// From when on.
        due: T,
    },
    /// An ended incident's record goes into the history; a record of the same incident is replaced.
    Archive {
        /// The incident.
        incident: IncidentId,
        /// The record, in the engine's own notation.
        record: Vec<u8>,
    },
    /// A copy of a file is needed from now on.
    KeepFile {
        /// Whose.
        file: FileId,
        /// Its name among the copies.
        sha256: Digest,
        /// Its size.
        bytes: u64,
    },
    /// A copy of a file may go after a while.
    ReleaseFile {
        /// Whose.
        file: FileId,
        /// Not before this moment.
        until: T,
    },
    /// The centre's key set, verified, replaces the one before.
    SaveKeys {
        /// The signed key set, to be verified again at each start.
        jws: String,
    },
}

impl Change {
    /// The row, when the change bears one.
    #[must_use]
    pub const fn born(&self) -> Option<&Row> {
        if let Self::Insert(row) = self { Some(row) } else { None }
    }

    /// See [`Change::born`].
    pub(crate) const fn born_mut(&mut self) -> Option<&mut Row> {
        if let Self::Insert(row) = self { Some(row) } else { None }
    }

    /// Whether the change takes the row away from this slot.
    #[must_use]
    pub fn takes_away(&self, slot: Slot) -> bool {
        match self {
            Self::Delete { slot: from, .. } | Self::Move { from, .. } => *from == slot,
            Self::Insert(_)
            | Self::Write { .. }
            | Self::Reassign { .. }
            | Self::EvictOldest { .. }
            | Self::Recall { .. }
            | Self::Archive { .. }
            | Self::KeepFile { .. }
            | Self::ReleaseFile { .. }
            | Self::SaveKeys { .. } => false,
        }
    }
}

/// A head of a lane: what `plan` has to know of a row. Bodies stay in the store, but for drafts, which are frozen by `plan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Where the row stands.
    pub slot: Slot,
    /// The incident.
    pub incident: IncidentId,
    /// The event.
    pub event: crate::ids::EventId,
    /// What the event is.
    pub kind: crate::outbox::Kind,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// Attempts claimed so far.
    pub attempt: u32,
    /// The draft's bytes, or the digest of the frozen ones.
    pub content: HeadContent,
}

impl Head {
    /// The head of a row.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        let content = match &row.content {
            Content::Draft(bytes) => HeadContent::Draft(bytes.clone()),
            Content::Frozen { sha256, .. } => HeadContent::Frozen(*sha256),
        };
        let Row { slot, incident, event, kind, drill, attempt, .. } = *row;
        Self { slot, incident, event, kind, drill, attempt, content }
    }
}

/// See [`Head::content`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadContent {
    /// The draft's bytes.
    Draft(Vec<u8>),
    /// The SHA-256 of the frozen bytes, which the store adds to the request.
    Frozen(Digest),
}
