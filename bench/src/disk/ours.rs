//! Our side: real SOS, made, signed for, cancelled and forgotten, one after the other.
//!
//! **A sample.** One incident's life gives one press and one ack. Unmeasured: eight days pass, so that the report of the sample
//! before is too old to be followed, and then two hours, so that it goes into the history: the state is that of a phone at rest. A fix, two presses. *Measured: the third press, from the call of `Siaga::press` to its return.* It counts, makes the
//! incident, writes the SOS and claims it in one commit. Unmeasured: the citizen submits a report, which waits because an SOS is
//! in flight. *Measured: the call that hands over the centre's reply to the SOS, from the call to its return.* It verifies the
//! receipt, deletes the SOS's row, and claims the report, in one commit. Unmeasured: the report's receipt, the cancel and its
//! receipt. Housekeeping (checkpoints) comes between steps, as the pump does it.

use std::path::{Path, PathBuf};

use siaga::{IncidentId, StoreHealth};

use super::{Load, Queue, Turn};
use crate::pace::Pace;
use crate::phone::Phone;
use crate::row::Stop;

const HOUR_MS: u64 = 3_600_000;
/// Longer than the week for which a report is followed.
const EIGHT_DAYS_MS: u64 = 8 * 24 * HOUR_MS;

/// One phone that makes one SOS after the other.
pub(crate) struct Ours {
    folder: PathBuf,
    phone: Phone,
}

impl Ours {
    pub(crate) fn open(folder: &Path) -> Result<Self, Stop> {
        let phone = Phone::open(folder, false)?;
        phone.keep_house()?;
        Ok(Self { folder: folder.to_owned(), phone })
    }

    /// What a press writes, taken from a real one.
    pub(super) fn load(&self) -> Result<Load, Stop> {
        // The first incident of a phone is smaller than those after it: the one that counts is the third.
        for _ in 0..2 {
            self.before_the_press()?;
            let _ = self.press()?;
            self.between()?;
            self.ack()?();
            self.after_the_ack()?;
        }
        self.before_the_press()?;
        let _ = self.press()?;
        let database = rusqlite::Connection::open(self.folder.join("siaga.db"))?;
        let bytes = |sql: &str| database.query_row(sql, [], |row| row.get::<_, Vec<u8>>(0));
        let (state, payload) = (bytes("SELECT state FROM engine")?, bytes("SELECT body FROM outbox")?);
        self.between()?;
        self.ack()?();
        let state_after_ack = bytes("SELECT state FROM engine")?.len();
        self.after_the_ack()?;
        Ok(Load { payload, state, state_after_ack })
    }

    /// Up to the moment before the third press.
    pub(crate) fn before_the_press(&self) -> Result<(), Stop> {
        self.phone.pass(EIGHT_DAYS_MS);
        // The report is closed for its age, and an hour later it may leave the state: with the next step, the fix.
        self.phone.keep_house()?;
        self.phone.pass(2 * HOUR_MS);
        self.phone.press_twice()?;
        self.phone.keep_house()
    }

    /// The third press.
    pub(crate) fn press(&self) -> Result<IncidentId, Stop> {
        Phone::triggered(self.phone.press()?)
    }

    /// Between the two measured steps: a report waits behind the SOS.
    pub(crate) fn between(&self) -> Result<(), Stop> {
        if self.phone.siaga.snapshot().store != StoreHealth::Durable {
            return Err(Stop::failed("the press was not durable"));
        }
        self.phone.keep_house()?;
        let _ = self.phone.submit()?;
        self.phone.keep_house()
    }

    /// The ack: ready to be called. The request that waits longest is the SOS's.
    pub(crate) fn ack(&self) -> Result<impl FnOnce(), Stop> {
        let (request, done) = self.phone.next_request().ok_or_else(|| Stop::failed("no SOS is in flight"))?;
        let outcome = self.phone.answer(&request);
        Ok(move || done(outcome))
    }

    /// After the ack: the report was claimed by it; then the incident ends.
    pub(crate) fn after_the_ack(&self) -> Result<(), Stop> {
        self.phone.keep_house()?;
        self.phone.settle();
        self.phone.cancel()?;
        self.phone.settle();
        self.phone.keep_house()
    }
}

impl Queue for Ours {
    fn turn(&mut self, samples: usize, pace: Pace) -> Result<Turn, Stop> {
        let mut turn = Turn::default();
        for _ in 0..samples {
            self.before_the_press()?;
            let (press_us, sos) = pace.timed(|| self.press());
            let _ = sos?;
            self.between()?;
            let ack = self.ack()?;
            let (ack_us, ()) = pace.timed(ack);
            if self.phone.siaga.snapshot().waiting.iter().map(|lane| lane.in_flight).sum::<u32>() != 1 {
                return Err(Stop::failed("the ack did not end the SOS and claim the report"));
            }
            self.after_the_ack()?;
            turn.enqueues.push(press_us);
            turn.acks.push(ack_us);
        }
        Ok(turn)
    }
}
