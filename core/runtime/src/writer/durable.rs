//! The transaction of a step: decide, apply, plan, apply, save, commit. Only then is anything let out.

use std::sync::Arc;

use siaga_engine::clock::Reading;
use siaga_engine::wire::{Request, Ticket};
use siaga_engine::{Dispatch, Engine, Heads, Input, Plan};
use siaga_store::{Saved, StoreError, Tx};

use crate::ports::Note;
use crate::unsaved::Unsaved;
use crate::writer::{Released, Writer};

impl Writer {
    pub(super) fn durable_step(&mut self, input: &Input) -> Result<Released, StoreError> {
        let Self { rules, engine, store, unsaved, exchanged, notes, .. } = self;
        let Some(store) = store else { return Err(StoreError::Moved) };
        let mut tx = store.begin()?;
        let current = current(&mut tx, engine, unsaved, *exchanged, &input.at, |saved| {
            saved.state.as_ref().map(|state| Engine::restore(Arc::clone(rules), state, saved.keys.as_deref()))
        })?;
        let (base, rebased) = (current.as_ref().unwrap_or(engine), current.is_some());
        let found = base.wants(&input.event).map(|key| tx.find(&key)).transpose()?.flatten();
        let mut step = base.begin(input);
        let t = step.t();
        let answer = step.decide(&input.event, found.as_ref());
        tx.apply(t, &step.take_changes())?;
        let heads = tx.heads()?;
        let quarantined = heads.quarantined;
        let plan = step.plan(&heads.heads.into_iter().collect::<Heads>());
        tx.apply(t, &step.take_changes())?;
        let requests = with_bytes(&tx, &plan)?;
        let dirty = step.is_dirty() || !unsaved.is_empty() || *exchanged || quarantined > 0;
        let mut next = step.finish();
        if quarantined > 0 {
            next.rebase(&tx.counts()?);
            notes.push(Note::Quarantined { rows: quarantined });
        }
        if dirty {
            tx.save(&next.save())?;
            tx.commit()?;
        } else {
            tx.end_unchanged();
        }
        if !unsaved.is_empty() {
            unsaved.clear();
            notes.push(Note::DurableAgain);
        }
        *exchanged = false;
        *engine = next;
        self.wake = plan.wake;
        Ok(Released { answer, requests, effects: plan.effects, changed: dirty || rebased })
    }
}

/// The engine to step from when it is not the one in memory: another process has written, an emergency went on in memory, or
/// the database was exchanged.
fn current(
    tx: &mut Tx<'_>,
    engine: &Engine,
    unsaved: &Unsaved,
    exchanged: bool,
    at: &Reading,
    restore: impl Fn(&Saved) -> Option<Result<Engine, siaga_engine::NotAState>>,
) -> Result<Option<Engine>, StoreError> {
    let foreign = tx.foreign_write();
    if !foreign && unsaved.is_empty() && !exchanged {
        return Ok(None);
    }
    let saved = if foreign { restore(&tx.load()?) } else { None };
    let mut current = match saved {
        // The state of a row that cannot be read: the database goes, the rows come back by salvage.
        Some(Err(_)) => return Err(StoreError::Corrupt { what: "restoring the engine's state", code: 0 }),
        Some(Ok(restored)) => restored,
        None => engine.clone(),
    };
    if !unsaved.is_empty() || exchanged {
        tx.apply(current.t(at), unsaved.changes())?;
        current.adopt(engine, at);
        current.rebase(&tx.counts()?);
    }
    Ok(Some(current))
}

/// Adds to each request the frozen bytes of its row.
fn with_bytes(tx: &Tx<'_>, plan: &Plan) -> Result<Vec<(Ticket, Request)>, StoreError> {
    let mut requests = Vec::with_capacity(plan.dispatches.len());
    for Dispatch { ticket, request, stored } in plan.dispatches.iter().cloned() {
        let body = match stored {
            None => request.body,
            // A claimed row is there: it was moved in this very transaction.
            Some(slot) => tx.body(slot)?.unwrap_or_default(),
        };
        requests.push((ticket, Request { body, ..request }));
    }
    Ok(requests)
}
