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
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { to: 1, sql: include_str!("migrations/0001.sql") },
    Migration { to: 2, sql: include_str!("migrations/0002.sql") },
];

/// The newest version that is known: the last migration's.
pub(crate) const NEWEST: i64 = 2;

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
    use std::fs;
    use std::path::{Path, PathBuf};

    use rusqlite::types::Value;

    use super::*;

    const TWO: &str = "ALTER TABLE outbox ADD COLUMN colour TEXT;";
    const BROKEN: &str = "ALTER TABLE outbox ADD COLUMN shade TEXT; ALTER TABLE nowhere ADD COLUMN x TEXT;";

    fn full_queue_at_version_1(rows: u32) -> Connection {
        let mut conn = Connection::open_in_memory().unwrap();
        run(&mut conn, &MIGRATIONS[..1]).unwrap();
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

    /// A migration as it may come: the outbox is made anew with a column more, and something else changes beside it.
    const STATEMENTS: [&str; 7] = [
        "CREATE TABLE outbox2 (slot INTEGER PRIMARY KEY, incident BLOB NOT NULL, event BLOB NOT NULL, colour TEXT,
             kind INTEGER NOT NULL, attempt INTEGER NOT NULL, drill INTEGER NOT NULL, sha256 BLOB, body BLOB NOT NULL) STRICT;",
        "INSERT INTO outbox2 SELECT slot, incident, event, 'red', kind, attempt, drill, sha256, body FROM outbox;",
        "DROP TABLE outbox;",
        "ALTER TABLE outbox2 RENAME TO outbox;",
        "CREATE TABLE sightings (id INTEGER PRIMARY KEY) STRICT;",
        "INSERT INTO sightings SELECT slot FROM outbox;",
        "UPDATE run SET verify_due = 1;",
    ];
    /// What those leave of a row.
    const KEPT: &str = "slot, incident, event, kind, attempt, drill, sha256, body";

    /// Copies of the databases of every released schema, each in a folder of its own.
    fn released() -> Vec<(tempfile::TempDir, PathBuf)> {
        let databases = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases")).unwrap();
        let copy = |from: &Path| {
            let dir = tempfile::tempdir().unwrap();
            let to = dir.path().join("siaga.db");
            fs::copy(from, &to).unwrap();
            (dir, to)
        };
        databases.map(|entry| copy(&entry.unwrap().path())).collect()
    }

    fn kept(conn: &Connection) -> Vec<Vec<Value>> {
        let mut statement = conn.prepare(&format!("SELECT {KEPT} FROM outbox ORDER BY slot")).unwrap();
        let rows = statement.query_map([], |row| (0..8).map(|index| row.get(index)).collect()).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Runs a planted migration to the version after the newest one on what is there, and expects every row.
    fn assert_migrates(path: &Path, before: &[Vec<Value>], what: &str) {
        let mut conn = Connection::open(path).unwrap();
        let version = |conn: &Connection| ask_number(conn, "user_version", "a test").unwrap();
        assert_eq!(version(&conn), NEWEST, "{what}: it is not half done");
        assert!(kept(&conn) == before, "{what}: a row is gone or changed before the second try");
        let sql = STATEMENTS.concat().leak();
        run(&mut conn, &[Migration { to: NEWEST + 1, sql }]).unwrap();
        assert_eq!(version(&conn), NEWEST + 1, "{what}");
        assert!(kept(&conn) == before, "{what}: a row is gone or changed");
        let sightings: u32 = conn.query_row("SELECT count(*) FROM sightings", [], |row| row.get(0)).unwrap();
        assert_eq!(sightings as usize, before.len(), "{what}");
        let sound: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok", "{what}");
    }

    #[test]
    fn a_migration_that_fails_after_any_of_its_statements_is_run_again_and_keeps_every_row() {
        // INV-14.
        for done in 0..=STATEMENTS.len() {
            for (_dir, path) in released() {
                let mut conn = Connection::open(&path).unwrap();
                run(&mut conn, MIGRATIONS).unwrap();
                let before = kept(&conn);
                assert!(before.len() >= 20, "a full queue");
                let sql = format!("{} DELETE FROM nowhere;", STATEMENTS[..done].concat()).leak();
                let failed = run(&mut conn, &[Migration { to: NEWEST + 1, sql }]);
                assert!(matches!(failed, Err(StoreError::Migration { from: NEWEST, .. })), "{failed:?}");
                drop(conn);
                assert_migrates(&path, &before, &format!("failed after {done} statements"));
            }
        }
    }

    #[test]
    fn a_process_that_dies_between_any_two_statements_of_a_migration_loses_no_row() {
        // INV-13, INV-14: what lies in the files at that moment is what a killed process leaves.
        for done in 0..=STATEMENTS.len() {
            for (dir, path) in released() {
                let mut conn = Connection::open(&path).unwrap();
                run(&mut conn, MIGRATIONS).unwrap();
                let before = kept(&conn);
                // One page of cache: the migration's pages are in the log before its commit.
                conn.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE").unwrap();
                for statement in &STATEMENTS[..done] {
                    conn.execute_batch(statement).unwrap();
                }
                if done == STATEMENTS.len() {
                    conn.execute_batch(&format!("PRAGMA user_version = {}", NEWEST + 1)).unwrap();
                }
                let left = dir.path().join("left");
                fs::create_dir(&left).unwrap();
                for file in ["siaga.db", "siaga.db-wal"] {
                    fs::copy(dir.path().join(file), left.join(file)).unwrap();
                }
                let in_log = fs::metadata(left.join("siaga.db-wal")).unwrap().len();
                assert!(in_log > 0 || done < 2, "nothing was under way after {done} statements");
                drop(conn);
                assert_migrates(&left.join("siaga.db"), &before, &format!("died after {done} statements"));
                assert_migrates(&path, &before, &format!("let go after {done} statements"));
            }
        }
    }
}
