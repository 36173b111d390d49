//! Slots: the outbox's primary key *is* its order, so that a head is one seek and no index has to be kept.

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::outbox::Lane;

/// 42 bits of milliseconds: 139 years on the persisted clock.
const DUE_BITS: u32 = 42;
/// 17 bits tell apart the rows of one lane that are due in the same millisecond.
const SERIAL_BITS: u32 = 17;
const MAX_DUE: u64 = (1 << DUE_BITS) - 1;
const MAX_SERIAL: u64 = (1 << SERIAL_BITS) - 1;
/// The lane number of drafts of reports: the citizen still writes them, so they are in no queue.
const DRAFT: u64 = 14;
/// The lane number of rows that are out of the queue until somebody decides.
const PARKED: u64 = 15;

/// Where a row stands in the outbox: lane, then the moment before which it is not due, then a serial number.
/// A positive 63-bit number, used as SQLite's rowid. A claim, a back-off and parking move a row to another slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slot(i64);

impl Slot {
    /// The slot of a row of `lane` that is not due before `due`.
    #[must_use]
    pub fn new(lane: Lane, due: T, serial: u64) -> Self {
        Self::pack(u64::from(lane.number()), due, serial)
    }

    /// A slot outside every lane: parked rows are kept and shown, and never block one that waits.
    #[must_use]
    pub fn parked(at: T, serial: u64) -> Self {
        Self::pack(PARKED, at, serial)
    }

    /// A slot outside every lane: a draft of a report is kept and shown, and leaves only when it is submitted.
    #[must_use]
    pub fn draft(at: T, serial: u64) -> Self {
        Self::pack(DRAFT, at, serial)
    }

    /// The slot of a row of `lane` that is set aside: behind all others of its lane, and never due.
    #[must_use]
    pub fn aside(lane: Lane, serial: u64) -> Self {
        Self::new(lane, T(MAX_DUE), serial)
    }

    /// Whether its row is set aside.
    #[must_use]
    pub const fn is_aside(self) -> bool {
        self.due().0 == MAX_DUE
    }

    /// The first and the last slot of the rows of a lane that are set aside, both inclusive.
    #[must_use]
    pub fn aside_range(lane: Lane) -> (Self, Self) {
        (Self::aside(lane, 0), Self::aside(lane, MAX_SERIAL))
    }

    /// The slot of a row that was set aside, once it is due again.
    #[must_use]
    pub fn recalled(self, lane: Lane, due: T) -> Self {
        Self::new(lane, due, self.bits() & MAX_SERIAL)
    }

    /// The slot of the same row on another persisted clock: what was `from` there is `to` here. What stands in no lane, or aside, is
    /// due at no moment.
    #[must_use]
    pub fn moved(self, from: T, to: T) -> Self {
        match self.lane() {
            Some(lane) if !self.is_aside() => Self::new(lane, self.due().moved(from, to), self.bits() & MAX_SERIAL),
            Some(_) | None => self,
        }
    }

    /// The slot with this number, as it stands in the database.
    #[must_use]
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// The number that stands in the database.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The lane, or `None` for a parked row and a draft of a report.
    #[must_use]
    pub fn lane(self) -> Option<Lane> {
        let number = (self.bits() >> (DUE_BITS + SERIAL_BITS)) & 0xF;
        u8::try_from(number).ok().and_then(Lane::from_number)
    }

    /// The moment before which the row is not due.
    #[must_use]
    pub const fn due(self) -> T {
        T((self.bits() >> SERIAL_BITS) & MAX_DUE)
    }

    /// The first and the last slot of a lane, both inclusive.
    #[must_use]
    pub fn range(lane: Lane) -> (Self, Self) {
        (Self::new(lane, T(0), 0), Self::new(lane, T(MAX_DUE), MAX_SERIAL))
    }

    /// The first and the last slot of the parked rows, both inclusive.
    #[must_use]
    pub fn parked_range() -> (Self, Self) {
        (Self::parked(T(0), 0), Self::parked(T(MAX_DUE), MAX_SERIAL))
    }

    /// The first and the last slot of drafts of reports, both inclusive.
    #[must_use]
    pub fn draft_range() -> (Self, Self) {
        (Self::draft(T(0), 0), Self::draft(T(MAX_DUE), MAX_SERIAL))
    }

    /// Whether a draft of a report stands here.
    #[must_use]
    pub fn is_draft(self) -> bool {
        let (first, last) = Self::draft_range();
        first <= self && self <= last
    }

    fn pack(lane: u64, due: T, serial: u64) -> Self {
        let bits = (lane << (DUE_BITS + SERIAL_BITS)) | (due.0.min(MAX_DUE) << SERIAL_BITS) | (serial & MAX_SERIAL);
        // 4 + 42 + 17 = 63 bits: the sign bit is never set.
        Self(i64::try_from(bits).unwrap_or(i64::MAX))
    }

    const fn bits(self) -> u64 {
        self.0.unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_on_another_clock_is_due_as_soon_and_one_that_is_due_at_no_moment_stays() {
        let moved = |slot: Slot| slot.moved(T(1_000), T(50));
        for lane in Lane::ALL {
            assert_eq!(moved(Slot::new(lane, T(1_700), 9)), Slot::new(lane, T(750), 9));
            assert_eq!(moved(Slot::aside(lane, 9)), Slot::aside(lane, 9));
        }
        for slot in [Slot::parked(T(5), 1), Slot::draft(T(5), 1)] {
            assert_eq!(moved(slot), slot);
        }
    }

    #[test]
    fn a_slot_gives_back_what_it_was_made_of() {
        for lane in Lane::ALL {
            let slot = Slot::new(lane, T(123_456_789), 77);
            assert_eq!(slot.lane(), Some(lane));
            assert_eq!(slot.due(), T(123_456_789));
            let (first, last) = Slot::range(lane);
            assert!(first <= slot && slot <= last && last.number() > 0);
        }
        for (slot, is_draft) in [(Slot::parked(T(5), 1), false), (Slot::draft(T(5), 1), true)] {
            assert_eq!((slot.lane(), slot.is_draft(), slot.due()), (None, is_draft, T(5)));
        }
    }

    #[test]
    fn a_row_that_is_set_aside_is_the_last_of_its_lane_and_comes_back_under_its_own_serial() {
        let aside = Slot::aside(Lane::Media, 77);
        assert!(aside.is_aside() && !Slot::new(Lane::Media, T(MAX_DUE - 1), 1).is_aside());
        let (first, last) = Slot::aside_range(Lane::Media);
        assert!(first <= aside && aside <= last && last == Slot::range(Lane::Media).1);
        assert!(Slot::new(Lane::Media, T(MAX_DUE - 1), MAX_SERIAL) < first);
        assert_eq!(aside.recalled(Lane::Media, T(5)), Slot::new(Lane::Media, T(5), 77));
    }

    #[test]
    fn slots_sort_by_lane_then_due_time_then_serial() {
        let sos_late = Slot::new(Lane::Sos, T(u64::MAX), u64::MAX);
        let fix_early = Slot::new(Lane::Fix, T(0), 0);
        assert!(sos_late < fix_early);
        assert!(Slot::new(Lane::Fix, T(1), 9) < Slot::new(Lane::Fix, T(2), 0));
        assert!(Slot::new(Lane::Fix, T(2), 0) < Slot::new(Lane::Fix, T(2), 1));
        assert!(Slot::draft(T(0), 0) > Slot::range(Lane::Media).1);
        assert!(Slot::parked(T(0), 0) > Slot::draft_range().1);
    }
}
