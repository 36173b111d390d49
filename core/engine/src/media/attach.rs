//! What a citizen attaches, and why that may not be possible.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ids::{FileId, IncidentId};

/// Files of one incident. A centre's manifest of so many stays below the 32 KiB of an event; and nobody photographs more in
/// an emergency.
pub(crate) const MOST_FILES: usize = 16;
/// Files in the engine's state, those of all incidents: each some 300 bytes, and as many incidents of some 900 bytes that stay
/// for them, are half of the state's 64 KiB.
pub(crate) const MOST_FILES_IN_ALL: usize = 24;
/// Files that drafts of reports hold, all together: [`MOST_FILES`] are left for an SOS, however long they lie there.
pub(crate) const MOST_HELD: usize = MOST_FILES_IN_ALL - MOST_FILES;
/// Most characters of a file's name on the wire and on the screen.
const MOST_NAME: usize = 120;
/// Longest path that is kept for a copy that has to be taken up again: what Linux and Darwin take (`PATH_MAX`) is 4,096 and
/// 1,024; a longer one is simply not kept.
const MOST_PATH_BYTES: usize = 1_024;

/// A file that is to belong to an incident.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The incident.
    pub incident: IncidentId,
    /// The file's name, as the citizen knows it. Whatever it is, what goes over the wire has 1 to 120 characters, and none that
    /// means something in a path.
    pub name: String,
    /// Where its bytes are read from, when that can be opened again by another process.
    pub path: Option<String>,
}

/// A name or a path says much about a person (INV-12).
impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attachment").field("incident", &self.incident).finish_non_exhaustive()
    }
}

/// A file that cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum AttachFault {
    /// The incident is not known, or is history.
    #[error("no such incident is open or shown: attach to one of the snapshot's")]
    NoSuchIncident,
    /// The file is not known, or is not in a state for that.
    #[error("no such file waits here: look at the snapshot's files")]
    NoSuchFile,
    /// The centre has signed for the file: nothing of it waits, and it cannot be taken back.
    #[error("the centre has signed for the file already: it cannot be paused or withdrawn any more")]
    AlreadyConfirmed,
    /// The incident has as many files as it can have.
    #[error("the incident has {most} files already, and no more are possible: send another report")]
    TooManyFiles {
        /// How many are possible.
        most: u32,
    },
    /// Too many files of all incidents wait.
    #[error("{most} files wait already, and no more can be kept: wait until some are delivered")]
    TooManyWaiting {
        /// How many are possible.
        most: u32,
    },
    /// It has no bytes.
    #[error("the file is empty: choose another")]
    Empty,
    /// It has too many bytes.
    #[error("the file has more than {most_bytes} bytes: choose a smaller one, or record less")]
    TooLarge {
        /// How many are possible.
        most_bytes: u64,
    },
    /// All copies together would be too many bytes.
    #[error("the files that wait have {most_bytes} bytes together, as many as are kept: wait until some are delivered")]
    TooMuchWaiting {
        /// How many are possible.
        most_bytes: u64,
    },
    /// Its bytes are no photo, video or sound that a centre can show.
    #[error("the file's bytes are no photo, video or sound of a known kind: choose another")]
    UnknownType,
    /// It is a folder, a pipe, a device or a link.
    #[error("it is no plain file: choose the file itself")]
    NotAFile,
    /// It is not there, or may not be read.
    #[error("the file cannot be read: it is gone, or this app may not open it; choose it again")]
    Unreadable,
    /// It changed while it was copied.
    #[error("the file changed while it was copied: attach it again when it is finished")]
    Changed,
    /// There is no room on the disk.
    #[error("there is no room for a copy: free some space, then attach it again")]
    DiskFull,
    /// The disk failed.
    #[error("the copy could not be written: attach it again")]
    DiskFailed,
    /// The process died while it was copied, and where it came from cannot be opened again.
    #[error("the app was stopped while the file was copied: attach it again")]
    Interrupted,
}

impl Attachment {
    /// The path, when it is short enough to be kept.
    pub(crate) fn kept_path(&self) -> Option<String> {
        self.path.clone().filter(|path| path.len() <= MOST_PATH_BYTES)
    }

    /// The name as everybody but the citizen's own gallery sees it: no folder, no control character, never empty, and short.
    pub(crate) fn plain_name(&self, file: FileId) -> String {
        let last = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let visible = |c: &char| !c.is_control() && !is_direction(*c);
        let plain: String = last.chars().filter(visible).take(MOST_NAME).collect();
        let plain = plain.trim().trim_start_matches('.');
        if plain.is_empty() { file.to_string() } else { plain.to_owned() }
    }
}

/// Characters that change the direction of a text (Unicode 16, section 23.2): `photo\u{202E}gpj.exe` looks like a photo.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(name: &str) -> String {
        let incident = IncidentId::from_bytes([1; 16]);
        Attachment { incident, name: name.to_owned(), path: None }.plain_name(FileId::from_bytes([2; 16]))
    }

    #[test]
    fn a_name_keeps_what_a_person_reads_and_nothing_that_a_path_or_a_terminal_does() {
        assert_eq!(plain("IMG 1.jpg"), "IMG 1.jpg");
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("C:\\DCIM\\a.jpg"), "a.jpg");
        assert_eq!(plain("a\0b\n\u{1b}[2J.jpg"), "ab[2J.jpg");
        assert_eq!(plain("photo\u{202E}gpj.exe"), "photogpj.exe");
        assert_eq!(plain(&"é".repeat(4_000)).chars().count(), MOST_NAME);
        for nothing in ["", "/", "..", " ", "\0"] {
            assert_eq!(plain(nothing), "02020202-0202-0202-0202-020202020202", "{nothing:?}");
        }
    }
}
