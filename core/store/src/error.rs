//! What can go wrong with the store, as data (INV-11), and the one table that maps SQLite's codes to it.
//!
//! No message carries a path, an id, a text or a position (INV-12): files are named, and SQLite's own messages are dropped.

use std::io;

use rusqlite::ErrorCode;

/// Why the store could not do what was asked. A step that fails leaves the database as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process holds the write lock. The step may be tried again; an SOS goes on in memory meanwhile (INV-2).
    #[error("siaga.db is locked by another process while {what}; try the step again at the next wake-up")]
    Busy {
        /// What was being done.
        what: &'static str,
    },
    /// The disk is full. Give the reserve back ([`crate::Store::release_reserve`]) and repeat the step (F63).
    #[error("the disk is full while {what}; release the reserve and repeat the step")]
    Full {
        /// What was being done.
        what: &'static str,
    },
    /// The database is damaged. Set it aside ([`crate::Store::set_aside_and_reopen`]) and repeat the step (INV-9).
    #[error("siaga.db is damaged, found while {what} (SQLite code {code}); set it aside and repeat the step")]
    Corrupt {
        /// What was being done.
        what: &'static str,
        /// SQLite's extended result code; 0 when a value was not of its column's type.
        code: i32,
    },
    /// Another process has set the database aside while this one had it open. What was committed since may only be in the
    /// database that was set aside: reopen ([`crate::Store::set_aside_and_reopen`]) and repeat the step.
    #[error("siaga.db was set aside by another process; reopen it and repeat the step")]
    Moved,
    /// The file system refused.
    #[error("the file system refused while {what} ({kind}); check the folder's permissions and the disk")]
    Io {
        /// What was being done.
        what: &'static str,
        /// The kind of refusal.
        kind: io::ErrorKind,
    },
    /// A newer version of the app made the database, and what was made in its place is newer still.
    #[error("siaga.db has schema version {found}, this version knows up to {known}; update the app")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version known.
        known: i64,
    },
    /// A migration failed; the database is still at version `from`, with every row (INV-14).
    #[error("siaga.db could not be migrated from schema version {from} (SQLite code {code}); set it aside and go on")]
    Migration {
        /// The version before the migration that failed.
        from: i64,
        /// SQLite's extended result code.
        code: i32,
    },
    /// A setting did not take: the database would not be durable.
    #[error("SQLite kept {setting} at another value than was asked; the storage may not support it")]
    Setting {
        /// The pragma or option.
        setting: &'static str,
    },
    /// SQLite refused for another reason: a fault of this crate or of the platform.
    #[error("SQLite refused while {what} (code {code}); this is a fault of siaga-store, report it with the code")]
    Refused {
        /// What was being done.
        what: &'static str,
        /// SQLite's extended result code; 0 when the refusal came from the binding.
        code: i32,
    },
}

impl StoreError {
    /// Whether [`crate::Store::set_aside_and_reopen`] is the answer.
    #[must_use]
    pub const fn wants_reopening(&self) -> bool {
        match self {
            Self::Corrupt { .. } | Self::Moved | Self::Migration { .. } => true,
            Self::Busy { .. }
            | Self::Full { .. }
            | Self::Io { .. }
            | Self::Newer { .. }
            | Self::Setting { .. }
            | Self::Refused { .. } => false,
        }
    }
}

/// Maps SQLite's error; `what` completes "while …".
pub(crate) fn sqlite(what: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| {
        let Some(failure) = error.sqlite_error() else { return not_from_sqlite(what, &error) };
        let code = failure.extended_code;
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
                StoreError::Busy { what }
            }
            ErrorCode::DiskFull => StoreError::Full { what },
            // The file of the shared memory cannot grow.
            ErrorCode::SystemIoFailure if code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE => StoreError::Full { what },
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt { what, code },
            ErrorCode::SystemIoFailure => StoreError::Io { what, kind: io::ErrorKind::Other },
            ErrorCode::CannotOpen => StoreError::Io { what, kind: io::ErrorKind::NotFound },
            ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
                StoreError::Io { what, kind: io::ErrorKind::PermissionDenied }
            }
            ErrorCode::InternalMalfunction
            | ErrorCode::OperationAborted
            | ErrorCode::OutOfMemory
            | ErrorCode::OperationInterrupted
            | ErrorCode::NotFound
            | ErrorCode::SchemaChanged
            | ErrorCode::TooBig
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch
            | ErrorCode::ApiMisuse
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::AuthorizationForStatementDenied
            | ErrorCode::ParameterOutOfRange
            | ErrorCode::Unknown
            // Another crate's enum, which may grow.
            | _ => StoreError::Refused { what, code },
        }
    }
}

/// A value of another type than its column's can only come from damage: the tables are STRICT.
fn not_from_sqlite(what: &'static str, error: &rusqlite::Error) -> StoreError {
    if matches!(
        error,
        rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
    ) {
        StoreError::Corrupt { what, code: 0 }
    } else {
        StoreError::Refused { what, code: 0 }
    }
}

/// Maps a refusal of the file system.
pub(crate) fn files(what: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |error| {
        let kind = error.kind();
        if matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) {
            StoreError::Full { what }
        } else {
            StoreError::Io { what, kind }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_says_where_it_was_and_what_to_do_and_names_no_path() {
        let errors = [
            StoreError::Busy { what: "beginning a step" },
            StoreError::Full { what: "beginning a step" },
            StoreError::Corrupt { what: "beginning a step", code: 11 },
            StoreError::Moved,
            StoreError::Io { what: "beginning a step", kind: io::ErrorKind::PermissionDenied },
            StoreError::Newer { found: 9, known: 1 },
            StoreError::Migration { from: 1, code: 11 },
            StoreError::Setting { setting: "journal_mode" },
            StoreError::Refused { what: "beginning a step", code: 1 },
        ];
        for error in errors {
            let text = error.to_string();
            let (found, advice) = text.split_once("; ").expect("a finding and an advice");
            assert!(!found.is_empty() && !advice.is_empty() && !text.contains('/'), "{text}");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_from_a_damaged_one() {
        let full = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(13), None);
        let corrupt = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(11), Some("row of a person".into()));
        let no_room_for_sharing = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(4_874), None);
        assert_eq!(sqlite("a test")(full), StoreError::Full { what: "a test" });
        assert_eq!(sqlite("a test")(no_room_for_sharing), StoreError::Full { what: "a test" });
        assert_eq!(sqlite("a test")(corrupt), StoreError::Corrupt { what: "a test", code: 11 });
    }
}
