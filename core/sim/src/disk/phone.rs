//! The disk of a phone: one store in one folder.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};

use super::SimDisk;
use super::state::{FileNode, ROOT, State};

const APP: &str = "phone";
const FOLDER: &str = "/phone/siaga";
const DATABASE: &str = "/phone/siaga/siaga.db";
const LOG: &str = "/phone/siaga/siaga.db-wal";
/// What a full disk has left, in bytes: less than a block.
const NO_ROOM: u64 = 0;

/// Makes the folder in which the app makes its own; it is there before the app is.
pub(super) fn prepare(state: &mut State) {
    let _ = state.make_folder((ROOT, APP.to_owned()));
    state.sync_names(ROOT);
}

impl SimDisk {
    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &'static Path {
        Path::new(FOLDER)
    }

    /// The store's database.
    #[must_use]
    pub fn database(&self) -> &'static str {
        DATABASE
    }

    /// Whether this process has written to the write-ahead log since that was last synced. What another one has written
    /// meanwhile, in the middle of its own commit, is that one's business.
    #[must_use]
    pub fn log_is_dirty(&self, process: u32) -> bool {
        let mut state = self.inner.lock();
        let is_dirty = |file: &mut FileNode| file.bytes.is_dirty() && file.writer == process;
        state.find_file(LOG).and_then(|id| state.file(id).map(is_dirty)).unwrap_or(false)
    }

    /// Fills a page of the database with noise; says whether there was one.
    pub fn corrupt_page(&self, dice: &mut fastrand::Rng) -> bool {
        let pages = usize::try_from(self.size(DATABASE).unwrap_or(0) / 4096).unwrap_or(0);
        pages > 0 && self.overwrite_page(DATABASE, dice.usize(1..=pages), dice)
    }

    /// Whether there is no room for another block.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let state = self.inner.lock();
        state.capacity.is_some_and(|capacity| capacity <= state.used)
    }

    /// Takes all room, or gives room without an end.
    pub fn set_full(&self, full: bool) {
        self.set_room(full.then_some(NO_ROOM));
    }

    /// Asks a copy of the database for one number, so that nothing is disturbed.
    #[must_use]
    pub fn look(&self, sql: &str) -> Option<i64> {
        let copy = Self::from_image(&self.image());
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags_and_vfs(DATABASE, flags, copy.vfs_name()).ok()?;
        conn.query_row(sql, [], |row| row.get(0)).ok()
    }

    /// Puts a file on the disk, durable with its name and its folders.
    pub fn put(&self, path: &str, bytes: Vec<u8>) {
        self.inner.lock().put(path, Arc::new(bytes));
    }
}
