//! The core behind the public object: the writer behind its lock, the ports, and what happens after a commit.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::time::{Duration, Instant};

use siaga_engine::clock::Reading;
use siaga_engine::config::{MediaConfig, Rules};
use siaga_engine::entropy::Entropy as Seed;
use siaga_engine::ids::{FileId, IncidentId, Owner};
use siaga_engine::media::MediaType;
use siaga_engine::wire::{Outcome, Request, Ticket};
use siaga_engine::{Answer, Effect, Event, News, Report, ReportFault, Snapshot, WakeReason};
use siaga_store::{MediaFolder, StoreOptions};
use siaga_vault::Digest;

use crate::error::Error;
use crate::listeners::{Listeners, Subscription};
use crate::ports::{Clock, Entropy, Listener, Location, Log, Network, Note};
use crate::previews::PreviewMaker;
use crate::writer::{Released, Writer};

/// How long a hand-over waits for the part under way. A part is as long as the link carries in a second; a system that is about to
/// suspend the process gives some five.
const LAST_PART: Duration = Duration::from_millis(1_500);

/// When the engine wants to be woken next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct NextWake {
    /// In so many milliseconds; 0 when it is due.
    pub in_ms: u64,
    /// Why.
    pub reason: WakeReason,
}

/// Everything that threads share.
pub(crate) struct Core {
    writer: Mutex<Writer>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    network: Arc<dyn Network>,
    location: Arc<dyn Location>,
    log: Arc<dyn Log>,
    media: MediaFolder,
    media_limits: MediaConfig,
    pub(crate) previews: Arc<PreviewMaker>,
    pub(crate) listeners: Listeners,
    life: Mutex<Life>,
    /// Rings after each change of what the pump or a drain waits for.
    bell: Condvar,
}

/// What the pump looks at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Life {
    pub(crate) closed: bool,
    pub(crate) suspended: bool,
    /// Raised with each step.
    pub(crate) steps: u64,
    /// Whether the snapshot changed since listeners were last called.
    pub(crate) unheard: bool,
}

impl Core {
    pub(crate) fn new(
        rules: Arc<Rules>,
        options: StoreOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        network: Arc<dyn Network>,
        location: Arc<dyn Location>,
        log: Arc<dyn Log>,
    ) -> Self {
        let at = clock.now();
        let seed = |use_of: &str| Seed(entropy.draw().unwrap_or_else(|| from_clocks(&at, use_of)));
        let (first, owner) = (seed("first"), seed("owner"));
        let owner = Owner::from_bytes(siaga_engine::entropy::Draws::new(&owner).bytes());
        let (media, media_limits) = (MediaFolder::new(&options), rules.media.clone());
        let writer = Mutex::new(Writer::open(rules, options, owner, &at, &first));
        Self {
            media,
            media_limits,
            writer,
            clock,
            entropy,
            network,
            location,
            log,
            previews: Arc::new(PreviewMaker::new(None, false)),
            listeners: Listeners::default(),
            life: Mutex::default(),
            bell: Condvar::new(),
        }
    }

    /// Makes one step on the caller's thread, and acts on it once it is committed.
    pub(crate) fn step(self: &Arc<Self>, event: Event) -> Result<Answer, Error> {
        if self.life().closed {
            return Err(Error::Closed);
        }
        if event.is_asked_for() {
            self.life().suspended = false;
        }
        self.commit_and_act(event)
    }

    /// A transfer ended that something outside this process carried.
    pub(crate) fn transfer_ended(self: &Arc<Self>, ticket: Ticket, outcome: Outcome) -> Result<(), Error> {
        let of_file = ticket.is_of_file();
        let (released, ()) = self.commit_for_platform(Event::TransferEnded { ticket, outcome }, |_| ())?;
        if of_file {
            self.writer().drop_slices();
        }
        self.act_on(released);
        Ok(())
    }

    /// The requests of all deliveries in flight, after everything has left that may. A part of a file that is under way here has a
    /// moment to end, when somebody may wait for it: then the platform gets all the rest.
    pub(crate) fn take_transfers(self: &Arc<Self>, may_wait: bool) -> Result<Vec<(Ticket, Request)>, Error> {
        let (carried, has_last_part) = self.take_once()?;
        if !may_wait || !has_last_part {
            return Ok(carried);
        }
        let deadline = Instant::now() + LAST_PART;
        loop {
            let steps = self.steps()?;
            let left_ms = deadline.saturating_duration_since(Instant::now()).as_millis();
            let is_there = self.writer().has_last_part();
            if left_ms == 0 || !is_there {
                break;
            }
            let life = self.life();
            if life.suspended {
                break;
            }
            if life.steps == steps {
                self.wait(life, Some(u64::try_from(left_ms).unwrap_or(u64::MAX)));
            }
        }
        Ok(self.take_once()?.0)
    }

    /// Says as well whether a part is under way here, told in the very step: it may end a moment later.
    fn take_once(self: &Arc<Self>) -> Result<(Vec<(Ticket, Request)>, bool), Error> {
        let (released, (mut carried, has_last_part)) =
            self.commit_for_platform(Event::TransfersTaken, |writer| (writer.carried(), writer.has_last_part()))?;
        // All others are among those that are carried, and leave once.
        let (parts, _): (Vec<_>, Vec<_>) = released.requests.into_iter().partition(|(ticket, _)| ticket.is_of_file());
        carried.extend(parts);
        self.act_on(Released { requests: Vec::new(), ..released });
        Ok((carried, has_last_part))
    }

    pub(crate) fn handed(&self) -> u32 {
        self.writer().handed()
    }

    pub(crate) fn handed_by_others(&self) -> Vec<Ticket> {
        self.writer().handed_by_others()
    }

    /// Makes a step and looks at what came of it before anybody makes another.
    fn commit_for_platform<T>(&self, event: Event, look: impl FnOnce(&Writer) -> T) -> Result<(Released, T), Error> {
        if self.life().closed {
            return Err(Error::Closed);
        }
        self.commit(|writer, at, seed| {
            let released = writer.step_for_platform(at, seed, event)?;
            Ok((released, look(writer)))
        })
    }

    fn commit_and_act(self: &Arc<Self>, event: Event) -> Result<Answer, Error> {
        let released = self.commit(|writer, at, seed| writer.step(at, seed, event))?;
        Ok(self.act_on(released))
    }

    fn commit<T>(&self, step: impl FnOnce(&mut Writer, Reading, Seed) -> Result<T, Error>) -> Result<T, Error> {
        let at = self.clock.now();
        let seed = self.seed(&at);
        let (stepped, notes) = {
            let mut writer = self.writer();
            let stepped = step(&mut writer, at, seed);
            (stepped, writer.take_notes())
        };
        notes.into_iter().for_each(|note| self.log.note(note));
        stepped
    }

    /// Does what a committed step asks for.
    fn act_on(self: &Arc<Self>, released: Released) -> Answer {
        let Released { answer, requests, effects, changed } = released;
        // A slow platform must not hold back what leaves; old connections must not take it.
        let (first, last): (Vec<Effect>, Vec<Effect>) =
            effects.into_iter().partition(|effect| *effect == Effect::RenewConnections);
        first.into_iter().for_each(|effect| self.act(effect));
        requests.into_iter().for_each(|(ticket, request)| self.perform(ticket, request));
        last.into_iter().for_each(|effect| self.act(effect));
        self.ring(|life| {
            life.steps = life.steps.wrapping_add(1);
            life.unheard |= changed;
        });
        answer
    }

    fn act(&self, effect: Effect) {
        match effect {
            Effect::StartLocation => self.location.start(),
            Effect::StopLocation => self.location.stop(),
            Effect::RenewConnections => self.network.network_changed(),
        }
    }

    fn perform(self: &Arc<Self>, ticket: Ticket, request: Request) {
        let core: Weak<Self> = Arc::downgrade(self);
        let named = ticket.clone();
        let done = Box::new(move |outcome| {
            if let Some(core) = core.upgrade() {
                // A step that fails here fails for an event that goes on in memory; a closed core needs no outcome.
                let _ = core.step(Event::TransferEnded { ticket, outcome });
            }
        });
        self.network.perform(&named, request, done);
    }

    /// What a screen draws. When another process has written meanwhile, a step brings this one up to date first.
    pub(crate) fn snapshot(self: &Arc<Self>) -> Snapshot {
        if self.writer().is_behind() {
            // A store that is locked just now leaves the older view.
            let _ = self.step(Event::Woke);
        }
        let at = self.clock.now();
        self.writer().snapshot(&at)
    }

    pub(crate) fn history(&self, newest: u32) -> Result<Vec<siaga_engine::IncidentView>, Error> {
        if self.life().closed {
            return Err(Error::Closed);
        }
        let records = self.writer().history(newest)?;
        Ok(records.iter().filter_map(|record| serde_json::from_slice(record).ok()).collect())
    }

    /// What a draft says.
    pub(crate) fn drafted(&self, draft: IncidentId) -> Result<Report, Error> {
        if self.life().closed {
            return Err(Error::Closed);
        }
        self.writer().drafted(draft)?.ok_or(Error::Report { fault: ReportFault::NoSuchDraft })
    }

    pub(crate) fn subscribe(self: &Arc<Self>, listener: Arc<dyn Listener>) -> Subscription {
        self.listeners.add(listener)
    }

    /// The folder of our own copies.
    pub(crate) const fn media(&self) -> &MediaFolder {
        &self.media
    }

    pub(crate) const fn media_limits(&self) -> &MediaConfig {
        &self.media_limits
    }

    /// A copy was made that nobody needs.
    pub(crate) fn sweep_soon(&self) {
        self.writer().sweep_soon();
    }

    pub(crate) fn announced_copy(&self, file: FileId) -> Option<(Digest, MediaType)> {
        self.writer().announced_copy(file)
    }

    pub(crate) fn copies_of_others(&self) -> Vec<(FileId, Option<String>)> {
        self.writer().copies_of_others()
    }

    pub(crate) fn next_wake(&self) -> Option<NextWake> {
        let at = self.clock.now();
        self.writer().wake(&at).map(|(wake, in_ms)| NextWake { in_ms, reason: wake.reason })
    }

    pub(crate) fn news(&self) -> News {
        self.writer().news()
    }

    /// A step for what is due, the next pieces of housekeeping, and the listeners.
    pub(crate) fn wake(self: &Arc<Self>) -> Result<(), Error> {
        if self.next_wake().is_some_and(|wake| wake.in_ms == 0) {
            let _ = self.step(Event::Woke)?;
        }
        self.keep_house();
        self.tell_listeners();
        Ok(())
    }

    /// Housekeeping, piece by piece: between two pieces a press gets the lock.
    pub(crate) fn keep_house(&self) {
        loop {
            let at = self.clock.now();
            let (more, notes) = {
                let mut writer = self.writer();
                (writer.keep_house(&at), writer.take_notes())
            };
            notes.into_iter().for_each(|note| self.log.note(note));
            if !more {
                return;
            }
        }
    }

    /// Calls the listeners when something changed; holds no lock meanwhile.
    pub(crate) fn tell_listeners(self: &Arc<Self>) {
        let unheard = std::mem::take(&mut self.life().unheard);
        if unheard {
            let revision = self.snapshot().revision;
            self.listeners.tell(revision);
        }
    }

    pub(crate) fn suspend(&self) -> Result<(), Error> {
        self.ring(|life| life.suspended = true);
        self.writer().suspend()
    }

    pub(crate) fn resume(self: &Arc<Self>) -> Result<(), Error> {
        self.ring(|life| life.suspended = false);
        self.writer().resume();
        self.step(Event::Woke).map(drop)
    }

    pub(crate) fn close(self: &Arc<Self>) -> Result<(), Error> {
        let was_closed = std::mem::replace(&mut self.life().closed, true);
        self.bell.notify_all();
        if !was_closed {
            // A step that fails leaves its leases to end by themselves.
            let _ = self.commit_and_act(Event::Closing);
        }
        self.writer().suspend()
    }

    pub(crate) fn life(&self) -> MutexGuard<'_, Life> {
        // A thread that panicked left plain flags, which are true whatever it was doing.
        self.life.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How many steps were made so far.
    pub(crate) fn steps(&self) -> Result<u64, Error> {
        let life = self.life();
        if life.closed { Err(Error::Closed) } else { Ok(life.steps) }
    }

    /// Waits for the next ring, or for so many milliseconds.
    pub(crate) fn wait(&self, life: MutexGuard<'_, Life>, for_ms: Option<u64>) {
        match for_ms {
            None => drop(self.bell.wait(life)),
            Some(for_ms) => drop(self.bell.wait_timeout(life, Duration::from_millis(for_ms))),
        }
    }

    fn ring(&self, change: impl FnOnce(&mut Life)) {
        change(&mut self.life());
        self.bell.notify_all();
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A step that panicked has committed or rolled back, and the engine is exchanged only after the commit.
        self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Randomness for one step. Without any an SOS goes on with what the clocks give: ids stay unique on this phone.
    fn seed(&self, at: &Reading) -> Seed {
        let drawn = self.entropy.draw();
        if drawn.is_none() {
            self.log.note(Note::NoEntropy);
        }
        Seed(drawn.unwrap_or_else(|| {
            // Two processes of one moment differ in their owner or in what they last saw, and two steps of one in their count.
            let salt = format!("{}/{}", self.writer().mark(), self.life().steps);
            from_clocks(at, &salt)
        }))
    }
}

fn from_clocks(at: &Reading, salt: &str) -> [u8; 32] {
    Digest::of(format!("{}/{}/{}/{salt}", at.boot, at.since_boot_ms, at.wall_ms).as_bytes()).0
}
