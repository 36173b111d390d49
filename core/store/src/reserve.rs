//! The reserve: blocks that are taken in good times and given back when the disk is full, so that an SOS can be recorded. The
//! second line behind the log that is written in advance (F63).

use std::io::ErrorKind;

use crate::error::{StoreError, files};
use crate::folder;
use crate::{Store, StoreOptions};

const RESERVE: &str = "reserve";
const PART: &str = "reserve.part";
/// Not zero: a file system may keep zeros as a hole and give no block for them.
const FILLER: u8 = 0xA5;

impl Store {
    /// Gives the reserve's blocks back to the disk; says whether there were any. Then repeat the step that found no room.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the file cannot be removed.
    pub fn release_reserve(&mut self) -> Result<bool, StoreError> {
        release(&self.options)
    }

    /// Takes the reserve again; does nothing while it is there. Call it when an incident has ended.
    ///
    /// # Errors
    /// [`StoreError::Full`] while the disk is full; nothing is left behind then.
    pub fn restore_reserve(&mut self) -> Result<(), StoreError> {
        let what = "taking the reserve";
        let StoreOptions { disk, folder, reserve_bytes, .. } = &self.options;
        let (file, part) = (folder.join(RESERVE), folder.join(PART));
        if *reserve_bytes == 0 || folder::size(disk, &file) >= *reserve_bytes {
            return Ok(());
        }
        let filler = vec![FILLER; usize::try_from(*reserve_bytes).unwrap_or(0)];
        let taken = disk
            .files
            .write(&part, &filler)
            .and_then(|()| disk.files.rename(&part, &file))
            .map_err(files(what))
            .and_then(|()| folder::sync(disk, folder));
        if taken.is_err() {
            let _ = disk.files.remove_file(&part);
        }
        taken
    }
}

/// Gives the reserve's blocks back, whether a database is open or not.
pub(crate) fn release(options: &StoreOptions) -> Result<bool, StoreError> {
    let what = "releasing the reserve";
    let StoreOptions { disk, folder, .. } = options;
    match disk.files.remove_file(&folder.join(RESERVE)) {
        Ok(()) => folder::sync(disk, folder).map(|()| true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(files(what)(error)),
    }
}

#[cfg(test)]
mod tests {
    use siaga_engine::clock::T;
    use siaga_engine::ids::{EventId, IncidentId};
    use siaga_engine::outbox::{Change, Content, Kind, Lane, Row, Slot};

    use super::*;
    use crate::Disk;

    fn press(store: &mut Store, number: u128) -> Result<(), StoreError> {
        let row = Row {
            slot: Slot::new(Lane::Sos, T(0), 0),
            incident: IncidentId::from_bytes(number.to_be_bytes()),
            event: EventId::from_bytes(number.to_be_bytes()),
            kind: Kind::Sos,
            drill: false,
            attempt: 0,
            content: Content::freeze(vec![7; 3_000]),
        };
        let mut tx = store.begin()?;
        tx.apply(T(0), &[Change::Insert(row)])?;
        tx.save(&number.to_be_bytes())?;
        tx.commit()
    }

    #[test]
    fn a_step_that_finds_no_room_changes_nothing_and_goes_through_when_there_is_room_again() {
        // F63, with SQLite's own limit on the file, which is the same on every platform.
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(&StoreOptions::new(dir.path(), "boot")).unwrap();
        let full_at = |store: &Store, pages: &str| {
            store.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get::<_, i64>(0)).unwrap()
        };
        // SQLite raises a limit below the file's size to that size.
        let _ = full_at(&store, "1");
        let mut recorded = 0;
        let error = loop {
            match press(&mut store, recorded) {
                Ok(()) => recorded += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert!(recorded >= 30, "the pages that were written in advance took only {recorded} rows");
        let rows = |store: &mut Store| store.begin().unwrap().lane_rows(Lane::Sos).unwrap();
        assert_eq!(u128::from(rows(&mut store)), recorded);
        assert_eq!(store.begin().unwrap().load().unwrap().state, Some((recorded - 1).to_be_bytes().to_vec()));

        let _ = full_at(&store, "100000");
        press(&mut store, recorded).unwrap();
        assert_eq!(u128::from(rows(&mut store)), recorded + 1);
    }

    #[test]
    fn the_reserve_is_taken_at_opening_given_back_once_and_taken_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut store, _) = Store::open(&StoreOptions::new(dir.path(), "boot")).unwrap();
        let size = || folder::size(&Disk::system(), &dir.path().join(RESERVE));
        assert_eq!(size(), crate::RESERVE_BYTES);
        assert_eq!(store.release_reserve(), Ok(true));
        assert_eq!((size(), store.release_reserve()), (0, Ok(false)));
        store.restore_reserve().unwrap();
        assert_eq!(size(), crate::RESERVE_BYTES);
        assert!(std::fs::read(dir.path().join(RESERVE)).unwrap().iter().all(|byte| *byte == FILLER));
    }
}
