//! A centre that asks who this is: ordinary rows pause, an SOS goes on.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Ticket;
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
    for n in 0..10 {
        let _ = world.presses(1);
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        world.run_for(6_000, asks);
    }
    let attempts = world.sent_in(Lane::Report).len() - before;
    assert!(attempts <= 1, "{attempts} refusals while the SOS passed without any identity");
}

#[test]
fn the_positions_of_an_sos_and_its_timeline_do_not_wait_for_an_identity() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.report();
    world.run_for(600_000, asks);
    let sos = world.sos();
    world.run_for(1_000, asks);
    world.fix(-6.2, 106.8);
    assert_eq!(world.sent_in(Lane::Fix).len(), 1, "at once");
    assert!(world.sent.iter().any(|flight| flight.ticket == Ticket::Timeline(sos)));
    world.run_for(1_000, asks);
    assert_eq!(world.incident(sos).pending, 0);
}

#[test]
fn a_drill_shows_whether_the_identity_works() {
    let mut world = World::new();
    let drill = world.drill();
    let _ = world.answer(problem(401, "needs-identity"));
    assert!(world.puts().is_empty());
    assert_eq!(world.incident(drill).trouble, Some(siaga_engine::Trouble::NeedsIdentity { status: 401 }));
    let _ = world.step(Event::IdentityChanged);
    world.run_for(61_000, delivers);
    assert_eq!(world.incident(drill).state, IncidentState::DrillDone);
}

#[test]
fn an_sos_that_is_asked_for_an_identity_goes_on() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.answer(problem(401, "needs-identity"));
    world.run_for(5_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn an_sos_that_waits_for_an_identity_leaves_with_the_new_one_at_once() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.answer(problem(401, "needs-identity"));
    let before = world.sent_in(Lane::Sos).len();
    let _ = world.step(Event::IdentityChanged);
    assert_eq!(world.sent_in(Lane::Sos).len(), before + 1);
}
