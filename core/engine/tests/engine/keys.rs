//! The centre's keys, and what it offers.

use serde_json::json;
use siaga_engine::Event;
use siaga_engine::wire::{Failure, Reply, Ticket};
use siaga_vault::PublicKey;

use crate::world::centre::{key, ok_json, page, problem, status};
use crate::world::{Flight, World};

/// A phone that asks for the keys because a receipt needs them; the SOS, and the read.
fn asking() -> (World, Flight) {
    let mut world = World::new();
    let _ = world.sos();
    world.centre.key = key(3);
    let _ = world.land();
    let read = world.read_in_flight(&Ticket::Keys);
    assert!(read.request.must_pass, "INV-8: a receipt waits for it, whatever the phone's clock says");
    (world, read)
}

#[test]
fn a_set_with_a_lower_serial_is_refused() {
    let mut world = World::with(|_| {});
    world.centre.serial = 7;
    world.centre.key = key(3);
    let _ = world.sos();
    let _ = world.land();
    world.deliver_all();
    assert!(world.outbox.is_empty(), "serial 7 is known now");
    let known = world.saved_keys.clone();
    // The centre was broken into in the past: an old set lists the old key, and the root did sign it.
    world.centre.serial = 6;
    world.centre.key = key(2);
    let _ = world.presses(1);
    let _ = world.land();
    let read = world.read_in_flight(&Ticket::Keys);
    world.deliver(&read);
    assert_eq!(world.saved_keys, known);
    assert_eq!(world.outbox.rows().count(), 1, "the withdrawn key signs for nothing");
}

#[test]
fn the_same_serial_again_is_taken() {
    let (mut world, read) = asking();
    world.deliver(&read);
    assert!(world.outbox.is_empty());
}

#[test]
fn a_set_that_the_root_did_not_sign_is_refused() {
    let (mut world, read) = asking();
    let known = world.saved_keys.clone();
    let mut claims = world.centre.key_set_claims();
    claims.serial = 99;
    let forged = key(9).sign_keys(&claims);
    world.reply(&read, ok_json(&json!({ "keys": forged })));
    assert_eq!(world.saved_keys, known);
    assert_eq!(world.outbox.rows().count(), 1);
}

#[test]
fn a_set_of_another_centre_is_refused() {
    let (mut world, read) = asking();
    let mut claims = world.centre.key_set_claims();
    claims.centre = "centre-2".to_owned();
    let foreign = world.centre.root.sign_keys(&claims);
    world.reply(&read, ok_json(&json!({ "keys": foreign })));
    assert_eq!(world.outbox.rows().count(), 1);
}

#[test]
fn whatever_else_comes_instead_of_keys_is_asked_for_again_but_not_in_a_loop() {
    for reply in [page(200), status(304), status(500), problem(404, "not-found"), page(302), status(200)] {
        let (mut world, read) = asking();
        world.reply(&read, reply.clone());
        assert!(world.flights.iter().all(|flight| flight.ticket != Ticket::Keys), "{reply:?}");
        world.run_until_quiet(60_000);
    }
}

#[test]
fn the_keys_are_kept_over_a_restart_and_verified_anew() {
    let mut world = World::new();
    world.kill_and_restart();
    assert!(world.flights.is_empty(), "nothing has to be read again");
    world.saved_keys = Some("broken".to_owned());
    world.kill_and_restart();
    let _ = world.read_in_flight(&Ticket::Keys);
}

#[test]
fn keys_that_a_dead_process_asked_for_are_asked_for_at_once() {
    // The claim of a read ends with its process: a receipt waits for the answer.
    let (mut world, _) = asking();
    let _ = world.step(Event::NetworkChanged);
    world.kill_and_restart();
    let put = world.flight();
    world.deliver(&put);
    let read = world.read_in_flight(&Ticket::Keys);
    world.deliver(&read);
    assert!(world.outbox.is_empty());
}

#[test]
fn a_centre_of_the_basic_profile_offers_nothing() {
    let mut world = World::unopened(|_| {});
    let _ = world.step(Event::Opened);
    world.reply(&world.read_in_flight(&Ticket::Capabilities), problem(404, "not-found"));
    assert_eq!(world.snapshot().offers, Some(Vec::new()));
}

#[test]
fn no_other_refusal_is_taken_for_the_basic_profile() {
    for reply in [problem(503, "overloaded"), problem(401, "needs-identity"), page(404), page(200), status(500)] {
        let mut world = World::unopened(|_| {});
        let _ = world.step(Event::Opened);
        world.reply(&world.read_in_flight(&Ticket::Capabilities), reply.clone());
        assert_eq!(world.snapshot().offers, None, "{reply:?}");
    }
}

#[test]
fn an_endless_list_of_offers_is_bounded_inv_10() {
    let long = "x".repeat(60_000);
    let many: Vec<String> = (0..1_000).map(|n| format!("offer-{n}")).collect();
    for offers in [vec![long], many] {
        let mut world = World::unopened(|_| {});
        let _ = world.step(Event::Opened);
        world.reply(&world.read_in_flight(&Ticket::Capabilities), ok_json(&json!({ "offers": offers })));
        let bytes = world.saved().trim_ascii_end().len();
        assert!(bytes < 4_000, "{bytes} bytes");
    }
}

#[test]
fn a_truncated_body_is_no_answer() {
    let (mut world, read) = asking();
    let whole = ok_json(&json!({ "keys": world.centre.key_set() }));
    world.reply(&read, Reply { truncated: true, ..whole });
    assert_eq!(world.outbox.rows().count(), 1);
}

#[test]
fn a_phone_without_a_network_does_not_hammer_for_keys() {
    let mut world = World::unopened(|_| {});
    let _ = world.step(Event::Opened);
    let _ = world.report();
    world.run_for(3_600_000, crate::world::fails(Failure::Offline));
    let reads = world.sent.iter().filter(|flight| flight.ticket == Ticket::Keys).count();
    assert!(reads <= 400, "{reads} reads in an hour");
    let _: &PublicKey = world.centre.root.public();
}
