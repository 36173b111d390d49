//! Slices of own copies, for carriers that take whole files alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;
use std::io::Cursor;

use siaga_engine::wire::Slice;
use siaga_store::{MediaFolder, TakeFault, TakeLimits};
use siaga_vault::Digest;
use stage::{Stage, event};

const LIMITS: TakeLimits = TakeLimits { file_bytes: 10_000_000, keep_free_bytes: 0, head_bytes: 1_000 };

fn video() -> Vec<u8> {
    (0..700_000_u32).map(|at| (at % 253) as u8).collect()
}

/// A folder with a copy of a video that a row keeps.
fn kept(stage: &Stage) -> (MediaFolder, Digest) {
    let mut store = stage.open();
    let media = MediaFolder::new(&stage.options());
    let copied = media.take(event(1), &mut Cursor::new(video()), LIMITS).unwrap();
    let mut tx = store.begin().unwrap();
    tx.keep_file(event(1), copied.sha256, copied.bytes).unwrap();
    tx.commit().unwrap();
    (media, copied.sha256)
}

fn names(stage: &Stage) -> usize {
    fs::read_dir(stage.file("media")).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() != "lock").count()
}

#[test]
fn a_slice_has_exactly_its_bytes_and_the_whole_is_the_copy_itself() {
    let stage = Stage::new();
    let (media, sha256) = kept(&stage);
    let whole = Slice { sha256, offset: 0, length: 700_000, checked: false };
    assert_eq!(media.cut(&whole, 0).unwrap(), stage.file("media").join(sha256.to_string()));
    assert_eq!(names(&stage), 1, "no byte was copied");
    let rest = Slice { sha256, offset: 300_001, length: 399_999, checked: false };
    let file = media.cut(&rest, 0).unwrap();
    assert_eq!(fs::read(&file).unwrap(), video()[300_001..]);
    assert_eq!(media.cut(&rest, 0).unwrap(), file, "it is there once");
    assert_eq!(names(&stage), 2, "and nothing else is left of it");
}

#[test]
fn the_hash_of_a_slice_is_that_of_the_bytes_that_are_in_its_file() {
    let stage = Stage::new();
    let (media, sha256) = kept(&stage);
    let slice = Slice { sha256, offset: 300_001, length: 399_999, checked: true };
    let file = media.cut(&slice, 0).unwrap();
    assert_eq!(media.hash(&file).unwrap(), Digest::of(&video()[300_001..]));
    let whole = media.cut(&Slice { sha256, offset: 0, length: 700_000, checked: true }, 0).unwrap();
    let mut damaged = video();
    damaged[5] ^= 1;
    fs::write(&whole, &damaged).unwrap();
    assert_eq!(media.hash(&whole).unwrap(), Digest::of(&damaged), "not what its name says");
    fs::remove_file(&file).unwrap();
    assert!(media.hash(&file).is_err());
}

#[test]
fn what_is_not_in_a_copy_is_not_cut_out_of_it() {
    let stage = Stage::new();
    let (media, sha256) = kept(&stage);
    let other = Digest::of(b"another");
    for (sha256, offset, length) in [(sha256, 1, 700_000), (sha256, u64::MAX, 2), (sha256, 0, 700_001), (other, 0, 1)] {
        assert_eq!(
            media.cut(&Slice { sha256, offset, length, checked: false }, 0),
            Err(TakeFault::Gone),
            "{offset} {length}"
        );
    }
    assert_eq!(names(&stage), 1);
}

#[test]
fn a_slice_that_a_process_left_half_is_cut_anew_f30_inv_13() {
    let stage = Stage::new();
    let (media, sha256) = kept(&stage);
    let rest = Slice { sha256, offset: 5, length: 20, checked: false };
    let file = media.cut(&rest, 0).unwrap();
    let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
    fs::remove_file(&file).unwrap();
    for ending in ["part", "lock"] {
        fs::write(stage.file("media").join(format!("{stem}.{ending}")), "half").unwrap();
    }
    // A slice that somebody cut short is none.
    fs::write(&file, "short").unwrap();
    assert_eq!(fs::read(media.cut(&rest, 0).unwrap()).unwrap(), video()[5..25]);
    assert_eq!(names(&stage), 2);
}

#[test]
fn slices_go_but_for_those_that_are_under_way_and_no_sweep_takes_a_kept_copy() {
    let stage = Stage::new();
    let (media, sha256) = kept(&stage);
    let slice = |offset: u64| Slice { sha256, offset, length: 10, checked: false };
    let [gone, stays] = [1, 2].map(|offset| media.cut(&slice(offset), 0).unwrap());
    media.drop_slices(&[slice(2)]).unwrap();
    assert!(!gone.exists() && stays.exists());
    let mut store = stage.open();
    let tx = store.begin().unwrap();
    assert_eq!(media.sweep(&tx).unwrap(), 0);
    tx.end_unchanged();
    media.drop_slices(&[]).unwrap();
    assert_eq!(names(&stage), 1, "the copy");
}
