//! The transaction of a step: decide, apply, plan, apply, save, commit. Only then is anything let out.

use siaga_engine::outbox::Change;
use siaga_engine::plant::{Plant, planted};
use siaga_engine::wire::{Request, Ticket};
use siaga_engine::{Answer, Dispatch, Engine, Heads, Input, Plan, Step, WakeReason};
use siaga_store::{StoreError, Tx};
use siaga_vault::Digest;

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
    evicted: bool,
}

impl Writer {
    pub(super) fn durable_step(&mut self, input: &Input) -> Result<Released, StoreError> {
        let Self { rules, engine, store, saved, unsaved, in_memory, exchanged, .. } = self;
        let Some(store) = store else { return Err(StoreError::Moved) };
        let mut tx = store.begin()?;
        let differs = (*in_memory || *exchanged) && !planted(Plant::ForgetMemory);
        let known = Known { rules, engine, saved: *saved, unsaved, differs };
        let current = known.current(&mut tx, &input.at)?;
        let Applied { step, answer, plan, requests, quarantined, evicted } =
            apply(&mut tx, current.as_ref().unwrap_or(engine), input)?;
        let dirty = step.is_dirty() || differs || quarantined > 0;
        let mut next = step.finish();
        if quarantined > 0 {
            next.rebase(&tx.counts()?);
        } else if evicted {
            next.recount(&tx.counts()?);
        }
        if dirty {
            let state = next.save();
            tx.save(&state)?;
            tx.commit()?;
            *saved = Some(Digest::of(&state));
        } else {
            tx.end_unchanged();
        }
        let changed = dirty || current.is_some();
        self.committed(next, &plan, quarantined);
        Ok(Released { answer, requests, effects: plan.effects, changed })
    }

    /// The step stands: from now on this is what the process knows.
    fn committed(&mut self, next: Engine, plan: &Plan, quarantined: u32) {
        self.engine = next;
        self.wake = plan.wake;
        self.exchanged = false;
        if std::mem::take(&mut self.in_memory) {
            self.unsaved.clear();
            self.notes.push(Note::DurableAgain);
        }
        if quarantined > 0 {
            self.notes.push(Note::Quarantined { rows: quarantined });
        }
        if plan.wake.is_some_and(|wake| wake.reason == WakeReason::SosUnreceipted) {
            self.notes.push(Note::WakeUpMissing);
        }
    }
}

/// Decides, applies, plans, applies.
fn apply(tx: &mut Tx<'_>, engine: &Engine, input: &Input) -> Result<Applied, StoreError> {
    let found = engine.wants(&input.event).map(|key| tx.find(&key)).transpose()?.flatten();
    let mut step = engine.begin(input);
    let t = step.t();
    let answer = step.decide(&input.event, found.as_ref());
    let decided = step.take_changes();
    tx.apply(t, &decided)?;
    if decided.iter().any(|change| matches!(change, Change::Archive { .. })) {
        tx.retain(t)?;
    }
    let evicted = decided.iter().any(|change| matches!(change, Change::EvictOldest { .. }));
    let heads = tx.heads()?;
    let quarantined = heads.quarantined;
    let plan = step.plan(&heads.heads.into_iter().collect::<Heads>());
    tx.apply(t, &step.take_changes())?;
    let requests = with_bytes(tx, &plan)?;
    Ok(Applied { step, answer, plan, requests, quarantined, evicted })
}

/// Only a build that plants bugs changes anything.
fn changed(mut body: Vec<u8>, ticket: &Ticket) -> Vec<u8> {
    if planted(Plant::ChangeBytes) && matches!(ticket, Ticket::Delivery { attempt: 2.., .. }) {
        body.push(b' ');
    }
    body
}

/// Adds to each request the frozen bytes of its row.
fn with_bytes(tx: &Tx<'_>, plan: &Plan) -> Result<Vec<(Ticket, Request)>, StoreError> {
    let mut requests = Vec::with_capacity(plan.dispatches.len());
    for Dispatch { ticket, request, stored } in plan.dispatches.iter().cloned() {
        let body = match stored {
            None => request.body,
            // A claimed row is there: it was moved in this very transaction.
            Some(slot) => changed(tx.body(slot)?.unwrap_or_default(), &ticket),
        };
        requests.push((ticket, Request { body, ..request }));
    }
    Ok(requests)
}
