//! Looks into a phone's store that no process of ours makes.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::disk::SimDisk;

/// The process that only ever holds a lock, or looks into the database.
const BYSTANDER: u32 = u32::MAX;

/// Does something through a connection of somebody who is not the app; `None` when that fails.
pub(crate) fn look<V>(disk: &SimDisk, look: impl FnOnce(&Connection) -> rusqlite::Result<V>) -> Option<V> {
    disk.start(BYSTANDER);
    disk.run_as(BYSTANDER, || connect(disk).and_then(|conn| look(&conn)).ok())
}

/// A connection that holds the write lock until it is let go of.
pub(crate) struct HeldLock {
    conn: Option<Connection>,
    disk: SimDisk,
}

impl HeldLock {
    pub(crate) fn take(disk: &SimDisk) -> Option<Self> {
        disk.start(BYSTANDER);
        disk.run_as(BYSTANDER, || {
            let conn = connect(disk).ok()?;
            conn.execute_batch("BEGIN IMMEDIATE").ok()?;
            Some(Self { conn: Some(conn), disk: disk.clone() })
        })
    }
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let conn = self.conn.take();
        self.disk.run_as(BYSTANDER, || drop(conn));
    }
}

fn connect(disk: &SimDisk) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags_and_vfs(disk.database(), flags, disk.vfs_name())?;
    // Or SQLite would delete the log when this connection closes.
    let _ = conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(conn)
}
