//! Writes: an arrival, and a step.

use rusqlite::{OptionalExtension as _, Transaction, TransactionBehavior, params};
use siaga_vault::Digest;

use super::Store;
use super::read::{Step, known_incident};
use crate::CentreError;
use crate::accept::{Arrival, Decision, Known, KnownEvent, NewEvent, RECEIVED, Refusal, Signer, accept};
use crate::step::{Mark, MarkOutcome};

/// What is answered to a write, once the store has done its part.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Stored durably: 201.
    Stored { receipt: String },
    /// Was stored before: 200.
    Repeated { receipt: String },
    /// Other bytes stand under the id: 409.
    Conflict,
    /// Nothing was stored.
    Refused(Refusal),
}

impl Store {
    /// Judges an arrival and, if it is new, commits it. A receipt is only ever returned after the commit (INV-3).
    pub(crate) fn accept(&mut self, arrival: &Arrival<'_>, signer: &Signer<'_>) -> Result<Answer, CentreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known = known(&tx, arrival)?;
        match accept(arrival, &known, signer) {
            Decision::Store(new) => {
                insert(&tx, arrival, &new, signer.at_ms)?;
                tx.commit()?;
                Ok(Answer::Stored { receipt: new.receipt })
            }
            Decision::Repeat { receipt } => Ok(Answer::Repeated { receipt }),
            Decision::Conflict => Ok(Answer::Conflict),
            Decision::Refuse(refusal) => Ok(Answer::Refused(refusal)),
        }
    }

    /// Sets a step. `true` when it is new.
    pub(crate) fn mark(&mut self, incident: &str, mark: Mark, at_ms: i64) -> Result<bool, CentreError> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let known = known_incident(&tx, incident)?.ok_or(CentreError::NoIncident)?;
        let standing: Vec<String> = {
            let mut query = tx.prepare_cached("SELECT step FROM steps WHERE incident = ?1")?;
            query.query_map([incident], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        match mark.after(standing.iter().map(String::as_str)) {
            MarkOutcome::Stands => Ok(false),
            MarkOutcome::TooLate => Err(CentreError::StepTooLate(mark)),
            MarkOutcome::New => {
                let step = Step { n: known.steps.saturating_add(1), step: mark.word().to_owned(), at_ms };
                insert_step(&tx, incident, &step)?;
                tx.commit()?;
                Ok(true)
            }
        }
    }
}

fn known(tx: &Transaction<'_>, arrival: &Arrival<'_>) -> Result<Known, CentreError> {
    let mut query = tx.prepare_cached("SELECT sha256, receipt FROM events WHERE incident = ?1 AND event = ?2")?;
    let found: Option<(String, String)> =
        query.query_row([arrival.incident, arrival.event], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let event = match found {
        Some((sha256, receipt)) => Some(KnownEvent { sha256: sha256.parse()?, receipt }),
        None => None,
    };
    Ok(Known { event, incident: known_incident(tx, arrival.incident)? })
}

fn insert(tx: &Transaction<'_>, arrival: &Arrival<'_>, new: &NewEvent, at_ms: i64) -> Result<(), CentreError> {
    tx.prepare_cached(
        "INSERT INTO incidents (incident, created, drill, is_report, secret_sha256) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (incident) DO UPDATE SET created = ?2, drill = ?3, is_report = ?4, secret_sha256 = ?5",
    )?
    .execute(params![
        arrival.incident,
        new.incident.created,
        new.incident.drill,
        new.incident.is_report,
        new.incident.secret_sha256.map(|digest| digest.to_string())
    ])?;
    let flags: Vec<&str> = new.flags.iter().map(|flag| flag.word()).collect();
    tx.prepare_cached(
        "INSERT INTO events (incident, event, bytes, sha256, receipt, arrived_ms, waited_ms, drill, secret_sha256, flags)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        arrival.incident,
        arrival.event,
        arrival.body,
        new.sha256.to_string(),
        new.receipt,
        at_ms,
        new.waited_ms,
        new.drill,
        new.presented.as_ref().map(Digest::to_string),
        flags.join(" ")
    ])?;
    if arrival.is_create() {
        insert_step(tx, arrival.incident, &Step { n: new.incident.steps, step: RECEIVED.to_owned(), at_ms })?;
    }
    Ok(())
}

fn insert_step(tx: &Transaction<'_>, incident: &str, step: &Step) -> Result<(), CentreError> {
    tx.prepare_cached("INSERT INTO steps (incident, n, step, at_ms) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![incident, step.n, step.step, step.at_ms])?;
    Ok(())
}
