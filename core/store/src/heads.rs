//! The heads of the lanes, by two seeks each: a backlog of any length costs a step nothing (INV-5).

use rusqlite::{OptionalExtension, Row};
use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::{Head, HeadContent, Lane, Slot};

use crate::Tx;
use crate::error::{StoreError, sqlite};
use crate::row::{self, Undecodable};

/// A draft's body is read with its head, because claiming it freezes it; a frozen body stays where it is.
pub(crate) const HEADS: &str = "SELECT slot, incident, event, recipient, bearer, kind, attempt, drill, sha256,
            CASE WHEN sha256 IS NULL THEN body END
     FROM outbox WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot LIMIT ?3";

/// The first row that there is, whichever lane it is of.
const NEXT: &str = "SELECT slot FROM outbox WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot LIMIT 1";

/// What a step may look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// Up to [`Lane::head_rows`] rows of each lane, most urgent lane first, then by due time. Rows that are not yet due (a
    /// claim in flight, a back-off) are among them: they name the next wake-up.
    pub heads: Vec<Head>,
    /// How many rows could not be read and were moved into quarantine on the way (F18). When it is not 0, the step has changed
    /// the store and must be committed.
    pub quarantined: u32,
}

/// A row that was read as a head, or its slot and why it could not be.
type Found = Result<Head, (i64, Undecodable)>;

impl Tx<'_> {
    /// The first rows of every lane. From the end of each it goes on at the next row that there is: most lanes have none most of
    /// the time, and cost nothing then.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn heads(&mut self) -> Result<Heads, StoreError> {
        let mut all = Heads::default();
        let mut from = 0;
        while let Some(lane) = self.next_lane(from)? {
            let range = Slot::range(lane);
            self.first_rows(range, lane.head_rows(), &mut all)?;
            from = range.1.number().saturating_add(1);
        }
        Ok(all)
    }

    /// The lane of the first row from a slot on.
    fn next_lane(&self, from: i64) -> Result<Option<Lane>, StoreError> {
        let what = "looking for the next lane";
        let (_, last) = Slot::range(Lane::Media);
        let mut next = self.cached(NEXT, what)?;
        let slot = next.query_row((from, last.number()), |row| row.get(0)).optional().map_err(sqlite(what))?;
        Ok(slot.and_then(|slot| Slot::from_number(slot).lane()))
    }

    /// The drafts of reports. Usually none, and a few at most.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn drafts(&self) -> Result<Vec<IncidentId>, StoreError> {
        let what = "looking for drafts";
        let (first, last) = Slot::draft_range();
        let mut statement = self.cached("SELECT incident FROM outbox WHERE slot BETWEEN ?1 AND ?2", what)?;
        let ids = statement.query_map((first.number(), last.number()), |row| row.get(0)).map_err(sqlite(what))?;
        // One whose id is no id can be no draft of anybody.
        Ok(ids.flatten().map(IncidentId::from_bytes).collect())
    }

    /// Whether any row of this lane stands aside.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn has_aside(&self, lane: Lane) -> Result<bool, StoreError> {
        let what = "looking for a row that stands aside";
        let (first, last) = Slot::aside_range(lane);
        self.cached(NEXT, what)?.exists((first.number(), last.number())).map_err(sqlite(what))
    }

    /// The first parked rows, oldest first: out of the queue, to be shown until somebody decides.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn parked(&mut self, rows: usize) -> Result<Heads, StoreError> {
        let mut parked = Heads::default();
        self.first_rows(Slot::parked_range(), rows, &mut parked)?;
        Ok(parked)
    }

    /// Adds up to `limit` rows of a range. Each row that cannot be read is met once in its life, so the loop ends.
    fn first_rows(&mut self, range: (Slot, Slot), limit: usize, into: &mut Heads) -> Result<(), StoreError> {
        let (first, last) = range;
        let mut from = first.number();
        let mut wanted = limit;
        while wanted > 0 {
            let found = self.read(from, last.number(), wanted)?;
            let exhausted = found.len() < wanted;
            for row in found {
                match row {
                    Ok(head) => {
                        from = head.slot.number().saturating_add(1);
                        wanted -= 1;
                        into.heads.push(head);
                    }
                    Err((slot, reason)) => {
                        self.quarantine(slot, reason)?;
                        into.quarantined = into.quarantined.saturating_add(1);
                    }
                }
            }
            if exhausted {
                break;
            }
        }
        Ok(())
    }

    fn read(&self, from: i64, to: i64, limit: usize) -> Result<Vec<Found>, StoreError> {
        let what = "reading the heads";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.cached(HEADS, what)?;
        let mut rows = statement.query((from, to, limit)).map_err(sqlite(what))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(sqlite(what))? {
            let slot: i64 = row.get(0).map_err(sqlite(what))?;
            found.push(head(row).map_err(|reason| (slot, reason)));
        }
        Ok(found)
    }
}

fn head(row: &Row<'_>) -> Result<Head, Undecodable> {
    let facts = row::decode(row)?;
    let content = match facts.sha256 {
        Some(sha256) => HeadContent::Frozen(sha256),
        None => HeadContent::Draft(row::body(row)?),
    };
    Ok(Head {
        slot: facts.slot,
        incident: facts.incident,
        event: facts.event,
        kind: facts.kind,
        drill: facts.drill,
        attempt: facts.attempt,
        content,
    })
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::migrations::{self, MIGRATIONS};

    #[test]
    fn the_heads_of_a_lane_are_found_by_a_seek_of_the_primary_key_and_never_sorted() {
        let mut conn = Connection::open_in_memory().unwrap();
        migrations::run(&mut conn, MIGRATIONS).unwrap();
        for sql in [HEADS, NEXT] {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let any = rusqlite::params_from_iter(vec![0_i64; statement.parameter_count()]);
            let plan: Vec<String> =
                statement.query_map(any, |row| row.get("detail")).unwrap().collect::<Result<_, _>>().unwrap();
            assert_eq!(plan, ["SEARCH outbox USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"], "{sql}");
        }
    }
}
