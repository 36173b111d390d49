//! Reads that belong to no incident: the centre's keys, and what it offers.

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::delivery::Growth;
use crate::entropy::Draws;
use crate::ids::Owner;
use crate::state::is_default;

/// What has become of the news that a push message spoke of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum News {
    /// None are expected.
    #[default]
    Quiet,
    /// They are to be read.
    Expected,
    /// They are being read: the reply may come any moment.
    BeingRead,
}

/// Both reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reads {
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) keys: Read,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) capabilities: Read,
    /// What the centre offers beyond the basic profile; `None` until it was asked.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) offers: Option<Vec<String>>,
    /// When the newest push message is, or was, heeded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) heeded: Option<T>,
}

impl Reads {
    /// Whether the centre is known to offer this.
    pub(crate) fn offers(&self, wanted: &str) -> bool {
        self.offers.as_ref().is_some_and(|offers| offers.iter().any(|offer| offer == wanted))
    }

    pub(crate) const fn forget_in_flight(&mut self) {
        self.keys.in_flight = None;
        self.capabilities.in_flight = None;
    }
}

/// One read that is wanted now and then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Read {
    /// Wanted, but not before then.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) due: Option<T>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) failures: u32,
    /// In flight: whose, and until when.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) in_flight: Option<(Owner, T)>,
}

impl Read {
    /// Longest wait after a failure. A receipt may wait for the keys, and an SOS for that receipt.
    const FAILED_WAIT_MS: u64 = 30_000;

    /// Wants it at once, or as soon as an earlier failure's wait is over.
    pub(crate) fn want(&mut self, t: T) {
        self.due = Some(self.due.filter(|due| *due > t && self.failures > 0).unwrap_or(t));
    }

    pub(crate) const fn done(&mut self, next: Option<T>) {
        self.failures = 0;
        self.in_flight = None;
        self.due = next;
    }

    pub(crate) fn failed(&mut self, t: T, draws: &mut Draws) {
        self.failures = self.failures.saturating_add(1);
        self.in_flight = None;
        self.due = Some(t.after(Growth::ORDINARY.wait_ms(self.failures, draws).min(Self::FAILED_WAIT_MS)));
    }

    /// Gives up a read whose process may be dead.
    pub(crate) fn expire(&mut self, t: T) {
        if self.in_flight.is_some_and(|(_, until)| until <= t) {
            self.in_flight = None;
        }
    }
}
