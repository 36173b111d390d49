//! Drills: the whole way of an SOS, and never taken for one.

use siaga_engine::outbox::Lane;
use siaga_engine::{Answer, Declined, Effect, Event, IncidentState, PressAnswer, Trouble};

use crate::world::centre::{claims, signed};
use crate::world::{World, delivers};

#[test]
fn a_drill_says_so_in_its_envelope_and_is_done_with_its_receipt() {
    let mut world = World::new();
    let drill = world.drill();
    let flight = world.flight();
    assert_eq!(flight.lane(), Some(Lane::Drill));
    assert_eq!(flight.json()["drill"], true);
    assert_eq!(flight.json()["kind"], "sos");
    assert!(!flight.request.must_pass);
    let _ = world.land();
    assert_eq!(world.incident(drill).state, IncidentState::DrillDone);
    assert_eq!(world.effects.last(), Some(&Effect::StopLocation), "F49");
    assert!(world.outbox.is_empty());
}

#[test]
fn presses_during_a_drill_make_a_real_sos_and_end_the_drill() {
    let mut world = World::new();
    let drill = world.drill();
    let PressAnswer::Triggered { incident } = world.presses(3) else { panic!("no SOS") };
    assert_ne!(incident, drill);
    assert_eq!(world.incident(drill).state, IncidentState::EndedBySos);
    let sos = world.sent_in(Lane::Sos);
    assert_eq!(sos.len(), 1);
    assert_eq!(sos[0].json()["drill"], false);
    world.run_for(1_000, delivers);
    assert!(world.centre.has(&drill.to_string()), "the drill's row still arrives");
    assert_eq!(world.incident(drill).state, IncidentState::EndedBySos);
    assert_eq!(world.incident(incident).state, IncidentState::Active);
}

#[test]
fn there_is_no_drill_during_an_emergency() {
    let mut world = World::new();
    let sos = world.sos();
    assert_eq!(world.step(Event::DrillStarted), Answer::Declined(Declined::SosIsOpen(sos)));
    let _ = world.cancel();
    assert!(matches!(world.step(Event::DrillStarted), Answer::Made(_)));
}

#[test]
fn a_second_drill_is_the_first_one() {
    let mut world = World::new();
    let drill = world.drill();
    assert_eq!(world.drill(), drill);
    assert_eq!(world.rows(Lane::Drill).len(), 1);
}

#[test]
fn a_drills_receipt_never_closes_an_sos_inv_3() {
    let mut world = World::new();
    let sos = world.sos();
    let flight = world.flight();
    let mut forged = claims(&flight);
    forged.drill = true;
    let receipt = world.centre.key.sign_receipt(&forged, world.wall_ms);
    world.reply(&flight, signed(201, &receipt));
    let shown = world.incident(sos);
    assert_eq!((shown.state, shown.pending), (IncidentState::Recorded, 1));
    assert!(matches!(shown.trouble, Some(Trouble::BadReceipt { .. })), "{:?}", shown.trouble);
}

#[test]
fn an_sos_receipt_does_not_end_a_drill_either() {
    let mut world = World::new();
    let drill = world.drill();
    let flight = world.flight();
    let mut forged = claims(&flight);
    forged.drill = false;
    let receipt = world.centre.key.sign_receipt(&forged, world.wall_ms);
    world.reply(&flight, signed(201, &receipt));
    assert_eq!(world.incident(drill).state, IncidentState::Recorded);
}

#[test]
fn a_drill_without_a_receipt_is_over_after_ten_minutes_and_its_row_goes_on() {
    let mut world = World::new();
    let drill = world.drill();
    world.run_for(11 * 60_000, crate::world::fails(siaga_engine::wire::Failure::Dns));
    assert_eq!(world.incident(drill).state, IncidentState::ClosedByAge);
    assert_eq!(world.rows(Lane::Drill).len(), 1);
    world.run_until_quiet(20 * 60_000);
    assert!(world.centre.has(&drill.to_string()));
}

#[test]
fn the_events_of_a_drill_stay_in_its_own_lane() {
    // INV-5: nothing of a drill stands before a real need.
    let mut world = World::new();
    let _ = world.drill();
    world.fix(-6.2, 106.8);
    let _ = world.cancel();
    assert_eq!(world.rows(Lane::Drill).len(), 3);
    world.run_for(5_000, delivers);
    assert!(world.sent.iter().filter(|flight| flight.is_put()).all(|flight| flight.json()["drill"] == true));
}
