//! A store that is made, opened, migrated and pressed on, while the process dies or the power goes at every operation.

use siaga_sim::disk::SimDisk;
use siaga_store::{Store, StoreError};

use crate::stage::{Blow, has, open, options, press};

/// A life of a process: opens, presses three times with what is due between, closes. Gives what was acknowledged.
fn live(disk: &SimDisk, process: u32, first: u64) -> (Vec<u64>, Result<(), StoreError>) {
    let mut acknowledged = Vec::new();
    let lived = disk.run_as(process, || {
        let mut store = open(disk, process)?;
        for number in first..first + 3 {
            press(&mut store, number)?;
            acknowledged.push(number);
        }
        store.release_reserve()?;
        store.restore_reserve()?;
        store.close()
    });
    (acknowledged, lived)
}

/// The folder opens as what it was, and has these rows.
fn assert_whole(disk: &SimDisk, process: u32, acknowledged: &[u64], what: &str) -> Store {
    let options = options(disk, process);
    let (mut store, opening) = disk.run_as(process, || Store::open(&options)).unwrap();
    assert_eq!(opening.set_aside, None, "{what}");
    disk.run_as(process, || {
        store.verify().unwrap();
        for number in acknowledged {
            assert!(has(&mut store, *number), "{number} is lost: {what}");
        }
    });
    let lost = |name: &String| name.ends_with("siaga.db") || name.ends_with("siaga.db-wal");
    assert!(!disk.removed().iter().any(lost), "{what}: {:?}", disk.removed());
    store
}

#[test]
fn a_first_life_that_ends_at_any_operation_loses_no_acknowledged_row() {
    // INV-1, INV-13, INV-14.
    for blow in Blow::BOTH {
        for k in 1.. {
            let disk = SimDisk::new();
            blow.at(&disk, 1, k);
            let (acknowledged, lived) = live(&disk, 1, 10);
            if disk.disarm(1) > 0 {
                lived.unwrap();
                assert!(k > 200, "{k}");
                break;
            }
            drop(assert_whole(&disk, 2, &acknowledged, &format!("{blow:?} at {k}")));
        }
    }
}

#[test]
fn a_second_life_that_ends_at_any_operation_loses_nothing_of_the_first() {
    for blow in Blow::BOTH {
        let disk = SimDisk::new();
        let (mut expected, lived) = live(&disk, 1, 10);
        lived.unwrap();
        let image = disk.image();
        for k in 1.. {
            let disk = SimDisk::from_image(&image);
            blow.at(&disk, 1, k);
            let (acknowledged, _) = live(&disk, 1, 20);
            let ended = disk.disarm(1) > 0;
            expected.truncate(3);
            expected.extend(acknowledged);
            drop(assert_whole(&disk, 2, &expected, &format!("{blow:?} at {k}")));
            if ended {
                break;
            }
        }
    }
}

#[test]
fn what_a_killed_first_life_made_is_durable_before_the_second_one_acknowledges_anything() {
    // INV-1: a folder that is found is not a folder whose name is durable.
    for k in 1.. {
        for seed in 0..4 {
            let disk = SimDisk::new();
            Blow::Kill.at(&disk, 1, k);
            let (mut acknowledged, _) = live(&disk, 1, 10);
            if disk.disarm(1) > 0 {
                return;
            }
            let (more, lived) = live(&disk, 2, 20);
            lived.unwrap();
            acknowledged.extend(more);
            disk.power_cut(&mut fastrand::Rng::with_seed(seed));
            drop(assert_whole(&disk, 9, &acknowledged, &format!("killed at {k}, power cut with dice {seed}")));
        }
    }
}

#[test]
fn the_power_may_go_again_while_what_it_left_is_opened() {
    // Every seed: three lives on one disk, each cut at its own operation.
    for seed in 0..400 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let disk = SimDisk::new();
        let mut expected = Vec::new();
        for life in 1..=3_u32 {
            let k = dice.u64(1..260);
            let blow = if dice.bool() { Blow::Kill } else { Blow::PowerCut };
            blow.at(&disk, life, k);
            let (acknowledged, _) = live(&disk, life, u64::from(life) * 10);
            disk.disarm(life);
            expected.extend(acknowledged);
        }
        drop(assert_whole(&disk, 9, &expected, &format!("seed {seed}")));
    }
}
