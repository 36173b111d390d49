//! One turn: the working data of a single decision. It gathers changes and effects, and keeps the counts true to them.

use std::sync::Arc;

use serde::Serialize;

use crate::clock::T;
use crate::config::Rules;
use crate::effect::Effect;
use crate::entropy::Draws;
use crate::ids::{EventId, IncidentId, Owner};
use crate::incident::{Incident, Link};
use crate::outbox::{Change, Content, Kind, Lane, Row, Slot};
use crate::plant::{Plant, planted};
use crate::state::State;
use crate::wire::{Body, ClockNote, Heading, Record, Timing, envelope};

/// Backfill is bounded (INV-10): 10,000 fixes at one in five seconds are 14 hours of walking without a network, some 3 MB.
const MOST_BACKFILL: u32 = 10_000;

pub(crate) struct Turn {
    pub(crate) rules: Arc<Rules>,
    pub(crate) state: State,
    pub(crate) t: T,
    /// How long before `t` the clocks were read: the step waited for others meanwhile.
    pub(crate) overtaken_ms: u64,
    pub(crate) wall_ms: i64,
    pub(crate) owner: Owner,
    pub(crate) draws: Draws,
    /// What the ids of events are drawn from in a step that lives in memory alone.
    pub(crate) in_memory: Option<Draws>,
    pub(crate) changes: Vec<Change>,
    pub(crate) effects: Vec<Effect>,
    /// Something that must survive the process changed, beside the rows.
    pub(crate) dirty: bool,
}

/// What a new row is made of.
pub(crate) struct NewRow {
    pub(crate) incident: IncidentId,
    pub(crate) event: EventId,
    pub(crate) lane: Lane,
    pub(crate) due: T,
    pub(crate) kind: Kind,
    pub(crate) drill: bool,
    pub(crate) content: Content,
}

impl Turn {
    /// The id of a new event. In memory it is another one than in the store: the two may be frozen differently (INV-4). An
    /// incident's id is the same in both, and so are the bytes of its create: there must never be two of it (INV-2).
    pub(crate) fn mint_event(&mut self) -> EventId {
        EventId::mint(self.wall_ms, self.in_memory.as_mut().unwrap_or(&mut self.draws))
    }

    /// A slot that no other row has.
    pub(crate) fn slot(&mut self, lane: Lane, due: T) -> Slot {
        Slot::new(lane, due, self.next_serial())
    }

    /// The slot of a row that is set aside in its lane.
    pub(crate) fn aside(&mut self, lane: Lane) -> Slot {
        Slot::aside(lane, self.next_serial())
    }

    pub(crate) fn parking_slot(&mut self) -> Slot {
        Slot::parked(self.t, self.next_serial())
    }

    pub(crate) fn draft_slot(&mut self) -> Slot {
        Slot::draft(self.t, self.next_serial())
    }

    fn next_serial(&mut self) -> u64 {
        self.state.serial = self.state.serial.wrapping_add(1);
        self.state.serial
    }

    /// Adds a row; the oldest backfill goes when there is too much of it (INV-10).
    pub(crate) fn insert(&mut self, new: NewRow) -> Slot {
        let slot = self.slot(new.lane, new.due);
        let NewRow { incident, event, lane, due: _, kind, drill, content } = new;
        self.changes.push(Change::Insert(Row { slot, incident, event, kind, drill, attempt: 0, content }));
        self.arrived(lane);
        if let Some(incident) = self.state.incident_mut(incident) {
            incident.pending = incident.pending.saturating_add(1);
        }
        slot
    }

    /// Moves a row that waits, perhaps to another lane.
    pub(crate) fn relocate(&mut self, from: Slot, to: Slot, attempt: u32) {
        self.changes.push(Change::Move { from, to, attempt });
        if let (Some(before), Some(after)) = (from.lane(), to.lane())
            && before != after
        {
            self.state.waiting.remove(before, 1);
            self.arrived(after);
        }
    }

    fn arrived(&mut self, lane: Lane) {
        self.state.waiting.add(lane);
        if lane == Lane::Backfill && self.state.waiting.of(lane) > MOST_BACKFILL {
            // A tenth at once, so that a full lane does not cost an eviction with every fix.
            let rows = MOST_BACKFILL / 10;
            self.changes.push(Change::EvictOldest { lane, rows });
            self.state.waiting.remove(lane, rows);
        }
    }

    /// A row leaves the outbox.
    pub(crate) fn delete(&mut self, slot: Slot, event: EventId, incident: IncidentId) {
        self.changes.push(Change::Delete { slot, event });
        match slot.lane() {
            Some(lane) => self.state.waiting.remove(lane, 1),
            None => self.state.waiting.parked = self.state.waiting.parked.saturating_sub(1),
        }
        // What is parked was taken off already.
        if slot.lane().is_some()
            && let Some(incident) = self.state.incident_mut(incident)
        {
            incident.pending = incident.pending.saturating_sub(1);
            // A late receipt ends a fix that waits for its next attempt.
            incident.newest_fix = incident.newest_fix.filter(|newest| newest.slot != slot);
        }
    }

    /// A row is put aside: kept and shown, and no longer tried.
    pub(crate) fn park(&mut self, from: Slot, incident: IncidentId, attempt: u32) {
        let to = self.parking_slot();
        self.changes.push(Change::Move { from, to, attempt });
        if let Some(lane) = from.lane() {
            self.state.waiting.remove(lane, 1);
        }
        self.state.waiting.parked = self.state.waiting.parked.saturating_add(1);
        if let Some(incident) = self.state.incident_mut(incident) {
            incident.pending = incident.pending.saturating_sub(1);
        }
    }

    /// What the phone's clocks say in an event of an incident that began at `began`.
    pub(crate) fn clock_note(&self, began: T) -> ClockNote {
        let wall_ms = if planted(Plant::LeakClock) { i64::try_from(self.t.0).unwrap_or(0) } else { self.wall_ms };
        ClockNote { wall_ms, boot: self.state.clock.tag(), since_trigger_ms: self.t.since(began) }
    }

    /// Captures something for an incident: `note` makes it for its place in the chain, which goes on from
    /// its bytes (INV-4).
    pub(crate) fn capture<R: Serialize>(
        &mut self,
        id: IncidentId,
        note: impl FnOnce(Link) -> R,
    ) -> Option<(R, Record)> {
        let in_memory = self.in_memory.is_some();
        let incident = self.state.incident_mut(id)?;
        let note = note(incident.chain.link(in_memory));
        let record = Record::of(&note)?;
        if !planted(Plant::BreakChain) {
            incident.chain.captured(&record, in_memory);
        }
        self.dirty = true;
        Some((note, record))
    }

    /// Serialises an event of an incident, for good: it takes the next running number and joins the chain (INV-4).
    pub(crate) fn freeze(
        &mut self,
        id: IncidentId,
        event: EventId,
        kind: Kind,
        timing: Timing,
        body: &Body,
    ) -> Option<Content> {
        let incident = self.state.incident_mut(id)?;
        Some(freeze_into(incident, event, kind, timing, body))
    }
}

/// See [`Turn::freeze`]; for an incident that does not stand in the state yet.
pub(crate) fn freeze_into(incident: &mut Incident, event: EventId, kind: Kind, timing: Timing, body: &Body) -> Content {
    let heading = Heading {
        incident: incident.id,
        event,
        seq: incident.chain.next_seq,
        prev: incident.chain.newest,
        kind,
        timing,
        drill: incident.drill,
        urgency: incident.presses,
    };
    let content = Content::freeze(envelope(&heading, body));
    if let Content::Frozen { sha256, .. } = &content {
        incident.chain.sent(*sha256);
    }
    content
}
