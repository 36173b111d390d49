//! Following an incident's timeline at the centre: when to ask next, and what its signed steps say.

use serde::{Deserialize, Serialize};
use siaga_vault::Step;

use crate::clock::T;
use crate::entropy::Draws;
use crate::ids::Owner;
use crate::reads::News;
use crate::state::is_default;

/// Steps that are kept of one incident. A centre needs some six; a broken one must not fill the state (INV-10).
const MOST_STEPS: usize = 16;
/// How long one poll is held open by the centre: below the 30 s after which middleboxes drop idle connections.
const POLL_S: u64 = 25;
/// A poll's whole time.
const POLL_TIMEOUT_MS: u32 = 30_000;
/// Failed reads wait as ordinary deliveries do, but never longer than this.
const FAILED_WAIT_MS: u64 = 5 * 60_000;
/// Reads that push messages bring about are so far apart: as far as the polls of a fresh incident at a centre that holds none. A
/// dispatcher's steps are further apart, and a flood of messages costs one read in two seconds.
pub(crate) const PUSH_GAP_MS: u64 = 2_000;

/// One signed timeline step that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepNote {
    pub(crate) n: u32,
    pub(crate) step: String,
    pub(crate) at_ms: i64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) note: Option<String>,
}

/// What became of the newest push message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Hint {
    /// There is none that was not heeded.
    #[default]
    Heeded,
    /// A read left after it.
    Asked,
    /// None left since: one that is in flight may have passed the news on its way.
    Unasked,
}

/// Where the phone is in following one timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Follow {
    /// Not to be asked again before then; `None` until the create is receipted, and when there is nothing to follow.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) due: Option<T>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) failures: u32,
    /// A read in flight: whose, and until when.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) in_flight: Option<(Owner, T)>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) hint: Hint,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) steps: Vec<StepNote>,
    /// The highest running number seen.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) seen: u32,
    /// A running number is missing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) gap: bool,
}

impl Follow {
    pub(crate) const TIMEOUT_MS: u32 = POLL_TIMEOUT_MS;

    pub(crate) const fn begin(&mut self, t: T) {
        if self.due.is_none() {
            self.due = Some(t);
        }
    }

    pub(crate) const fn end(&mut self) {
        self.due = None;
        self.in_flight = None;
        self.hint = Hint::Heeded;
    }

    /// A read leaves.
    pub(crate) fn asked(&mut self, owner: Owner, until: T) {
        self.in_flight = Some((owner, until));
        self.hint = self.hint.min(Hint::Asked);
    }

    /// There may be news, to be asked for at `at`.
    pub(crate) fn hint(&mut self, at: T) {
        if let Some(due) = self.due {
            self.due = Some(due.min(at));
            self.hint = Hint::Unasked;
        }
    }

    /// What has become of the news that a push message spoke of.
    pub(crate) fn news(&self) -> News {
        match (self.hint, self.in_flight) {
            (Hint::Heeded, _) => News::Quiet,
            (Hint::Asked | Hint::Unasked, None) => News::Expected,
            (Hint::Asked | Hint::Unasked, Some(_)) => News::BeingRead,
        }
    }

    /// The read's path below the incident's. One that a push message brings about is not held: a process that was woken for it
    /// may not have the time.
    pub(crate) fn query(&self) -> String {
        let wait_s = if self.news() == News::Quiet { POLL_S } else { 0 };
        format!("?after={}&wait_s={wait_s}", self.seen)
    }

    /// A poll came back: the next follows soon while help is on its way, and ever more rarely afterwards; at once after news,
    /// of which there are at most as many as steps are kept.
    pub(crate) fn polled(&mut self, t: T, age_ms: u64, news: bool) {
        const MINUTE_MS: u64 = 60_000;
        let pause_ms = match age_ms / MINUTE_MS {
            // A centre that answers at once instead of holding the poll must not be asked in a tight loop.
            0..15 => 2_000,
            15..60 => 30_000,
            60..360 => 2 * MINUTE_MS,
            360.. => 15 * MINUTE_MS,
        };
        self.failures = 0;
        self.ended(t, if news { 0 } else { pause_ms });
    }

    pub(crate) fn failed(&mut self, t: T, draws: &mut Draws) {
        self.failures = self.failures.saturating_add(1);
        let wait_ms = crate::delivery::Growth::ORDINARY.wait_ms(self.failures, draws).min(FAILED_WAIT_MS);
        self.ended(t, wait_ms);
    }

    fn ended(&mut self, t: T, wait_ms: u64) {
        self.in_flight = None;
        let again = self.hint == Hint::Unasked;
        self.hint = if again { Hint::Unasked } else { Hint::Heeded };
        self.due = Some(t.after(if again { wait_ms.min(PUSH_GAP_MS) } else { wait_ms }));
    }

    /// Takes a verified step; says whether it is new. Of too many the oldest goes, or the step that closes would never come.
    pub(crate) fn take(&mut self, step: Step) -> bool {
        if step.n <= self.seen {
            return false;
        }
        self.gap |= step.n != self.seen.saturating_add(1);
        self.seen = step.n;
        if self.steps.len() >= MOST_STEPS {
            let _ = self.steps.remove(0);
        }
        self.steps.push(StepNote { n: step.n, step: step.step, at_ms: step.at_ms, note: step.note });
        true
    }

    /// Whether a running number is missing: the citizen sees that a step was withheld.
    pub(crate) const fn has_gap(&self) -> bool {
        self.gap
    }
}
