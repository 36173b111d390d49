//! The rows that say for which attachments a copy is kept, and how long.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row};
use siaga_engine::clock::T;
use siaga_engine::ids::EventId;
use siaga_vault::Digest;

use crate::Tx;
use crate::error::{StoreError, sqlite};

/// How long a copy that was released already is kept after its row came back from a database that was set aside, in
/// milliseconds: the old clock's moment means nothing in the new database. A week.
pub const SALVAGED_KEEP_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// A row as it stands in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileRow {
    pub(crate) file: [u8; 16],
    pub(crate) sha256: [u8; 32],
    pub(crate) bytes: i64,
    pub(crate) until: Option<i64>,
}

impl FileRow {
    /// The columns in their order.
    pub(crate) const COLUMNS: &str = "file, sha256, bytes, until";

    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { file: row.get(0)?, sha256: row.get(1)?, bytes: row.get(2)?, until: row.get(3)? })
    }
}

impl Tx<'_> {
    /// Notes that the copy of this hash and size is kept for this attachment, until it is released. Noting it again notes
    /// it anew.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn keep_file(&mut self, file: EventId, sha256: Digest, bytes: u64) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO media (file, sha256, bytes, until) VALUES (?1, ?2, ?3, NULL) ON CONFLICT (file) DO UPDATE
             SET sha256 = excluded.sha256, bytes = excluded.bytes, until = NULL",
            (file.to_bytes(), sha256.0, i64::try_from(bytes).unwrap_or(i64::MAX)),
            "noting a kept file",
        )
        .map(|_| ())
    }

    /// Notes that the copy for this attachment may go at this moment of the persisted clock. Does nothing when there is no
    /// such row.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn release_file(&mut self, file: EventId, until: T) -> Result<(), StoreError> {
        let until = i64::try_from(until.0).unwrap_or(i64::MAX);
        self.execute("UPDATE media SET until = ?2 WHERE file = ?1", (file.to_bytes(), until), "releasing a kept file")
            .map(|_| ())
    }

    /// The hashes of all copies that are kept, released ones included.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn kept_files(&self) -> Result<BTreeSet<Digest>, StoreError> {
        let what = "reading the kept files";
        let mut statement = self.cached("SELECT sha256 FROM media", what)?;
        let hashes = statement.query_map([], |row| row.get(0).map(Digest)).map_err(sqlite(what))?;
        hashes.collect::<Result<_, _>>().map_err(sqlite(what))
    }

    /// How many bytes they have together, in bytes; one copy counts once.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn kept_bytes(&self) -> Result<u64, StoreError> {
        let what = "adding up the kept files";
        let bytes: i64 = self
            .cached("SELECT ifnull(sum(most), 0) FROM (SELECT max(bytes) AS most FROM media GROUP BY sha256)", what)?
            .query_row([], |row| row.get(0))
            .map_err(sqlite(what))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// The attachments whose copies may go at `t`, the longest due first, at most so many.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn expired_files(&self, t: T, most: u32) -> Result<Vec<EventId>, StoreError> {
        let what = "looking for files that may go";
        let mut statement =
            self.cached("SELECT file FROM media WHERE until <= ?1 ORDER BY until, file LIMIT ?2", what)?;
        let files = statement
            .query_map((i64::try_from(t.0).unwrap_or(i64::MAX), most), |row| row.get(0).map(EventId::from_bytes))
            .map_err(sqlite(what))?;
        files.collect::<Result<_, _>>().map_err(sqlite(what))
    }

    /// Forgets an attachment. Gives the hash of its copy when no other attachment has the same one: after the commit, and in a
    /// step of its own, [`crate::MediaFolder::remove`] removes it.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn forget_file(&mut self, file: EventId) -> Result<Option<Digest>, StoreError> {
        let what = "forgetting a kept file";
        let forgotten: Option<[u8; 32]> = self
            .cached("DELETE FROM media WHERE file = ?1 RETURNING sha256", what)?
            .query_row([file.to_bytes()], |row| row.get(0))
            .optional()
            .map_err(sqlite(what))?;
        let Some(sha256) = forgotten else { return Ok(None) };
        let shared =
            self.cached("SELECT 1 FROM media WHERE sha256 = ?1", what)?.exists([sha256]).map_err(sqlite(what))?;
        Ok((!shared).then_some(Digest(sha256)))
    }

    /// Takes a row over from a database that was set aside. What was released there is kept a while longer; a row of the same
    /// attachment that is here already is the later one.
    pub(crate) fn take_over_file(&mut self, t: T, row: FileRow) -> Result<(), StoreError> {
        let FileRow { file, sha256, bytes, until } = row;
        let until = until.map(|_| i64::try_from(t.after(SALVAGED_KEEP_MS).0).unwrap_or(i64::MAX));
        self.execute(
            "INSERT OR IGNORE INTO media (file, sha256, bytes, until) VALUES (?1, ?2, ?3, ?4)",
            (file, sha256, bytes, until),
            "taking a kept file over",
        )
        .map(|_| ())
    }
}
