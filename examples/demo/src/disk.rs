//! What a process left on the disk, read past the core: a copy of its files, so that nothing is changed by looking.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use siaga_vault::Digest;

use crate::fault::Fault;

/// The create of an SOS as it lies on the disk.
pub(crate) struct Found {
    /// The exact bytes that will be sent.
    pub(crate) bytes: Vec<u8>,
    /// Their SHA-256.
    pub(crate) sha256: Digest,
}

impl Found {
    /// The bytes as JSON.
    pub(crate) fn envelope(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// All creates of an SOS that wait in the outbox.
pub(crate) fn waiting_sos(folder: &Path) -> Result<Vec<Found>, Fault> {
    let copy = Copy::of(folder)?;
    // 1 is the create of an SOS or a drill; only frozen rows have a hash.
    let mut rows = copy.database.prepare("SELECT body FROM outbox WHERE kind = 1 AND drill = 0 AND sha256 NOT NULL")?;
    let bodies = rows.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    bodies.map(|bytes| bytes.map(|bytes| Found { sha256: Digest::of(&bytes), bytes }).map_err(Fault::from)).collect()
}

/// The centre's key set, as the citizen keeps it.
pub(crate) fn key_set(folder: &Path) -> Result<Option<String>, Fault> {
    let copy = Copy::of(folder)?;
    Ok(copy.database.query_row("SELECT jws FROM keys", [], |row| row.get(0)).optional()?)
}

struct Copy {
    database: Connection,
    /// Lives as long as the connection.
    _folder: tempfile::TempDir,
}

impl Copy {
    fn of(folder: &Path) -> Result<Self, Fault> {
        let fault = Fault::system("copying the citizen's database");
        let copy = tempfile::tempdir().map_err(&fault)?;
        for file in std::fs::read_dir(folder).map_err(&fault)? {
            let file = file.map_err(&fault)?;
            // Not the index of the write-ahead log: it is the killed process's shared memory.
            let name = file.file_name();
            if name.to_string_lossy().starts_with("siaga.db") && !name.to_string_lossy().ends_with("-shm") {
                let _ = std::fs::copy(file.path(), copy.path().join(&name)).map_err(&fault)?;
            }
        }
        let database = Connection::open(copy.path().join("siaga.db"))?;
        Ok(Self { database, _folder: copy })
    }
}
