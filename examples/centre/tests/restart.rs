//! What was answered stays answered: over a restart, over a rotation of keys, and never in a folder of somebody else.

mod fixture;

use fixture::media::*;
use fixture::*;
use siaga_centre::{Centre, CentreError, CentreOptions, Limits};
use siaga_vault::{Digest, verify_step};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_receipts_byte_for_byte_and_the_timeline() {
    let centre = start();
    let create = sos_bytes();
    let (first, root) = (receipt_of(&centre.create(INCIDENT, &create).await), centre.handle.root_key());
    centre.event(INCIDENT, EVENT, &cancel(EVENT)).await;
    centre.handle.mark(INCIDENT, siaga_centre::Mark::Opened).unwrap();
    let before = centre.handle.incidents().unwrap();
    let timeline = json_of(centre.timeline(INCIDENT, "").await).await;

    let centre = centre.restarted();
    assert_eq!(centre.handle.incidents().unwrap(), before);
    assert_eq!(centre.handle.root_key(), root);
    let again = centre.create(INCIDENT, &create).await;
    assert_eq!((again.status().as_u16(), receipt_of(&again)), (200, first));
    assert_eq!(json_of(centre.timeline(INCIDENT, "").await).await, timeline);
}

/// What the first version made of a database, without its own comments.
const FIRST_VERSION: &str = "
CREATE TABLE incidents (incident TEXT PRIMARY KEY, created INTEGER NOT NULL, drill INTEGER NOT NULL, is_report INTEGER NOT NULL,
    secret_sha256 TEXT) STRICT;
CREATE TABLE events (place INTEGER PRIMARY KEY, incident TEXT NOT NULL REFERENCES incidents, event TEXT NOT NULL,
    bytes BLOB NOT NULL, sha256 TEXT NOT NULL, receipt TEXT NOT NULL, arrived_ms INTEGER NOT NULL, waited_ms INTEGER,
    drill INTEGER NOT NULL, secret_sha256 TEXT, flags TEXT NOT NULL, UNIQUE (incident, event)) STRICT;
CREATE TABLE steps (incident TEXT NOT NULL REFERENCES incidents, n INTEGER NOT NULL, step TEXT NOT NULL,
    at_ms INTEGER NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (incident, n)) STRICT;
PRAGMA user_version = 1;
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_the_first_version_keeps_its_receipts_and_its_timelines() {
    let folder = TempDir::new().unwrap();
    let create = sos_bytes();
    let (sha256, secret_sha256) = (Digest::of(&create).to_string(), Digest::of(&SECRET).to_string());
    let database = rusqlite::Connection::open(folder.path().join("centre.db")).unwrap();
    database.execute_batch(FIRST_VERSION).unwrap();
    database.execute("INSERT INTO incidents VALUES (?1, 1, 0, 0, ?2)", [INCIDENT, &secret_sha256]).unwrap();
    database
        .execute(
            "INSERT INTO events VALUES (1, ?1, ?1, ?2, ?3, 'the old receipt', 1793000000000, NULL, 0, ?4, '')",
            (INCIDENT, &create, &sha256, &secret_sha256),
        )
        .unwrap();
    for (n, step) in [(1, "received"), (2, "opened")] {
        database.execute("INSERT INTO steps VALUES (?1, ?2, ?3, 1793000000007, 'a.b.c')", (INCIDENT, n, step)).unwrap();
    }
    drop(database);

    let centre = start_in(folder, Limits::default());
    assert_eq!(receipt_of(&centre.create(INCIDENT, &create).await), "the old receipt");
    let timeline = json_of(centre.timeline(INCIDENT, "").await).await;
    let keys = centre.keys().await;
    let judged =
        |n: usize| verify_step(timeline["steps"][n].as_str().unwrap(), &keys, INCIDENT, CENTRE, false).unwrap();
    let (first, second) = (judged(0), judged(1));
    assert_eq!((first.n, first.step.as_str(), first.at_ms), (1, "received", 1_793_000_000_007));
    assert_eq!((second.n, second.step.as_str()), (2, "opened"));
    centre.handle.mark(INCIDENT, siaga_centre::Mark::Closed).unwrap();
    assert_eq!(centre.create(OTHER, &bytes(&sos(OTHER))).await.status(), 201);
    assert_eq!(centre.creation(FILE, &photo(100)).send().await.unwrap().status(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_the_second_version_takes_files_of_its_incidents() {
    let centre = start_with_sos().await;
    let receipt = receipt_of(&centre.create(INCIDENT, &sos_bytes()).await);
    let Running { handle, folder, .. } = centre;
    handle.stop();
    let database = rusqlite::Connection::open(folder.path().join("centre.db")).unwrap();
    database.execute_batch("DROP TABLE uploads; PRAGMA user_version = 2").unwrap();
    drop(database);
    std::fs::remove_dir(folder.path().join("media")).unwrap();

    let centre = start_in(folder, Limits::default());
    assert_eq!(receipt_of(&centre.create(INCIDENT, &sos_bytes()).await), receipt);
    let (_, receipt) = centre.brought(FILE, &photo(100)).await;
    assert_ne!(receipt, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_new_receipts_use_the_new_key_and_old_ones_are_repeated_and_still_verify() {
    let centre = start();
    let create = sos_bytes();
    let old_reply = centre.create(INCIDENT, &create).await;
    let old = centre.judge(&old_reply, INCIDENT, &create, false).await.unwrap();
    assert_eq!(centre.keys().await.serial(), 1);
    centre.handle.rotate_key().unwrap();
    let centre = centre.restarted();

    let keys = centre.keys().await;
    assert_eq!((keys.serial(), keys.key_ids().count()), (2, 2));
    let repeated = centre.create(INCIDENT, &create).await;
    assert_eq!(receipt_of(&repeated), old.jws);
    assert!(centre.judge(&repeated, INCIDENT, &create, false).await.is_ok());
    let event = cancel(EVENT);
    let new_reply = centre.event(INCIDENT, EVENT, &event).await;
    let new = centre.judge(&new_reply, EVENT, &event, false).await.unwrap();
    assert_ne!(new.key_id, old.key_id);
}

#[test]
fn a_rotation_needs_the_root_key_and_running_does_not() {
    let folder = TempDir::new().unwrap();
    drop(Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap());
    // Taken offline, as a real one is.
    std::fs::rename(folder.path().join("root.key"), folder.path().join("elsewhere")).unwrap();
    let centre = Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap();
    assert!(matches!(centre.rotate_key(), Err(CentreError::File { .. })));
    std::fs::rename(folder.path().join("elsewhere"), folder.path().join("root.key")).unwrap();
    centre.rotate_key().unwrap();
}

#[test]
fn the_folder_of_another_centre_or_of_a_newer_version_is_left_alone() {
    let folder = TempDir::new().unwrap();
    drop(Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap());
    let other = Centre::start(CentreOptions::new(folder.path(), "polda-bali"));
    assert!(matches!(other, Err(CentreError::OtherCentre { found }) if found == CENTRE));

    let database = rusqlite::Connection::open(folder.path().join("centre.db")).unwrap();
    database.pragma_update(None, "user_version", 99).unwrap();
    drop(database);
    let newer = Centre::start(CentreOptions::new(folder.path(), CENTRE));
    assert!(matches!(newer, Err(CentreError::NewerDatabase { found: 99, known: 3 })));

    std::fs::write(folder.path().join("keys.json"), "{}").unwrap();
    let damaged = Centre::start(CentreOptions::new(folder.path(), CENTRE));
    assert!(matches!(damaged, Err(CentreError::KeyFile { .. })));
    assert_eq!(std::fs::read_to_string(folder.path().join("keys.json")).unwrap(), "{}");
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_keys() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    drop(Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap());
    for name in ["keys.json", "root.key", "media"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    let root = std::fs::read_to_string(folder.path().join("root.key")).unwrap();
    assert!(root.contains("OFFLINE"));
}

#[test]
fn a_page_that_others_could_reach_is_not_served() {
    let folder = TempDir::new().unwrap();
    let page = Some("0.0.0.0:0".parse().unwrap());
    let started = Centre::start(CentreOptions { page, ..CentreOptions::new(folder.path(), CENTRE) });
    assert!(matches!(started, Err(CentreError::PageNotLoopback(_))));
}

#[test]
fn a_centre_whose_id_no_phone_would_accept_does_not_start() {
    for id in ["", "Polda Jateng", "polda_jateng", &"x".repeat(65)] {
        let folder = TempDir::new().unwrap();
        let started = Centre::start(CentreOptions::new(folder.path(), id));
        assert!(matches!(started, Err(CentreError::CentreId(refused)) if refused == id));
    }
}
