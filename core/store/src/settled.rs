//! Whether the log is known to be on the disk, so that an opening need not write it anew.
//!
//! A commit whose sync failed can be read after its process died, and is not on the disk; what came after it in the log would go
//! with it in a power cut. So an opening copies the log into the database (`finish` in `open.rs`), for three syncs. That makes its
//! content durable and leaves the log itself in doubt, until a commit begins it anew.
//!
//! Of a log that is in no doubt a living process sees only commits that were synced. A clean close leaves a mark that says which log
//! this was, and how far it saw it; one more commit, or a new beginning of the log, and the mark means nothing.

use std::io;

use crate::error::{StoreError, files};
use crate::{Store, StoreOptions, folder};

/// The file of the mark. It need not be durable: after a power cut it is true or missing.
const MARK: &str = "settled";
/// The log's header (SQLite's file format, section 4.1): its salts are other ones after each new beginning.
const HEADER_BYTES: usize = 32;

/// The log that an opening copied, because nobody knew whether it was on the disk.
#[derive(Debug, Default)]
pub(crate) struct Doubt(Option<Vec<u8>>);

/// The log as it is now is in doubt: the opening that calls this has just copied it.
pub(crate) fn doubt(store: &Store) -> Doubt {
    // One that cannot be read is never any other.
    Doubt(Some(header(store).unwrap_or_default()))
}

/// Writes the log over itself: that makes durable what can be read of it, and needs no room. The lock of a step keeps other
/// processes from writing to it.
pub(crate) fn write_log_again(store: &mut Store) -> Result<(), StoreError> {
    let StoreOptions { disk, folder, .. } = store.options.clone();
    let _locked = store.begin()?;
    disk.files.write_again(&folder.join(folder::WAL)).map_err(files("writing the log again"))
}

/// Leaves the mark, unless the log is still the one in doubt. One that cannot be left costs the next opening its three syncs.
pub(crate) fn mark(store: &Store) {
    let Ok(log) = header(store) else { return };
    if store.doubt.0.as_ref().is_some_and(|doubtful| doubtful.is_empty() || *doubtful == log) {
        return;
    }
    // Another process may begin the log anew in between: then the readings differ, and there is no mark.
    if let (Some(before), Some(after)) = (seen(store), seen(store))
        && before == after
        && before.starts_with(&log)
    {
        let StoreOptions { disk, folder, .. } = &store.options;
        let _ = disk.files.write(&folder.join(MARK), &before);
    }
}

/// Whether the log is the one of the mark, and no commit came after it.
pub(crate) fn is_marked(store: &Store) -> bool {
    let StoreOptions { disk, folder, .. } = &store.options;
    let marked = disk.files.read(&folder.join(MARK)).ok();
    marked.is_some() && marked == seen(store)
}

/// Which log it is, and how many frames of it can be read.
fn seen(store: &Store) -> Option<Vec<u8>> {
    let frames = store.log().ok()?.frames;
    let mut seen = header(store).ok()?;
    seen.extend(frames.to_be_bytes());
    Some(seen)
}

fn header(store: &Store) -> io::Result<Vec<u8>> {
    let StoreOptions { disk, folder, .. } = &store.options;
    disk.files.read_start(&folder.join(folder::WAL), HEADER_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(store: &mut Store, number: u8) {
        let mut tx = store.begin().unwrap();
        tx.save(&[number; 100]).unwrap();
        tx.commit().unwrap();
    }

    #[test]
    fn a_clean_close_leaves_a_mark_and_one_more_commit_makes_it_worthless() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), "boot-1");
        let open = || Store::open(&options).unwrap().0;
        let mut store = open();
        assert!(!is_marked(&store));
        step(&mut store, 1);
        store.close().unwrap();

        let mut store = open();
        assert!(is_marked(&store));
        step(&mut store, 2);
        assert!(!is_marked(&store));
        // Killed: no close.
        drop(store);
        assert!(!is_marked(&open()));
    }

    #[test]
    fn a_process_that_committed_nothing_leaves_no_mark_on_a_log_that_was_in_doubt() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), "boot-1");
        let open = || Store::open(&options).unwrap().0;
        let mut store = open();
        step(&mut store, 1);
        drop(store);
        open().close().unwrap();
        let store = open();
        assert!(!is_marked(&store));
    }

    #[test]
    fn a_log_that_began_anew_is_another_one_though_it_has_as_many_frames() {
        let dir = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(dir.path(), "boot-1");
        let open = || Store::open(&options).unwrap().0;
        let mut store = open();
        step(&mut store, 1);
        store.close().unwrap();
        let mut store = open();
        let before = store.log().unwrap().frames;
        crate::checkpoint::all(&store.conn).unwrap();
        let mut number = 1;
        while number == 1 || store.log().unwrap().frames < before {
            number += 1;
            step(&mut store, number);
        }
        assert_eq!(store.log().unwrap().frames, before, "the same number in another log");
        assert!(!is_marked(&store));
    }
}
