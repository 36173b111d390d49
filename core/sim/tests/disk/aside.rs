//! A database that is set aside while the process dies or the power goes at every operation: it is in its place with its log,
//! or wholly set aside, and its rows come back.

use std::sync::{Arc, Mutex};

use siaga_sim::disk::{Action, Image, SimDisk};
use siaga_store::{Reason, Store, StoreError};

use crate::stage::{Blow, has, open, options, press, salvage};

const ROWS: std::ops::Range<u64> = 1..9;

/// A disk whose database has rows, some of them in the log alone.
fn with_rows() -> Image {
    let disk = SimDisk::new();
    disk.run_as(1, || {
        let mut store = open(&disk, 1).unwrap();
        for number in ROWS {
            press(&mut store, number).unwrap();
        }
    });
    disk.image()
}

/// Opens, sets aside, takes the rows back and presses once more; gives the press that was acknowledged.
fn set_aside(disk: &SimDisk, process: u32) -> Result<u64, StoreError> {
    disk.run_as(process, || {
        let store = open(disk, process)?;
        let (mut store, _) = store.set_aside_and_reopen(Reason::Corrupt)?;
        salvage(&mut store)?;
        press(&mut store, 77).map(|()| 77)
    })
}

/// Opens what is left, and expects every row after a salvage.
fn assert_nothing_lost(disk: &SimDisk, process: u32, pressed: &[u64], what: &str) {
    let options = options(disk, process);
    disk.run_as(process, || {
        let (mut store, _) = Store::open(&options).unwrap_or_else(|error| panic!("{what}: {error}"));
        salvage(&mut store).unwrap_or_else(|error| panic!("{what}: {error}"));
        store.verify().unwrap();
        for number in ROWS.chain(pressed.iter().copied()) {
            assert!(has(&mut store, number), "{number} is lost: {what}");
        }
    });
    let lost = |name: &String| name.ends_with("siaga.db") || name.ends_with("siaga.db-wal");
    assert!(!disk.removed().iter().any(lost), "{what}: {:?}", disk.removed());
}

#[test]
fn setting_aside_loses_no_row_at_whichever_operation_it_ends() {
    // INV-9, INV-13, F62.
    let image = with_rows();
    for blow in Blow::BOTH {
        for k in 1.. {
            let disk = SimDisk::from_image(&image);
            blow.at(&disk, 2, k);
            let done = set_aside(&disk, 2);
            let ended = disk.disarm(2) > 0;
            let pressed: Vec<u64> = done.iter().copied().collect();
            assert_nothing_lost(&disk, 3, &pressed, &format!("{blow:?} at {k}"));
            if ended {
                done.unwrap();
                assert!(k > 100, "{k}");
                break;
            }
        }
    }
}

#[test]
fn a_killed_move_is_durable_before_the_next_life_acknowledges_anything() {
    // INV-1, INV-9: or the old database comes back to where rows of the fresh one were promised.
    let image = with_rows();
    for k in 1.. {
        for seed in 0..4 {
            let disk = SimDisk::from_image(&image);
            Blow::Kill.at(&disk, 2, k);
            let mut pressed: Vec<u64> = set_aside(&disk, 2).into_iter().collect();
            if disk.disarm(2) > 0 {
                return;
            }
            disk.run_as(3, || open(&disk, 3).and_then(|mut store| press(&mut store, 78))).unwrap();
            pressed.push(78);
            disk.power_cut(&mut fastrand::Rng::with_seed(seed));
            assert_nothing_lost(&disk, 9, &pressed, &format!("killed at {k}, power cut with dice {seed}"));
        }
    }
}

#[test]
fn another_process_may_open_or_press_in_the_middle_of_a_move() {
    // INV-13.
    let mut pressed_meanwhile = 0;
    for opens in [false, true] {
        for k in 1.. {
            let disk = SimDisk::from_image(&with_rows());
            let mover = open(&disk, 2).unwrap();
            let other = (!opens).then(|| open(&disk, 3).unwrap());
            let (on, said) = (disk.clone(), Arc::new(Mutex::new(None)));
            let says = Arc::clone(&said);
            disk.at_operation(
                2,
                k,
                Action::Run(Box::new(move || {
                    let answer = on.run_as(3, || {
                        let mut store = other.map_or_else(|| open(&on, 3), Ok)?;
                        press(&mut store, 50)
                    });
                    *says.lock().unwrap() = Some(answer);
                })),
            );
            let moved = disk.run_as(2, || {
                let (mut store, _) = mover.set_aside_and_reopen(Reason::Corrupt)?;
                press(&mut store, 77)
            });
            let ended = disk.disarm(2) > 0;
            let answer = said.lock().unwrap().take();
            let mut pressed: Vec<u64> = answer.into_iter().flatten().map(|()| 50).collect();
            pressed.extend(moved.map(|()| 77));
            pressed_meanwhile += usize::from(pressed.contains(&50));
            assert_nothing_lost(&disk, 9, &pressed, &format!("operation {k}, opens: {opens}"));
            if ended {
                break;
            }
        }
    }
    assert!(pressed_meanwhile > 20, "{pressed_meanwhile}");
}

/// Begins to set aside on a new disk and dies at an operation; `None` when there are fewer.
fn killed_at(image: &Image, k: u64) -> Option<SimDisk> {
    let disk = SimDisk::from_image(image);
    Blow::Kill.at(&disk, 2, k);
    let _ = set_aside(&disk, 2);
    (disk.disarm(2) == 0).then_some(disk)
}

#[test]
fn going_on_with_a_killed_move_loses_no_row_at_whichever_operation_the_power_goes() {
    // INV-2, INV-9: what the dead process made is found, and is not durable.
    let image = with_rows();
    let mut cuts = 0;
    for k in 1.. {
        let Some(disk) = killed_at(&image, k) else { break };
        if !disk.names("/phone/siaga/set-aside").contains(&"1.moving".to_owned()) {
            continue;
        }
        for j in 1..40 {
            let Some(disk) = killed_at(&image, k) else { break };
            Blow::PowerCut.at(&disk, 3, j);
            drop(open(&disk, 3));
            cuts += disk.fired().power_cuts;
            disk.disarm(3);
            assert_nothing_lost(&disk, 9, &[], &format!("killed at {k}, the power cut at {j} of the next life"));
        }
    }
    assert!(cuts > 200, "{cuts}");
}

#[test]
fn a_move_that_is_interrupted_three_times_loses_no_row() {
    let image = with_rows();
    for seed in 0..400 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let disk = SimDisk::from_image(&image);
        for life in 2..5_u32 {
            let k = if life == 2 { dice.u64(20..130) } else { dice.u64(1..60) };
            let blow = if dice.bool() { Blow::Kill } else { Blow::PowerCut };
            blow.at(&disk, life, k);
            let _ = if life == 2 { set_aside(&disk, life) } else { open(&disk, life).map(|_| 0) };
            disk.disarm(life);
        }
        assert_nothing_lost(&disk, 9, &[], &format!("seed {seed}"));
    }
}
