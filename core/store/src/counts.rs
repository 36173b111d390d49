//! Counts of the outbox, for the rare moments at which rows came or went without a step. They read the whole outbox.

use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::{Counts, Lane, Slot};

use crate::Tx;
use crate::error::{StoreError, sqlite};

impl Tx<'_> {
    /// How many rows there are by lane and by incident.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for lane in Lane::ALL {
            let _ = counts.lanes.insert(lane, self.lane_rows(lane)?);
        }
        let (first_parked, last_parked) = Slot::parked_range();
        counts.parked = self.rows_between(first_parked, last_parked)?;
        let what = "counting the incidents' rows";
        let mut statement =
            self.cached("SELECT incident, count(*) FROM outbox WHERE slot <= ?1 GROUP BY incident", what)?;
        let (_, last) = Slot::range(Lane::Media);
        let mut rows = statement.query([last.number()]).map_err(sqlite(what))?;
        while let Some(row) = rows.next().map_err(sqlite(what))? {
            // An incident whose id is no id is quarantined when its row is met.
            let Ok(id) = row.get::<_, [u8; 16]>(0) else { continue };
            let _ = counts.incidents.insert(IncidentId::from_bytes(id), row.get(1).map_err(sqlite(what))?);
        }
        Ok(counts)
    }

    /// How many rows stand in a lane.
    ///
    /// # Errors
    /// As every access to the database.
    pub fn lane_rows(&self, lane: Lane) -> Result<u32, StoreError> {
        let (first, last) = Slot::range(lane);
        self.rows_between(first, last)
    }

    fn rows_between(&self, first: Slot, last: Slot) -> Result<u32, StoreError> {
        let what = "counting rows";
        self.cached("SELECT count(*) FROM outbox WHERE slot BETWEEN ?1 AND ?2", what)?
            .query_row((first.number(), last.number()), |row| row.get(0))
            .map_err(sqlite(what))
    }
}
