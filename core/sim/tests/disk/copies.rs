//! Copies of attached files on a disk that misbehaves.

use std::io::{self, Cursor};
use std::path::Path;

use siaga_sim::disk::SimDisk;
use siaga_store::{MediaFolder, Store, StoreError, TakeFault, TakeLimits};
use siaga_vault::Digest;

use crate::stage::{Blow, event, open, options};

const LIMITS: TakeLimits = TakeLimits { file_bytes: 1_000_000, keep_free_bytes: 0, head_bytes: 100 };

fn media(disk: &SimDisk, process: u32) -> MediaFolder {
    MediaFolder::new(&options(disk, process))
}

fn photo() -> Vec<u8> {
    (0..300_000_u32).map(|at| (at * 31 % 251) as u8).collect()
}

/// A copy and its row, as an attachment makes them.
fn attach(disk: &SimDisk, process: u32, store: &mut Store, number: u64) -> bool {
    let Ok(copied) = media(disk, process).take(event(number), &mut Cursor::new(photo()), LIMITS) else { return false };
    let keep = |store: &mut Store| -> Result<(), StoreError> {
        let mut tx = store.begin()?;
        tx.keep_file(event(number), copied.sha256, copied.bytes)?;
        tx.commit()
    };
    keep(store).is_ok()
}

fn whole(disk: &SimDisk, process: u32, sha256: Digest) -> bool {
    let Ok(reader) = media(disk, process).slice(sha256) else { return false };
    let mut bytes = vec![0; usize::try_from(reader.size().unwrap()).unwrap()];
    assert_eq!(reader.read_at(0, &mut bytes).unwrap(), bytes.len());
    Digest::of(&bytes) == sha256
}

fn names(disk: &SimDisk) -> Vec<String> {
    disk.names(disk.folder().join("media").to_str().unwrap()).into_iter().filter(|name| name != "lock").collect()
}

#[test]
fn a_blow_at_any_operation_leaves_a_whole_copy_under_each_row_and_rubbish_that_the_sweep_takes() {
    // INV-1, INV-13.
    for blow in Blow::BOTH {
        let (mut kept, mut not_kept) = (0, 0);
        for k in 1.. {
            let disk = SimDisk::new();
            let mut store = open(&disk, 1).unwrap();
            blow.at(&disk, 1, k);
            let committed = disk.run_as(1, || attach(&disk, 1, &mut store, 1));
            drop(store);
            let over = disk.disarm(1) > 0;

            let mut store = open(&disk, 2).unwrap();
            let rows = store.begin().unwrap().kept_files().unwrap();
            assert!(!committed || !rows.is_empty(), "{blow:?} at {k}: the row is gone");
            for name in names(&disk).iter().filter_map(|name| name.parse().ok()) {
                assert!(whole(&disk, 2, name), "{blow:?} at {k}: a copy under a wrong hash");
            }
            assert!(rows.iter().all(|row| whole(&disk, 2, *row)), "{blow:?} at {k}: a row without its copy");
            let tx = store.begin().unwrap();
            let _ = media(&disk, 2).sweep(&tx).unwrap();
            drop(tx);
            // Sweeping twice: the locks of the dead are gone with the first.
            let left: Vec<String> = rows.iter().map(Digest::to_string).collect();
            assert_eq!(names(&disk), left, "{blow:?} at {k}");
            assert!(attach(&disk, 2, &mut store, 1), "{blow:?} at {k}");
            if rows.is_empty() {
                not_kept += 1;
            } else {
                kept += 1;
            }
            if over {
                break;
            }
        }
        assert!(kept > 1 && not_kept > 10, "{blow:?}: {kept} {not_kept}");
    }
}

#[test]
fn bytes_that_were_not_synced_are_lost_or_torn_in_a_power_cut_and_synced_ones_are_not() {
    let path = Path::new("/copy");
    let (mut lost, mut seeds) = (0, 0);
    for seed in 0..40 {
        for synced in [false, true] {
            let disk = SimDisk::new();
            let files = disk.files(1);
            let mut file = files.create(path).unwrap();
            file.write_all(&[1; 3_000]).unwrap();
            file.write_all(&[2; 3_000]).unwrap();
            files.sync_folder(Path::new("/")).unwrap();
            assert!(disk.unsynced("/copy"));
            if synced {
                file.sync().unwrap();
            }
            disk.power_cut(&mut fastrand::Rng::with_seed(seed));
            assert!(file.write_all(b"dead").is_err() && file.sync().is_err(), "its process is gone");
            disk.start(1);
            assert!(file.write_all(b"dead").is_err(), "an earlier life's file");
            let whole = disk.read("/copy") == Some([[1; 3_000], [2; 3_000]].concat());
            assert!(whole || !synced, "seed {seed}");
            lost += u32::from(!whole);
            seeds += 1;
        }
    }
    assert!(lost > 10 && lost < seeds / 2, "{lost} of {seeds}");
}

#[test]
fn nothing_is_created_over_what_is_there_and_no_name_is_read_that_is_not() {
    let disk = SimDisk::new();
    let files = disk.files(1);
    files.write(Path::new("/there"), b"bytes").unwrap();
    assert_eq!(files.create(Path::new("/there")).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(files.open(Path::new("/gone")).unwrap_err().kind(), io::ErrorKind::NotFound);
    let reader = files.open(Path::new("/there")).unwrap();
    files.remove_file(Path::new("/there")).unwrap();
    let mut bytes = [0; 9];
    assert_eq!((reader.read_at(1, &mut bytes).unwrap(), &bytes[..4]), (4, &b"ytes"[..]));
}

#[test]
fn a_full_disk_stops_a_copy_and_its_blocks_come_back() {
    // F63.
    let disk = SimDisk::new();
    let mut store = open(&disk, 1).unwrap();
    assert_eq!(disk.files(1).free_bytes(Path::new("/")), None);
    disk.set_room(Some(100_000));
    assert_eq!(disk.files(1).free_bytes(Path::new("/")), Some(100_000));
    let fault = media(&disk, 1).take(event(1), &mut Cursor::new(photo()), LIMITS).unwrap_err();
    assert_eq!((fault, names(&disk)), (TakeFault::Full, Vec::new()));
    assert_eq!(disk.files(1).free_bytes(Path::new("/")), Some(100_000));
    disk.heal();
    assert!(attach(&disk, 1, &mut store, 1));
}

#[test]
fn a_write_a_read_and_a_sync_that_fail_are_told_and_counted() {
    let disk = SimDisk::new();
    let take = || media(&disk, 1).take(event(1), &mut Cursor::new(photo()), LIMITS);
    for fail in [SimDisk::fail_writes, SimDisk::fail_syncs] {
        drop(take().unwrap());
        fail(&disk, 1);
        assert!(matches!(take().unwrap_err(), TakeFault::Io { .. }));
    }
    let sha256 = take().unwrap().sha256;
    disk.fail_reads(1);
    assert!(media(&disk, 1).slice(sha256).unwrap().read_at(0, &mut [0; 9]).is_err());
    let fired = disk.fired();
    assert_eq!((fired.failed_writes, fired.failed_syncs, fired.failed_reads), (1, 1, 1));
}
