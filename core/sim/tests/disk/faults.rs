//! A disk that is full, that fails, or that rots.

use siaga_engine::outbox::Lane;
use siaga_sim::disk::{Image, SimDisk};
use siaga_store::{Store, StoreError, StoreOptions};

use crate::stage::{DATABASE, connect, has, number, open, options, pragma, press, rows};

/// Presses and checkpoints until one finds no room.
fn press_until_full(store: &mut Store, recorded: &mut u64) -> StoreError {
    for _ in 0..10_000 {
        if let Err(error) = press(store, *recorded) {
            return error;
        }
        *recorded += 1;
        if let Err(error) = store.checkpoint() {
            return error;
        }
    }
    panic!("the disk never filled up");
}

#[test]
fn an_sos_is_recorded_on_a_full_disk_and_many_more_from_the_reserve() {
    // F63, INV-2.
    let disk = SimDisk::new();
    let options = StoreOptions { disk: disk.of_process(1), ..StoreOptions::new(disk.folder(), "boot-1") };
    let (mut store, _) = disk.run_as(1, || Store::open(&options)).unwrap();
    disk.set_full(true);
    let mut recorded = 0;
    assert!(matches!(press_until_full(&mut store, &mut recorded), StoreError::Full { .. }));
    assert!(recorded >= 60, "only {recorded}");
    assert!(disk.is_full() && disk.fired().full > 0);

    assert_eq!(store.release_reserve(), Ok(true));
    let before = recorded;
    assert!(matches!(press_until_full(&mut store, &mut recorded), StoreError::Full { .. }));
    assert!(recorded >= before + 30, "the reserve gave only {}", recorded - before);
    assert!(matches!(store.restore_reserve(), Err(StoreError::Full { .. })));
    assert!(!disk.names("/phone/siaga").contains(&"reserve.part".to_owned()));
    drop(store);

    let (mut store, opening) = disk.run_as(1, || Store::open(&options)).unwrap();
    assert_eq!((opening.created, opening.set_aside), (false, None), "a full disk stops no opening");
    store.verify().unwrap();
    assert_eq!(u64::from(store.begin().unwrap().lane_rows(Lane::Sos).unwrap()), recorded);
    disk.heal();
    store.restore_reserve().unwrap();
    press(&mut store, recorded).unwrap();
}

#[test]
fn bytes_whose_sync_failed_are_read_but_no_later_sync_makes_them_durable() {
    // As on Linux: the kernel takes what it could not write for written.
    let mut lost = 0;
    for seed in 0..40 {
        let disk = SimDisk::new();
        let conn = disk.run_as(1, || {
            let conn = connect(&disk, 1).unwrap();
            pragma(&conn, "PRAGMA journal_mode = WAL").unwrap();
            conn.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY)").unwrap();
            disk.fail_syncs(1);
            assert!(conn.execute("INSERT INTO rows VALUES (0)", []).is_err());
            conn
        });
        assert_eq!(disk.fired().failed_syncs, 1);
        // The process dies; to the next one the row in the log looks committed, and it is synced no more.
        disk.kill(1);
        drop(conn);
        let conn = disk.run_as(2, || {
            let conn = connect(&disk, 2).unwrap();
            assert_eq!(rows(&conn), [0]);
            conn.execute("INSERT INTO rows VALUES (1)", []).unwrap();
            conn
        });
        disk.power_cut(&mut fastrand::Rng::with_seed(seed));
        drop(conn);
        lost += i32::from(rows(&connect(&disk, 3).unwrap()).is_empty());
    }
    assert!((1..40).contains(&lost), "{lost} of 40: the bytes may have reached the disk or not");
}

#[test]
fn a_sync_that_fails_is_told_to_who_commits_and_the_same_step_can_be_repeated() {
    for seed in 0..20 {
        let disk = SimDisk::new();
        let mut store = open(&disk, 1).unwrap();
        press(&mut store, 1).unwrap();
        disk.fail_syncs(1);
        assert!(matches!(press(&mut store, 2), Err(StoreError::Io { .. })));
        press(&mut store, 2).unwrap();
        disk.power_cut(&mut fastrand::Rng::with_seed(seed));
        drop(store);
        let mut store = open(&disk, 2).unwrap();
        assert!(has(&mut store, 1) && has(&mut store, 2), "{seed}");
    }
}

#[test]
fn a_read_or_a_write_that_fails_is_an_error_and_damages_nothing() {
    for fault in [SimDisk::fail_reads, SimDisk::fail_writes] {
        for after in 1..40_u64 {
            let disk = SimDisk::new();
            let mut store = open(&disk, 1).unwrap();
            press(&mut store, 1).unwrap();
            drop(store);
            let on = disk.clone();
            disk.at_operation(1, after, siaga_sim::disk::Action::Run(Box::new(move || fault(&on, 1))));
            let reopened = open(&disk, 1).and_then(|mut store| press(&mut store, 2).map(|()| store));
            assert!(!matches!(reopened, Err(StoreError::Corrupt { .. })), "{reopened:?}");
            drop(reopened);
            disk.heal();
            let mut store = open(&disk, 1).unwrap();
            store.verify().unwrap();
            assert!(has(&mut store, 1), "{after}");
        }
    }
}

#[test]
fn a_damaged_page_is_found_and_its_database_set_aside() {
    let disk = SimDisk::new();
    let mut store = open(&disk, 1).unwrap();
    press(&mut store, 1).unwrap();
    store.close().unwrap();
    assert!(disk.overwrite_page("/phone/siaga/siaga.db", 1, &mut fastrand::Rng::with_seed(1)));
    assert!(!disk.overwrite_page("/phone/siaga/siaga.db", 100_000, &mut fastrand::Rng::with_seed(1)));
    // What is in the log hides the page.
    disk.put("/phone/siaga/siaga.db-wal", Vec::new());
    let options = options(&disk, 1);
    let (_, opening) = disk.run_as(1, || Store::open(&options)).unwrap();
    assert!(opening.set_aside.is_some());
    assert!(disk.size("/phone/siaga/set-aside/1/siaga.db").is_some());
    assert_eq!(disk.fired().rotted, 1);
}

#[test]
fn one_flipped_bit_of_the_log_ends_it_there() {
    let disk = SimDisk::new();
    let conn = disk.run_as(1, || {
        let conn = connect(&disk, 1).unwrap();
        pragma(&conn, "PRAGMA journal_mode = WAL").unwrap();
        conn.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY)").unwrap();
        for row in 0..3 {
            conn.execute("INSERT INTO rows VALUES (?1)", [row]).unwrap();
        }
        conn
    });
    let log = format!("{DATABASE}-wal");
    let end = usize::try_from(disk.size(&log).unwrap()).unwrap();
    assert!(disk.flip(&log, end - 1));
    disk.kill(1);
    drop(conn);
    assert_eq!(rows(&connect(&disk, 2).unwrap()), [0, 1]);
}

#[test]
fn a_clone_is_another_disk_with_the_same_on_it() {
    let disk = SimDisk::new();
    let mut store = open(&disk, 1).unwrap();
    press(&mut store, 1).unwrap();
    let image: Image = disk.image();
    let twin = SimDisk::from_image(&image);
    assert!(twin.vfs_name() != disk.vfs_name() && twin.image() == image);
    press(&mut store, 2).unwrap();
    let mut other = open(&twin, 1).unwrap();
    assert!(has(&mut other, 1) && !has(&mut other, 2) && has(&mut store, 2));
    assert!(other.begin().unwrap().load().unwrap().state.is_some());
    assert_eq!(disk.look("SELECT count(*) FROM outbox"), Some(2));
    assert_eq!(twin.look("SELECT count(*) FROM outbox"), Some(1));
    assert_eq!(number(&connect(&twin, 1).unwrap(), "SELECT count(*) FROM sqlite_schema").unwrap(), 0);
}
