//! A read ended: keys, what the centre offers, an incident's timeline.

use serde::Deserialize;
use siaga_vault::{KeySet, verify_step};

use crate::decide::deadline::stop_unneeded_location;
use crate::decide::ended;
use crate::ids::IncidentId;
use crate::incident::{ClosedBy, Phase};
use crate::outbox::Change;
use crate::turn::Turn;
use crate::wire::{Outcome, ProblemType};

/// Keys change when a centre rotates them; a receipt with an unknown key asks at once, this is for the rest.
const KEYS_AGE_MS: u64 = 7 * 86_400_000;
/// A centre grows new abilities with its updates.
const CAPABILITIES_AGE_MS: u64 = 86_400_000;
/// Names of abilities that are kept (INV-10); the protocol knows six.
const MOST_OFFERS: usize = 32;
/// Longest name of an ability, in bytes; the longest known one has fourteen. Nobody signs for these names.
const OFFER_LIMIT_BYTES: usize = 64;

/// The body of a whole 200 reply.
fn ok_body(outcome: &Outcome) -> Option<&[u8]> {
    outcome.as_ref().ok().filter(|reply| reply.status == 200 && !reply.truncated).map(|reply| reply.body.as_slice())
}

/// The centre's keys came, or did not. Only what the root signed counts, and never an older set than the one that is known.
pub(super) fn keys(turn: &mut Turn, known: &mut Option<KeySet>, outcome: &Outcome) {
    #[derive(Deserialize)]
    struct Keys {
        keys: String,
    }
    turn.dirty = true;
    let centre = &turn.rules.centre;
    let fresh = ok_body(outcome)
        .and_then(|body| serde_json::from_slice::<Keys>(body).ok())
        .and_then(|read| Some((KeySet::verify(&read.keys, &centre.root_key, &centre.id).ok()?, read.keys)))
        .filter(|(set, _)| known.as_ref().is_none_or(|known| known.serial() <= set.serial()));
    let Some((set, jws)) = fresh else {
        return turn.state.reads.keys.failed(turn.t, &mut turn.draws);
    };
    turn.state.reads.keys.done(Some(turn.t.after(KEYS_AGE_MS)));
    turn.changes.push(Change::SaveKeys { jws });
    ended::judge_held(turn, &set);
    *known = Some(set);
}

/// What the centre offers came. A 404 is an answer, too: the basic profile.
pub(super) fn capabilities(turn: &mut Turn, outcome: &Outcome) {
    #[derive(Deserialize)]
    struct Capabilities {
        offers: Vec<String>,
    }
    turn.dirty = true;
    let basic = outcome.as_ref().is_ok_and(|reply| ProblemType::of(reply) == Some(ProblemType::NotFound));
    let read = ok_body(outcome).and_then(|body| serde_json::from_slice::<Capabilities>(body).ok());
    let offers = read.map(|read| read.offers).or_else(|| basic.then(Vec::new));
    match offers {
        None => turn.state.reads.capabilities.failed(turn.t, &mut turn.draws),
        Some(mut offers) => {
            offers.retain(|offer| offer.len() <= OFFER_LIMIT_BYTES);
            offers.truncate(MOST_OFFERS);
            turn.state.reads.capabilities.done(Some(turn.t.after(CAPABILITIES_AGE_MS)));
            turn.state.reads.offers = Some(offers);
        }
    }
}

/// A timeline came, or a poll ended without anything new. Each step is verified by itself; one that is not signed for this
/// incident is ignored.
pub(super) fn timeline(turn: &mut Turn, keys: Option<&KeySet>, id: IncidentId, outcome: &Outcome) {
    #[derive(Deserialize)]
    struct Timeline {
        steps: Vec<String>,
    }
    let t = turn.t;
    let centre = turn.rules.centre.id.clone();
    let unchanged = outcome.as_ref().is_ok_and(|reply| reply.status == 304);
    let read = ok_body(outcome).and_then(|body| serde_json::from_slice::<Timeline>(body).ok());
    let Some(incident) = turn.state.incident_mut(id) else { return };
    let steps = match read {
        Some(read) => read.steps,
        None if unchanged => Vec::new(),
        None => {
            incident.follow.failed(t, &mut turn.draws);
            return;
        }
    };
    let (mut unverified, mut news) = (false, false);
    for jws in steps {
        match keys.map(|keys| verify_step(&jws, keys, &id.to_string(), &centre, incident.drill)) {
            Some(Ok(step)) => news |= incident.follow.take(step),
            Some(Err(_)) | None => unverified = true,
        }
    }
    turn.dirty |= news;
    if incident.follow.steps.iter().any(|step| step.step == "closed") {
        incident.follow.end();
        if incident.phase.is_open() {
            incident.phase = Phase::Closed { at: t, by: ClosedBy::Centre };
            stop_unneeded_location(turn);
        }
    } else if unverified {
        // A key that is not known yet, or a forgery: neither may be asked for in a tight loop.
        incident.follow.failed(t, &mut turn.draws);
        turn.state.reads.keys.want(t);
    } else {
        incident.follow.polled(t, t.since(incident.began), news);
    }
}
