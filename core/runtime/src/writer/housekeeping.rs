//! Housekeeping between steps: never inside a press, and nothing that a step needs.

use std::sync::Arc;

use siaga_engine::clock::{Reading, T};
use siaga_engine::outbox::Lane;
use siaga_engine::{Engine, Wake, WakeReason};
use siaga_store::StoreError;

use crate::ports::Note;
use crate::writer::current::adopt;
use crate::writer::{RETRY_STORE_MS, Writer};

/// Rows that are salvaged in one step: a press that comes meanwhile waits for one such batch, some 10 ms.
const SALVAGE_ROWS: u32 = 100;

/// Copies are kept for days, so one look a day suffices.
const SWEEP_EVERY_MS: u64 = 86_400_000;
/// Copies that are let go at one look; the rest goes with the next.
const MOST_EXPIRED: u32 = 100;

impl Writer {
    /// Does the next piece of what is due; says whether there is more.
    pub(crate) fn keep_house(&mut self, at: &Reading) -> bool {
        let error = match self.keep(at) {
            Ok(more) => return more,
            Err(error) => error,
        };
        let later = self.engine.t(at).after(RETRY_STORE_MS);
        self.salvage = self.salvage.map(|_| later);
        if !matches!(error, StoreError::Busy { .. }) {
            let _ = self.remedy(&error);
            self.notes.push(Note::HousekeepingFailed { why: error.to_string() });
        }
        false
    }

    fn keep(&mut self, at: &Reading) -> Result<bool, StoreError> {
        if self.salvage.is_some() {
            return self.salvage(at);
        }
        let waiting = self.engine.snapshot(at).waiting;
        // A database is checked only when nothing is in flight: cheap phones kill every process, and most checks find nothing.
        let drained = waiting.iter().all(|lane| lane.in_flight == 0);
        let urgent = waiting.iter().any(|lane| lane.lane.never_parks() && lane.in_flight > 0);
        let Some(store) = &mut self.store else { return Ok(false) };
        if urgent && store.checkpoint_can_wait()? {
            // The step that takes the reply rings again.
            return Ok(false);
        }
        let _ = store.checkpoint()?;
        if self.verify_due && drained {
            self.verify_due = false;
            self.damage_known = true;
            store.verify()?;
            self.damage_known = false;
        }
        if !urgent && self.sweep.is_some_and(|due| due <= self.engine.t(at)) {
            self.sweep(at)?;
        }
        let Some(store) = &mut self.store else { return Ok(false) };
        if self.reserve_used {
            // A disk that is still full gives none; the next housekeeping asks again.
            self.reserve_used = store.restore_reserve().is_err();
        }
        Ok(false)
    }

    /// A copy was made that nobody needs.
    pub(crate) const fn sweep_soon(&mut self) {
        self.sweep = Some(T(0));
    }

    /// Removes the copies of files that nobody needs any more: those whose retention is over, and those of copies that were
    /// never finished.
    fn sweep(&mut self, at: &Reading) -> Result<(), StoreError> {
        let Self { engine, store: Some(store), media, .. } = self else { return Ok(()) };
        let t = engine.t(at);
        let mut tx = store.begin()?;
        if tx.foreign_write() {
            // A step brings the engine up to date first; then its turn comes.
            return Ok(());
        }
        for file in tx.expired_files(t, MOST_EXPIRED)? {
            let _ = tx.forget_file(file)?;
        }
        tx.commit()?;
        let _ = media.drop_slices(&engine.slices());
        let tx = store.begin()?;
        let _ = media.sweep(&tx)?;
        tx.end_unchanged();
        self.sweep = Some(t.after(SWEEP_EVERY_MS));
        Ok(())
    }

    /// One batch of rows of a database that was set aside, and with the first one its open incidents (INV-9); says whether
    /// the next batch can follow at once.
    fn salvage(&mut self, at: &Reading) -> Result<bool, StoreError> {
        let Self { rules, engine, store, in_memory, wake, .. } = self;
        let t = engine.t(at);
        let step_now = Some(Wake { at: t, reason: WakeReason::Row(Lane::Sos) });
        let Some(store) = store.as_mut().filter(|_| !*in_memory) else {
            // The next step that reaches the disk comes first.
            self.salvage = Some(t.after(RETRY_STORE_MS));
            return Ok(false);
        };
        let mut tx = store.begin()?;
        if tx.foreign_write() {
            // A step brings the engine up to date first.
            *wake = step_now;
            return Ok(false);
        }
        let salvaged = tx.salvage(t, SALVAGE_ROWS)?;
        let mut next = engine.clone();
        let old = salvaged.state.as_ref().and_then(|state| Engine::restore(Arc::clone(rules), state, None).ok());
        if let Some(old) = old {
            adopt(&tx, &mut next, &old, at)?;
        } else if salvaged.taken > 0 || salvaged.state.is_some() {
            next.rebase(&tx.counts()?);
        }
        let state = next.save();
        tx.save(&state)?;
        tx.commit()?;
        self.saved = Some(state);
        self.engine = next;
        self.salvage = (!salvaged.finished).then_some(t);
        // The next step sees the rows as heads.
        self.wake = step_now;
        if salvaged.taken > 0 {
            self.notes.push(Note::Salvaged { rows: salvaged.taken });
        }
        Ok(self.salvage.is_some())
    }
}
