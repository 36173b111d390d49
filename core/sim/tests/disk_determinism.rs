//! One seed, one run: alone in its process, because SQLite's randomness is one for all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "disk/stage.rs"]
#[allow(dead_code, reason = "the other tests' stage")]
mod stage;

use siaga_sim::disk::{Counts, Fired, Image, SimDisk};
use stage::{Blow, open, press};

/// Lives that end at operations that the seed chooses.
fn run(seed: u32) -> (Image, Counts, Fired) {
    siaga_vfs::seed_randomness(seed);
    let disk = SimDisk::new();
    let mut dice = fastrand::Rng::with_seed(u64::from(seed));
    for life in 1..6 {
        let blow = if dice.bool() { Blow::Kill } else { Blow::PowerCut };
        blow.at(&disk, life, dice.u64(1..400));
        disk.run_as(life, || {
            let Ok(mut store) = open(&disk, life) else { return };
            for number in 0..20 {
                if press(&mut store, u64::from(life) * 100 + number).is_err() {
                    return;
                }
                let _ = store.checkpoint();
            }
        });
        disk.disarm(life);
    }
    (disk.image(), disk.counts(5), disk.fired())
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
    for seed in 1..30 {
        let first = run(seed);
        siaga_vfs::reset_randomness();
        assert!(first == run(seed), "seed {seed}");
        assert!(first.0 != run(seed + 1000).0, "seed {seed}");
    }
    siaga_vfs::seed_randomness(0);
}
