//! The transaction of a step: all of it or nothing, and nothing is told before it is committed (INV-1, INV-7).

use std::ffi::c_int;

use rusqlite::{CachedStatement, FileControl};
use siaga_engine::plant::{Plant, planted};

use crate::Store;
use crate::error::{StoreError, sqlite};
use crate::{run, salvage};

/// One step's transaction. It holds the write lock; dropping it undoes everything.
#[derive(Debug)]
pub struct Tx<'store> {
    pub(crate) store: &'store mut Store,
    version: i64,
    pub(crate) loaded: bool,
    /// Whether this step finished the salvage of a folder, which is then marked in the folder too.
    pub(crate) salvaged_one: bool,
    open: bool,
}

impl Store {
    /// Begins a step (`BEGIN IMMEDIATE`): waits at most [`crate::StoreOptions::busy_ms`] for another process's step.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the other process holds the lock longer than that.
    pub fn begin(&mut self) -> Result<Tx<'_>, StoreError> {
        let what = "beginning a step";
        let begun = self.conn.prepare_cached("BEGIN IMMEDIATE").and_then(|mut statement| statement.execute([]));
        begun.map_err(sqlite(what))?;
        let mut tx = Tx { store: self, version: 0, loaded: false, salvaged_one: false, open: true };
        let version = tx
            .cached("PRAGMA data_version", what)
            .and_then(|mut statement| statement.query_row([], |row| row.get(0)).map_err(sqlite(what)))?;
        tx.version = version;
        if tx.store.seen.is_some_and(|seen| seen != tx.version) {
            // The other process may have noted a clean close while this one goes on.
            tx.store.noted_in_use = false;
        }
        Ok(tx)
    }

    /// Whether another process has committed since this one last did. Takes no lock, so it may be out of date at once: good
    /// for a screen, while a step asks [`Tx::foreign_write`].
    #[must_use]
    pub fn is_behind(&self) -> bool {
        let version = self
            .conn
            .prepare_cached("PRAGMA data_version")
            .and_then(|mut statement| statement.query_row([], |row| row.get::<_, i64>(0)));
        self.seen.is_some() && version.is_ok_and(|version| Some(version) != self.seen)
    }

    /// Whether the file that is open is no longer the one in the folder. A VFS that cannot tell says no.
    pub(crate) fn has_moved(&self) -> bool {
        #[cfg(unix)]
        {
            let mut moved: c_int = 0;
            self.conn.file_control(None::<&str>, FileControl::HasMoved(&mut moved)).is_ok() && moved != 0
        }
        #[cfg(not(unix))]
        false
    }
}

impl Tx<'_> {
    /// Whether what the engine holds in memory is out of date: another process has committed since this one last did, or
    /// nothing was loaded yet. Then [`Tx::load`] and restore the engine before deciding anything.
    #[must_use]
    pub fn foreign_write(&self) -> bool {
        if planted(Plant::OverlookOthers) {
            return self.store.seen.is_none();
        }
        self.store.seen != Some(self.version)
    }

    /// Makes the step durable: after this returns, a power cut takes nothing of it back.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`]: nothing of the step stands, as far as this process can see; after a restart
    /// it may stand after all, so no id of it may be used again for other bytes (INV-4). [`StoreError::Moved`]: it stands in
    /// a database that another process was setting aside.
    pub fn commit(mut self) -> Result<(), StoreError> {
        let what = "committing a step";
        if !self.store.noted_in_use {
            run::note_in_use(&self.store.conn, &self.store.options.boot, self.store.verify_due)?;
        }
        self.cached("COMMIT", what)?.execute([]).map_err(sqlite(what))?;
        self.open = false;
        self.store.seen = Some(self.version);
        self.store.noted_in_use = true;
        if self.store.has_moved() {
            return Err(StoreError::Moved);
        }
        if self.salvaged_one {
            // Also in the folder, for the day on which this database is set aside itself; done at the next opening else.
            let _ = salvage::mark_salvaged(self.store);
        }
        Ok(())
    }

    /// Ends a step that changed nothing. What was loaded in it counts as known, unlike after a drop.
    pub fn end_unchanged(self) {
        if self.loaded {
            self.store.seen = Some(self.version);
        }
    }

    pub(crate) fn cached(&self, sql: &str, what: &'static str) -> Result<CachedStatement<'_>, StoreError> {
        self.store.conn.prepare_cached(sql).map_err(sqlite(what))
    }

    pub(crate) fn execute(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        what: &'static str,
    ) -> Result<usize, StoreError> {
        self.cached(sql, what)?.execute(params).map_err(sqlite(what))
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        if self.open {
            // It fails only when SQLite has already rolled back by itself, after a full disk or an I/O error.
            let _ = self
                .cached("ROLLBACK", "undoing a step")
                .and_then(|mut undo| undo.execute([]).map_err(sqlite("undoing a step")));
        }
    }
}
