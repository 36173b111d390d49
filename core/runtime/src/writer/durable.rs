//! The transaction of a step: decide, apply, plan, apply, save, commit. Only then is anything let out.

use siaga_engine::clock::Reading;
use siaga_engine::outbox::{Change, Content, Lane, Row, Slot, fold};
use siaga_engine::plant::{Plant, planted};
use siaga_engine::wire::{Payload, Request, Ticket};
use siaga_engine::{Answer, Dispatch, Engine, Heads, Input, Plan, Step, Wake, WakeReason};
use siaga_store::{StoreError, Tx};

use crate::ports::Note;
use crate::writer::current::Known;
use crate::writer::{Released, Writer};

/// A step whose changes are applied and not yet committed.
struct Applied {
    step: Step,
    answer: Answer,
    plan: Plan,
    requests: Vec<(Ticket, Request)>,
    quarantined: u32,
    /// Rows went of which the engine does not know whose they were.
    miscounted: bool,
}

impl Writer {
    pub(super) fn durable_step(&mut self, input: &Input) -> Result<Released, StoreError> {
        let Self { rules, engine, store, saved, unsaved, in_memory, exchanged, salvage, owed_checked, .. } = self;
        let Some(store) = store else { return Err(StoreError::Moved) };
        let mut tx = store.begin()?;
        let differs = (*in_memory || *exchanged) && !planted(Plant::ForgetMemory);
        let known = Known { rules, engine, saved: saved.as_deref(), unsaved, differs };
        let mut current = known.current(&mut tx, &input.at)?;
        let is_news = current.is_some();
        if !differs && let Some(restored) = current.take() {
            // What others committed is known from now on, whatever becomes of this step.
            *engine = restored;
        }
        // What is not salvaged yet is not lost.
        let check_owed = !*owed_checked && salvage.is_none();
        let Applied { step, answer, plan, requests, quarantined, miscounted } =
            apply(&mut tx, current.as_ref().unwrap_or(engine), input, check_owed)?;
        let dirty = step.is_dirty() || differs || quarantined > 0;
        let mut next = step.finish();
        if quarantined > 0 {
            next.rebase(&tx.counts()?);
        } else if miscounted {
            next.recount(&tx.counts()?);
        }
        if dirty {
            let state = next.save();
            tx.save(&state)?;
            tx.commit()?;
            *saved = Some(state);
        } else {
            tx.end_unchanged();
        }
        let changed = dirty || is_news;
        self.owed_checked |= check_owed;
        self.committed(next, &plan, quarantined, &input.at);
        Ok(Released { answer, requests, effects: plan.effects, changed })
    }

    /// The step stands: from now on this is what the process knows.
    fn committed(&mut self, next: Engine, plan: &Plan, quarantined: u32, at: &Reading) {
        self.engine = next;
        self.wake = plan.wake;
        self.exchanged = false;
        if std::mem::take(&mut self.in_memory) {
            self.unsaved.clear();
            self.notes.push(Note::DurableAgain);
        }
        if quarantined > 0 {
            self.notes.push(Note::Quarantined { rows: quarantined });
            // Among them may be an SOS, which the next step makes anew.
            self.owed_checked = false;
            self.wake = Some(Wake { at: self.engine.t(at), reason: WakeReason::Row(Lane::Sos) });
        }
        if plan.wake.is_some_and(|wake| wake.reason == WakeReason::SosUnreceipted) {
            self.notes.push(Note::WakeUpMissing);
        }
    }
}

/// Decides, applies, plans, applies.
fn apply(tx: &mut Tx<'_>, engine: &Engine, input: &Input, check_owed: bool) -> Result<Applied, StoreError> {
    let found = engine.wants(&input.event).map(|key| tx.find(&key)).transpose()?.flatten();
    let mut step = engine.begin(input);
    let t = step.t();
    let lost = check_owed && recreate_lost(tx, engine, &mut step)?;
    let answer = step.decide(&input.event, found.as_ref());
    if let Some(lane) = engine.recalls(&input.event)
        && tx.has_aside(lane)?
    {
        step.recall(lane);
    }
    let (decided, born) = split(step.take_changes());
    tx.apply(t, &decided)?;
    if decided.iter().any(|change| matches!(change, Change::Archive { .. })) {
        tx.retain(t)?;
    }
    let miscounted = lost || decided.iter().any(|change| matches!(change, Change::EvictOldest { .. }));
    let found = tx.heads()?;
    let quarantined = found.quarantined;
    let mut heads: Heads = found.heads.into_iter().collect();
    born.iter().for_each(|row| heads.add(row));
    let plan = step.plan(&heads);
    let planned = fold(born.into_iter().map(Change::Insert).chain(step.take_changes()).collect());
    tx.apply(t, &planned)?;
    let requests = with_bytes(tx, &plan, &planned)?;
    Ok(Applied { step, answer, plan, requests, quarantined, miscounted })
}

/// Brings state and outbox together again. An SOS that the state knows and the outbox does not was on a page that a damage took
/// (INV-2); a draft that the outbox has and the state does not came back by a salvage without its state.
fn recreate_lost(tx: &Tx<'_>, engine: &Engine, step: &mut Step) -> Result<bool, StoreError> {
    let mut any = false;
    for draft in tx.drafts()? {
        step.restore_draft(draft);
    }
    for create in engine.owed_creates() {
        if tx.find(&create)?.is_none() {
            step.recreate(&create);
            any = true;
        }
    }
    Ok(any)
}

/// What the store must see before its heads are read, and the rows that it need not: when a decision only bears rows, each is
/// written once, where the plan puts it.
fn split(decided: Vec<Change>) -> (Vec<Change>, Vec<Row>) {
    let born: Option<Vec<Row>> = decided.iter().map(Change::born).map(|row| row.cloned()).collect();
    born.map_or((decided, Vec::new()), |born| (Vec::new(), born))
}

/// Only a build that plants bugs changes anything.
fn changed(mut body: Vec<u8>, ticket: &Ticket) -> Vec<u8> {
    if planted(Plant::ChangeBytes) && matches!(ticket, Ticket::Delivery { attempt: 2.., .. }) {
        body.push(b' ');
    }
    body
}

/// Adds to each request the frozen bytes of its row.
fn with_bytes(tx: &Tx<'_>, plan: &Plan, planned: &[Change]) -> Result<Vec<(Ticket, Request)>, StoreError> {
    let mut requests = Vec::with_capacity(plan.dispatches.len());
    for Dispatch { ticket, request, stored } in plan.dispatches.iter().cloned() {
        let body = match stored {
            None => request.body,
            Some(slot) => Payload::Bytes(changed(bytes_of(tx, slot, planned)?, &ticket)),
        };
        requests.push((ticket, Request { body, ..request }));
    }
    Ok(requests)
}

/// The frozen bytes of a claimed row. It is there: it was put there in this very transaction.
fn bytes_of(tx: &Tx<'_>, slot: Slot, planned: &[Change]) -> Result<Vec<u8>, StoreError> {
    let born = planned.iter().filter_map(Change::born).find(|row| row.slot == slot);
    match born.map(|row| &row.content) {
        Some(Content::Frozen { bytes, .. }) => Ok(bytes.clone()),
        Some(Content::Draft(_)) | None => Ok(tx.body(slot)?.unwrap_or_default()),
    }
}
