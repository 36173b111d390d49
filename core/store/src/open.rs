//! Opening: whatever lies in the folder, afterwards there is a database that can be written (INV-2, INV-9).

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::aside::{self, Reason, SetAside};
use crate::disk::Disk;
use crate::error::{StoreError, files, sqlite};
use crate::folder::{self, DATABASE};
use crate::migrations::{self, APPLICATION_ID, MIGRATIONS};
use crate::options::StoreOptions;
use crate::pragmas::{self, ask_number};
use crate::{Store, checkpoint, presize, reserve, run, salvage, settled};

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Whether the database was made now.
    pub created: bool,
    /// A database that was set aside now, or whose setting aside was finished now.
    pub set_aside: Option<SetAside>,
    /// Whether to call [`Store::verify`] after the first drain: the phone went down while the database was in use.
    pub verify_due: bool,
    /// How many databases that were set aside are not yet salvaged: while it is not 0, call [`crate::Tx::salvage`] in steps
    /// of its own.
    pub unsalvaged: u32,
}

/// What a good database says of itself.
#[derive(Clone, Copy)]
struct Found {
    /// It was made now.
    created: bool,
    /// See [`Opening::verify_due`].
    verify_due: bool,
}

/// What a look at the folder gave.
enum Look {
    Ready { conn: Connection, found: Found },
    Bad(Reason),
}

impl Store {
    /// Opens the database of a folder, makes it when there is none, and sets it aside when it cannot be used.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process is opening, migrating or setting aside; [`StoreError::Io`] and
    /// [`StoreError::Full`] when nothing can be written; [`StoreError::Corrupt`] when a fresh database is bad at once.
    pub fn open(options: &StoreOptions) -> Result<(Self, Opening), StoreError> {
        let StoreOptions { disk, folder, .. } = options;
        disk.files.make_folder(folder).map_err(files("making the store's folder"))?;
        let lock = folder::lock(disk, folder, options.busy_ms);
        let mut set_aside = None;
        if aside::interrupted(disk, folder)?.is_some() {
            if let Err(error) = lock {
                return Err(error);
            }
            set_aside = aside::finish_interrupted(disk, folder)?;
        }
        if folder::size(disk, &folder.join(DATABASE)) == 0 {
            settle_names(disk, folder)?;
        }
        match look(options)? {
            // A good database needs no lock: a process that hangs in its own opening stops nobody.
            Look::Ready { conn, found } => finish(options, conn, found, set_aside),
            Look::Bad(reason) => {
                let _held = lock?;
                set_aside = Some(move_away(options, reason)?);
                open_fresh(options, set_aside)
            }
        }
    }

    /// Closes this database, sets it aside and opens a fresh one. The answer to every error that
    /// [`StoreError::wants_reopening`]. When another process has already set it aside, only reopens.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn set_aside_and_reopen(self, reason: Reason) -> Result<(Self, Opening), StoreError> {
        let options = self.options.clone();
        let lock = folder::lock(&options.disk, &options.folder, options.busy_ms)?;
        let moved = self.has_moved();
        // What a failing close would say is known already.
        drop(self);
        if moved {
            drop(lock);
            return Self::open(&options);
        }
        let set_aside = Some(move_away(&options, reason)?);
        open_fresh(&options, set_aside)
    }

    /// Ends the use of the database: notes a clean close, copies the log into the database, and lets go of every file and
    /// lock, so that a suspended process holds none (F58). Uncommitted work is gone already: no [`crate::Tx`] is alive.
    ///
    /// # Errors
    /// When SQLite cannot close. A note, a copy or a mark that failed is no error: the next opening does
    /// without.
    pub fn close(self) -> Result<(), StoreError> {
        if self.noted_in_use {
            let _ = run::note_clean(&self.conn);
        }
        let _ = checkpoint::all(&self.conn);
        settled::mark(&self);
        self.conn.flush_prepared_statement_cache();
        self.conn.close().map_err(|(_, error)| sqlite("closing the database")(error))
    }
}

/// What an earlier process made or moved is seen, and may not be durable: before there is a fresh database in it, it must be.
fn settle_names(disk: &Disk, folder: &Path) -> Result<(), StoreError> {
    // A relative name of one part has an empty parent: the current folder.
    let parent = folder.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
    match parent.map_or(Ok(()), |parent| folder::sync(disk, parent)) {
        // A folder that the platform made, in a place that is not ours to look into: it stands already.
        Err(StoreError::Io { kind: std::io::ErrorKind::PermissionDenied, .. }) => {}
        synced => synced?,
    }
    let set_aside = folder.join(folder::SET_ASIDE);
    if disk.files.is_folder(&set_aside) { folder::sync(disk, &set_aside) } else { Ok(()) }
}

/// Sets the database aside; a full disk gives the reserve for it (F63).
fn move_away(options: &StoreOptions, reason: Reason) -> Result<SetAside, StoreError> {
    let StoreOptions { disk, folder, .. } = options;
    match aside::move_away(disk, folder, reason) {
        Err(StoreError::Full { .. }) if reserve::release(options)? => aside::move_away(disk, folder, reason),
        moved => moved,
    }
}

/// Opens what is a fresh database, after the bad one has been moved.
fn open_fresh(options: &StoreOptions, set_aside: Option<SetAside>) -> Result<(Store, Opening), StoreError> {
    match look(options)? {
        Look::Ready { conn, found } => finish(options, conn, found, set_aside),
        // A disk on which a fresh database is bad at once.
        Look::Bad(reason) => Err(cannot_be_set_aside(reason)),
    }
}

const fn cannot_be_set_aside(reason: Reason) -> StoreError {
    let what = "opening the database";
    match reason {
        Reason::Corrupt => StoreError::Corrupt { what, code: rusqlite::ffi::SQLITE_CORRUPT },
        Reason::NotADatabase | Reason::ForeignApplication => {
            StoreError::Corrupt { what, code: rusqlite::ffi::SQLITE_NOTADB }
        }
        Reason::Newer { version } => StoreError::Newer { found: version, known: migrations::NEWEST },
        Reason::Unmigratable { version } => StoreError::Migration { from: version, code: rusqlite::ffi::SQLITE_ERROR },
    }
}

/// Opens the file and judges it. A damage is an answer, not an error.
fn look(options: &StoreOptions) -> Result<Look, StoreError> {
    let path = options.folder.join(DATABASE);
    let disk = &options.disk;
    if folder::size(disk, &path) == 0 && folder::size(disk, &options.folder.join(folder::WAL)) > 0 {
        // SQLite would delete the log of an empty database.
        return Ok(Look::Bad(Reason::NotADatabase));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let what = "opening the database";
    let mut conn = match &disk.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(&path, flags, vfs.as_str()),
        None => Connection::open_with_flags(&path, flags),
    }
    .map_err(sqlite(what))?;
    match make_ready(&mut conn, options) {
        Ok(Ok(found)) => Ok(Look::Ready { conn, found }),
        Ok(Err(reason)) => Ok(Look::Bad(reason)),
        Err(StoreError::Corrupt { code, .. }) if code == rusqlite::ffi::SQLITE_NOTADB => {
            Ok(Look::Bad(Reason::NotADatabase))
        }
        Err(StoreError::Corrupt { .. }) => Ok(Look::Bad(Reason::Corrupt)),
        Err(StoreError::Migration { from, .. }) => Ok(Look::Bad(Reason::Unmigratable { version: from })),
        Err(error) => Err(error),
    }
}

/// Judges, sets and migrates. Nothing is written before it is known to be ours.
fn make_ready(conn: &mut Connection, options: &StoreOptions) -> Result<Result<Found, Reason>, StoreError> {
    let what = "reading the database's header";
    pragmas::before_reading(conn, options.busy_ms)?;
    let application = ask_number(conn, "application_id", what)?;
    let version = ask_number(conn, "user_version", what)?;
    let tables: i64 =
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sqlite(what))?;
    let created = application == 0 && version == 0 && tables == 0;
    if !created && application != APPLICATION_ID {
        return Ok(Err(Reason::ForeignApplication));
    }
    if version > migrations::NEWEST {
        return Ok(Err(Reason::Newer { version }));
    }
    pragmas::set_all(conn)?;
    migrations::run(conn, MIGRATIONS)?;
    let ours: i64 = conn
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table'
             AND name IN ('engine', 'outbox', 'history', 'keys', 'quarantine', 'salvage', 'run', 'room', 'media')",
            [],
            |row| row.get(0),
        )
        .map_err(sqlite(what))?;
    if ours != 9 {
        return Ok(Err(Reason::Corrupt));
    }
    // Read here, where a damage is an answer: a database that opens and cannot say this would be opened in vain for ever.
    let verify_due = run::verify_due(conn, &options.boot)?;
    Ok(Ok(Found { created, verify_due }))
}

fn finish(
    options: &StoreOptions,
    conn: Connection,
    found: Found,
    set_aside: Option<SetAside>,
) -> Result<(Store, Opening), StoreError> {
    let Found { created, verify_due } = found;
    let doubt = settled::Doubt::default();
    let mut store = Store {
        conn,
        options: options.clone(),
        seen: None,
        noted_in_use: false,
        verify_due,
        salvage_failures: 0,
        doubt,
    };
    // The log may end in a commit whose sync failed in another process: it can be read and is not on the disk, and what came
    // after it would go with it in a power cut. Copied into the database it is written and synced anew. A disk that cannot even
    // do that keeps no promise. One that is full, although it gave the reserve, takes the log once more in its own place. After a
    // clean close there is no such commit.
    if !settled::is_marked(&store) {
        let mut copied = checkpoint::all(&store.conn);
        if matches!(copied, Err(StoreError::Full { .. })) && reserve::release(options)? {
            copied = checkpoint::all(&store.conn);
        }
        if matches!(copied, Err(StoreError::Full { .. })) {
            copied = settled::write_log_again(&mut store);
        }
        if let Err(error @ StoreError::Io { .. }) = copied {
            return Err(error);
        }
        store.doubt = settled::doubt(&store);
    }
    // Room, reserve and marks are for bad days; that today is one must not keep the store closed (INV-2).
    let _ = presize::run(&store.conn, options);
    let _ = store.restore_reserve();
    let _ = salvage::mark_salvaged(&store);
    // Whoever cannot be asked now may have something: the salvage will see.
    let unsalvaged = salvage::unsalvaged(&store).unwrap_or(1);
    Ok((store, Opening { created, set_aside, verify_due, unsalvaged }))
}
