//! Fixes of an open incident: the newest one first, the rest as history.

use std::collections::BTreeSet;

use serde_json::Value;
use siaga_engine::Event;
use siaga_engine::location::{FixReading, FixSource, Radius};
use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;

use crate::world::{Flight, World, delivers, gnss};

/// An open SOS that the centre has, and nothing in flight.
fn received() -> World {
    let mut world = World::with(|_| {});
    world.centre.offers.clear();
    let _ = world.sos();
    let _ = world.land();
    world
}

fn lats(flight: &Flight) -> Vec<f64> {
    flight.json()["body"]["fixes"].as_array().unwrap().iter().map(|fix| fix["lat"].as_f64().unwrap()).collect()
}

#[test]
fn a_fix_of_an_open_sos_is_sent_at_once_as_live() {
    let mut world = received();
    world.advance(1_000);
    world.fix(-6.25, 106.8);
    let envelope = world.flight().json();
    assert_eq!(world.flight().lane(), Some(Lane::Fix));
    assert_eq!((&envelope["kind"], &envelope["timing"]), (&"fix".into(), &"live".into()));
    assert_eq!(envelope["body"]["fixes"][0]["since_trigger_ms"], 1_000);
}

#[test]
fn nothing_is_sent_of_a_citizen_without_an_open_incident() {
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    let _ = world.report();
    world.deliver_all();
    world.advance(60_000);
    world.fix(-6.3, 106.8);
    assert!(world.puts().is_empty());
    assert!(world.outbox.is_empty());
}

#[test]
fn fixes_come_at_most_every_five_seconds_unless_clearly_better() {
    let mut world = received();
    world.fix(-6.2, 106.8);
    world.deliver_all();
    world.advance(4_999);
    world.fix(-6.2001, 106.8);
    assert!(world.puts().is_empty(), "F49: the same doubt, too soon");
    world.locate(FixReading { radius: Some(Radius { m: 3.0, confidence: 0.68 }), ..gnss(-6.2002, 106.8, 0) });
    assert_eq!(lats(&world.land()), [-6.2002], "clearly better");
    world.advance(5_000);
    world.fix(-6.2003, 106.8);
    assert_eq!(lats(&world.flight()), [-6.2003]);
}

#[test]
fn a_fix_older_than_the_newest_is_never_now_f43() {
    let mut world = received();
    world.fix(-6.2, 106.8);
    let _ = world.land();
    world.advance(6_000);
    world.locate(FixReading { source: FixSource::Network, ..gnss(-6.3, 106.8, 6_001) });
    let flight = world.flight();
    assert_eq!(flight.lane(), Some(Lane::Backfill));
    assert_eq!(flight.json()["timing"], "backfill");
    assert!(world.rows(Lane::Fix).is_empty());
}

#[test]
fn a_new_newest_fix_overtakes_the_one_that_nobody_claimed_f26() {
    let mut world = received();
    world.fix(-6.0, 106.8);
    for n in 1..=2 {
        world.advance(5_000);
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
    }
    assert_eq!(world.rows(Lane::Fix).len(), 2, "one in flight, and the newest");
    assert_eq!(world.rows(Lane::Backfill).len(), 1);
    let first = world.sent_in(Lane::Fix)[0].clone();
    world.deliver(&first);
    assert_eq!(lats(&world.sent_in(Lane::Fix)[1]), [-6.002]);
}

/// 120 fixes, five seconds apart, without a network.
fn offline_walk() -> (World, BTreeSet<String>) {
    let mut world = received();
    let mut all = BTreeSet::new();
    for n in 0..120 {
        let lat = -6.0 - f64::from(n) / 10_000.0;
        world.fix(lat, 106.8);
        let _ = all.insert(lat.to_string());
        world.run_for(5_000, |_, _| crate::world::Ending::Fails(200, Failure::Offline));
    }
    (world, all)
}

#[test]
fn a_hundred_and_twenty_offline_fixes_become_three_events_and_the_newest_goes_first_f26() {
    let (mut world, mut all) = offline_walk();
    let before = world.sent.len();
    let _ = world.step(Event::NetworkChanged);
    world.run_for(120_000, delivers);
    let sent: Vec<Flight> = world.sent[before..].iter().filter(|flight| flight.is_put()).cloned().collect();
    assert_eq!(lats(&sent[0]), [-6.0 - 119.0 / 10_000.0], "the newest goes first");
    assert_eq!(sent[0].json()["timing"], "live");
    let backfill: Vec<&Flight> = sent.iter().filter(|flight| flight.lane() == Some(Lane::Backfill)).collect();
    let batches: Vec<usize> = backfill.iter().map(|flight| lats(flight).len()).filter(|fixes| *fixes > 1).collect();
    assert!(batches.len() <= 3 && batches.iter().all(|fixes| *fixes <= 50), "{batches:?}");
    for lat in sent.iter().flat_map(lats) {
        let _ = all.remove(&lat.to_string());
    }
    assert!(all.is_empty(), "nothing is lost: {all:?}");
    assert!(world.outbox.is_empty());
    assert!(world.snapshot().incidents[0].pending == 0);
}

#[test]
fn only_the_newest_fix_is_live_after_a_time_without_a_network_f27() {
    let (mut world, _) = offline_walk();
    let before = world.sent.len();
    let _ = world.step(Event::NetworkChanged);
    world.run_for(120_000, delivers);
    let live: Vec<Value> = world.sent[before..]
        .iter()
        .filter(|flight| flight.lane() == Some(Lane::Fix))
        .map(|flight| flight.json()["body"]["fixes"][0]["since_trigger_ms"].clone())
        .collect();
    assert_eq!(live.len(), 1, "{live:?}");
}

#[test]
fn a_batch_of_the_largest_fixes_fits_into_what_a_centre_accepts() {
    let mut world = received();
    let odd = |n: u32| FixReading {
        lat: -6.123_456_789_012_345 - f64::from(n) / 1_000_000.0,
        lon: 106.123_456_789_012_34,
        radius: Some(Radius { m: 1_234.567_890_123_456, confidence: 0.680_123_456_789_012 }),
        altitude_m: Some(-123.456_789_012_345_67),
        speed_mps: Some(123.456_789_012_345_67),
        bearing_deg: Some(123.456_789_012_345_67),
        source: FixSource::Recording,
        mock: true,
        age_ms: 0,
        stated_wall_ms: Some(i64::MIN),
    };
    world.locate(odd(0));
    for n in 1..120 {
        world.run_for(5_000, |_, _| crate::world::Ending::Fails(200, Failure::Offline));
        world.locate(odd(n));
    }
    world.run_until_quiet(120_000);
    let largest = world.sent_in(Lane::Backfill).iter().map(|flight| flight.request.body.bytes().len()).max().unwrap();
    assert!((15 * 1024..=32 * 1024).contains(&largest), "{largest} bytes");
}

#[test]
fn fixes_of_two_incidents_never_share_an_event() {
    let mut world = received();
    let first = world.snapshot().incidents[0].id;
    for n in 0..4 {
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        world.advance(5_000);
    }
    let _ = world.cancel();
    let second = world.sos();
    for n in 4..8 {
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        world.advance(5_000);
    }
    world.run_until_quiet(120_000);
    for flight in world.sent.iter().filter(|flight| flight.is_put() && flight.kind() == "fix") {
        let expected = if lats(flight)[0] > -6.0035 { first } else { second };
        assert_eq!(flight.json()["incident"], expected.to_string());
        assert!(lats(flight).iter().all(|lat| (*lat > -6.0035) == (expected == first)));
    }
}

#[test]
fn a_citizen_who_walks_does_not_break_the_gap_between_fixes_f49() {
    let mut world = World::with(|config| config.incident.fix_gap_ms = 60_000);
    let _ = world.sos();
    world.deliver_all();
    let before = world.sent_in(Lane::Fix).len();
    for n in 0..12 {
        world.fix(-6.0 - f64::from(n) / 10_000.0, 106.8);
        world.run_for(10_000, delivers);
    }
    assert_eq!(world.sent_in(Lane::Fix).len() - before, 2, "at 0 and at 60 s");
}

#[test]
fn a_claimed_fix_that_fails_after_a_newer_one_came_becomes_history() {
    let mut world = received();
    world.fix(-6.0, 106.8);
    let first = world.flight();
    world.advance(5_000);
    world.fix(-6.1, 106.8);
    world.end(&first, Err(Failure::Broken));
    assert_eq!(lats(&world.flight()), [-6.1]);
    assert_eq!(world.rows(Lane::Backfill).len(), 1);
    let _ = world.land();
    world.run_for(10_000, delivers);
    let again = world.sent.iter().rfind(|flight| flight.lane() == Some(Lane::Backfill)).unwrap();
    assert_eq!(again.request.body, first.request.body, "INV-4");
    assert_eq!(again.attempt(), 2);
}

#[test]
fn a_fix_that_failed_and_waits_is_overtaken_by_a_newer_one() {
    let mut world = received();
    world.fix(-6.0, 106.8);
    let first = world.fail(Failure::Broken);
    world.kill_and_restart();
    world.advance(50);
    world.locate(gnss(-6.1, 106.8, 0));
    assert!(world.puts().is_empty() || lats(&world.flight()) == [-6.1]);
    world.advance(6_000);
    world.fix(-6.2, 106.8);
    world.run_for(10_000, delivers);
    let fixes: Vec<Flight> = world.sent_in(Lane::Fix);
    assert_eq!(
        fixes.iter().filter(|flight| flight.request.body == first.request.body).count(),
        1,
        "never again as now"
    );
    assert!(world.outbox.is_empty());
}

#[test]
fn a_late_receipt_of_a_fix_that_waits_leaves_no_trace_of_it() {
    let mut world = received();
    world.fix(-6.0, 106.8);
    let first = world.fail(Failure::Broken);
    world.deliver(&first);
    assert!(world.outbox.is_empty());
    world.advance(6_000);
    world.fix(-6.1, 106.8);
    assert_eq!((world.rows(Lane::Fix).len(), world.rows(Lane::Backfill).len()), (1, 0));
}
