//! A world around one engine: virtual clocks, an outbox in memory, a centre that signs, and the requests in flight. A step is
//! done exactly as the runtime does it, and after every step the invariants that always hold are checked.

pub(crate) mod centre;
mod check;
mod fix;
mod flight;
pub(crate) mod media;
mod run;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use centre::Centre;
pub(crate) use fix::gnss;
pub(crate) use flight::Flight;
pub(crate) use run::{Ending, delivers, fails};

use siaga_engine::clock::{Reading, T};
use siaga_engine::config::{Config, Rules};
use siaga_engine::entropy::Entropy;
use siaga_engine::ids::{EventId, IncidentId, Owner};
use siaga_engine::location::{FixReading, LocationReport};
use siaga_engine::outbox::{Change, Lane, MemoryOutbox, Row};
use siaga_engine::wire::{Failure, Outcome, Reply, Ticket};
use siaga_engine::{
    Answer, CancelAuth, Effect, Engine, Event, IncidentView, Input, Press, PressAnswer, Report, Snapshot, Source, Wake,
};

/// 21 September 2026; any moment would do.
pub(crate) const WALL_MS: i64 = 1_790_000_000_000;
/// Wide enough for any bouncing contact, narrow enough for three in a window.
pub(crate) const BETWEEN_PRESSES_MS: u64 = 300;

pub(crate) struct World {
    pub(crate) rules: Arc<Rules>,
    pub(crate) engine: Engine,
    pub(crate) outbox: MemoryOutbox,
    pub(crate) centre: Centre,
    /// Our own copies of files.
    pub(crate) copies: media::Copies,
    /// The engine of the newest commit.
    committed: Engine,
    pub(crate) saved_keys: Option<String>,
    pub(crate) since_boot_ms: u64,
    pub(crate) wall_ms: i64,
    pub(crate) boot: u32,
    pub(crate) owner: Owner,
    pub(crate) wake: Option<Wake>,
    /// Requests whose outcome is not known yet.
    pub(crate) flights: Vec<Flight>,
    /// Every request that ever left.
    pub(crate) sent: Vec<Flight>,
    /// Every effect that was ever let out.
    pub(crate) effects: Vec<Effect>,
    /// Incidents that went into the history, with their records.
    pub(crate) archived: Vec<(IncidentId, Vec<u8>)>,
    /// Whether every step is checked; a test with thousands of rows checks at its end.
    pub(crate) careful: bool,
    /// In which steps the saved state is read as well; reading it costs more than a step.
    pub(crate) read_every: u32,
    /// Whether this step evicts rows of backfill, whose incidents the engine does not know.
    evicting: bool,
    /// Whether rows were evicted so far.
    pub(crate) evicted: bool,
    entropy: u64,
    steps: u32,
    frozen: BTreeMap<EventId, Vec<u8>>,
    spins: (T, u32),
}

impl World {
    /// A phone that was just opened for the first time, with the centre's keys and offers already read.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut world = Self::unopened(change);
        let _ = world.step(Event::Opened);
        world.deliver_all();
        world.sent.clear();
        world
    }

    /// As [`World::with`], over two routes.
    pub(crate) fn with_two_routes() -> Self {
        Self::with(|config| config.second_route = true)
    }

    /// A phone whose first step is still to come.
    pub(crate) fn unopened(change: impl FnOnce(&mut Config)) -> Self {
        Self::seeded(0, change)
    }

    pub(crate) fn seeded(seed: u64, change: impl FnOnce(&mut Config)) -> Self {
        let centre = Centre::new();
        let mut config = Config::for_centre(centre::NAME, centre.root.public().clone());
        change(&mut config);
        let rules = Arc::new(config.check().unwrap());
        let at = Reading { boot: "boot-0".to_owned(), since_boot_ms: 100_000, wall_ms: WALL_MS };
        let engine = Engine::fresh(Arc::clone(&rules), &at, &entropy(seed));
        Self {
            rules,
            committed: engine.clone(),
            engine,
            outbox: MemoryOutbox::default(),
            centre,
            copies: media::Copies::default(),
            saved_keys: None,
            since_boot_ms: at.since_boot_ms,
            wall_ms: at.wall_ms,
            boot: 0,
            owner: Owner::from_bytes([1; 16]),
            wake: None,
            flights: Vec::new(),
            sent: Vec::new(),
            effects: Vec::new(),
            archived: Vec::new(),
            careful: true,
            read_every: 1,
            steps: 0,
            evicting: false,
            evicted: false,
            entropy: seed << 32,
            frozen: BTreeMap::new(),
            spins: (T(0), 0),
        }
    }

    pub(crate) fn reading(&self) -> Reading {
        Reading { boot: format!("boot-{}", self.boot), since_boot_ms: self.since_boot_ms, wall_ms: self.wall_ms }
    }

    pub(crate) fn t(&self) -> T {
        self.engine.t(&self.reading())
    }

    /// One step, as the runtime does it: decide, apply, plan, apply, commit, and only then act.
    pub(crate) fn step(&mut self, event: Event) -> Answer {
        self.entropy += 1;
        let woke = matches!(event, Event::Woke) && self.wake.is_some_and(|wake| wake.at <= self.t());
        let found = self.engine.wants(&event).and_then(|key| self.outbox.find(&key).cloned());
        let input = Input { at: self.reading(), entropy: entropy(self.entropy), owner: self.owner, event };
        let mut step = self.engine.begin(&input);
        let answer = step.decide(&input.event, found.as_ref());
        let stands_aside = |lane| self.outbox.rows().any(|row| row.slot.lane() == Some(lane) && row.slot.is_aside());
        if let Some(lane) = self.engine.recalls(&input.event).filter(|lane| stands_aside(*lane)) {
            step.recall(lane);
        }
        self.apply(&step.take_changes());
        let plan = step.plan(&self.outbox.heads());
        self.apply(&step.take_changes());
        let dirty = step.is_dirty();
        self.engine = step.finish();
        if std::mem::take(&mut self.evicting) {
            self.engine.recount(&self.outbox.rows().collect());
        }
        if dirty {
            self.committed = self.engine.clone();
        }
        let at = self.t();
        for dispatch in plan.dispatches {
            let flight = Flight::of(dispatch, at, &self.outbox, &self.copies);
            self.flights.push(flight.clone());
            self.sent.push(flight);
        }
        self.effects.extend(plan.effects);
        self.wake = plan.wake;
        self.check_spinning(woke);
        if self.careful {
            self.check();
        }
        answer
    }

    fn apply(&mut self, changes: &[Change]) {
        self.outbox.apply(changes);
        for change in changes {
            match change {
                Change::Archive { incident, record } => self.archived.push((*incident, record.clone())),
                Change::SaveKeys { jws } => self.saved_keys = Some(jws.clone()),
                Change::EvictOldest { .. } => (self.evicting, self.evicted) = (true, true),
                Change::KeepFile { file, sha256, .. } => self.copies.keep(*file, *sha256),
                Change::ReleaseFile { file, until } => self.copies.release(*file, *until),
                Change::Insert(_)
                | Change::Delete { .. }
                | Change::Move { .. }
                | Change::Write { .. }
                | Change::Reassign { .. }
                | Change::Recall { .. } => {}
            }
        }
    }

    /// A row comes into the outbox without a step, as at a salvage.
    pub(crate) fn insert(&mut self, row: Row) {
        self.apply(&[Change::Insert(row)]);
        self.engine.rebase(&self.outbox.rows().collect());
        self.committed = self.engine.clone();
    }

    /// The newest committed state.
    pub(crate) fn saved(&self) -> Vec<u8> {
        self.committed.save()
    }

    pub(crate) const fn advance(&mut self, ms: u64) {
        self.since_boot_ms += ms;
        self.wall_ms += ms as i64;
    }

    pub(crate) fn press(&mut self, press: impl Into<Press>) -> PressAnswer {
        let answer = self.step(Event::Pressed(press.into()));
        let Answer::Press(press) = answer else { panic!("a press was answered by {answer:?}") };
        press
    }

    /// Presses that count each, one after the other; the last one's answer.
    pub(crate) fn presses(&mut self, count: u32) -> PressAnswer {
        let answers: Vec<PressAnswer> = (0..count)
            .map(|_| {
                self.advance(BETWEEN_PRESSES_MS);
                self.press(Source::Screen)
            })
            .collect();
        *answers.last().unwrap()
    }

    /// An SOS by as many presses as are needed.
    #[track_caller]
    pub(crate) fn sos(&mut self) -> IncidentId {
        let answer = self.presses(self.rules.press.presses.into());
        let PressAnswer::Triggered { incident } = answer else { panic!("no SOS, but {answer:?}") };
        incident
    }

    #[track_caller]
    pub(crate) fn drill(&mut self) -> IncidentId {
        let answer = self.step(Event::DrillStarted);
        let Answer::Made(id) = answer else { panic!("no drill, but {answer:?}") };
        id
    }

    #[track_caller]
    pub(crate) fn report(&mut self) -> IncidentId {
        let report =
            Report { category: "fire".to_owned(), text: "Smoke behind the market".to_owned(), ..Default::default() };
        let answer = self.step(Event::Reported(report));
        let Answer::Made(id) = answer else { panic!("no report, but {answer:?}") };
        id
    }

    pub(crate) fn cancel(&mut self) -> Answer {
        self.step(Event::Cancelled(CancelAuth::None))
    }

    /// A fix of satellites, taken just now.
    pub(crate) fn fix(&mut self, lat: f64, lon: f64) {
        self.locate(gnss(lat, lon, 0));
    }

    pub(crate) fn locate(&mut self, fix: FixReading) {
        let _ = self.step(Event::Located(LocationReport::Fix(fix)));
    }

    /// Rings the wake-up: time goes on to it, as sleep would.
    #[track_caller]
    pub(crate) fn wake(&mut self) {
        let wake = self.wake.expect("nothing wakes");
        self.advance(wake.at.since(self.t()));
        let _ = self.step(Event::Woke);
    }

    /// The process dies and another one opens the database. What was in flight stays unanswered.
    pub(crate) fn kill_and_restart(&mut self) -> Vec<Flight> {
        let lost = std::mem::take(&mut self.flights);
        self.engine =
            Engine::restore(Arc::clone(&self.rules), &self.saved(), self.saved_keys.as_deref()).expect("a saved state");
        self.entropy += 1;
        self.owner = Owner::from_bytes(u128::from(self.entropy + 2).to_be_bytes());
        let _ = self.step(Event::Opened);
        lost
    }

    /// The phone starts anew, after some time without power.
    pub(crate) fn reboot(&mut self, off_ms: u64) -> Vec<Flight> {
        self.boot += 1;
        self.since_boot_ms = 15_000;
        self.wall_ms += off_ms as i64;
        self.kill_and_restart()
    }

    /// A flight of a delivery or read ends.
    #[track_caller]
    pub(crate) fn end(&mut self, flight: &Flight, outcome: Outcome) {
        self.flights.retain(|other| other.number() != flight.number());
        let _ = self.step(Event::TransferEnded { ticket: flight.ticket.clone(), outcome });
    }

    #[track_caller]
    pub(crate) fn reply(&mut self, flight: &Flight, reply: Reply) {
        self.end(flight, Ok(reply));
    }

    /// The centre takes in what flew to it and its reply arrives.
    #[track_caller]
    pub(crate) fn deliver(&mut self, flight: &Flight) {
        let reply = self.centre.reply(flight, self.wall_ms);
        self.reply(flight, reply);
    }

    /// The only delivery in flight arrives, and so does its receipt.
    #[track_caller]
    pub(crate) fn land(&mut self) -> Flight {
        let flight = self.flight();
        self.deliver(&flight);
        flight
    }

    /// The only delivery in flight fails.
    #[track_caller]
    pub(crate) fn fail(&mut self, failure: Failure) -> Flight {
        let flight = self.flight();
        self.end(&flight, Err(failure));
        flight
    }

    /// The only delivery in flight gets this reply.
    #[track_caller]
    pub(crate) fn answer(&mut self, reply: Reply) -> Flight {
        let flight = self.flight();
        self.reply(&flight, reply);
        flight
    }

    /// Everything in flight arrives, and what follows from it at this very moment.
    #[track_caller]
    pub(crate) fn deliver_all(&mut self) {
        for _ in 0..10_000 {
            let Some(flight) = self.flights.iter().find(|flight| !flight.is_poll()).cloned() else { return };
            self.deliver(&flight);
        }
        panic!("there is no end to the requests");
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        self.engine.snapshot(&self.reading())
    }

    #[track_caller]
    pub(crate) fn incident(&self, id: IncidentId) -> IncidentView {
        self.snapshot().incident(id).expect("the incident is shown").clone()
    }

    pub(crate) fn rows(&self, lane: Lane) -> Vec<Row> {
        self.outbox.rows().filter(|row| row.slot.lane() == Some(lane)).cloned().collect()
    }

    pub(crate) fn parked(&self) -> Vec<Row> {
        self.outbox.rows().filter(|row| row.slot.lane().is_none() && !row.slot.is_draft()).cloned().collect()
    }

    /// The only request in flight that is no read.
    #[track_caller]
    pub(crate) fn flight(&self) -> Flight {
        let puts = self.puts();
        assert_eq!(puts.len(), 1, "one delivery is in flight: {puts:?}");
        puts[0].clone()
    }

    /// Deliveries in flight.
    pub(crate) fn puts(&self) -> Vec<Flight> {
        self.flights.iter().filter(|flight| flight.is_put()).cloned().collect()
    }

    /// Every delivery that ever left in a lane.
    pub(crate) fn sent_in(&self, lane: Lane) -> Vec<Flight> {
        self.sent.iter().filter(|flight| flight.lane() == Some(lane)).cloned().collect()
    }

    #[track_caller]
    pub(crate) fn read_in_flight(&self, ticket: &Ticket) -> Flight {
        self.flights.iter().find(|flight| flight.ticket == *ticket).expect("the read is in flight").clone()
    }
}

fn entropy(counter: u64) -> Entropy {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&counter.to_be_bytes());
    Entropy(bytes)
}
