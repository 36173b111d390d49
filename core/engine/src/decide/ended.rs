//! A delivery ended: judged, and the row goes or stays.

use crate::clock::T;
use crate::decide::deadline::stop_unneeded_location;
use crate::decide::{create, lost, uploaded};
use crate::delivery::{Claim, Growth, Scope, Trouble, Verdict, judge, lease_ms, receipt, retry_after_ms};
use crate::ids::IncidentId;
use crate::incident::{ClosedBy, NewestFix, Phase, ReceiptNote};
use crate::media::Upload;
use crate::outbox::{Change, Content, Kind, Lane, Row, RowKey, Slot};
use crate::plant::{Plant, planted};
use crate::turn::{NewRow, Turn};
use crate::wire::{Outcome, renew, renew_event};
use siaga_vault::{KeySet, Receipt, ReceiptClaims};

/// The row that a delivery was about, as far as it is still there.
pub(super) struct Ended {
    pub(super) row: RowKey,
    pub(super) slot: Slot,
    pub(super) incident: IncidentId,
    drill: bool,
    pub(super) attempt: u32,
}

/// A delivery ended. `found` is the row, when it was asked for by [`crate::Engine::wants`].
pub(super) fn delivery(
    turn: &mut Turn,
    keys: Option<&KeySet>,
    (row, attempt): (RowKey, u32),
    outcome: &Outcome,
    found: Option<&Row>,
) {
    let index = turn.state.claims.iter().position(|claim| claim.row == row);
    let claim = index.and_then(|index| turn.state.claims.get(index)).cloned();
    let Some((ended, expected)) = ended(turn, row, claim.as_ref(), found) else { return };
    if let Ok(reply) = outcome
        && reply.clock_clamped
        && let Some(incident) = turn.state.incident_mut(ended.incident)
    {
        incident.create.clock_clamped = true;
    }
    if ends_wrongly(outcome) {
        let _ = take_claim(turn, row);
        turn.delete(ended.slot, row.event, ended.incident);
        turn.dirty = true;
        return;
    }
    let current = claim.as_ref().is_some_and(|claim| claim.attempt == attempt);
    if let Some(claim) = claim.as_ref().filter(|claim| claim.upload.is_some())
        && !has_receipt(outcome)
    {
        if current {
            uploaded::uploaded(turn, &ended, claim, outcome);
        }
        return;
    }
    let verdict = judge(outcome, keys, &expected);
    match verdict {
        Verdict::Delivered(receipt) => delivered(turn, &ended, receipt),
        // A failure speaks for its own attempt only: a newer one may be under way (F34).
        Verdict::KeyMissing { jws, trouble } if current => hold(turn, &ended, jws, trouble),
        Verdict::OtherBytes { trouble } if current => other_bytes(turn, &ended, trouble, found),
        Verdict::NeedsIdentity { trouble } if current => retry(turn, &ended, Scope::Identity, trouble, None),
        Verdict::Refused { trouble } if current => refused(turn, &ended, trouble),
        Verdict::Retry { scope, trouble, retry_after_ms } if current => {
            retry(turn, &ended, scope, trouble, retry_after_ms);
        }
        Verdict::KeyMissing { .. }
        | Verdict::OtherBytes { .. }
        | Verdict::NeedsIdentity { .. }
        | Verdict::Refused { .. }
        | Verdict::Retry { .. } => {}
    }
}

pub(crate) fn has_receipt(outcome: &Outcome) -> bool {
    outcome.as_ref().is_ok_and(|reply| reply.receipt.is_some())
}

/// Only in a build that plants bugs.
fn ends_wrongly(outcome: &Outcome) -> bool {
    outcome.as_ref().is_ok_and(|reply| {
        (planted(Plant::TrustStatus) && reply.status == 200)
            || (planted(Plant::TrustAnyReceipt) && reply.receipt.is_some())
    })
}

fn ended(turn: &Turn, row: RowKey, claim: Option<&Claim>, found: Option<&Row>) -> Option<(Ended, ReceiptClaims)> {
    let centre = &turn.rules.centre.id;
    if let Some(claim) = claim {
        let Claim { slot, incident, drill, attempt, .. } = *claim;
        return Some((Ended { row, slot, incident, drill, attempt }, claim.expected(centre)));
    }
    let found = found?;
    let sha256 = match &found.content {
        Content::Frozen { sha256, .. } => *sha256,
        Content::Draft(draft) => Upload::read(draft).filter(|_| found.kind == Kind::File)?.sha256,
    };
    let ended = Ended { row, slot: found.slot, incident: found.incident, drill: found.drill, attempt: found.attempt };
    let expected = ReceiptClaims {
        incident: found.incident.to_string(),
        event: found.event.to_string(),
        sha256,
        centre: centre.clone(),
        drill: found.drill,
    };
    Some((ended, expected))
}

fn delivered(turn: &mut Turn, ended: &Ended, receipt: Receipt) {
    turn.delete(ended.slot, ended.row.event, ended.incident);
    if let Some(claim) = take_claim(turn, ended.row) {
        turn.state.gates.succeed(claim.route, claim.kind.needs_identity(claim.drill));
    }
    if let Some(note) = turn.state.lanes.get_mut(&ended.row.lane) {
        note.trouble = None;
    }
    turn.dirty = true;
    let t = turn.t;
    if ended.row.lane == Lane::Media {
        return uploaded::confirmed(turn, ended, receipt.at_ms);
    }
    let Some(incident) = turn.state.incident_mut(ended.incident) else { return };
    if ended.row != incident.create_row() {
        return;
    }
    incident.create.trouble = None;
    incident.create.receipt = Some(ReceiptNote { at_ms: receipt.at_ms, t, jws: receipt.jws });
    if !ended.drill {
        incident.follow.begin(t);
    }
    if incident.phase == Phase::Recorded {
        incident.phase = if ended.drill { Phase::Closed { at: t, by: ClosedBy::DrillReceipt } } else { Phase::Active };
        if ended.drill {
            stop_unneeded_location(turn);
        }
    }
}

/// The receipt may be good: the claim goes on holding the row until the keys are there, or its lease ends. That may be over: what a
/// platform carried comes back after hours. So it lasts for as long at least as the keys may take.
fn hold(turn: &mut Turn, ended: &Ended, jws: String, trouble: Trouble) {
    turn.state.reads.keys.want(turn.t);
    note(turn, ended, trouble);
    let until = turn.t.after(lease_ms(1));
    let to = turn.slot(ended.row.lane, until);
    let Some(claim) = turn.state.claims.iter_mut().find(|claim| claim.row == ended.row) else { return };
    claim.held = Some(jws);
    if claim.until < until {
        (claim.slot, claim.until) = (to, until);
        turn.relocate(ended.slot, to, ended.attempt);
    }
}

/// The keys are there: receipts that waited for them are judged again.
pub(super) fn judge_held(turn: &mut Turn, keys: &KeySet) {
    let held: Vec<Claim> = turn.state.claims.iter().filter(|claim| claim.held.is_some()).cloned().collect();
    for claim in held {
        let Some(jws) = &claim.held else { continue };
        let Some((ended, expected)) = ended(turn, claim.row, Some(&claim), None) else { continue };
        match receipt(jws, Some(keys), &expected) {
            Verdict::Delivered(receipt) => delivered(turn, &ended, receipt),
            Verdict::KeyMissing { trouble, .. }
            | Verdict::OtherBytes { trouble }
            | Verdict::NeedsIdentity { trouble }
            | Verdict::Refused { trouble }
            | Verdict::Retry { trouble, .. } => retry(turn, &ended, Scope::Route, trouble, None),
        }
    }
}

/// The row is tried again. What is shared backs off in a gate; the row itself gives way to those behind it.
fn retry(turn: &mut Turn, ended: &Ended, scope: Scope, trouble: Trouble, asked_ms: Option<u64>) {
    /// What is shared is the gate's business: the row is never far behind it, and tries a new network soon (F23).
    const SHARED_WAIT_MS: u64 = 60_000;
    let lane = ended.row.lane;
    let asked_ms = asked_ms.map(|asked| retry_after_ms(lane, asked));
    let is_blocked = matches!(trouble, Trouble::Blocked { .. });
    note(turn, ended, trouble);
    let Some(claim) = take_claim(turn, ended.row) else { return };
    if is_blocked && planted(Plant::ParkBlocked) {
        return turn.park(ended.slot, ended.incident, ended.attempt);
    }
    let t = turn.t;
    turn.state.gates.fail(scope, claim.route, t, asked_ms, &mut turn.draws);
    let wait_ms = if planted(Plant::GiveUp) && ended.attempt > 5 {
        u64::MAX / 2
    } else if lane.never_parks() {
        turn.state.gates.tried(claim.route);
        must_pass_wait_ms(turn, &claim, asked_ms)
    } else {
        let own_ms = Growth::of(lane).wait_ms(ended.attempt, &mut turn.draws);
        match scope {
            Scope::Row => own_ms,
            Scope::Route | Scope::Identity | Scope::Network => own_ms.min(SHARED_WAIT_MS),
        }
    };
    let to_lane = if lane == Lane::Fix && is_overtaken(turn, ended) { Lane::Backfill } else { lane };
    let to = turn.slot(to_lane, t.after(wait_ms));
    turn.relocate(ended.slot, to, ended.attempt);
    if to_lane == Lane::Fix
        && let Some(incident) = turn.state.incident_mut(ended.incident)
    {
        incident.newest_fix = Some(NewestFix { slot: to, attempt: ended.attempt });
    }
    turn.dirty = true;
}

/// Whether a newer fix came while this one was in flight: it goes first, and this one becomes history (F26).
fn is_overtaken(turn: &Turn, ended: &Ended) -> bool {
    turn.state.incident(ended.incident).is_none_or(|incident| incident.newest_fix.is_some())
}

/// An SOS tries its other route at once, then waits; on a network that came meanwhile it does not wait at all.
fn must_pass_wait_ms(turn: &mut Turn, claim: &Claim, asked_ms: Option<u64>) -> u64 {
    let rounds = if turn.rules.second_route { claim.attempt.div_ceil(2) } else { claim.attempt };
    let other_route_next = turn.rules.second_route && claim.attempt % 2 == 1;
    if other_route_next || claim.outdated {
        return 0;
    }
    Growth::SOS.wait_ms(rounds, &mut turn.draws).max(asked_ms.unwrap_or(0))
}

/// The centre will not have it. What must pass is tried for ever and shown; anything else is parked, and kept (F17).
fn refused(turn: &mut Turn, ended: &Ended, trouble: Trouble) {
    if ended.row.lane.never_parks() {
        return retry(turn, ended, Scope::Route, trouble, None);
    }
    note(turn, ended, trouble);
    let _ = take_claim(turn, ended.row);
    turn.park(ended.slot, ended.incident, ended.attempt);
    turn.dirty = true;
}

/// The centre has other bytes under this id: the phone was cloned or rewound. What must pass goes on under a new id that names
/// the old one.
fn other_bytes(turn: &mut Turn, ended: &Ended, trouble: Trouble, found: Option<&Row>) {
    let bytes = match found.map(|row| &row.content) {
        Some(Content::Frozen { bytes, .. }) if ended.row.lane.never_parks() => bytes,
        Some(Content::Frozen { .. } | Content::Draft(_)) | None => return refused(turn, ended, trouble),
    };
    // Also the create of an incident that has left the state: it cannot go on as an event of itself.
    let is_create = ended.row.event == ended.incident.create_event();
    let renewed = if is_create { renewed_create(turn, ended, bytes) } else { renewed_event(turn, ended, bytes) };
    if renewed.is_none() {
        refused(turn, ended, trouble);
    }
}

fn renewed_create(turn: &mut Turn, ended: &Ended, bytes: &[u8]) -> Option<()> {
    // No phone is rewound twice within one SOS: a centre that refuses the new id as well is broken, and a new id for each of
    // its replies would be a flood without a pause (F35).
    let is_first = turn.state.incident(ended.incident)?.replaces.is_none();
    let id = IncidentId::mint(turn.wall_ms, &mut turn.draws);
    let content = Content::freeze(renew(bytes, id).filter(|_| is_first)?);
    turn.delete(ended.slot, ended.row.event, ended.incident);
    let _ = take_claim(turn, ended.row);
    lost::rename(turn, ended.incident, id);
    let incident = turn.state.incident_mut(id)?;
    if let Content::Frozen { sha256, .. } = &content
        && incident.chain.next_seq == 1
    {
        incident.chain.newest = Some(*sha256);
    }
    create::insert_create(turn, id, turn.t, content);
    Some(())
}

/// The citizen pressed on both phones: what the one that was second says counts as well.
fn renewed_event(turn: &mut Turn, ended: &Ended, bytes: &[u8]) -> Option<()> {
    let event = turn.mint_event();
    let content = Content::freeze(renew_event(bytes, event)?);
    turn.delete(ended.slot, ended.row.event, ended.incident);
    let claim = take_claim(turn, ended.row)?;
    let (lane, due) = (ended.row.lane, turn.t);
    let Claim { incident, kind, drill, sha256: before, .. } = claim;
    // The chain goes on from the bytes that the centre will have.
    if let (Some(incident), Content::Frozen { sha256, .. }) = (turn.state.incident_mut(incident), &content)
        && incident.chain.newest == Some(before)
    {
        incident.chain.newest = Some(*sha256);
    }
    let _ = turn.insert(NewRow { incident, event, lane, due, kind, drill, content });
    Some(())
}

/// Keeps what went wrong: for the lane, and for the incident when it was its create.
pub(super) fn note(turn: &mut Turn, ended: &Ended, trouble: Trouble) {
    turn.dirty = true;
    turn.state.lanes.entry(ended.row.lane).or_default().trouble = Some(trouble.clone());
    if let Some(incident) = turn.state.incident_mut(ended.incident)
        && incident.create_row() == ended.row
    {
        incident.create.trouble = Some(trouble);
    }
}

pub(super) fn take_claim(turn: &mut Turn, row: RowKey) -> Option<Claim> {
    let index = turn.state.claims.iter().position(|claim| claim.row == row)?;
    Some(turn.state.claims.remove(index))
}

/// A process opened the database. An SOS that another process may have had in flight is due at once: a doubled PUT is
/// harmless, a lost one is not.
pub(super) fn release_sos_claims(turn: &mut Turn) {
    release(turn, |claim| claim.row.lane.never_parks());
}

/// This process lets go in good order: what it has in flight is due again, so that the next one need not wait for a lease. What a
/// platform carries goes on without it.
pub(super) fn release_own_claims(turn: &mut Turn) {
    let owner = turn.owner;
    release(turn, |claim| claim.owner == owner && !claim.is_handed());
}

fn release(turn: &mut Turn, which: impl Fn(&Claim) -> bool) {
    if planted(Plant::KeepLeases) {
        return;
    }
    let t: T = turn.t;
    let released: Vec<Claim> = turn.state.claims.iter().filter(|claim| which(claim)).cloned().collect();
    for claim in released {
        let to = turn.slot(claim.row.lane, t);
        turn.changes.push(Change::Move { from: claim.slot, to, attempt: claim.attempt });
        let _ = take_claim(turn, claim.row);
        turn.dirty = true;
    }
}
