//! The SQLite store of the outbox: one transaction a step, quarantine and salvage.
//!
//! - [`Store::open`] gives a database that can be written, whatever it found: a bad one is set aside, never deleted (INV-9).
//! - [`Store::begin`] starts the transaction of a step; nothing of a step is visible until [`Tx::commit`] has returned, and
//!   what it wrote then survives a power cut (INV-1) and `kill -9` (INV-13).
//! - Between steps: [`Store::checkpoint`], [`Store::verify`], [`Store::restore_reserve`]; in steps of their own:
//!   [`Tx::salvage`], [`Tx::retain`].
//! - [`MediaFolder`] keeps copies of attached files beside the database, and [`Tx::keep_file`] says which are needed.

mod aside;
mod checkpoint;
mod counts;
mod disk;
mod error;
mod files;
mod folder;
mod heads;
mod history;
mod media;
mod migrations;
mod open;
mod options;
mod outbox;
mod pragmas;
mod presize;
mod quarantine;
mod reserve;
mod row;
mod run;
mod salvage;
mod saved;
mod settled;
mod source;
mod tx;

use rusqlite::Connection;

pub use aside::{Reason, SetAside};
pub use checkpoint::{CHECKPOINT_FRAMES, Checkpoint};
pub use disk::{Disk, FileLock, FileReader, FileWriter, Files};
pub use error::StoreError;
pub use heads::Heads;
pub use history::{HISTORY_AGE_MAX_MS, HISTORY_RECORDS_MAX};
pub use media::{Copied, Hold, MediaFolder, SALVAGED_KEEP_MS, SourceFile, TakeFault, TakeLimits, open_source};
pub use open::Opening;
pub use options::{BUSY_MS, RESERVE_BYTES, StoreOptions, WAL_BYTES};
pub use quarantine::QUARANTINE_ROWS_MAX;
pub use salvage::Salvaged;
pub use saved::Saved;
pub use tx::Tx;

/// One open database. One per process and folder is enough; a second process may have its own on the same folder.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    options: StoreOptions,
    /// SQLite's `data_version` when what the database says was last known to the engine; `None` before the first load.
    seen: Option<i64>,
    /// Whether the note that this boot writes is already committed.
    noted_in_use: bool,
    /// Whether the database has still to be checked.
    verify_due: bool,
    /// How often a database that was set aside could not be read.
    salvage_failures: u32,
    /// The log that may not be on the disk, though it can be read.
    doubt: settled::Doubt,
}
