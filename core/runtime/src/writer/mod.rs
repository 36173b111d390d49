//! The writer: one step at a time, committed before anything acts on it.

mod carried;
mod current;
mod durable;
mod housekeeping;
mod memory;

use std::sync::Arc;

use siaga_engine::clock::{Reading, T};
use siaga_engine::config::Rules;
use siaga_engine::entropy::Entropy;
use siaga_engine::ids::{FileId, IncidentId, Owner};
use siaga_engine::media::MediaType;
use siaga_engine::outbox::{Lane, RowKey};
use siaga_engine::plant::{Plant, planted};
use siaga_engine::wire::{Request, Ticket};
use siaga_engine::{Answer, Effect, Engine, Event, Input, News, Report, Snapshot, StoreHealth, Wake, WakeReason};
use siaga_store::{MediaFolder, Opening, Reason, Store, StoreError, StoreOptions};
use siaga_vault::Digest;

use crate::Error;
use crate::ports::Note;
use crate::unsaved::Unsaved;
use carried::Carried;

/// While steps live in memory, the disk is tried again after at most this time.
const RETRY_STORE_MS: u64 = 5_000;

/// The engine and its store. Whoever holds the writer is the only one in the process that steps.
pub(crate) struct Writer {
    rules: Arc<Rules>,
    options: StoreOptions,
    owner: Owner,
    engine: Engine,
    /// `None` while suspended, and while the database cannot be opened.
    store: Option<Store>,
    /// The state that this process last saved or loaded, to tell its own from another's after the database was reopened.
    saved: Option<Vec<u8>>,
    /// The process may be frozen at any moment and must hold no lock then.
    suspended: bool,
    unsaved: Unsaved,
    /// The newest step is not on the disk.
    in_memory: bool,
    /// The database in the folder was exchanged: the engine's counts are not its counts.
    exchanged: bool,
    /// Every SOS without a receipt was seen in the outbox since the database was opened, salvaged, or lost a row.
    owed_checked: bool,
    /// When the next batch of the salvage is due, while databases that were set aside are not salvaged yet.
    salvage: Option<T>,
    verify_due: bool,
    /// Our own copies of files.
    media: MediaFolder,
    /// When those are looked through that nobody needs any more; `None` while no database is open.
    sweep: Option<T>,
    /// A damage was found, and the database could not be set aside: there is no use in looking for it again.
    damage_known: bool,
    reserve_used: bool,
    carried: Carried,
    wake: Option<Wake>,
    notes: Vec<Note>,
}

/// What a step lets out: it exists only after the commit, or after the decision to go on in memory.
#[derive(Debug)]
pub(crate) struct Released {
    pub(crate) answer: Answer,
    pub(crate) requests: Vec<(Ticket, Request)>,
    pub(crate) effects: Vec<Effect>,
    pub(crate) changed: bool,
}

impl Writer {
    /// Opens the database and makes the first step. A database that cannot be opened now does not stop an SOS: the writer
    /// begins in memory and tries again with each step.
    pub(crate) fn open(
        rules: Arc<Rules>,
        options: StoreOptions,
        owner: Owner,
        at: &Reading,
        entropy: &Entropy,
    ) -> Self {
        let engine = Engine::fresh(Arc::clone(&rules), at, entropy);
        Self {
            media: MediaFolder::new(&options),
            sweep: None,
            rules,
            options,
            owner,
            engine,
            store: None,
            saved: None,
            suspended: false,
            unsaved: Unsaved::default(),
            in_memory: false,
            exchanged: false,
            owed_checked: false,
            salvage: None,
            verify_due: false,
            damage_known: false,
            reserve_used: false,
            carried: Carried::default(),
            wake: None,
            notes: Vec::new(),
        }
    }

    /// Makes one step.
    ///
    /// # Errors
    /// The store cannot take it, and it is nothing that an emergency needs: then nothing has changed.
    pub(crate) fn step(&mut self, at: Reading, entropy: Entropy, event: Event) -> Result<Released, Error> {
        let released = self.step_on(&Input { at, entropy, owner: self.owner, event })?;
        self.carried.follow(&released.requests, &self.engine);
        Ok(released)
    }

    /// Makes one step that the host asks for on the platform's behalf. It woke a process that was suspended, which opens the
    /// database for this step alone and holds no lock after it: a receipt that comes then is on the disk (F57, F58).
    pub(crate) fn step_for_platform(&mut self, at: Reading, entropy: Entropy, event: Event) -> Result<Released, Error> {
        let was_suspended = std::mem::take(&mut self.suspended);
        let released = self.step(at, entropy, event);
        if was_suspended {
            // What a failing close leaves is what a killed process leaves.
            let _ = self.suspend();
        }
        released
    }

    /// The requests of this process's deliveries in flight, those of the newest step included.
    pub(crate) fn carried(&self) -> Vec<(Ticket, Request)> {
        self.carried.all()
    }

    /// What earlier processes gave to a platform.
    pub(crate) fn handed_by_others(&self) -> Vec<Ticket> {
        self.engine.handed_by_others(self.owner)
    }

    /// Whether a hand-over waits for a part that is under way here.
    pub(crate) fn has_last_part(&self) -> bool {
        self.engine.has_last_part(self.owner)
    }

    /// How many deliveries only a platform can end.
    pub(crate) fn handed(&self) -> u32 {
        self.engine.handed()
    }

    /// Removes the slices of parts that are not under way any more. A step is no longer under way: those of the next one are cut
    /// after it. What cannot be removed now is with the next sweep.
    pub(crate) fn drop_slices(&self) {
        let _ = self.media.drop_slices(&self.engine.slices());
    }

    fn step_on(&mut self, input: &Input) -> Result<Released, Error> {
        if self.suspended && !input.event.is_asked_for() {
            return Ok(self.in_memory(input, "the process is being suspended"));
        }
        self.suspended = false;
        if planted(Plant::LogPosition) {
            self.notes
                .push(Note::HousekeepingFailed { why: format!("{:?}", self.engine.snapshot(&input.at).position) });
        }
        let failed = match self.durable(input) {
            Ok(released) => return Ok(released),
            Err(failed) => failed,
        };
        if !input.event.goes_on_without_store() || planted(Plant::RefuseWithoutDisk) {
            return Err(failed.into());
        }
        Ok(self.in_memory(input, &failed.to_string()))
    }

    /// Tries to make a step durable, with every remedy once: the reserve for a full disk, a new database for a bad one.
    fn durable(&mut self, input: &Input) -> Result<Released, StoreError> {
        // Each round takes another remedy; the last one's failure is the answer.
        const ROUNDS: usize = 3;
        let mut failed = None;
        for _ in 0..ROUNDS {
            self.ensure_open()?;
            match self.durable_step(input) {
                Ok(released) => return Ok(released),
                Err(error) if self.remedy(&error) => failed = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(failed.unwrap_or(StoreError::Moved))
    }

    /// Does what an error asks for; says whether the step is worth another round.
    fn remedy(&mut self, error: &StoreError) -> bool {
        if matches!(error, StoreError::Full { .. }) {
            let released = self.store.as_mut().is_some_and(|store| store.release_reserve().unwrap_or(false));
            self.reserve_used |= released;
            return released;
        }
        if !error.wants_reopening() {
            return false;
        }
        let Some(store) = self.store.take() else { return false };
        // Also when it fails: it may have come as far as setting aside, and the next opening finds no database.
        self.exchanged = true;
        match store.set_aside_and_reopen(Reason::Corrupt) {
            Ok((store, opening)) => {
                self.damage_known = false;
                self.opened(store, &opening);
                true
            }
            Err(_) => false,
        }
    }

    fn ensure_open(&mut self) -> Result<(), StoreError> {
        if self.store.is_none() {
            let (store, opening) = Store::open(&self.options)?;
            self.opened(store, &opening);
        }
        Ok(())
    }

    fn opened(&mut self, store: Store, opening: &Opening) {
        if let Some(aside) = &opening.set_aside {
            self.exchanged = true;
            self.notes.push(Note::SetAside { why: aside.reason.to_string() });
        }
        self.store = Some(store);
        self.salvage = (opening.unsalvaged > 0).then_some(T::default());
        self.owed_checked = false;
        self.sweep = Some(T::default());
        self.verify_due = opening.verify_due && !self.damage_known;
    }

    /// Lets go of every file and lock, so that a suspended process holds none (F58). What comes in from the network meanwhile
    /// stays in memory; what a person asks for opens the database again.
    pub(crate) fn suspend(&mut self) -> Result<(), Error> {
        self.suspended = true;
        self.store.take().map_or(Ok(()), Store::close).map_err(Error::from)
    }

    pub(crate) const fn resume(&mut self) {
        self.suspended = false;
    }

    /// Whether another process has written since the newest step.
    pub(crate) fn is_behind(&self) -> bool {
        self.store.as_ref().is_some_and(Store::is_behind)
    }

    /// What a screen draws at this moment.
    pub(crate) fn snapshot(&self, at: &Reading) -> Snapshot {
        let mut snapshot = self.engine.snapshot(at);
        snapshot.store = if self.in_memory {
            StoreHealth::InMemoryOnly
        } else if self.salvage.is_some() {
            StoreHealth::Salvaging
        } else {
            StoreHealth::Durable
        };
        snapshot
    }

    /// What has become of the news that a push message spoke of.
    pub(crate) fn news(&self) -> News {
        self.engine.news()
    }

    /// The files whose copies other processes began.
    pub(crate) fn announced_copy(&self, file: FileId) -> Option<(Digest, MediaType)> {
        self.engine.announced_copy(file)
    }

    pub(crate) fn copies_of_others(&self) -> Vec<(FileId, Option<String>)> {
        self.engine.copies_of_others(self.owner)
    }

    /// What tells this process at this step from another: who it is, and what it last saw.
    pub(crate) fn mark(&self) -> String {
        format!("{}/{}", self.owner, self.engine.revision())
    }

    /// Records of ended incidents, the newest first.
    pub(crate) fn history(&mut self, newest: u32) -> Result<Vec<Vec<u8>>, Error> {
        self.ensure_open()?;
        self.store.as_ref().map_or(Ok(Vec::new()), |store| store.history(newest)).map_err(Error::from)
    }

    /// What a draft says; `None` when there is none.
    pub(crate) fn drafted(&mut self, draft: IncidentId) -> Result<Option<Report>, Error> {
        self.ensure_open()?;
        let Some(store) = &mut self.store else { return Ok(None) };
        let row = store.begin()?.find(&RowKey { lane: Lane::Report, event: draft.create_event() })?;
        Ok(row.as_ref().and_then(siaga_engine::drafted))
    }

    /// When to step next, and in how many milliseconds that is.
    pub(crate) fn wake(&self, at: &Reading) -> Option<(Wake, u64)> {
        // What is unsent may be an SOS.
        let salvage = self.salvage.map(|at| Wake { at, reason: WakeReason::Row(Lane::Sos) });
        let first = [self.wake, salvage].into_iter().flatten().min_by_key(|wake| wake.at);
        first.map(|wake| (wake, wake.at.since(self.engine.t(at))))
    }

    pub(crate) fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}
