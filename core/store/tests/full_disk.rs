//! A disk that is really full: a small file system of the kernel's, in a namespace of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::io::Write;
use std::path::Path;
use std::process::Command;

use siaga_engine::clock::T;
use siaga_engine::outbox::{Change, Lane};
use siaga_store::{Store, StoreError, StoreOptions};
use stage::row;

/// Names the file system on which the child works.
const DISK: &str = "SIAGA_STORE_TEST_DISK";

fn press(store: &mut Store, number: u64) -> Result<(), StoreError> {
    let mut tx = store.begin()?;
    tx.apply(T(0), &[Change::Insert(row(Lane::Sos, 0, number))])?;
    tx.save(&stage::state())?;
    tx.commit()
}

/// Presses and checkpoints until one of the two finds no room; gives what it said.
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

/// Runs only as the child of the test below, on a small file system.
#[test]
fn the_child_of_the_full_disk_test_presses_on_a_full_disk() {
    let Ok(disk) = std::env::var(DISK) else { return };
    let disk = Path::new(&disk);
    let options = StoreOptions::new(disk.join("store"), "boot-1");
    let (mut store, _) = Store::open(&options).unwrap();
    let mut filler = std::fs::File::create(disk.join("photos")).unwrap();
    while filler.write_all(&[1; 4096]).is_ok() {}
    drop(filler);

    let mut recorded = 0;
    let error = press_until_full(&mut store, &mut recorded);
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    println!("recorded on the full disk: {recorded}");
    // Six rows to a page, and 63 pages were written in advance.
    assert!(recorded >= 120, "only {recorded}");

    assert_eq!(store.release_reserve(), Ok(true));
    let before = recorded;
    let error = press_until_full(&mut store, &mut recorded);
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    println!("recorded from the reserve: {}", recorded - before);
    assert!(recorded >= before + 30, "the reserve gave only {}", recorded - before);

    assert!(matches!(store.restore_reserve(), Err(StoreError::Full { .. })));
    assert!(!disk.join("store/reserve.part").exists(), "no room is held by half a reserve");
    drop(store);
    let (mut store, opening) = Store::open(&options).unwrap();
    assert_eq!((opening.created, opening.set_aside), (false, None), "a full disk stops no opening");
    store.verify().unwrap();
    assert_eq!(u64::from(stage::lane_rows(&mut store, Lane::Sos)), recorded, "every recorded row is there");

    std::fs::remove_file(disk.join("photos")).unwrap();
    store.restore_reserve().unwrap();
    press(&mut store, recorded).unwrap();
    store.close().unwrap();
    println!("the child came to its end");
}

#[test]
fn an_sos_is_recorded_on_a_full_disk_and_many_more_from_the_reserve() {
    // F63, INV-2.
    let dir = tempfile::tempdir().unwrap();
    let namespace = ["--user", "--map-root-user", "--mount"];
    let allowed = Command::new("unshare").args(namespace).arg("true").status().is_ok_and(|status| status.success());
    if !allowed {
        eprintln!(
            "NOT TESTED HERE: a full disk needs unshare(1) and user namespaces, which this machine does not give."
        );
        return;
    }
    let child = Command::new("unshare")
        .args(namespace)
        .args(["sh", "-c", "mount -t tmpfs -o size=2304k siaga \"$1\" && shift && exec \"$@\"", "sh"])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "the_child_of_the_full_disk_test_presses_on_a_full_disk", "--nocapture"])
        .env(DISK, dir.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && told.contains("the child came to its end"), "{told}");
}
