//! Lanes: what goes before what, and what never waits for what (INV-5).

use siaga_engine::Event;
use siaga_engine::outbox::{Content, Kind, Lane, Row, Slot};
use siaga_engine::wire::Failure;

use crate::world::{Ending, World, delivers};

/// A world without a network in which every lane has a row.
fn full() -> World {
    let mut world = World::new();
    world.centre.offers.clear();
    let _ = world.drill();
    let _ = world.report();
    let _ = world.sos();
    for n in 0..3 {
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        world.run_for(5_000, |_, _| Ending::Fails(100, Failure::Offline));
    }
    let _ = world.cancel();
    world.run_for(600_000, |_, _| Ending::Fails(100, Failure::Offline));
    for lane in [Lane::Sos, Lane::Urgent, Lane::Fix, Lane::Drill, Lane::Report, Lane::Backfill] {
        assert!(!world.rows(lane).is_empty(), "{lane:?}");
    }
    world
}

#[test]
fn when_all_lanes_are_full_the_most_urgent_leave_first() {
    let mut world = full();
    let before = world.sent.len();
    let _ = world.step(Event::NetworkChanged);
    world.run_for(120_000, |_, _| Ending::Delivered(300));
    let mut lanes: Vec<Lane> = world.sent[before..].iter().filter_map(|flight| flight.lane()).collect();
    lanes.dedup();
    assert_eq!(lanes, [Lane::Sos, Lane::Urgent, Lane::Fix, Lane::Drill, Lane::Report, Lane::Backfill]);
    assert!(world.outbox.is_empty());
}

#[test]
fn reports_and_history_give_way_while_an_sos_is_in_flight() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.report();
    assert_eq!(world.puts().len(), 1, "on a thin link a report's bytes are an SOS's seconds");
    let sos = world.flight();
    world.deliver(&sos);
    assert_eq!(world.flight().kind(), "report");
}

#[test]
fn reports_do_not_wait_for_an_sos_that_backs_off() {
    // A centre that refuses one SOS for ever must not stop everything else.
    let mut world = World::new();
    let _ = world.sos();
    let report = world.report();
    world.run_for(60_000, |flight, centre| {
        if flight.lane() == Some(Lane::Sos) {
            Ending::Reply(100, crate::world::centre::problem(422, "refused"))
        } else {
            delivers(flight, centre)
        }
    });
    assert!(world.centre.has(&report.to_string()));
    assert_eq!(world.rows(Lane::Sos).len(), 1);
}

#[test]
fn the_newest_fix_and_a_drill_do_not_wait_for_an_sos() {
    let mut world = World::new();
    let _ = world.sos();
    world.fix(-6.2, 106.8);
    assert_eq!(world.puts().len(), 2);
}

#[test]
fn an_sos_leaves_at_once_whatever_else_is_in_flight() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.drill();
    let sos = world.sos();
    let flight = world.sent_in(Lane::Sos)[0].clone();
    assert_eq!(flight.ids().0, sos.to_string());
    assert_eq!(flight.at, world.t());
}

#[test]
fn no_sos_waits_for_the_time_outs_of_those_that_were_cancelled_before_inv_5() {
    let mut world = World::new();
    let mut all = Vec::new();
    for _ in 0..5 {
        all.push(world.sos().to_string());
        let flying: Vec<String> = world.sent_in(Lane::Sos).iter().map(|flight| flight.ids().0).collect();
        assert_eq!(flying, all);
        let _ = world.cancel();
    }
}

#[test]
fn older_sos_are_tried_again_two_at_a_time() {
    let mut world = World::new();
    for _ in 0..4 {
        let _ = world.sos();
        let _ = world.cancel();
    }
    let before = world.sent_in(Lane::Sos).len();
    let _ = world.kill_and_restart();
    assert_eq!(world.sent_in(Lane::Sos).len(), before + 2);
}

#[test]
fn each_lane_has_one_row_in_flight_so_that_a_bad_link_serves_the_row_that_matters() {
    let mut world = World::new();
    for _ in 0..5 {
        let _ = world.report();
    }
    assert_eq!(world.puts().len(), 1);
}

/// A draft that no version could read, of an incident that is not known any more.
fn poison(world: &mut World, lane: Lane, number: u64) {
    let slot = Slot::new(lane, world.t(), 100_000 + number);
    let id = u128::from(number) | 1 << 100;
    let row = Row {
        slot,
        incident: siaga_engine::ids::IncidentId::from_bytes(id.to_be_bytes()),
        event: siaga_engine::ids::EventId::from_bytes(id.to_be_bytes()),
        kind: Kind::Fix,
        drill: false,
        attempt: 0,
        content: Content::Draft(b"what is this?".to_vec()),
    };
    world.insert(row);
}

#[test]
fn unreadable_rows_go_aside_and_the_row_behind_them_leaves_f18() {
    for count in [1, 2, 3, 7] {
        let mut world = World::new();
        for number in 0..count {
            poison(&mut world, Lane::Report, number);
        }
        let _ = world.step(Event::Woke);
        world.advance(10);
        let report = world.report();
        world.run_for(1_000, delivers);
        assert!(world.centre.has(&report.to_string()), "behind {count}");
        assert_eq!(world.parked().len() as u64, count, "kept");
    }
}

#[test]
fn only_unreadable_rows_are_gone_through_without_a_wake_up_from_outside_f18() {
    let mut world = World::new();
    for number in 0..9 {
        poison(&mut world, Lane::Report, number);
    }
    let _ = world.step(Event::Woke);
    world.run_for(1_000, delivers);
    assert_eq!(world.parked().len(), 9);
    assert_eq!(world.wake, None);
}

#[test]
fn a_salvaged_row_of_an_unknown_incident_is_delivered_as_it_is_inv_9() {
    let mut world = World::new();
    let mut other = World::seeded(77, |_| {});
    let sos = other.sos();
    let row = other.rows(Lane::Sos)[0].clone();
    let slot = Slot::new(Lane::Sos, world.t(), 99_999);
    world.insert(Row { slot, attempt: 0, ..row });
    let _ = world.step(Event::Woke);
    world.run_for(1_000, delivers);
    assert!(world.centre.has(&sos.to_string()));
    assert!(world.outbox.is_empty());
}
