//! The plan: which rows leave now, and when to wake next. It looks at the heads of the lanes, never at the backlog.

mod claim;
mod freeze;
mod meter;
mod read;
mod request;
mod upload;
mod wake;

use std::collections::BTreeMap;

pub(crate) use claim::lacks_offer;

use crate::effect::{Dispatch, Wake};
use crate::event::Event;
use crate::outbox::{Head, Lane, Row};
use crate::turn::Turn;

/// The heads of the lanes: of each, the first rows by slot, as many as [`Lane::head_rows`] says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<Lane, Vec<Head>>);

/// Gathers heads that come in the order of their slots. Parked rows are no heads.
impl FromIterator<Head> for Heads {
    fn from_iter<I: IntoIterator<Item = Head>>(heads: I) -> Self {
        let mut gathered = Self::default();
        for head in heads {
            if let Some(lane) = head.slot.lane() {
                gathered.0.entry(lane).or_default().push(head);
            }
        }
        gathered
    }
}

impl Heads {
    /// Adds a row that the store has not seen yet, in its place among those of its lane.
    pub fn add(&mut self, row: &Row) {
        let Some(lane) = row.slot.lane() else { return };
        let heads = self.0.entry(lane).or_default();
        heads.insert(heads.partition_point(|head| head.slot < row.slot), Head::of(row));
    }

    /// The heads of one lane.
    #[must_use]
    pub fn of(&self, lane: Lane) -> &[Head] {
        self.0.get(&lane).map_or(&[], Vec::as_slice)
    }
}

/// What an event means for the plan of its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// What is due leaves.
    Due,
    /// What must pass leaves whatever its back-off: the network is another one, or the citizen is known now.
    Expedite,
    /// What must pass leaves whatever it waits for, and nothing is read: the platform carries what leaves, and this process may
    /// not run for hours.
    HandOver,
    /// Nothing leaves any more: the process is closing.
    Hold,
}

impl Pace {
    pub(crate) const fn of(event: &Event) -> Self {
        match event {
            Event::NetworkChanged | Event::IdentityChanged => Self::Expedite,
            Event::TransfersTaken => Self::HandOver,
            Event::Closing => Self::Hold,
            Event::Opened
            | Event::Pressed(_)
            | Event::DrillStarted
            | Event::Cancelled(_)
            | Event::Reported(_)
            | Event::Drafted(_)
            | Event::DraftEdited { .. }
            | Event::DraftSubmitted(_)
            | Event::DraftDiscarded(_)
            | Event::NoteAdded { .. }
            | Event::AttachBegun(_)
            | Event::AttachTaken { .. }
            | Event::AttachFailed { .. }
            | Event::PreviewMade { .. }
            | Event::FilePaused(_)
            | Event::FileResumed(_)
            | Event::AnyNetworkAllowed(_)
            | Event::FileWithdrawn(_)
            | Event::Located(_)
            | Event::NetworkMetered(_)
            | Event::TransferEnded { .. }
            | Event::PushReceived
            | Event::Woke => Self::Due,
        }
    }

    /// Whether a row that must pass, after so many attempts, leaves before it is due.
    const fn hurries(self, attempt: u32) -> bool {
        match self {
            // Only a back-off is cut short: an escalation that nobody claimed yet waits for the presses of its gap.
            Self::Expedite => attempt > 0,
            Self::HandOver => true,
            Self::Due | Self::Hold => false,
        }
    }
}

/// Claims what may leave, and names the next wake-up.
pub(crate) fn plan(turn: &mut Turn, heads: &Heads, pace: Pace, keys_known: bool) -> (Vec<Dispatch>, Option<Wake>) {
    let mut dispatches = Vec::new();
    if pace != Pace::Hold {
        for lane in Lane::ALL {
            claim::lane(turn, lane, heads.of(lane), pace, &mut dispatches);
        }
    }
    if matches!(pace, Pace::Due | Pace::Expedite) {
        read::plan(turn, keys_known, &mut dispatches);
    }
    let wake = wake::next(turn, heads, keys_known);
    (dispatches, wake)
}
