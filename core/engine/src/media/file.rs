//! A file as its incident knows it.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::delivery::Trouble;
use crate::ids::{FileId, Owner};
use crate::media::{AttachFault, MediaType};
use crate::state::is_default;

/// One file of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileNote {
    pub(crate) id: FileId,
    pub(crate) name: String,
    pub(crate) phase: FilePhase,
    /// What its copy is; `None` while there is none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) copy: Option<Copy>,
    /// The citizen lets it wait.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) paused: bool,
    /// The citizen lets it go over a metered network, too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) any_network: bool,
    /// How many bytes the centre has, as far as it said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) sent: u64,
    /// Why it is not confirmed yet, after the newest attempt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) trouble: Option<Trouble>,
}

/// Our own copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Copy {
    pub(crate) sha256: Digest,
    pub(crate) bytes: u64,
    pub(crate) media_type: MediaType,
}

/// Where a file is in its life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FilePhase {
    /// Being copied by this process, from a path that another one could open again.
    Copying { owner: Owner, path: Option<String> },
    /// There is no copy, and there will be none.
    Lost(AttachFault),
    /// Ours, and goes with its report when that is submitted.
    Held,
    /// Ours, and announced to the centre.
    Waiting,
    /// The centre has signed for its bytes.
    Confirmed { at_ms: i64 },
    /// All bytes are at a server that does not sign.
    Unproven,
    /// The centre will not have it.
    Refused,
    /// The citizen took it back.
    Withdrawn,
}

impl FileNote {
    /// A file that is about to be copied.
    pub(crate) const fn begun(id: FileId, name: String, phase: FilePhase) -> Self {
        Self { id, name, phase, copy: None, paused: false, any_network: false, sent: 0, trouble: None }
    }

    /// Learns what the same file went through elsewhere: a receipt is never forgotten.
    pub(crate) fn learn(&mut self, other: Self) {
        let is_over = matches!(other.phase, FilePhase::Confirmed { .. } | FilePhase::Withdrawn);
        let is_ahead = is_over && !matches!(self.phase, FilePhase::Confirmed { .. });
        let is_further = self.copy.is_none() || self.phase == FilePhase::Held || is_ahead;
        if is_further {
            *self = other;
        } else {
            self.sent = self.sent.max(other.sent);
        }
    }

    /// Whether the incident is not complete because of it.
    pub(crate) const fn is_missing(&self) -> bool {
        match self.phase {
            FilePhase::Copying { .. }
            | FilePhase::Held
            | FilePhase::Waiting
            | FilePhase::Unproven
            | FilePhase::Refused => true,
            // It was never announced, or was taken back: there is nothing that the centre could miss.
            FilePhase::Lost(_) | FilePhase::Confirmed { .. } | FilePhase::Withdrawn => false,
        }
    }
}
