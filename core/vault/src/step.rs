//! Steps of the timeline: what the centre did about an incident, signed and numbered.

use serde::{Deserialize, Serialize};

use crate::jws::{Unverified, malformed};
use crate::{KeySet, StatementFault};

/// `typ` of a step.
pub(crate) const TYP: &str = "siaga-step";
/// Longest note, in characters: one line on a phone's screen, twice folded.
pub const NOTE_LIMIT_CHARS: usize = 200;
/// Longest name of a step, in characters; the names in use have at most eight.
pub const STEP_NAME_LIMIT_CHARS: usize = 64;

/// A verified step of an incident's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The running number within the incident, from 1; a gap shows that a step is missing.
    pub n: u32,
    /// `received`, `opened`, `assigned`, `on_scene`, `closed`, or a word that a later centre uses.
    pub step: String,
    /// When it happened, in Unix milliseconds by the centre's clock.
    pub at_ms: i64,
    /// A few words of the dispatcher's to the citizen, at most [`NOTE_LIMIT_CHARS`] characters.
    pub note: Option<String>,
    /// The key that signed.
    pub key_id: String,
}

/// The payload as it is on the wire.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) incident: String,
    pub(crate) n: u32,
    pub(crate) step: String,
    pub(crate) at: i64,
    pub(crate) centre: String,
    pub(crate) drill: bool,
    pub(crate) note: Option<String>,
}

/// Judges one step of a timeline: signed by a listed key, and about this incident.
///
/// # Errors
/// [`StatementFault`]; a number of 0, an empty or overlong name and an overlong note are malformed.
pub fn verify_step(
    jws: &str,
    keys: &KeySet,
    incident: &str,
    centre: &str,
    drill: bool,
) -> Result<Step, StatementFault> {
    let statement = Unverified::parse(jws, TYP)?;
    let payload: Payload = statement.payload(keys.key_of(&statement)?)?;
    let compared = [
        ("incident", payload.incident == incident),
        ("centre", payload.centre == centre && keys.centre() == centre),
        ("drill", payload.drill == drill),
    ];
    if let Some((field, _)) = compared.into_iter().find(|(_, equal)| !equal) {
        return Err(StatementFault::Mismatch { field });
    }
    if payload.n == 0 {
        return Err(malformed("a step's number starts at 1"));
    }
    if payload.at <= 0 {
        return Err(malformed("at is not a time"));
    }
    if payload.step.is_empty() || payload.step.chars().count() > STEP_NAME_LIMIT_CHARS {
        return Err(malformed("length of the step's name"));
    }
    if payload.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_LIMIT_CHARS) {
        return Err(malformed("length of the note"));
    }
    let key_id = statement.key_id().to_owned();
    Ok(Step { n: payload.n, step: payload.step, at_ms: payload.at, note: payload.note, key_id })
}
