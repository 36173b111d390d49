//! Incidents: what the engine knows of one emergency, drill or report. Bodies stay in the store.

mod chain;
mod draft;
mod escalation;
mod follow;
mod phase;
mod report;
mod report_fault;
mod secret;

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::delivery::Trouble;
use crate::ids::IncidentId;
use crate::media::{FileNote, FilePhase};
use crate::outbox::{Kind, Lane, RowKey, Slot};
use crate::snapshot::IncidentView;
use crate::state::is_default;
pub(crate) use chain::{Chain, Link};
pub(crate) use draft::Draft;
pub use draft::drafted;
pub(crate) use escalation::{EscalationDraft, PressNote, PressNotes, Presses};
pub(crate) use follow::{Follow, PUSH_GAP_MS};
pub use phase::ClosedBy;
pub(crate) use phase::Phase;
pub(crate) use report::check_text;
pub use report::{Place, Report, Subject};
pub use report_fault::ReportFault;
pub use secret::CancelAuth;
pub(crate) use secret::Secret;

/// An incident that the engine still works on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(crate) id: IncidentId,
    pub(crate) kind: Kind,
    pub(crate) drill: bool,
    pub(crate) secret: Secret,
    pub(crate) began: T,
    pub(crate) began_wall_ms: i64,
    pub(crate) phase: Phase,
    pub(crate) presses: u32,
    pub(crate) chain: Chain,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) create: Create,
    /// Rows of this incident that have no receipt yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) pending: u32,
    /// Presses after the trigger that nobody claimed yet.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) escalation: Option<EscalationDraft>,
    /// When the newest escalation was due.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) escalated: Option<T>,
    /// The newest fix, while it waits: a newer one moves it to backfill.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) newest_fix: Option<NewestFix>,
    /// When a fix was last taken for this incident.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) fix_taken: Option<T>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) follow: Follow,
    /// What was attached, in that order.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) files: Vec<FileNote>,
    /// The id that this one replaces.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) replaces: Option<IncidentId>,
}

/// What became of the create.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Create {
    /// When it was first claimed: it "left the phone" at the earliest then, and nothing proves that it arrived.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) first_attempt_wall_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) receipt: Option<ReceiptNote>,
    /// Why it has no receipt yet, after the newest attempt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) trouble: Option<Trouble>,
    /// Whether certificates had to be judged with a clamped time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) clock_clamped: bool,
}

/// A verified receipt, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReceiptNote {
    pub(crate) at_ms: i64,
    pub(crate) t: T,
    pub(crate) jws: String,
}

/// The row of the newest fix, while it is not in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewestFix {
    pub(crate) slot: Slot,
    /// Attempts claimed so far.
    pub(crate) attempt: u32,
}

impl Incident {
    /// Whether `id` names this incident, now or before it was replaced.
    pub(crate) fn is(&self, id: IncidentId) -> bool {
        self.id == id || self.replaces == Some(id)
    }

    /// Whether both are one incident, whichever of them was replaced.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.is(other.id) || other.is(self.id)
    }

    /// The lane of the create.
    pub(crate) const fn lane(&self) -> Lane {
        match (self.kind, self.drill) {
            (Kind::Report, _) => Lane::Report,
            (_, true) => Lane::Drill,
            (_, false) => Lane::Sos,
        }
    }

    /// The lane of its later events that are no fixes.
    pub(crate) fn later_lane(&self) -> Lane {
        if self.is_sos() { Lane::Urgent } else { self.lane() }
    }

    /// The lane of what announces its files and of notes: text, and behind everything else that is.
    pub(crate) fn note_lane(&self) -> Lane {
        if self.is_sos() { Lane::Report } else { self.lane() }
    }

    /// The lane of its newest fix: a drill's never stands before a real one.
    pub(crate) fn fix_lane(&self) -> Lane {
        if self.is_sos() { Lane::Fix } else { self.lane() }
    }

    pub(crate) const fn create_row(&self) -> RowKey {
        RowKey { lane: self.lane(), event: self.id.create_event() }
    }

    /// Whether it is a report that the citizen still writes.
    pub(crate) fn is_draft(&self) -> bool {
        self.phase == Phase::Draft
    }

    /// Whether it is an emergency, open or not.
    pub(crate) fn is_sos(&self) -> bool {
        self.kind == Kind::Sos && !self.drill
    }

    /// Whether bytes of a file still have to go to the centre: they need its secret.
    pub(crate) fn has_waiting_files(&self) -> bool {
        self.files.iter().any(|file| matches!(file.phase, FilePhase::Copying { .. } | FilePhase::Waiting))
    }

    /// Whether presses escalate it.
    pub(crate) fn is_open_sos(&self) -> bool {
        self.is_sos() && self.phase.is_open()
    }

    pub(crate) fn is_open_drill(&self) -> bool {
        self.drill && self.phase.is_open()
    }

    /// Learns what the same incident went through elsewhere: in the memory of this process while another one wrote.
    pub(crate) fn learn(&mut self, other: Self) {
        if self.is_draft() != other.is_draft() {
            // What was submitted was made anew, with a secret of its own, and is never a draft again.
            if self.is_draft() {
                *self = other;
            }
            return;
        }
        if other.replaces == Some(self.id) {
            (self.id, self.replaces) = (other.id, other.replaces);
        }
        let ended = self.phase.is_open() && !other.phase.is_open();
        if ended || self.phase == Phase::Recorded {
            self.phase = other.phase;
        }
        if self.create.receipt.is_none() {
            self.create = other.create;
        }
        self.chain.learn(&other.chain);
        if other.follow.seen > self.follow.seen || self.follow.due.is_none() {
            self.follow = other.follow;
        }
        for file in other.files {
            match self.files.iter_mut().find(|known| known.id == file.id) {
                Some(known) => known.learn(file),
                None => self.files.push(file),
            }
        }
        self.presses = self.presses.max(other.presses);
        self.escalated = self.escalated.max(other.escalated);
        self.fix_taken = self.fix_taken.max(other.fix_taken);
    }

    /// The same incident, which ended elsewhere and is history there. Its records are not forgotten: they may be more than these.
    pub(crate) fn ended_as(mut self, record: &IncidentView, t: T) -> Self {
        self.phase = record.state.ended_at(t).unwrap_or(self.phase);
        self.chain.learn(&Chain::remembered(&record.evidence));
        self
    }

    /// The same incident on another persisted clock: what was `from` there is `to` here.
    pub(crate) fn moved(self, from: T, to: T) -> Self {
        let shift = |moment: T| moment.moved(from, to);
        let phase = match self.phase {
            phase @ (Phase::Draft | Phase::Recorded | Phase::Active) => phase,
            Phase::Cancelled { at } => Phase::Cancelled { at: shift(at) },
            Phase::Closed { at, by } => Phase::Closed { at: shift(at), by },
        };
        let receipt = self.create.receipt.map(|note| ReceiptNote { t: shift(note.t), ..note });
        Self {
            began: shift(self.began),
            phase,
            create: Create { receipt, ..self.create },
            escalated: self.escalated.map(shift),
            fix_taken: self.fix_taken.map(shift),
            follow: Follow { due: self.follow.due.map(shift), in_flight: None, ..self.follow },
            ..self
        }
    }
}
