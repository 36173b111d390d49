//! The bytes of one file: as every process reads them, and how to get back from there to what the disk has for sure.
//!
//! Each write since the last sync is noted with what stood there before, so a sync forgets the notes, and a power cut walks
//! them back. A sector comes out of a power cut as it was at *some* moment since the last sync: whole, but each sector at a
//! moment of its own. That is a torn write.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::power::{Lost, Odds};

/// What a disk writes whole or not at all (SQLite's "powersafe overwrite"), in bytes.
pub(super) const SECTOR: usize = 512;
/// What the kernel writes back together, in bytes.
const PAGE: usize = 4096;

/// The bytes of a file.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// Shared with images until one of the two is written.
    now: Arc<Vec<u8>>,
    /// What was done since the last sync, oldest first.
    notes: Vec<Note>,
    /// What stood before, one note's bytes after the other's.
    before: Vec<u8>,
    /// Sectors that a failed sync gave up, with what the disk has in them. No later sync writes them, unless their page is
    /// written again first.
    given_up: BTreeMap<usize, Vec<u8>>,
}

/// One write or cut.
#[derive(Clone, Debug)]
struct Note {
    kind: Kind,
    /// What was written, or cut off.
    span: Range<usize>,
    size_before: usize,
    /// Where in `before` the bytes stand that were in the span; fewer than the span's when it reached beyond the size.
    kept: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Written,
    Cut,
}

impl Bytes {
    /// Bytes that are on the disk for sure.
    pub(super) fn durable(now: Arc<Vec<u8>>) -> Self {
        Self { now, ..Self::default() }
    }

    pub(super) const fn now(&self) -> &Arc<Vec<u8>> {
        &self.now
    }

    pub(super) fn len(&self) -> usize {
        self.now.len()
    }

    /// Whether a power cut could take anything.
    pub(super) fn is_unsynced(&self) -> bool {
        !self.notes.is_empty() || !self.given_up.is_empty()
    }

    /// Whether it was written to since its last sync, a failed one included.
    pub(super) fn is_dirty(&self) -> bool {
        !self.notes.is_empty()
    }

    /// The bytes, to be changed past everything: rot, not a write.
    pub(super) fn rot(&mut self) -> &mut [u8] {
        self.own()
    }

    /// Copies from `offset` on; gives how many bytes there were.
    pub(super) fn read(&self, offset: usize, into: &mut [u8]) -> usize {
        let there = self.now.get(offset..).unwrap_or_default();
        let count = there.len().min(into.len());
        if let (Some(into), Some(there)) = (into.get_mut(..count), there.get(..count)) {
            into.copy_from_slice(there);
        }
        count
    }

    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let span = offset..offset.saturating_add(bytes.len());
        self.touch(&span);
        self.note(Kind::Written, span.clone());
        let now = self.own();
        grow(now, offset);
        let (over, beyond) = bytes.split_at_checked(now.len() - offset).unwrap_or((bytes, &[]));
        put(now, offset, over);
        now.extend_from_slice(beyond);
    }

    pub(super) fn truncate(&mut self, size: usize) {
        if size < self.now.len() {
            let span = size..self.now.len();
            self.touch(&span);
            self.note(Kind::Cut, span);
            self.own().truncate(size);
        } else if size > self.now.len() {
            self.note(Kind::Written, self.now.len()..self.now.len());
            grow(self.own(), size);
        }
    }

    pub(super) fn sync(&mut self) {
        self.notes.clear();
        self.before.clear();
    }

    /// A sync that failed: as on Linux, what was to be written counts as written from now on, and is not (its bytes may have
    /// reached the disk or not). The file's size is the file system's own affair, and it keeps that.
    pub(super) fn give_up(&mut self) {
        for note in std::mem::take(&mut self.notes).iter().rev() {
            let kept = self.before.get(note.kept.clone()).unwrap_or_default();
            for piece in sectors(&note.span).filter(|piece| piece.start < self.now.len()) {
                let start = piece.start / SECTOR * SECTOR;
                let now = self.now.get(start..self.now.len().min(start + SECTOR)).unwrap_or_default();
                let sector = self.given_up.entry(start / SECTOR).or_insert_with(|| now.to_vec());
                let inside = piece.start - start;
                sector.resize(sector.len().max(inside + piece.len()), 0);
                put(sector, inside, &stood(kept, &note.span, &piece));
            }
        }
        self.before.clear();
    }

    /// The power goes: each sector and the size fall back to some moment since the last sync.
    pub(super) fn cut_power(&mut self, odds: Odds, dice: &mut fastrand::Rng) -> Lost {
        let mut lost = Lost::default();
        if self.is_unsynced() {
            self.walk_back(odds, dice, &mut lost);
            for (sector, bytes) in std::mem::take(&mut self.given_up) {
                if !odds.survives(dice) {
                    lost.writes += 1;
                    put(self.own(), sector * SECTOR, &bytes);
                }
            }
        }
        lost
    }

    fn walk_back(&mut self, odds: Odds, dice: &mut fastrand::Rng, lost: &mut Lost) {
        let notes = std::mem::take(&mut self.notes);
        let before = std::mem::take(&mut self.before);
        let sizes_lost_from = self.sizes_lost_from(&notes, odds, dice);
        let size = notes.get(sizes_lost_from).map_or(self.now.len(), |note| note.size_before);
        let largest = notes.iter().map(|note| note.span.end).fold(self.now.len(), usize::max);
        let now = self.own();
        let mut settled = vec![false; largest / SECTOR + 1];
        // A cut that stands: what was there before it is gone for good.
        let mut ceiling = usize::MAX;
        for (index, note) in notes.iter().enumerate().rev() {
            let kept = before.get(note.kept.clone()).unwrap_or_default();
            if note.kind == Kind::Cut {
                if index >= sizes_lost_from {
                    // What was written behind it since is lost with it, and what came before is to be settled.
                    grow(now, note.span.end);
                    put(now, note.span.start, kept);
                    settled.iter_mut().skip(note.span.start.div_ceil(SECTOR)).for_each(|settled| *settled = false);
                } else {
                    ceiling = ceiling.min(note.span.start);
                }
                continue;
            }
            let (mut stays, mut goes) = (false, false);
            for piece in sectors(&note.span).filter(|piece| piece.start < ceiling) {
                match settled.get_mut(piece.start / SECTOR) {
                    Some(true) => stays = true,
                    Some(settled) if odds.survives(dice) => (*settled, stays) = (true, true),
                    Some(_) | None => {
                        goes = true;
                        put(now, piece.start, &stood(kept, &note.span, &piece));
                    }
                }
            }
            lost.writes += u64::from(goes);
            lost.torn += u64::from(goes && stays);
        }
        lost.sizes += u64::from(size != now.len());
        now.truncate(size);
        grow(now, size);
    }

    /// The first change of the size that does not survive: sizes come back in their order.
    fn sizes_lost_from(&self, notes: &[Note], odds: Odds, dice: &mut fastrand::Rng) -> usize {
        let mut size_after = self.now.len();
        let mut lost_from = notes.len();
        for (index, note) in notes.iter().enumerate().rev() {
            let changed = note.size_before != size_after;
            size_after = note.size_before;
            if changed {
                if odds.survives(dice) {
                    break;
                }
                lost_from = index;
            }
        }
        lost_from
    }

    /// The bytes, to be changed: no image shares them any more.
    fn own(&mut self) -> &mut Vec<u8> {
        Arc::make_mut(&mut self.now)
    }

    fn note(&mut self, kind: Kind, span: Range<usize>) {
        let start = self.before.len();
        let there = self.now.get(span.start..span.end.min(self.now.len())).unwrap_or_default();
        self.before.extend_from_slice(there);
        self.notes.push(Note { kind, span, size_before: self.now.len(), kept: start..self.before.len() });
    }

    /// A page that is written again is written whole at the next sync, with what a failed sync gave up.
    fn touch(&mut self, span: &Range<usize>) {
        if self.given_up.is_empty() {
            return;
        }
        let page = span.start / PAGE * PAGE..span.end.div_ceil(PAGE).saturating_mul(PAGE);
        let again: Vec<usize> =
            self.given_up.range(page.start / SECTOR..page.end.div_ceil(SECTOR)).map(|(sector, _)| *sector).collect();
        for sector in again {
            let Some(bytes) = self.given_up.remove(&sector) else { continue };
            let span = sector * SECTOR..self.now.len().min((sector + 1) * SECTOR).max(sector * SECTOR);
            let start = self.before.len();
            self.before.extend(bytes.into_iter().take(span.len()));
            let kept = start..self.before.len();
            self.notes.push(Note { kind: Kind::Written, span, size_before: self.now.len(), kept });
        }
    }
}

/// The pieces of a span that lie in one sector each.
fn sectors(span: &Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let Range { start, end } = *span;
    let sectors = if start < end { start / SECTOR..end.div_ceil(SECTOR) } else { 0..0 };
    sectors.map(move |sector| start.max(sector * SECTOR)..end.min((sector + 1) * SECTOR))
}

/// What stood in a piece of a span; zeros behind the end of the file.
fn stood(kept: &[u8], span: &Range<usize>, piece: &Range<usize>) -> Vec<u8> {
    let from = (piece.start - span.start).min(kept.len());
    let to = (piece.end - span.start).min(kept.len());
    let mut stood = kept.get(from..to).unwrap_or_default().to_vec();
    stood.resize(piece.len(), 0);
    stood
}

/// Fills up with zeros to a size, a page at a time: `Vec::resize` goes byte by byte in a build without optimisation.
fn grow(bytes: &mut Vec<u8>, size: usize) {
    while bytes.len() < size {
        let zeros = [0; PAGE];
        bytes.extend_from_slice(zeros.get(..size - bytes.len()).unwrap_or(&zeros));
    }
}

/// Copies over what is there; nothing beyond the end.
fn put(into: &mut [u8], offset: usize, bytes: &[u8]) {
    let end = into.len().min(offset.saturating_add(bytes.len()));
    let Some(room) = into.get_mut(offset..end) else { return };
    if let Some(bytes) = bytes.get(..room.len()) {
        room.copy_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What 300 power cuts leave of the same history.
    fn fates(history: impl Fn(&mut Bytes)) -> Vec<Vec<u8>> {
        let fate = |seed| {
            let mut dice = fastrand::Rng::with_seed(seed);
            let mut bytes = Bytes::durable(Arc::new(vec![1; 4 * SECTOR]));
            history(&mut bytes);
            let odds = Odds::roll(&mut dice);
            bytes.cut_power(odds, &mut dice);
            assert!(!bytes.is_unsynced());
            bytes.now().as_ref().clone()
        };
        (0..300).map(fate).collect()
    }

    #[test]
    fn a_sector_comes_back_as_it_was_at_one_moment() {
        let fates = fates(|bytes| {
            bytes.write(0, &[2; 256]);
            bytes.write(256, &[3; 256]);
            bytes.write(100, &[4; 300]);
        });
        let moments = [(1, 1, 1), (2, 2, 1), (2, 2, 3), (2, 4, 3)];
        for moment in moments {
            assert!(fates.iter().any(|fate| (fate[0], fate[100], fate[500]) == moment), "{moment:?} never came");
        }
        for fate in fates {
            assert!(moments.contains(&(fate[0], fate[100], fate[500])), "{:?}", (fate[0], fate[100], fate[500]));
        }
    }

    #[test]
    fn what_was_cut_off_is_all_there_or_gone_and_what_came_after_goes_with_the_cut() {
        let fates = fates(|bytes| {
            bytes.write(0, &[2; SECTOR]);
            bytes.truncate(0);
            bytes.write(0, &[3; 2 * SECTOR]);
        });
        let of_size = |sectors: usize| fates.iter().filter(move |fate| fate.len() == sectors * SECTOR);
        assert!(of_size(0).count() > 10 && of_size(2).count() > 10 && of_size(4).count() > 10);
        assert_eq!(of_size(0).count() + of_size(2).count() + of_size(4).count(), 300);
        for fate in of_size(2) {
            assert!(fate.iter().all(|byte| [0, 3].contains(byte)), "blocks that were cut off came back");
        }
        for fate in of_size(4) {
            assert!(fate[..SECTOR].iter().all(|byte| [1, 2].contains(byte)), "a write behind a cut that is undone");
            assert!(fate[SECTOR..].iter().all(|byte| *byte == 1));
        }
    }

    #[test]
    fn what_was_synced_stays_and_what_was_not_is_zeros_behind_the_old_end() {
        for fate in fates(|bytes| {
            bytes.write(3 * SECTOR, &[2; SECTOR]);
            bytes.sync();
            bytes.write(6 * SECTOR, &[3; SECTOR]);
        }) {
            assert_eq!((fate[0], fate[3 * SECTOR]), (1, 2));
            assert!([4 * SECTOR, 7 * SECTOR].contains(&fate.len()));
            assert!(fate.iter().skip(4 * SECTOR).take(2 * SECTOR).all(|byte| *byte == 0));
        }
    }

    #[test]
    fn a_page_that_is_written_again_after_a_failed_sync_is_synced_whole() {
        let fates = fates(|bytes| {
            bytes.write(0, &[2; 2 * SECTOR]);
            bytes.give_up();
            bytes.sync();
        });
        assert!(fates.iter().any(|fate| fate[0] == 1) && fates.iter().any(|fate| fate[0] == 2));
        for fate in self::fates(|bytes| {
            bytes.write(0, &[2; 2 * SECTOR]);
            bytes.give_up();
            bytes.write(3 * SECTOR, &[3; 10]);
            bytes.sync();
        }) {
            assert_eq!((fate[0], fate[SECTOR], fate[3 * SECTOR]), (2, 2, 3));
        }
    }
}
