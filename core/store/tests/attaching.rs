//! Taking a file from its path.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use siaga_store::{MediaFolder, SourceFile, TakeFault, TakeLimits, open_source};
use siaga_vault::Digest;
use stage::{Stage, event};

const LIMITS: TakeLimits = TakeLimits { file_bytes: 1_000_000, keep_free_bytes: 0, head_bytes: 100 };

/// A file whose last change is long ago, as a photo's mostly is: whatever happens now gives it another time.
fn photo(path: &Path, bytes: usize) -> File {
    let mut file = File::options().create_new(true).read(true).write(true).open(path).unwrap();
    file.write_all(&vec![3; bytes]).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    file
}

fn take(stage: &Stage, source: SourceFile) -> Result<Digest, TakeFault> {
    MediaFolder::new(&stage.options()).take_file(event(1), source, LIMITS).map(|copied| copied.sha256)
}

fn leftovers(stage: &Stage) -> usize {
    fs::read_dir(stage.file("media")).map_or(0, |names| names.count() - 1)
}

#[test]
fn a_plain_file_is_taken_from_its_path() {
    let (stage, dir) = (Stage::new(), tempfile::tempdir().unwrap());
    let path = dir.path().join("photo");
    photo(&path, 300_000);
    let source = open_source(&path).unwrap();
    assert_eq!(source.size(), 300_000);
    assert_eq!(take(&stage, source).unwrap(), Digest::of(&vec![3; 300_000]));
}

#[test]
fn a_file_that_vanishes_while_it_is_open_is_taken_whole() {
    let (stage, dir) = (Stage::new(), tempfile::tempdir().unwrap());
    let path = dir.path().join("photo");
    photo(&path, 10);
    let source = open_source(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(take(&stage, source).unwrap(), Digest::of(&[3; 10]));
}

#[test]
fn a_file_that_changes_before_it_is_copied_to_its_end_is_refused_and_nothing_is_left() {
    type Change = fn(&mut File);
    let changes: [(&str, Change); 4] = [
        ("grown", |file| file.write_all(b"more").unwrap()),
        ("shrunk", |file| file.set_len(9).unwrap()),
        ("emptied and as long again", |file| {
            let before = file.metadata().unwrap().modified().unwrap();
            file.set_len(0).unwrap();
            file.set_len(10).unwrap();
            assert_ne!(file.metadata().unwrap().modified().unwrap(), before);
        }),
        ("overwritten", |file| std::os::unix::fs::FileExt::write_all_at(file, b"x", 5).unwrap()),
    ];
    for (what, change) in changes {
        let (stage, dir) = (Stage::new(), tempfile::tempdir().unwrap());
        let path = dir.path().join("photo");
        let mut file = photo(&path, 10);
        let source = open_source(&path).unwrap();
        change(&mut file);
        assert_eq!(take(&stage, source).unwrap_err(), TakeFault::Changed, "{what}");
        assert_eq!(leftovers(&stage), 0, "{what}");
        assert!(take(&stage, open_source(&path).unwrap()).is_ok(), "{what}: it stands still now");
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_before_a_byte_is_copied() {
    let (stage, dir) = (Stage::new(), tempfile::tempdir().unwrap());
    let path = dir.path().join("video");
    photo(&path, 1).set_len(LIMITS.file_bytes + 1).unwrap();
    let fault = take(&stage, open_source(&path).unwrap()).unwrap_err();
    assert_eq!(fault, TakeFault::TooLarge { limit_bytes: LIMITS.file_bytes });
    assert!(!stage.file("media").exists());
    photo(&dir.path().join("empty"), 0);
    assert_eq!(take(&stage, open_source(&dir.path().join("empty")).unwrap()).unwrap_err(), TakeFault::Empty);
}
