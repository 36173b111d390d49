//! A centre that asks who this is: ordinary rows pause, an SOS goes on.

use siaga_engine::outbox::Lane;
use siaga_engine::{Event, IncidentState};

use crate::world::centre::problem;
use crate::world::{Centre, Ending, Flight, World, delivers};

/// Wants an identity of everything that does not have to pass.
fn asks(flight: &Flight, centre: &Centre) -> Ending {
    if flight.is_put() && !flight.request.must_pass {
        Ending::Reply(50, problem(401, "needs-identity"))
    } else {
        delivers(flight, centre)
    }
}

#[test]
fn a_401_pauses_ordinary_rows_instead_of_hammering_f31() {
    let mut world = World::new();
    for _ in 0..20 {
        let _ = world.report();
    }
    world.run_for(3_600_000, asks);
    let attempts = world.sent_in(Lane::Report).len();
    assert!(attempts <= 15, "{attempts} attempts in an hour");
    assert!(world.parked().is_empty());
}

#[test]
fn the_pause_begins_with_the_first_refusal() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.report();
    let _ = world.answer(problem(401, "needs-identity"));
    assert!(world.puts().is_empty(), "the next row would get the same answer");
}

#[test]
fn a_new_identity_opens_the_gate_at_once() {
    let mut world = World::new();
    for _ in 0..3 {
        let _ = world.report();
    }
    world.run_for(1_800_000, asks);
    let _ = world.step(Event::IdentityChanged);
    world.run_for(61_000, delivers);
    assert!(world.outbox.is_empty());
}

#[test]
fn an_sos_neither_waits_for_an_identity_nor_opens_the_gate_for_others_f31() {
    let mut world = World::new();
    for _ in 0..5 {
        let _ = world.report();
    }
    world.run_for(600_000, asks);
    let before = world.sent_in(Lane::Report).len();
    let sos = world.sos();
    world.run_for(1_000, asks);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    for _ in 0..10 {
        let _ = world.presses(1);
        world.run_for(6_000, asks);
    }
    let attempts = world.sent_in(Lane::Report).len() - before;
    assert!(attempts <= 1, "{attempts} refusals while eleven urgent rows passed without any identity");
}

#[test]
fn an_sos_that_is_asked_for_an_identity_goes_on() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.answer(problem(401, "needs-identity"));
    world.run_for(5_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}
