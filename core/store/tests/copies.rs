//! Own copies of attached files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use std::fs;
use std::io::{self, Cursor, ErrorKind, Read};

use siaga_engine::clock::T;
use siaga_store::{Copied, MediaFolder, Reason, Store, TakeFault, TakeLimits};
use siaga_vault::Digest;
use stage::{Stage, event};

const LIMITS: TakeLimits = TakeLimits { file_bytes: 10_000_000, keep_free_bytes: 0, head_bytes: 1_000 };

fn media(stage: &Stage) -> MediaFolder {
    MediaFolder::new(&stage.options())
}

fn take(stage: &Stage, number: u64, bytes: &[u8]) -> Result<Copied, TakeFault> {
    media(stage).take(event(number), &mut Cursor::new(bytes), LIMITS)
}

/// Takes a file and commits its row.
fn keep(stage: &Stage, store: &mut Store, number: u64, bytes: &[u8]) -> Digest {
    let copied = take(stage, number, bytes).unwrap();
    let mut tx = store.begin().unwrap();
    tx.keep_file(event(number), copied.sha256, copied.bytes).unwrap();
    tx.commit().unwrap();
    copied.sha256
}

/// What lies in the folder, but for its own lock.
fn names(stage: &Stage) -> Vec<String> {
    let Ok(entries) = fs::read_dir(stage.file("media")) else { return Vec::new() };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != "lock").collect();
    names.sort();
    names
}

fn sweep(stage: &Stage, store: &mut Store) -> u32 {
    let tx = store.begin().unwrap();
    let removed = media(stage).sweep(&tx).unwrap();
    tx.end_unchanged();
    removed
}

fn remove(stage: &Stage, store: &mut Store, sha256: Digest) -> bool {
    let tx = store.begin().unwrap();
    media(stage).remove(&tx, sha256).unwrap()
}

fn noise(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at * 7 + at / 251) as u8).collect()
}

/// Gives its bytes in pieces of odd sizes, and is interrupted now and then.
struct Odd<'bytes>(&'bytes [u8], usize);

impl Read for Odd<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(5) {
            return Err(ErrorKind::Interrupted.into());
        }
        assert!(into.len() <= 256 * 1024, "a block as large as the file is no block");
        let most = (self.1 * 1_237 % 40_000).max(1).min(into.len());
        self.0.read(&mut into[..most])
    }
}

/// Does something in the middle of being read.
struct Meanwhile<F: FnMut()>(Cursor<Vec<u8>>, Option<F>);

impl<F: FnMut()> Read for Meanwhile<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.0.position() > 0
            && let Some(mut act) = self.1.take()
        {
            act();
        }
        self.0.read(into)
    }
}

#[test]
fn a_copy_is_whole_and_is_named_by_the_hash_of_its_bytes() {
    for size in [1, 999, 1_000, 1_001, 131_072, 400_123] {
        let (stage, bytes) = (Stage::new(), noise(size));
        let copied = media(&stage).take(event(1), &mut Odd(&bytes, 0), LIMITS).unwrap();
        assert_eq!((copied.sha256, copied.bytes), (Digest::of(&bytes), size as u64));
        assert_eq!(copied.head, bytes[..size.min(1_000)]);
        drop(copied);
        assert_eq!(names(&stage), [Digest::of(&bytes).to_string()]);
        assert_eq!(fs::read(stage.file("media").join(&names(&stage)[0])).unwrap(), bytes);
        assert_eq!(media(&stage).bytes_kept().unwrap(), size as u64);
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_phone_may_read_a_copy() {
    use std::os::unix::fs::PermissionsExt;
    let stage = Stage::new();
    let copied = take(&stage, 1, b"a photo").unwrap();
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(stage.file("media")), 0o700);
    assert_eq!(mode(stage.file("media").join(copied.sha256.to_string())), 0o600);
}

#[test]
fn a_piece_of_a_copy_can_be_read_from_any_place() {
    let (stage, bytes) = (Stage::new(), noise(10_000));
    let sha256 = take(&stage, 1, &bytes).unwrap().sha256;
    let reader = media(&stage).slice(sha256).unwrap();
    let mut piece = [0; 100];
    assert_eq!((reader.size().unwrap(), reader.read_at(5_000, &mut piece).unwrap()), (10_000, 100));
    assert_eq!(piece, bytes[5_000..5_100]);
    assert_eq!(reader.read_at(9_990, &mut piece).unwrap(), 10);
    assert_eq!(reader.read_at(10_000, &mut piece).unwrap(), 0);
    let none = media(&stage).slice(Digest::of(b"another")).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::NotFound);
}

#[test]
fn the_same_bytes_are_there_once_however_often_they_are_taken() {
    let stage = Stage::new();
    let mut store = stage.open();
    let sha256 = keep(&stage, &mut store, 1, b"a photo");
    assert_eq!(keep(&stage, &mut store, 2, b"a photo"), sha256);
    assert_eq!(names(&stage).len(), 1);
    let mut tx = store.begin().unwrap();
    assert_eq!(tx.kept_bytes().unwrap(), 7);
    assert_eq!(tx.forget_file(event(1)).unwrap(), None, "the other attachment still has it");
    assert_eq!(tx.forget_file(event(2)).unwrap(), Some(sha256));
}

#[test]
fn an_empty_file_is_refused_and_nothing_is_left() {
    let stage = Stage::new();
    assert_eq!(take(&stage, 1, b"").unwrap_err(), TakeFault::Empty);
    assert!(names(&stage).is_empty());
}

#[test]
fn a_file_at_the_limit_is_taken_and_one_byte_more_is_refused() {
    for limit in [1, 131_072, 200_000] {
        let stage = Stage::new();
        let limits = TakeLimits { file_bytes: limit, ..LIMITS };
        let bytes = noise(limit as usize + 1);
        let over = media(&stage).take(event(1), &mut Cursor::new(&bytes), limits).unwrap_err();
        assert_eq!(over, TakeFault::TooLarge { limit_bytes: limit });
        assert!(names(&stage).is_empty());
        let at = media(&stage).take(event(1), &mut Cursor::new(&bytes[1..]), limits).unwrap();
        assert_eq!(at.bytes, limit);
    }
}

#[test]
fn a_stream_without_an_end_is_stopped_at_the_limit() {
    let stage = Stage::new();
    let endless = media(&stage).take(event(1), &mut io::repeat(7), LIMITS).unwrap_err();
    assert_eq!(endless, TakeFault::TooLarge { limit_bytes: LIMITS.file_bytes });
    assert!(names(&stage).is_empty());
}

#[test]
fn a_stream_that_breaks_leaves_nothing_and_the_next_try_begins_anew() {
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::PermissionDenied.into())
        }
    }
    let stage = Stage::new();
    let mut broken = Cursor::new(noise(300_000)).chain(Breaks);
    let fault = media(&stage).take(event(1), &mut broken, LIMITS).unwrap_err();
    assert_eq!(fault, TakeFault::SourceFailed { kind: ErrorKind::PermissionDenied });
    assert!(names(&stage).is_empty());
    assert_eq!(take(&stage, 1, b"again").unwrap().sha256, Digest::of(b"again"));
}

#[test]
fn what_a_killed_process_left_is_swept_and_is_no_hindrance() {
    // INV-13.
    let stage = Stage::new();
    let mut store = stage.open();
    let kept = keep(&stage, &mut store, 1, b"a photo");
    let [part, lock] = ["part", "lock"].map(|ending| stage.file("media").join(format!("{}.{ending}", event(2))));
    for _ in 0..2 {
        fs::write(&part, noise(5_000)).unwrap();
        fs::write(&lock, "").unwrap();
        assert_eq!(sweep(&stage, &mut store), 1);
        assert_eq!(names(&stage), [kept.to_string()]);
    }
    fs::write(&part, noise(5_000)).unwrap();
    assert_eq!(take(&stage, 2, b"short").unwrap().bytes, 5);
}

#[test]
fn a_copy_that_is_being_made_is_not_swept_and_not_begun_twice() {
    // INV-13: the other process is another store on the same folder.
    let stage = Stage::new();
    let mut theirs = stage.open();
    let act = || {
        assert_eq!(sweep(&stage, &mut theirs), 0);
        assert!(names(&stage).contains(&format!("{}.part", event(1))));
        assert_eq!(take(&stage, 1, b"other bytes").unwrap_err(), TakeFault::Busy);
        // Another attachment is nobody's business.
        assert_eq!(take(&stage, 2, b"other bytes").unwrap().bytes, 11);
    };
    let mut source = Meanwhile(Cursor::new(noise(300_000)), Some(act));
    let copied = media(&stage).take(event(1), &mut source, LIMITS).unwrap();
    assert!(source.1.is_none());
    assert_eq!(copied.sha256, Digest::of(&noise(300_000)));
}

#[test]
fn a_copy_without_a_row_stays_as_long_as_its_taker_holds_it() {
    // INV-13: its row is committed in a moment.
    let stage = Stage::new();
    let mut store = stage.open();
    let copied = take(&stage, 1, b"a photo").unwrap();
    assert_eq!(sweep(&stage, &mut store), 0);
    assert!(!remove(&stage, &mut store, copied.sha256));
    assert_eq!(media(&stage).bytes_kept().unwrap(), 7);
    drop(copied.hold);
    assert_eq!(sweep(&stage, &mut store), 1);
    assert!(names(&stage).is_empty());
}

#[test]
fn a_sweep_takes_what_no_row_names_and_nothing_that_is_not_ours() {
    let stage = Stage::new();
    let mut store = stage.open();
    assert_eq!(sweep(&stage, &mut store), 0, "there is no folder yet");
    let kept = keep(&stage, &mut store, 1, b"a photo");
    drop(take(&stage, 2, b"a photo that nobody wants").unwrap());
    fs::write(stage.file("media/notes.txt"), "somebody's").unwrap();
    assert_eq!(sweep(&stage, &mut store), 1);
    assert_eq!(names(&stage), [kept.to_string(), "notes.txt".into()]);
}

#[test]
fn a_copy_is_removed_when_its_last_row_is_gone_and_a_reader_reads_on() {
    let stage = Stage::new();
    let mut store = stage.open();
    let sha256 = keep(&stage, &mut store, 1, b"a photo");
    assert!(!remove(&stage, &mut store, sha256), "its row stands");
    let mut tx = store.begin().unwrap();
    assert_eq!(tx.forget_file(event(1)).unwrap(), Some(sha256));
    tx.commit().unwrap();
    let reader = media(&stage).slice(sha256).unwrap();
    assert!(remove(&stage, &mut store, sha256));
    assert!(remove(&stage, &mut store, sha256), "gone is gone");
    assert!(names(&stage).is_empty());
    let mut bytes = [0; 7];
    assert_eq!((reader.read_at(0, &mut bytes).unwrap(), &bytes), (7, b"a photo"));
}

#[test]
fn a_copy_that_another_process_took_again_before_its_removal_stays() {
    // INV-13.
    let stage = Stage::new();
    let (mut store, mut theirs) = (stage.open(), stage.open());
    let sha256 = keep(&stage, &mut store, 1, b"a photo");
    let mut tx = store.begin().unwrap();
    assert_eq!(tx.forget_file(event(1)).unwrap(), Some(sha256));
    tx.commit().unwrap();
    keep(&stage, &mut theirs, 2, b"a photo");
    assert!(!remove(&stage, &mut store, sha256));
    assert_eq!(media(&stage).bytes_kept().unwrap(), 7);
}

#[test]
fn no_copy_is_swept_on_a_guess_after_a_database_was_set_aside() {
    // INV-9: its rows say what is kept, and some of them may be damaged.
    let stage = Stage::new();
    let mut store = stage.open();
    let kept = keep(&stage, &mut store, 1, b"a photo");
    let (mut store, _) = store.set_aside_and_reopen(Reason::Corrupt).unwrap();
    fs::write(stage.file("media").join(format!("{}.part", event(2))), "half").unwrap();
    assert_eq!(sweep(&stage, &mut store), 1, "the part alone");
    assert!(!remove(&stage, &mut store, kept));
    let mut tx = store.begin().unwrap();
    assert!(tx.salvage(T(5), 100).unwrap().finished);
    assert!(tx.kept_files().unwrap().contains(&kept));
    assert_eq!(tx.forget_file(event(1)).unwrap(), Some(kept));
    tx.commit().unwrap();
    assert_eq!(sweep(&stage, &mut store), 0);
    assert!(remove(&stage, &mut store, kept), "its row was read and forgotten");
}

#[cfg(unix)]
#[test]
fn a_link_that_was_planted_in_the_folder_leads_nothing_out_of_it() {
    let stage = Stage::new();
    let bytes = noise(5_000);
    fs::create_dir_all(stage.file("media")).unwrap();
    let outside = stage.file("outside");
    fs::write(&outside, "somebody's").unwrap();
    for name in [format!("{}.part", event(1)), Digest::of(&bytes).to_string()] {
        std::os::unix::fs::symlink(&outside, stage.file("media").join(name)).unwrap();
    }
    let refused = media(&stage).slice(Digest::of(&bytes));
    assert!(refused.is_err(), "a link is no copy");
    let copied = take(&stage, 1, &bytes).unwrap();
    assert_eq!(fs::read_to_string(&outside).unwrap(), "somebody's");
    let copy = stage.file("media").join(copied.sha256.to_string());
    assert!(fs::symlink_metadata(copy).unwrap().is_file());
}
