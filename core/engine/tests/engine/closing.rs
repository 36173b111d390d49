//! How incidents end beside a cancel: by the centre, by age; and what stays of them.

use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Ticket};
use siaga_engine::{Effect, Event, IncidentState, PressAnswer};

use crate::world::{World, delivers, fails};

const HOUR_MS: u64 = 3_600_000;

fn received(world: &mut World) -> IncidentId {
    let sos = world.sos();
    let _ = world.land();
    sos
}

#[test]
fn a_signed_step_of_the_centre_closes_an_sos_and_arms_the_button_anew() {
    let mut world = World::new();
    let sos = received(&mut world);
    world.centre.publish(&sos.to_string(), "opened", None);
    world.centre.publish(&sos.to_string(), "closed", Some("Fire brigade was there"));
    world.deliver(&world.read_in_flight(&Ticket::Timeline(sos)));
    assert_eq!(world.incident(sos).state, IncidentState::ClosedByCentre);
    assert_eq!(world.effects.last(), Some(&Effect::StopLocation), "F49");
    assert!(matches!(world.presses(3), PressAnswer::Triggered { incident } if incident != sos));
}

#[test]
fn a_received_sos_is_over_after_its_greatest_age() {
    let mut world = World::new();
    let sos = received(&mut world);
    world.run_for(24 * HOUR_MS - 1_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    world.run_for(2_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::ClosedByAge);
    assert_eq!(world.effects.last(), Some(&Effect::StopLocation), "F49");
}

#[test]
fn an_sos_without_a_receipt_never_ends_by_age() {
    // INV-3: it is tried for ever.
    let mut world = World::new();
    let sos = world.sos();
    world.run_for(30 * HOUR_MS, |_, _| crate::world::Ending::Fails(30_000, Failure::TimedOut));
    assert_eq!(world.incident(sos).state, IncidentState::Recorded);
    let gaps: Vec<u64> = world.sent_in(Lane::Sos).windows(2).map(|pair| pair[1].at.since(pair[0].at)).collect();
    assert!(gaps.iter().all(|gap| *gap <= 60_000), "INV-6: {}", gaps.iter().max().unwrap());
    world.run_until_quiet(60_000);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn the_end_of_a_report_does_not_stop_positioning_for_an_open_sos() {
    let mut world = World::with(|config| config.incident.sos_max_age_h = 168);
    world.centre.offers.clear();
    let report = world.report();
    world.deliver_all();
    world.advance(168 * HOUR_MS - 5_000);
    let _ = world.sos();
    world.deliver_all();
    world.effects.clear();
    world.advance(5_000);
    let _ = world.step(Event::Woke);
    assert_eq!(world.incident(report).state, IncidentState::ClosedByAge);
    assert!(!world.effects.contains(&Effect::StopLocation), "the SOS still needs fixes");
}

#[test]
fn an_ended_incident_stays_for_an_hour_and_then_goes_into_the_history() {
    let mut world = World::new();
    let sos = received(&mut world);
    let _ = world.cancel();
    let _ = world.land();
    world.run_for(HOUR_MS - 1_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Cancelled);
    world.run_for(20 * 60_000, delivers);
    assert!(world.snapshot().incident(sos).is_none());
    let (id, record) = world.archived.last().unwrap();
    assert_eq!(*id, sos);
    let record: serde_json::Value = serde_json::from_slice(record).unwrap();
    assert_eq!(record["state"], "cancelled");
    assert!(record["receipt"].is_string(), "the evidence is kept");
}

#[test]
fn an_ended_incident_with_rows_that_wait_does_not_go_into_the_history_by_its_age() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.cancel();
    world.run_for(3 * HOUR_MS, fails(Failure::Dns));
    assert_eq!(world.incident(sos).pending, 2);
    assert!(world.archived.is_empty());
    world.run_until_quiet(60_000);
    world.run_for(20 * 60_000, delivers);
    let record: serde_json::Value = serde_json::from_slice(&world.archived[0].1).unwrap();
    assert!(record["receipt"].is_string());
}
