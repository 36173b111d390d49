//! The engine and its step: decide, apply, plan, apply, commit, and only then act.

mod adopt;

use std::sync::Arc;

use siaga_vault::{Digest, KeySet};
use thiserror::Error;

use crate::clock::{Reading, T};
use crate::config::Rules;
use crate::decide;
use crate::delivery::Claim;
use crate::effect::{Answer, Dispatch, Effect, Wake};
use crate::entropy::{Draws, Entropy};
use crate::event::{Event, Input};
use crate::ids::{FileId, IncidentId, Owner};
use crate::incident::Incident;
use crate::media::{FilePhase, MediaType};
use crate::outbox::{Change, Counts, Lane, Row, RowKey, Slot};
use crate::plan::{Heads, Pace, plan};
use crate::reads::News;
use crate::snapshot::Snapshot;
use crate::state::{State, Waiting};
use crate::turn::Turn;
use crate::wire::{Slice, Ticket};

/// As much of a saved state as stands on one page of 4,096 bytes, beside the headers of the page and of the row.
const FIRST_PAGE_BYTES: usize = 4_050;
/// As much as stands on each page after it.
const NEXT_PAGE_BYTES: usize = 4_092;

/// The pure machine: it decides, and does nothing. It can be rebuilt from what was saved at any time; that is how a restart
/// and a second process work.
#[derive(Clone, Debug)]
pub struct Engine {
    rules: Arc<Rules>,
    state: State,
    keys: Option<KeySet>,
}

/// A saved state that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the engine's saved state cannot be read: {why}")]
pub struct NotAState {
    /// What the reader says; it names a field, never a value.
    pub why: String,
}

/// A step that is under way: the next engine, and what it wants written. Nothing of it counts before the commit.
pub struct Step {
    turn: Turn,
    keys: Option<KeySet>,
    pace: Pace,
}

/// What a committed step lets out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Requests to perform.
    pub dispatches: Vec<Dispatch>,
    /// What else the world shall do.
    pub effects: Vec<Effect>,
    /// When to wake next.
    pub wake: Option<Wake>,
}

impl Engine {
    /// An engine for a new database.
    #[must_use]
    pub fn fresh(rules: Arc<Rules>, at: &Reading, entropy: &Entropy) -> Self {
        let state = State::fresh(at, &mut Draws::new(entropy));
        Self { rules, state, keys: None }
    }

    /// The engine that was saved. A key set that does not verify (any more) is fetched anew.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn restore(rules: Arc<Rules>, saved: &[u8], keys: Option<&str>) -> Result<Self, NotAState> {
        let state = serde_json::from_slice(saved).map_err(|error| NotAState { why: category(&error) })?;
        let keys = keys.and_then(|jws| KeySet::verify(jws, &rules.centre.root_key, &rules.centre.id).ok());
        Ok(Self { rules, state, keys })
    }

    /// What is saved in the transaction of a step: JSON, made so long by spaces at its end that it fills whole pages. A page is
    /// written whole in any case; and a value as long as the one before it is overwritten in place, where any other takes its
    /// further pages anew and gives the old ones back. That would be six pages of a commit instead of three.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        // Serialising plain data into memory does not fail.
        let mut saved = Vec::with_capacity(FIRST_PAGE_BYTES + NEXT_PAGE_BYTES);
        if serde_json::to_writer(&mut saved, &self.state).is_err() {
            saved.clear();
        }
        let further = saved.len().saturating_sub(FIRST_PAGE_BYTES).div_ceil(NEXT_PAGE_BYTES);
        saved.resize(FIRST_PAGE_BYTES + further * NEXT_PAGE_BYTES, b' ');
        saved
    }

    /// The row that must be in hand to decide an event: a draft, a late receipt's, a file's that is withdrawn, or the bytes of a
    /// create that needs a new id.
    #[must_use]
    pub fn wants(&self, event: &Event) -> Option<RowKey> {
        if let Some(draft) = decide::draft::wanted(&self.state, event) {
            return Some(draft);
        }
        if let Event::FileWithdrawn(file) = event {
            return Some(decide::row_of(*file));
        }
        let Event::TransferEnded { ticket: Ticket::Delivery { row, attempt }, outcome } = event else { return None };
        let claimed = self.state.claims.iter().find(|claim| claim.row == *row);
        let conflict = matches!(outcome, Ok(reply) if reply.status == 409);
        let needs_bytes =
            conflict && claimed.is_some_and(|claim| claim.row.lane.never_parks() && claim.attempt == *attempt);
        let late_receipt = claimed.is_none() && decide::has_receipt(outcome);
        (needs_bytes || late_receipt).then_some(*row)
    }

    /// The creates that must stand in the outbox, because they have no receipt: of each SOS that is open. One that does not was
    /// lost with a damaged page, and [`Step::recreate`] makes it anew.
    #[must_use]
    pub fn owed_creates(&self) -> Vec<RowKey> {
        decide::lost::owed(&self.state).map(Incident::create_row).collect()
    }

    /// Whether this delivery is under way, and waits for its outcome. One that ended with a receipt whose key is being fetched
    /// is not.
    #[must_use]
    pub fn is_in_flight(&self, row: RowKey, attempt: u32) -> bool {
        let named = |claim: &&Claim| claim.row == row && claim.attempt == attempt;
        self.state.claims.iter().find(named).is_some_and(|claim| claim.held.is_none())
    }

    /// The parts of files that earlier processes gave to a platform, and whose ends nobody has told yet.
    #[must_use]
    pub fn handed_by_others(&self, own: Owner) -> Vec<Ticket> {
        let handed = self.state.claims.iter().filter(|claim| claim.owner != own && claim.is_handed());
        handed.map(|claim| Ticket::Delivery { row: claim.row, attempt: claim.attempt }).collect()
    }

    /// Whether a hand-over waits for a part that this process has under way.
    #[must_use]
    pub fn has_last_part(&self, own: Owner) -> bool {
        let is_last = |claim: &Claim| claim.upload.as_ref().is_some_and(|flight| flight.last && !flight.handed);
        self.state.claims.iter().any(|claim| claim.owner == own && is_last(claim))
    }

    /// How many deliveries only a platform can end.
    #[must_use]
    pub fn handed(&self) -> u32 {
        let handed = self.state.claims.iter().filter(|claim| claim.is_handed()).count();
        u32::try_from(handed).unwrap_or(u32::MAX)
    }

    /// The parts of copies that are under way, in whichever process.
    #[must_use]
    pub fn slices(&self) -> Vec<Slice> {
        let flights = self.state.claims.iter().filter_map(|claim| claim.upload.as_ref());
        flights.filter_map(|flight| flight.upload.slice(&flight.ask, false)).collect()
    }

    /// What has become of the news that a push message spoke of.
    #[must_use]
    pub fn news(&self) -> News {
        self.state.incidents.iter().map(|incident| incident.follow.news()).max().unwrap_or_default()
    }

    /// The copy of a file that is announced and on its way: its name among the copies, and what it is.
    #[must_use]
    pub fn announced_copy(&self, file: FileId) -> Option<(Digest, MediaType)> {
        let mut files = self.state.incidents.iter().flat_map(|incident| &incident.files);
        let note = files.find(|note| note.id == file && note.phase == FilePhase::Waiting)?;
        note.copy.map(|copy| (copy.sha256, copy.media_type))
    }

    /// The files whose copies other processes began, each with the path that it was read from, when another one can open that.
    #[must_use]
    pub fn copies_of_others(&self, own: Owner) -> Vec<(FileId, Option<String>)> {
        let files = self.state.incidents.iter().flat_map(|incident| &incident.files);
        let begun = files.filter_map(|file| match &file.phase {
            FilePhase::Copying { owner, path } if *owner != own => Some((file.id, path.clone())),
            FilePhase::Copying { .. }
            | FilePhase::Lost(_)
            | FilePhase::Held
            | FilePhase::Waiting
            | FilePhase::Confirmed { .. }
            | FilePhase::Unproven
            | FilePhase::Refused
            | FilePhase::Withdrawn => None,
        });
        begun.collect()
    }

    /// The lane in which no row may stand aside once this event is decided: whoever set one aside before this process opened the
    /// database may have forgotten why, being another version, or having lost its state. When one does, [`Step::recall`] follows
    /// the decision; an opening that finds none has nothing to write.
    #[must_use]
    pub fn recalls(&self, event: &Event) -> Option<Lane> {
        let lane = Lane::Media;
        (matches!(event, Event::Opened) && self.state.waiting.of(lane) > 0).then_some(lane)
    }

    /// Begins a step. The engine itself stays as it is until the step is finished.
    #[must_use]
    pub fn begin(&self, input: &Input) -> Step {
        self.begin_with(input, None)
    }

    /// Begins a step that no store takes: its events get other ids than those of the step whose commit failed.
    #[must_use]
    pub fn begin_in_memory(&self, input: &Input) -> Step {
        self.begin_with(input, Some(Draws::apart(&input.entropy)))
    }

    fn begin_with(&self, input: &Input, in_memory: Option<Draws>) -> Step {
        let mut draws = Draws::new(&input.entropy);
        let mut state = self.state.clone();
        let t = state.clock.advance(&input.at, &mut draws);
        let turn = Turn {
            rules: Arc::clone(&self.rules),
            state,
            t,
            overtaken_ms: self.state.clock.overtaken_ms(&input.at),
            wall_ms: input.at.wall_ms,
            owner: input.owner,
            draws,
            in_memory,
            changes: Vec::new(),
            effects: Vec::new(),
            dirty: false,
        };
        Step { turn, keys: self.keys.clone(), pace: Pace::of(&input.event) }
    }

    /// What a screen draws at this moment.
    #[must_use]
    pub fn snapshot(&self, at: &Reading) -> Snapshot {
        Snapshot::of(&self.state, &self.rules, self.t(at))
    }

    /// How many steps have changed something since the database was made.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.state.revision
    }

    /// The persisted clock at this moment.
    #[must_use]
    pub fn t(&self, at: &Reading) -> T {
        // The draw names a boot, which reading the time does not use.
        self.state.clock.clone().advance(at, &mut Draws::new(&Entropy([0; 32])))
    }

    /// From now on steps live in memory alone. Another process may claim a draft of the store meanwhile, and what is added to
    /// it then would be lost: later presses and fixes begin rows of their own.
    pub fn detach(&mut self) {
        for incident in &mut self.state.incidents {
            incident.escalation = None;
            incident.newest_fix = None;
        }
    }

    /// Makes the counts true again after rows came or went without a step: salvage, quarantine, an exchanged database. What
    /// the engine believed about single rows is forgotten: they are due again when their leases end.
    pub fn rebase(&mut self, counts: &Counts) {
        self.recount(counts);
        self.state.claims.clear();
        self.detach();
    }

    /// The rows that it believes in flight, each with its slot and its attempt.
    pub fn claimed(&self) -> impl Iterator<Item = (RowKey, Slot, u32)> {
        self.state.claims.iter().map(|claim| (claim.row, claim.slot, claim.attempt))
    }

    /// Goes on where steps in memory ended, when nobody else has written meanwhile: with true counts, and with the deliveries in
    /// flight whose rows are `standing` in the outbox. What else the engine believed about single rows is forgotten.
    pub fn resettle(&mut self, standing: &[RowKey], counts: &Counts) {
        self.recount(counts);
        self.state.claims.retain(|claim| standing.contains(&claim.row));
        self.detach();
    }

    /// Makes the counts true after an eviction, of which the engine does not know whose rows went.
    pub fn recount(&mut self, counts: &Counts) {
        self.state.waiting = Waiting::from(counts);
        for incident in &mut self.state.incidents {
            // Rows that were frozen before the incident got a new id keep the old one (INV-4).
            let ids = [Some(incident.id), incident.replaces];
            incident.pending = ids.iter().flatten().filter_map(|id| counts.incidents.get(id)).sum();
        }
    }
}

impl Step {
    /// The persisted clock in this step.
    #[must_use]
    pub const fn t(&self) -> T {
        self.turn.t
    }

    /// Makes the SOS anew whose create is not in the outbox any more, before anything else is decided.
    pub fn recreate(&mut self, lost: &RowKey) {
        decide::lost::recreate(&mut self.turn, lost.event);
    }

    /// Shows a draft again whose text the outbox has, when the state does not know it.
    pub fn restore_draft(&mut self, draft: IncidentId) {
        decide::lost::restore_draft(&mut self.turn, draft);
    }

    /// Decides the event. `found` is the row that [`Engine::wants`] asked for.
    pub fn decide(&mut self, event: &Event, found: Option<&Row>) -> Answer {
        decide::decide(&mut self.turn, &mut self.keys, event, found)
    }

    /// Makes the rows of a lane due that stand aside ([`Engine::recalls`]). The plan sets those aside again that still have to wait.
    pub fn recall(&mut self, lane: Lane) {
        self.turn.changes.push(Change::Recall { lane, due: self.turn.t });
    }

    /// Claims what may leave, now that the changes of the decision are applied.
    pub fn plan(&mut self, heads: &Heads) -> Plan {
        let (dispatches, wake) = plan(&mut self.turn, heads, self.pace, self.keys.is_some());
        Plan { dispatches, effects: std::mem::take(&mut self.turn.effects), wake }
    }

    /// The changes since they were last taken, to be applied in this order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.turn.dirty |= !self.turn.changes.is_empty();
        std::mem::take(&mut self.turn.changes)
    }

    /// Whether anything has to be committed.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        self.turn.dirty || !self.turn.changes.is_empty()
    }

    /// The next engine: it replaces the one before when the commit is done.
    #[must_use]
    pub fn finish(mut self) -> Engine {
        if self.is_dirty() {
            self.turn.state.revision = self.turn.state.revision.wrapping_add(1);
        }
        Engine { rules: self.turn.rules, state: self.turn.state, keys: self.keys }
    }
}

/// The reader's own words could quote a value (INV-12).
fn category(error: &serde_json::Error) -> String {
    format!("{:?} at line {} column {}", error.classify(), error.line(), error.column())
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step").field("t", &self.turn.t).finish_non_exhaustive()
    }
}
