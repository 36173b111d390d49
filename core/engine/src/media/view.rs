//! What a screen shows of a file.

use serde::{Deserialize, Serialize};

use crate::delivery::Trouble;
use crate::ids::FileId;
use crate::media::{AttachFault, FileNote, FilePhase, MediaType};

/// One file of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FileView {
    /// Its id.
    pub id: FileId,
    /// Its name, as the centre will see it.
    pub name: String,
    /// Where it is in its life.
    pub state: FileState,
    /// What it is; `None` while it is copied, and when it could not be.
    pub media_type: Option<MediaType>,
    /// Its size; 0 while it is copied.
    pub bytes: u64,
    /// How many of them the centre has, as far as it said.
    pub sent: u64,
    /// Why it is not confirmed yet, after the newest attempt; `None` before the first, after one that passed, and at the end.
    pub trouble: Option<Trouble>,
}

/// How far the files of an incident have come together. Those that will not arrive do not count: lost, refused, withdrawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct UploadView {
    /// How many there are.
    pub files: u32,
    /// How many of them the centre has signed for.
    pub confirmed: u32,
    /// Their bytes; of one that is copied they are not known yet.
    pub bytes: u64,
    /// How many of the bytes the centre has, as far as it said.
    pub sent: u64,
}

impl UploadView {
    pub(crate) fn of(files: &[FileNote]) -> Self {
        let counts = |file: &&FileNote| match &file.phase {
            FilePhase::Copying { .. } | FilePhase::Held | FilePhase::Waiting => true,
            FilePhase::Confirmed { .. } | FilePhase::Unproven => true,
            FilePhase::Lost(_) | FilePhase::Refused | FilePhase::Withdrawn => false,
        };
        files.iter().filter(counts).fold(Self::default(), |sum, file| {
            let is_confirmed = matches!(file.phase, FilePhase::Confirmed { .. });
            Self {
                files: sum.files.saturating_add(1),
                confirmed: sum.confirmed.saturating_add(u32::from(is_confirmed)),
                bytes: sum.bytes.saturating_add(file.copy.map_or(0, |copy| copy.bytes)),
                sent: sum.sent.saturating_add(file.sent),
            }
        })
    }
}

/// Where a file is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// It is being copied: not ours yet.
    Copying,
    /// It could not be copied, and is not announced to anybody.
    Lost {
        /// Why.
        fault: AttachFault,
    },
    /// Ours, and goes with its report when that is submitted.
    Held,
    /// Ours, and on its way.
    Waiting,
    /// Ours, and the citizen lets it wait. A part that is under way still arrives.
    Paused,
    /// Ours, too large for the network, which is metered: it waits for another one, or until the citizen lets it go over any. A
    /// part that is under way still arrives.
    Metered,
    /// The centre has signed for its bytes.
    Confirmed {
        /// When, Unix milliseconds by the centre's clock.
        at_ms: i64,
    },
    /// All its bytes are at a server that does not sign: nothing is proven, and our copy stays.
    Unproven,
    /// The centre will not have it; our copy stays.
    Refused,
    /// The citizen took it back, and the centre misses nothing.
    Withdrawn,
}

impl FileView {
    /// `is_metered`: it waits for an unmetered network.
    pub(crate) fn of(note: &FileNote, is_metered: bool) -> Self {
        Self {
            id: note.id,
            name: note.name.clone(),
            state: FileState::of(note, is_metered),
            media_type: note.copy.map(|copy| copy.media_type),
            bytes: note.copy.map_or(0, |copy| copy.bytes),
            sent: note.sent,
            trouble: note.trouble.clone(),
        }
    }
}

impl FileState {
    const fn of(note: &FileNote, is_metered: bool) -> Self {
        match &note.phase {
            FilePhase::Copying { .. } => Self::Copying,
            FilePhase::Lost(fault) => Self::Lost { fault: *fault },
            FilePhase::Held => Self::Held,
            FilePhase::Waiting if note.paused => Self::Paused,
            FilePhase::Waiting if is_metered => Self::Metered,
            FilePhase::Waiting => Self::Waiting,
            FilePhase::Confirmed { at_ms } => Self::Confirmed { at_ms: *at_ms },
            FilePhase::Unproven => Self::Unproven,
            FilePhase::Refused => Self::Refused,
            FilePhase::Withdrawn => Self::Withdrawn,
        }
    }
}
