//! After a death: INV-13 (`kill -9` anywhere is safe), INV-1 (a power cut takes back nothing that was promised), INV-9 (a bad
//! store is set aside, never deleted), INV-14 (an older app's queue, and a newer one's, is kept).

use siaga::{IncidentId, Siaga};

use crate::coverage::{Checker, Fault};
use crate::ledger::{Bond, What};
use crate::storage;
use crate::world::World;

/// The database of the first released schema, with a full queue.
const RELEASED: &[u8] = include_bytes!("../../../store/tests/databases/0001.db");

impl World {
    /// Judges each phone that lives again: what was promised is on its screen, in its history, or at the centre.
    pub(crate) fn judge_restarts(&mut self) {
        for phone in 0..self.phones.len() {
            self.judge_nothing_deleted(phone);
            let Some(lives) = self.phones.get(phone).filter(|of| of.lives != of.lives_judged).map(|of| of.lives) else {
                continue;
            };
            let judged = lives == 1 || self.judge_remembered(phone);
            if let Some(of) = self.phones.get_mut(phone).filter(|_| judged) {
                of.lives_judged = lives;
            }
        }
    }

    /// Says whether it could be judged: while its disk fails, a phone does not know what it promised.
    fn judge_remembered(&mut self, phone: usize) -> bool {
        // What is promised while the screen is read comes too late for it.
        let promised: Vec<IncidentId> = self
            .ledger
            .all()
            .iter()
            .filter(|promise| promise.phone == phone && promise.bond == Bond::Firm)
            .filter_map(|promise| match &promise.what {
                What::Sos { incident } => Some(*incident),
                What::Draft { incident } if !self.is_decided(*incident) => Some(*incident),
                What::Span { .. }
                | What::Presses { .. }
                | What::Cancel { .. }
                | What::Drill { .. }
                | What::Report { .. }
                | What::Draft { .. }
                | What::Note { .. }
                | What::File { .. } => None,
            })
            .collect();
        let Some(Ok(history)) = self.bare_call(phone, 0, |siaga| siaga.history(10_000)) else { return false };
        let Some(snapshot) = self.call(phone, 0, Siaga::snapshot) else { return false };
        if snapshot.store != siaga::StoreHealth::Durable {
            return false;
        }
        for incident in promised {
            self.coverage.judged(Checker::Inv13);
            self.coverage.judged(Checker::Inv1);
            let ids = self.standing_for(&incident.to_string());
            let is = |known: &siaga::IncidentView| ids.contains(&known.id.to_string());
            let remembered = snapshot.incidents.iter().any(is) || history.iter().any(is);
            if !remembered && !self.create_arrived(&incident.to_string()) {
                self.broken(Checker::Inv13, format!("{incident} was promised, and is gone after a restart"));
            }
        }
        true
    }

    /// INV-9: no database is ever deleted.
    fn judge_nothing_deleted(&mut self, phone: usize) {
        let Some(removed) = self.phones.get(phone).map(|phone| phone.disk.removed()) else { return };
        self.coverage.judged(Checker::Inv9);
        if let Some(name) = removed.iter().find(|name| name.ends_with("siaga.db") || name.ends_with("siaga.db-wal")) {
            self.broken(Checker::Inv9, format!("{name} was deleted"));
        }
    }

    /// Some runs begin with the database of a released version: each of its rows has to arrive (INV-14).
    pub(crate) fn maybe_upgrade(&mut self) {
        if !self.dice.percent(12) {
            return;
        }
        let Some(disk) = self.phones.first().map(|phone| phone.disk.clone()) else { return };
        disk.put(disk.database(), RELEASED.to_vec());
        let rows = storage::look(&disk, |conn| {
            let mut statement = conn.prepare("SELECT incident, event FROM outbox WHERE sha256 IS NOT NULL")?;
            let read = statement.query_map([], |row| {
                let (incident, event): ([u8; 16], [u8; 16]) = (row.get(0)?, row.get(1)?);
                Ok((IncidentId::from_bytes(incident), siaga::EventId::from_bytes(event)))
            });
            read?.collect::<Result<Vec<_>, _>>()
        });
        let rows = rows.unwrap_or_default();
        if !rows.is_empty() {
            self.coverage.fired(Fault::Upgraded, 1);
        }
        self.inherited = rows.into_iter().map(|(incident, event)| (incident.to_string(), event.to_string())).collect();
    }
}
