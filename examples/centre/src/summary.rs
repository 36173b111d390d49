//! What is stored of an incident, in a form that tests and demonstrations can check.

use siaga_vault::{Digest, Evidence};

use crate::envelope::{Envelope, Fix};
use crate::evidence::evidence;
use crate::flag::{Flag, is_proven};
use crate::media::{FileSummary, files, is_complete};
use crate::store::{EventRow, Record};

/// An incident as the centre has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentSummary {
    /// Its id.
    pub incident: String,
    /// The kind of its create, such as `sos`; `None` before the create is here, or when it cannot be read.
    pub kind: Option<String>,
    /// Whether it is a drill.
    pub drill: bool,
    /// How many creates are stored: 0 or 1.
    pub creates: usize,
    /// The most presses that any of its events states.
    pub urgency: u64,
    /// Whether the citizen cancelled it, proven by the incident's secret.
    pub cancelled: bool,
    /// All stored events, the create included, in the order of arrival.
    pub events: Vec<EventSummary>,
    /// The names of its steps, in the order of their numbers.
    pub steps: Vec<String>,
    /// Its files: the announced ones, then whatever else is there.
    pub files: Vec<FileSummary>,
    /// Whether the create is here and every announced file is confirmed. True for an incident without any files.
    pub complete: bool,
    /// Whether what was captured for it is here and unchanged.
    pub evidence: Evidence,
}

/// A stored event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSummary {
    /// Its id.
    pub event: String,
    /// Its kind, as it says itself.
    pub kind: Option<String>,
    /// Its place in the incident's order, as it says itself.
    pub seq: Option<u64>,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// When it was stored, in Unix milliseconds.
    pub arrived_ms: i64,
    /// What is odd about it.
    pub flags: Vec<Flag>,
}

impl IncidentSummary {
    pub(crate) fn of(record: &Record) -> IncidentSummary {
        let create = record.events.iter().find(|row| row.event == record.id);
        let files = files(record);
        IncidentSummary {
            incident: record.id.clone(),
            kind: create.and_then(|row| Envelope::read(&row.bytes)).and_then(|envelope| envelope.kind),
            drill: record.incident.drill,
            creates: record.events.iter().filter(|row| row.event == record.id).count(),
            urgency: urgency(record),
            cancelled: is_cancelled(record),
            events: record.events.iter().map(EventSummary::of).collect(),
            steps: record.steps.iter().map(|step| step.step.clone()).collect(),
            complete: is_complete(record, &files),
            files,
            evidence: evidence(record),
        }
    }
}

impl EventSummary {
    fn of(row: &EventRow) -> EventSummary {
        let envelope = Envelope::read(&row.bytes).unwrap_or_default();
        EventSummary {
            event: row.event.clone(),
            kind: envelope.kind,
            seq: envelope.seq,
            sha256: row.sha256,
            arrived_ms: row.arrived_ms,
            flags: row.flags.iter().copied().collect(),
        }
    }
}

/// The most presses that any event states, proven or not: what raises an alarm needs no proof.
pub(crate) fn urgency(record: &Record) -> u64 {
    record.events.iter().filter_map(|row| stated_presses(&Envelope::read(&row.bytes)?)).max().unwrap_or(0)
}

fn stated_presses(envelope: &Envelope) -> Option<u64> {
    let body = envelope.body.as_ref();
    let triggered = body.and_then(|body| body.trigger.as_ref()).and_then(|trigger| trigger.presses);
    envelope.urgency.max(triggered).max(body.and_then(|body| body.presses_total))
}

/// Where the citizen is, by the newest event of the incident's own phone that has a position.
///
/// Newest by the phone's own numbering, not by arrival (F28), and a live position before any backfilled one (F26, F27).
pub(crate) fn newest_fix(record: &Record) -> Option<(Fix, &EventRow)> {
    let fixes = record.events.iter().filter(|row| is_proven(&row.flags)).filter_map(|row| {
        let envelope = Envelope::read(&row.bytes)?;
        let is_live = envelope.timing.as_deref() != Some("backfill");
        Some((is_live, envelope.seq, envelope.newest_fix()?, row))
    });
    fixes.max_by_key(|(is_live, seq, _, _)| (*is_live, *seq)).map(|(_, _, fix, row)| (fix, row))
}

/// Whether a cancel or an all-clear came from the incident's own phone.
pub(crate) fn is_cancelled(record: &Record) -> bool {
    record.events.iter().any(|row| {
        let kind = Envelope::read(&row.bytes).and_then(|envelope| envelope.kind);
        matches!(kind.as_deref(), Some("cancel" | "all_clear")) && is_proven(&row.flags)
    })
}
