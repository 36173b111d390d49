//! Why a file was not taken, as data. No message carries a name, a path or a byte of it (INV-12).

use std::io;

/// Why a file was not taken. Nothing of it is kept then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TakeFault {
    /// There is not one byte in it.
    #[error("the file is empty; choose another one")]
    Empty,
    /// It is larger than one file may be.
    #[error("the file has more than {limit_bytes} bytes; choose a smaller one, or a part of it")]
    TooLarge {
        /// What it may have at most.
        limit_bytes: u64,
    },
    /// The phone's disk is full, or so full that the rest of it is kept for what is more urgent.
    #[error("the disk is full; free some room and attach the file again")]
    Full,
    /// There is no such file, or no longer.
    #[error("the file is gone; choose it again")]
    Gone,
    /// It is no plain file.
    #[error("{found} was given; choose a photo, a video or a sound recording")]
    NotAFile {
        /// What it is.
        found: &'static str,
    },
    /// Somebody wrote to it while it was being copied: the copy would be neither the old file nor the new one.
    #[error("the file changed while it was being copied; attach it again when it is finished")]
    Changed,
    /// It could not be read to its end.
    #[error("the file could not be read ({kind}); check that this app may read it and attach it again")]
    SourceFailed {
        /// What its reader said.
        kind: io::ErrorKind,
    },
    /// Another process is copying for the same attachment, or has the folder locked.
    #[error("another process is copying this file; try again at the next wake-up")]
    Busy,
    /// Our own folder refused.
    #[error("the file system refused while {what} ({kind}); check the folder's permissions and the disk")]
    Io {
        /// What was being done.
        what: &'static str,
        /// The kind of refusal.
        kind: io::ErrorKind,
    },
}

/// Maps a refusal of our own folder.
pub(crate) fn ours(what: &'static str) -> impl Fn(io::Error) -> TakeFault {
    move |error| {
        let kind = error.kind();
        if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            TakeFault::Full
        } else if kind == io::ErrorKind::WouldBlock {
            TakeFault::Busy
        } else {
            TakeFault::Io { what, kind }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_says_what_is_wrong_and_what_to_do_and_names_no_path() {
        let kind = io::ErrorKind::PermissionDenied;
        for fault in [
            TakeFault::Empty,
            TakeFault::TooLarge { limit_bytes: 7 },
            TakeFault::Full,
            TakeFault::Gone,
            TakeFault::NotAFile { found: "a folder" },
            TakeFault::Changed,
            TakeFault::SourceFailed { kind },
            TakeFault::Busy,
            TakeFault::Io { what: "making a copy", kind },
        ] {
            let text = fault.to_string();
            let (found, advice) = text.split_once("; ").expect("a finding and an advice");
            assert!(!found.is_empty() && !advice.is_empty() && !text.contains('/'), "{text}");
        }
    }
}
