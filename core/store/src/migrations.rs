//! Forward migrations by `user_version`: one version at a time, each in one transaction, none ever taken back (INV-14).

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{StoreError, sqlite};
use crate::pragmas::ask_number;

/// "SIAG" in ASCII: tells our database from another file that lies in its place.
pub(crate) const APPLICATION_ID: i64 = 0x5349_4147;

/// The step to one schema version.
pub(crate) struct Migration {
    /// The version after it.
    pub(crate) to: i64,
    /// What it does. It may neither delete a row of the outbox nor change a frozen body.
    pub(crate) sql: &'static str,
}

/// All migrations, oldest first. A released one is never edited.
pub(crate) const MIGRATIONS: &[Migration] = &[Migration { to: 1, sql: include_str!("migrations/0001.sql") }];

/// The newest version that is known: the last migration's.
pub(crate) const NEWEST: i64 = 1;

/// Takes the database forward to the newest version.
///
/// # Errors
/// [`StoreError::Migration`] when one fails; the database then stands at the version before it.
pub(crate) fn run(conn: &mut Connection, migrations: &[Migration]) -> Result<(), StoreError> {
    let mut version = ask_number(conn, "user_version", "reading the schema version")?;
    while let Some(next) = migrations.iter().find(|migration| migration.to > version) {
        version = one(conn, next)?;
    }
    Ok(())
}

/// Runs one migration unless another process has just done it; gives the version that stands afterwards.
fn one(conn: &mut Connection, migration: &Migration) -> Result<i64, StoreError> {
    let what = "migrating the schema";
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite(what))?;
    let from = ask_number(&tx, "user_version", what)?;
    if from >= migration.to {
        return Ok(from);
    }
    let fault = |error: rusqlite::Error| match sqlite(what)(error) {
        // These pass, and the next opening tries again; the others are the migration's own.
        passing @ (StoreError::Busy { .. } | StoreError::Full { .. } | StoreError::Io { .. }) => passing,
        StoreError::Corrupt { code, .. } | StoreError::Refused { code, .. } => StoreError::Migration { from, code },
        other @ (StoreError::Moved
        | StoreError::Newer { .. }
        | StoreError::Migration { .. }
        | StoreError::Setting { .. }) => other,
    };
    tx.execute_batch(migration.sql).map_err(fault)?;
    tx.execute_batch(&format!("PRAGMA user_version = {}; PRAGMA application_id = {APPLICATION_ID};", migration.to))
        .map_err(fault)?;
    tx.commit().map_err(fault)?;
    Ok(migration.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "ALTER TABLE outbox ADD COLUMN colour TEXT;";
    const BROKEN: &str = "ALTER TABLE outbox ADD COLUMN shade TEXT; ALTER TABLE nowhere ADD COLUMN x TEXT;";

    fn full_queue_at_version_1(rows: u32) -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        run(&mut conn, MIGRATIONS).unwrap();
        for slot in 1..=rows {
            conn.execute(
                "INSERT INTO outbox (slot, incident, event, kind, attempt, drill, body) VALUES (?1, x'01', x'02', 1, 0, 0, x'03')",
                [slot],
            )
            .unwrap();
        }
        conn
    }

    fn rows(conn: &Connection) -> u32 {
        conn.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_newest_version_is_the_last_migration_and_they_stand_in_order() {
        assert_eq!(MIGRATIONS.last().map(|last| last.to), Some(NEWEST));
        assert!(MIGRATIONS.is_sorted_by(|a, b| a.to < b.to));
    }

    #[test]
    fn a_migration_keeps_every_row_of_a_full_queue_and_runs_once() {
        // INV-14, F4.
        let mut conn = full_queue_at_version_1(5_000);
        let migrations = [Migration { to: 1, sql: "not run again" }, Migration { to: 2, sql: TWO }];
        run(&mut conn, &migrations).unwrap();
        run(&mut conn, &migrations).unwrap();
        assert_eq!((rows(&conn), ask_number(&conn, "user_version", "a test").unwrap()), (5_000, 2));
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before_it_and_every_row() {
        // INV-14: the first of two goes through, the second is undone as a whole.
        let mut conn = full_queue_at_version_1(100);
        let migrations = [Migration { to: 2, sql: TWO }, Migration { to: 3, sql: BROKEN }];
        assert!(matches!(run(&mut conn, &migrations), Err(StoreError::Migration { from: 2, .. })));
        assert_eq!((rows(&conn), ask_number(&conn, "user_version", "a test").unwrap()), (100, 2));
        let shade = conn.prepare("SELECT shade FROM outbox");
        assert!(shade.is_err(), "half of the failed migration stayed");
    }
}
