//! The scripted network: decides at once what becomes of a transfer, and lets it happen when its time has come.

use serde_json::Value;
use siaga::{Failure, PublicKey};
use siaga_vault::VaultError;

use crate::replay::centre::{Signature, TestCentre, empty, problem, text};
use crate::replay::clock::VirtualClock;
use crate::replay::command::{Begun, WholeReply};
use crate::replay::line::{Files, Mode};

/// Where the test centre is.
pub(super) const ORIGIN: &str = "https://centre.example";
/// From a request to its reply: an ordinary mobile network's.
pub(super) const ROUND_TRIP_MS: u64 = 50;
/// How long the test centre holds a poll.
const POLL_MS: u64 = 25_000;

/// How a transfer ends.
pub(super) type Ending = Result<WholeReply, Failure>;

/// The network, and the test centre behind it.
pub(super) struct Link {
    mode: Mode,
    centre: TestCentre,
    on_the_way: Vec<Arrival>,
    held: Vec<Poll>,
    /// The phone's process sleeps: only what the system carries arrives.
    asleep: bool,
}

/// An ending on its way.
struct Arrival {
    at_ms: u64,
    id: String,
    ending: Ending,
    /// Whether the phone's own transfer service carries it, which outlives the process and its connections.
    by_system: bool,
}

/// A poll that the centre holds.
struct Poll {
    until_ms: u64,
    id: String,
    path: String,
}

impl Link {
    pub(super) fn new() -> Result<Self, VaultError> {
        let (on_the_way, held) = (Vec::new(), Vec::new());
        Ok(Self { mode: Mode::Offline, centre: TestCentre::new()?, on_the_way, held, asleep: false })
    }

    pub(super) fn root_key(&self) -> PublicKey {
        self.centre.root_key()
    }

    /// What every later transfer meets. Connections of before are gone.
    pub(super) fn set_mode(&mut self, mode: Mode, clock: VirtualClock) {
        self.mode = mode;
        self.break_own(clock);
    }

    pub(super) const fn take_files(&mut self, files: Files) {
        self.centre.take_files(files);
    }

    pub(super) fn mark(&mut self, step: &str, clock: VirtualClock) {
        self.centre.mark(step, clock.wall_ms());
        self.answer_polls(clock);
    }

    /// The phone's process begins a transfer over a connection of its own.
    pub(super) fn begin(&mut self, begun: Begun, clock: VirtualClock) {
        let now_ms = clock.now_ms();
        match self.meet(&begun, clock) {
            Met::Ends(ending) => self.arrive(now_ms + ROUND_TRIP_MS, begun.id, ending, false),
            Met::Silence => {
                let at_ms = now_ms + u64::from(begun.timeout_ms);
                self.arrive(at_ms, begun.id, Err(Failure::TimedOut), false);
            }
            Met::Held { path } => self.held.push(Poll { until_ms: now_ms + POLL_MS, id: begun.id, path }),
        }
    }

    /// The process goes to sleep, and the system carries these on.
    pub(super) fn hand_over(&mut self, taken: Vec<Begun>, reply_after_ms: u64, clock: VirtualClock) {
        self.asleep = true;
        for transfer in taken {
            // Its own connection is of no use any more; what it met, it met.
            self.on_the_way.retain(|arrival| arrival.id != transfer.id);
            let ending = match self.meet(&transfer, clock) {
                Met::Ends(ending) => ending,
                Met::Silence | Met::Held { .. } => Err(Failure::TimedOut),
            };
            self.arrive(clock.now_ms().saturating_add(reply_after_ms), transfer.id, ending, true);
        }
    }

    /// The process goes on: the connections that it had are gone.
    pub(super) fn wake_up(&mut self, clock: VirtualClock) {
        self.asleep = false;
        self.break_own(clock);
    }

    /// The process ended, and a new one begins: nobody waits for what its own connections bring.
    pub(super) fn forget_own(&mut self) {
        self.asleep = false;
        self.on_the_way.retain(|arrival| arrival.by_system);
        self.held.clear();
    }

    pub(super) const fn is_asleep(&self) -> bool {
        self.asleep
    }

    /// When the next ending arrives.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let arrivals = self.on_the_way.iter().filter(|arrival| self.reaches(arrival)).map(|arrival| arrival.at_ms);
        let polls = self.held.iter().filter(|_| !self.asleep).map(|poll| poll.until_ms);
        arrivals.chain(polls).min()
    }

    /// Takes an ending that has arrived by now, with the id of its transfer.
    pub(super) fn take_arrived(&mut self, clock: VirtualClock) -> Option<(String, Ending)> {
        self.give_up_polls(clock.now_ms());
        let arrived = |arrival: &Arrival| arrival.at_ms <= clock.now_ms() && self.reaches(arrival);
        let index = self.on_the_way.iter().position(arrived)?;
        let Arrival { id, ending, .. } = self.on_the_way.remove(index);
        Some((id, ending))
    }

    /// The phone has another network: connections of the old one are gone.
    pub(super) fn break_own(&mut self, clock: VirtualClock) {
        let now_ms = clock.now_ms();
        for arrival in self.on_the_way.iter_mut().filter(|arrival| !arrival.by_system) {
            (arrival.at_ms, arrival.ending) = (now_ms, Err(Failure::Broken));
        }
        for poll in std::mem::take(&mut self.held) {
            self.arrive(now_ms, poll.id, Err(Failure::Broken), false);
        }
    }

    pub(super) fn view(&self) -> Value {
        self.centre.view()
    }

    const fn reaches(&self, arrival: &Arrival) -> bool {
        arrival.by_system || !self.asleep
    }

    fn arrive(&mut self, at_ms: u64, id: String, ending: Ending, by_system: bool) {
        self.on_the_way.push(Arrival { at_ms, id, ending, by_system });
    }

    fn meet(&mut self, transfer: &Begun, clock: VirtualClock) -> Met {
        let page = |status: u16| text(status, "text/html", "<html>Sign in to this Wi-Fi</html>".to_owned());
        let ending = match self.mode {
            Mode::Centre => return self.at_centre(transfer, clock, Signature::Own),
            Mode::OtherIncident => return self.at_centre(transfer, clock, Signature::OtherIncident),
            Mode::OtherKey => return self.at_centre(transfer, clock, Signature::OtherKey),
            Mode::Silent => return Met::Silence,
            Mode::LostReply => {
                let _ = self.at_centre(transfer, clock, Signature::Own);
                Err(Failure::Broken)
            }
            Mode::Cut => return self.cut(transfer, clock),
            Mode::Offline => Err(Failure::Offline),
            Mode::Portal => Ok(page(200)),
            Mode::Redirect => Ok(page(302)),
            Mode::Waf => Ok(page(403)),
            Mode::NeedsIdentity => Ok(problem(401, "needs-identity")),
            Mode::TooLarge => Ok(problem(413, "too-large")),
            Mode::Busy => {
                let mut busy = problem(503, "overloaded");
                busy.headers.push(("retry-after".to_owned(), "120".to_owned()));
                Ok(busy)
            }
        };
        Met::Ends(ending)
    }

    fn at_centre(&mut self, transfer: &Begun, clock: VirtualClock, signature: Signature) -> Met {
        // Another centre is not known here.
        let Some(path) = transfer.url.strip_prefix(ORIGIN) else { return Met::Ends(Err(Failure::Dns)) };
        let Ok(bytes) = transfer.bytes() else { return Met::Ends(Err(Failure::NoCopy)) };
        if let Some(reply) = self.centre.media(path, transfer, &bytes, clock.wall_ms()) {
            return Met::Ends(Ok(reply));
        }
        if transfer.method == "PUT" {
            return Met::Ends(Ok(self.centre.put(path, &transfer.body, clock.wall_ms(), signature)));
        }
        self.centre.get(path).map_or_else(|| Met::Held { path: path.to_owned() }, |reply| Met::Ends(Ok(reply)))
    }

    /// Of a part of a file one half arrives.
    fn cut(&mut self, transfer: &Begun, clock: VirtualClock) -> Met {
        let Some(path) = transfer.url.strip_prefix(ORIGIN).filter(|_| transfer.file.is_some()) else {
            return self.at_centre(transfer, clock, Signature::Own);
        };
        let bytes = transfer.bytes().unwrap_or_default();
        let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
        let _ = self.centre.media(path, transfer, half, clock.wall_ms());
        Met::Ends(Err(Failure::Broken))
    }

    fn answer_polls(&mut self, clock: VirtualClock) {
        for poll in std::mem::take(&mut self.held) {
            match self.centre.get(&poll.path) {
                Some(reply) => self.arrive(clock.now_ms() + ROUND_TRIP_MS, poll.id, Ok(reply), false),
                None => self.held.push(poll),
            }
        }
    }

    fn give_up_polls(&mut self, now_ms: u64) {
        for poll in std::mem::take(&mut self.held) {
            if poll.until_ms <= now_ms {
                self.arrive(now_ms, poll.id, Ok(empty(304)), false);
            } else {
                self.held.push(poll);
            }
        }
    }
}

/// What a transfer meets.
enum Met {
    Ends(Ending),
    Silence,
    Held { path: String },
}
