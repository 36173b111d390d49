//! The files beside SQLite: what is durable when.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siaga_sim::disk::{Action, SimDisk};

fn path(name: &str) -> &Path {
    Path::new(name)
}

/// How many of 60 power cuts leave what is asked for.
fn survivals(before: impl Fn(&SimDisk), holds: impl Fn(&SimDisk) -> bool) -> usize {
    let survived = |seed: &u64| {
        let disk = SimDisk::new();
        before(&disk);
        disk.power_cut(&mut fastrand::Rng::with_seed(*seed));
        holds(&disk)
    };
    (0..60).filter(survived).count()
}

#[test]
fn a_name_is_durable_when_its_folder_was_synced() {
    let write = |disk: &SimDisk| disk.files(1).write(path("/file"), b"bytes").unwrap();
    let there = |disk: &SimDisk| disk.read("/file").as_deref() == Some(b"bytes".as_slice());
    let sometimes = survivals(write, there);
    assert!((5..55).contains(&sometimes), "{sometimes}");
    let write_and_sync = |disk: &SimDisk| {
        write(disk);
        disk.files(1).sync_folder(path("/")).unwrap();
    };
    assert_eq!(survivals(write_and_sync, there), 60);
}

#[test]
fn a_rename_is_done_or_not_and_the_file_is_never_gone() {
    for target in ["/to/new", "/from/new"] {
        let rename = |disk: &SimDisk| {
            let files = disk.files(1);
            files.make_folder(path("/from")).unwrap();
            files.make_folder(path("/to")).unwrap();
            disk.put("/from/old", vec![7; 10]);
            files.rename(path("/from/old"), path(target)).unwrap();
        };
        let is_one = |disk: &SimDisk| disk.read("/from/old").is_some() != disk.read(target).is_some();
        assert_eq!(survivals(rename, is_one), 60);
        let moved = survivals(rename, |disk| disk.read(target).is_some());
        assert!((5..55).contains(&moved), "{moved}");
        let synced = |disk: &SimDisk| {
            rename(disk);
            disk.files(1).sync_folder(path("/from")).unwrap();
            disk.files(1).sync_folder(path("/to")).unwrap();
        };
        assert_eq!(survivals(synced, |disk| disk.read(target) == Some(vec![7; 10])), 60);
    }
}

#[test]
fn a_rename_between_folders_is_durable_when_both_are_synced_or_something_after_it_is() {
    let rename = |disk: &SimDisk| {
        disk.put("/from/old", vec![7; 10]);
        disk.put("/to/there", Vec::new());
        disk.files(1).rename(path("/from/old"), path("/to/new")).unwrap();
    };
    let moved = |disk: &SimDisk| disk.read("/to/new").is_some();
    for folder in ["/from", "/to"] {
        let one = |disk: &SimDisk| {
            rename(disk);
            disk.files(1).sync_folder(path(folder)).unwrap();
        };
        assert!((5..55).contains(&survivals(one, moved)));
    }
    let name_taken_again = |disk: &SimDisk| {
        rename(disk);
        let files = disk.files(1);
        files.write(path("/from/old"), &[8; 10]).unwrap();
        files.sync_folder(path("/from")).unwrap();
    };
    let both = |disk: &SimDisk| moved(disk) && disk.read("/from/old") == Some(vec![8; 10]);
    assert_eq!(survivals(name_taken_again, both), 60);
}

#[test]
fn a_removed_file_comes_back_when_the_power_goes_before_its_folder_is_synced() {
    let remove = |disk: &SimDisk| {
        disk.put("/file", vec![7; 100]);
        disk.files(1).remove_file(path("/file")).unwrap();
        assert_eq!(disk.removed(), ["/file"]);
        assert_eq!(disk.files(1).read(path("/file")).unwrap_err().kind(), ErrorKind::NotFound);
    };
    let back = survivals(remove, |disk| disk.read("/file") == Some(vec![7; 100]));
    assert!((5..55).contains(&back), "{back}");
}

#[test]
fn a_name_that_was_taken_again_is_the_old_file_or_the_new_one_and_nothing_else() {
    let again = |disk: &SimDisk| {
        disk.put("/file", vec![1; 10]);
        let files = disk.files(1);
        files.rename(path("/file"), path("/other")).unwrap();
        files.write(path("/file"), &[2; 10]).unwrap();
        files.sync_folder(path("/")).unwrap();
        files.rename(path("/other"), path("/file")).unwrap();
    };
    let whole = |disk: &SimDisk| match (disk.read("/file"), disk.read("/other")) {
        (Some(file), None) => file == [1; 10],
        (Some(file), Some(other)) => file == [2; 10] && other == [1; 10],
        (None, _) => false,
    };
    assert_eq!(survivals(again, whole), 60);
}

#[test]
fn a_write_is_torn_at_sectors_and_no_sector_is_a_mixture() {
    let (mut torn, mut lengths) = (0, std::collections::BTreeSet::new());
    for seed in 0..200 {
        let disk = SimDisk::new();
        disk.put("/file", vec![1; 4096]);
        disk.at_operation(1, 3, Action::PowerCut(fastrand::Rng::with_seed(seed)));
        assert!(disk.files(1).write(path("/file"), &[2; 6000]).is_err(), "cut at its sync");
        let found = disk.read("/file").unwrap();
        lengths.insert(found.len());
        for sector in found.chunks(512) {
            assert!(sector.iter().all(|byte| *byte == sector[0]), "{sector:?}");
        }
        let written = found.chunks(512).filter(|sector| sector[0] == 2).count();
        torn += i32::from(written > 0 && written < 12);
        if found.len() == 6000 {
            assert!(found.iter().all(|byte| *byte != 1), "what was cut off came back");
        }
    }
    assert!(torn > 20, "{torn}");
    assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [0, 4096, 6000]);
}

#[test]
fn a_lock_keeps_another_process_out_until_it_is_dropped_or_its_holder_dies() {
    let disk = SimDisk::new();
    let waited_us = Arc::new(AtomicU64::new(0));
    let told = Arc::clone(&waited_us);
    disk.on_sleep(move |wait_us| {
        told.fetch_add(wait_us, Ordering::Relaxed);
    });
    let (first, second) = (disk.files(1), disk.files(2));
    let held = first.lock(path("/lock"), 0).unwrap();
    assert_eq!(second.lock(path("/lock"), 250).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(waited_us.load(Ordering::Relaxed), 250_000);
    drop(held);
    let held = second.lock(path("/lock"), 0).unwrap();
    assert!(first.lock(path("/lock"), 0).is_err());
    disk.kill(2);
    let _mine = first.lock(path("/lock"), 0).unwrap();
    drop(held);
    assert!(disk.files(3).lock(path("/lock"), 0).is_err(), "a dead process's lock is not let go of twice");
}

#[test]
fn a_dead_process_is_refused_everything_and_its_next_life_is_not() {
    let disk = SimDisk::new();
    let files = disk.files(1);
    files.write(path("/file"), b"bytes").unwrap();
    disk.kill(1);
    assert!(disk.is_dead(1));
    assert!(files.write(path("/file"), b"others").is_err());
    assert!(files.remove_file(path("/file")).is_err() && files.size(path("/file")).is_none());
    assert_eq!(disk.read("/file").as_deref(), Some(b"bytes".as_slice()));
    disk.start(1);
    assert!(files.read(path("/file")).is_err(), "what belongs to the life before");
    assert_eq!(disk.files(1).read(path("/file")).unwrap(), b"bytes");
}

#[test]
fn removing_a_file_gives_its_blocks_back_and_overwriting_needs_none() {
    let disk = SimDisk::new();
    let files = disk.files(1);
    files.write(path("/reserve"), &[1; 8192]).unwrap();
    disk.set_room(Some(4096));
    files.write(path("/small"), &[1; 4096]).unwrap();
    assert!(disk.is_full());
    files.write(path("/small"), &[2; 4000]).unwrap();
    let error = files.write(path("/more"), &[1; 10_000]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    files.remove_file(path("/reserve")).unwrap();
    assert_eq!(files.write(path("/more"), &[1; 10_000]).unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(disk.size("/more"), Some(8192), "as much as there was room for");
    files.write(path("/more"), &[1; 8000]).unwrap();
}
