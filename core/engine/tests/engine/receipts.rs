//! Receipts: what ends a delivery, and what does not (INV-3).

use siaga_engine::wire::{Reply, Ticket};
use siaga_engine::{IncidentState, Trouble};
use siaga_vault::{Digest, ReceiptClaims};

use crate::world::centre::{claims, key, signed, status};
use crate::world::{Flight, World};

fn refused_with(field: &str, change: impl FnOnce(&mut ReceiptClaims)) {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    let mut other = claims(&flight);
    change(&mut other);
    let receipt = world.centre.key.sign_receipt(&other, world.wall_ms);
    world.reply(&flight, signed(201, &receipt));
    let shown = world.incident(sos);
    assert_eq!(shown.state, IncidentState::Recorded);
    assert_eq!(shown.pending, 1);
    let fault = format!("the statement is about another {field}");
    assert_eq!(shown.trouble, Some(Trouble::BadReceipt { fault }));
}

#[test]
fn a_receipt_for_another_incident_is_refused() {
    refused_with("incident", |claims| claims.incident = "01a0c467-7c2c-7b5c-bb6c-3e41fc381842".to_owned());
}

#[test]
fn a_receipt_for_another_event_is_refused() {
    refused_with("event", |claims| claims.event = "01a0c467-7c2c-7b5c-bb6c-3e41fc381842".to_owned());
}

#[test]
fn a_receipt_for_other_bytes_is_refused() {
    refused_with("sha256", |claims| claims.sha256 = Digest::of(b"other bytes"));
}

#[test]
fn a_receipt_of_another_centre_is_refused() {
    refused_with("centre", |claims| claims.centre = "centre-2".to_owned());
}

#[test]
fn a_receipt_for_a_drill_does_not_end_an_sos() {
    refused_with("drill", |claims| claims.drill = true);
}

#[test]
fn a_forged_receipt_under_the_name_of_a_known_key_is_refused() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    let forged = key(9).sign_receipt(&claims(&flight), world.wall_ms);
    // The header of a true receipt, with a signature of another key.
    let true_one = world.centre.key.sign_receipt(&claims(&flight), world.wall_ms);
    let (head, _) = true_one.rsplit_once('.').unwrap();
    let (_, signature) = forged.rsplit_once('.').unwrap();
    world.reply(&flight, signed(201, &format!("{head}.{signature}")));
    assert_eq!(world.incident(sos).state, IncidentState::Recorded);
    assert!(matches!(world.incident(sos).trouble, Some(Trouble::BadReceipt { .. })));
}

#[test]
fn the_receipt_of_one_event_does_not_end_another_of_the_same_incident() {
    let mut world = World::new();
    let sos = world.sos();
    let create = world.flight();
    let _ = world.presses(1);
    let escalation = world.puts().into_iter().find(|flight| flight.kind() == "escalation").unwrap();
    let receipt = world.centre.key.sign_receipt(&claims(&create), world.wall_ms);
    world.reply(&escalation, signed(201, &receipt));
    assert_eq!(world.incident(sos).pending, 2);
}

#[test]
fn a_true_receipt_counts_whatever_the_status_says() {
    // The signature is the proof, not the number in front of it.
    for code in [200, 201, 202, 409, 500] {
        let mut world = World::new();
        let sos = world.sos();
        let flight = world.flight();
        let receipt = world.centre.key.sign_receipt(&claims(&flight), world.wall_ms);
        world.reply(&flight, signed(code, &receipt));
        assert_eq!(world.incident(sos).state, IncidentState::Active, "{code}");
        assert_eq!(world.incident(sos).receipt, Some(receipt), "the evidence is kept");
    }
}

/// A receipt of a key that the phone does not know yet.
fn unknown_key(world: &mut World) -> Flight {
    world.centre.key = key(3);
    world.centre.serial = 2;
    world.land()
}

#[test]
fn an_unknown_key_is_fetched_and_the_receipt_is_judged_again_without_sending_again() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = unknown_key(&mut world);
    assert!(matches!(world.incident(sos).trouble, Some(Trouble::UnknownKey { .. })));
    let keys = world.read_in_flight(&Ticket::Keys);
    world.deliver(&keys);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert_eq!(world.sent.iter().filter(|sent| sent.is_put()).count(), 1, "{flight:?}");
    assert!(world.outbox.is_empty());
}

#[test]
fn a_receipt_that_comes_long_after_its_lease_waits_for_its_key_as_well_f57() {
    let mut world = World::new();
    let sos = world.sos();
    // A platform had it for an hour, in which nothing of ours was awake.
    world.advance(3_600_000);
    let _ = unknown_key(&mut world);
    assert!(world.puts().is_empty(), "it is not sent again while its key is fetched");
    let keys = world.read_in_flight(&Ticket::Keys);
    world.deliver(&keys);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert_eq!(world.sent.iter().filter(|sent| sent.is_put()).count(), 1);
    assert!(world.outbox.is_empty());
}

#[test]
fn the_first_receipt_of_all_waits_for_the_first_keys() {
    // No key set was ever read: the SOS does not wait for one (INV-1).
    let mut world = World::unopened(|_| {});
    let sos = world.sos();
    let _ = world.land();
    assert_eq!(world.incident(sos).state, IncidentState::Recorded);
    let keys = world.read_in_flight(&Ticket::Keys);
    world.deliver(&keys);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_receipt_whose_key_cannot_be_fetched_does_not_stop_the_attempts_inv_6() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = unknown_key(&mut world);
    world.run_for(120_000, |flight, _| {
        if flight.is_put() {
            crate::world::Ending::Fails(100, siaga_engine::wire::Failure::Broken)
        } else {
            crate::world::Ending::Reply(100, crate::world::centre::page(200))
        }
    });
    assert!(world.sent.iter().filter(|flight| flight.is_put()).count() >= 3);
    world.run_until_quiet(60_000);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_key_that_the_root_does_not_list_never_ends_a_delivery() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    let stranger = key(9).sign_receipt(&claims(&flight), world.wall_ms);
    world.reply(&flight, signed(201, &stranger));
    let keys = world.read_in_flight(&Ticket::Keys);
    world.deliver(&keys);
    assert_eq!(world.incident(sos).state, IncidentState::Recorded);
    world.run_until_quiet(60_000);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn an_endless_receipt_is_none_and_is_not_kept() {
    // INV-10: before any keys are known nothing of it can be judged but its size.
    let mut world = World::unopened(|_| {});
    let sos = world.sos();
    let before = world.saved().len();
    let _ = world.answer(signed(200, &"x".repeat(60_000)));
    assert!(matches!(world.incident(sos).trouble, Some(Trouble::BadReceipt { .. })));
    assert!(world.saved().len() < before + 1_000);
}

#[test]
fn a_clamped_clock_is_shown_and_the_receipt_counts_inv_8() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    let reply = Reply { clock_clamped: true, ..world.centre.reply(&flight, 0x1_0000) };
    world.reply(&flight, reply);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert!(world.incident(sos).clock_clamped);
}

#[test]
fn a_reply_for_a_row_that_is_long_gone_changes_nothing() {
    let mut world = World::new();
    let _ = world.sos();
    let flight = world.land();
    let before = world.snapshot();
    world.deliver(&flight);
    world.reply(&flight, status(403));
    assert_eq!(world.snapshot(), before);
}
