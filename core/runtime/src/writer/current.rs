//! The engine to step from: the one in memory, unless another process has written, an emergency went on in memory, or the
//! database was exchanged.

use std::sync::Arc;

use siaga_engine::clock::Reading;
use siaga_engine::config::Rules;
use siaga_engine::outbox::{Change, Row};
use siaga_engine::{Engine, IncidentView};
use siaga_store::{StoreError, Tx};

use crate::unsaved::Unsaved;

/// What this process knows.
pub(super) struct Known<'a> {
    pub(super) rules: &'a Arc<Rules>,
    pub(super) engine: &'a Engine,
    /// The state that it last saved or loaded.
    pub(super) saved: Option<&'a [u8]>,
    /// What is not in the store yet.
    pub(super) unsaved: &'a Unsaved,
    /// Whether memory and store may differ, whatever the store says.
    pub(super) differs: bool,
}

impl Known<'_> {
    /// The engine to step from, when it is not the one in memory.
    pub(super) fn current(&self, tx: &mut Tx<'_>, at: &Reading) -> Result<Option<Engine>, StoreError> {
        let restored = if tx.foreign_write() { self.restore(tx)? } else { None };
        if !self.differs {
            return Ok(restored);
        }
        let is_ours = restored.is_none();
        let mut current = restored.unwrap_or_else(|| self.engine.clone());
        tx.apply(current.t(at), self.unsaved.changes())?;
        tx.take_in(&self.rows(&current, at).iter().collect::<Vec<_>>())?;
        if is_ours {
            resettle(tx, &mut current, at)?;
            return Ok(Some(current));
        }
        let mut memory = self.engine.clone();
        memory.keep_drafts(&tx.drafts()?);
        adopt(tx, &mut current, &memory, at)?;
        // Shells tell each process, and nobody told this one's store.
        current.follow_meter(self.engine);
        Ok(Some(current))
    }

    /// The rows that were born in memory, due by the clock of the engine that takes them: that of a database which replaced ours has
    /// another beginning.
    fn rows(&self, taker: &Engine, at: &Reading) -> Vec<Row> {
        let (from, to) = (self.engine.t(at), taker.t(at));
        let rows = self.unsaved.outbox().rows();
        rows.map(|row| Row { slot: row.slot.moved(from, to), ..row.clone() }).collect()
    }

    /// What another process saved; `None` when it is what this one did, before it let go of the database.
    fn restore(&self, tx: &mut Tx<'_>) -> Result<Option<Engine>, StoreError> {
        let loaded = tx.load()?;
        let Some(state) = loaded.state.filter(|state| Some(state.as_slice()) != self.saved) else { return Ok(None) };
        // A state that cannot be read: the database goes, and its rows come back by salvage.
        Engine::restore(Arc::clone(self.rules), &state, loaded.keys.as_deref())
            .map(Some)
            .map_err(|_| StoreError::Corrupt { what: "restoring the engine's state", code: 0 })
    }
}

/// What memory had in flight goes on, each row where its lease says. One that is not in the outbox was in a database that was
/// exchanged.
fn resettle(tx: &mut Tx<'_>, engine: &mut Engine, at: &Reading) -> Result<(), StoreError> {
    let mut standing = Vec::new();
    for (row, slot, attempt) in engine.claimed() {
        let Some(found) = tx.find(&row)? else { continue };
        if found.slot != slot {
            tx.apply(engine.t(at), &[Change::Move { from: found.slot, to: slot, attempt }])?;
        }
        standing.push(row);
    }
    engine.resettle(&standing, &tx.counts()?);
    Ok(())
}

/// Brings together what two engines know, once the rows of both are in the outbox. A record that cannot be read says nothing of its
/// incident.
pub(super) fn adopt(tx: &Tx<'_>, engine: &mut Engine, other: &Engine, at: &Reading) -> Result<(), StoreError> {
    let records = engine.strangers(other).into_iter().map(|incident| tx.record(incident));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let history: Vec<IncidentView> =
        records.iter().flatten().filter_map(|record| serde_json::from_slice(record).ok()).collect();
    engine.adopt(other, at, &history, &tx.counts()?);
    Ok(())
}
