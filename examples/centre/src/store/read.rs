//! Reads: for the phone's timeline, and for the page.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Row};
use siaga_vault::Digest;

use super::{Store, UploadRow};
use crate::CentreError;
use crate::accept::KnownIncident;
use crate::envelope::Envelope;
use crate::flag::Flag;

/// How often an incident goes on under another id at most, as far as we follow. A phone does so once for each damage of its disk.
const MOST_IDS: usize = 8;

/// The parts of the page. Each has its own limit, so that neither drills nor reports push an emergency off it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Everything that is not surely something else, incidents without a readable create included.
    Emergencies,
    Reports,
    Drills,
}

impl Section {
    pub(crate) const ALL: [Section; 3] = [Section::Emergencies, Section::Reports, Section::Drills];

    /// The values of `drill` and `is_report`; a drill is a drill whatever it drills.
    fn condition(self) -> &'static str {
        match self {
            Section::Emergencies => "NOT drill AND NOT is_report",
            Section::Reports => "NOT drill AND is_report",
            Section::Drills => "drill",
        }
    }
}

/// An incident with all that is stored of it.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) incident: KnownIncident,
    /// In the order of arrival.
    pub(crate) events: Vec<EventRow>,
    /// The same incident under the ids that it had before, as it says itself: each with its events.
    pub(crate) earlier: Vec<(String, Vec<EventRow>)>,
    /// In the order of their numbers.
    pub(crate) steps: Vec<Step>,
    /// In the order of their creation; how much of each is there is filled in by the desk.
    pub(crate) uploads: Vec<UploadRow>,
}

/// A stored step of a timeline.
#[derive(Debug)]
pub(crate) struct Step {
    /// The running number within the incident, from 1.
    pub(crate) n: u32,
    pub(crate) step: String,
    pub(crate) at_ms: i64,
}

/// A stored event.
#[derive(Debug)]
pub(crate) struct EventRow {
    pub(crate) event: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: Digest,
    pub(crate) receipt: String,
    pub(crate) arrived_ms: i64,
    /// How long it waited on the phone; `None` when the phone did not say.
    pub(crate) waited_ms: Option<i64>,
    /// Of the bytes and of the standing, as of now.
    pub(crate) flags: BTreeSet<Flag>,
}

impl Store {
    /// What the centre holds true of an incident.
    pub(crate) fn incident(&self, id: &str) -> Result<Option<KnownIncident>, CentreError> {
        known_incident(&self.connection, id)
    }

    /// The steps with a number above `after`.
    pub(crate) fn steps_after(&self, id: &str, after: u32) -> Result<Vec<Step>, CentreError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT n, step, at_ms FROM steps WHERE incident = ?1 AND n > ?2 ORDER BY n")?;
        let steps =
            query.query_map((id, after), |row| Ok(Step { n: row.get(0)?, step: row.get(1)?, at_ms: row.get(2)? }))?;
        Ok(steps.collect::<Result<_, _>>()?)
    }

    /// The incidents of a section: open ones before closed ones, and the one to which something arrived last first.
    pub(crate) fn newest(&self, section: Section, limit: u32) -> Result<Vec<Record>, CentreError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT incident FROM (
                 SELECT incident, max(place) AS last,
                     EXISTS (SELECT 1 FROM steps s WHERE s.incident = events.incident AND s.step = 'closed') AS closed
                 FROM events WHERE incident IN (SELECT incident FROM incidents WHERE {}) GROUP BY incident)
             ORDER BY closed, last DESC LIMIT ?1",
            section.condition()
        ))?;
        let ids: Vec<String> = query.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
        ids.into_iter().map(|id| self.record(id)).collect()
    }

    /// An incident with all that is stored of it.
    pub(crate) fn record(&self, id: String) -> Result<Record, CentreError> {
        let incident = self.incident(&id)?.ok_or(CentreError::NoIncident)?;
        let events = self.events(&id, &incident)?;
        let earlier = self.earlier(&id, &events)?;
        let steps = self.steps_after(&id, 0)?;
        let uploads = self.uploads_of(&id)?;
        Ok(Record { id, incident, events, earlier, steps, uploads })
    }

    fn events(&self, id: &str, incident: &KnownIncident) -> Result<Vec<EventRow>, CentreError> {
        let mut query = self.connection.prepare_cached(
            "SELECT event, bytes, sha256, receipt, arrived_ms, waited_ms, drill, secret_sha256, flags FROM events
             WHERE incident = ?1 ORDER BY place",
        )?;
        let mut rows = query.query([id])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(event_row(row, incident)?);
        }
        Ok(events)
    }

    fn earlier(&self, id: &str, events: &[EventRow]) -> Result<Vec<(String, Vec<EventRow>)>, CentreError> {
        let mut earlier: Vec<(String, Vec<EventRow>)> = Vec::new();
        let mut next = replaced(id, events);
        while let Some(before) = next.take().filter(|before| before != id && earlier.len() < MOST_IDS) {
            let Some(known) = self.incident(&before)? else { break };
            if earlier.iter().any(|(seen, _)| *seen == before) {
                break;
            }
            let events = self.events(&before, &known)?;
            next = replaced(&before, &events);
            earlier.push((before, events));
        }
        Ok(earlier)
    }
}

/// The id that an incident goes on for.
fn replaced(id: &str, events: &[EventRow]) -> Option<String> {
    Envelope::read(&events.iter().find(|row| row.event == id)?.bytes)?.body?.replaces
}

fn event_row(row: &Row<'_>, incident: &KnownIncident) -> Result<EventRow, CentreError> {
    let drill: bool = row.get("drill")?;
    let presented: Option<String> = row.get("secret_sha256")?;
    let presented: Option<Digest> = presented.map(|text| text.parse()).transpose()?;
    let words: String = row.get("flags")?;
    let mut flags: BTreeSet<Flag> = words.split_whitespace().filter_map(Flag::from_word).collect();
    flags.extend(Flag::of_standing(incident, presented.as_ref(), drill));
    Ok(EventRow {
        event: row.get("event")?,
        bytes: row.get("bytes")?,
        sha256: row.get::<_, String>("sha256")?.parse()?,
        receipt: row.get("receipt")?,
        arrived_ms: row.get("arrived_ms")?,
        waited_ms: row.get("waited_ms")?,
        flags,
    })
}

/// What the centre holds true of an incident, by any connection or transaction.
pub(super) fn known_incident(connection: &Connection, id: &str) -> Result<Option<KnownIncident>, CentreError> {
    let mut query = connection.prepare_cached(
        "SELECT created, drill, is_report, secret_sha256, (SELECT coalesce(max(n), 0) FROM steps WHERE incident = ?1)
         FROM incidents WHERE incident = ?1",
    )?;
    let found = query
        .query_row([id], |row| {
            let secret: Option<String> = row.get(3)?;
            let incident = KnownIncident {
                created: row.get(0)?,
                drill: row.get(1)?,
                is_report: row.get(2)?,
                secret_sha256: None,
                steps: row.get(4)?,
            };
            Ok((incident, secret))
        })
        .optional()?;
    let Some((incident, secret)) = found else { return Ok(None) };
    let secret_sha256 = secret.map(|text| text.parse()).transpose()?;
    Ok(Some(KnownIncident { secret_sha256, ..incident }))
}
