//! Leases: what a process that died had in flight.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Event, IncidentState};

use crate::world::{World, delivers};

#[test]
fn an_sos_in_flight_leaves_again_at_the_restart_f2_f30() {
    let mut world = World::new();
    let sos = world.sos();
    let lost = world.kill_and_restart();
    let again = world.flight();
    assert_eq!(again.at, lost[0].at, "at once");
    assert_eq!(again.request.body, lost[0].request.body, "INV-4");
    assert_eq!(again.attempt(), 2);
    let _ = world.land();
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_cancel_and_an_escalation_in_flight_leave_again_at_the_restart() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    let _ = world.cancel();
    world.kill_and_restart();
    assert_eq!(world.flight().kind(), "cancel");
}

#[test]
fn an_ordinary_row_in_flight_is_due_again_after_its_lease() {
    let mut world = World::new();
    let _ = world.report();
    let lost = world.kill_and_restart();
    assert!(world.puts().is_empty());
    world.wake();
    let again = world.flight();
    assert_eq!(again.request.body, lost[0].request.body);
    assert_eq!(again.at.since(lost[0].at), 15_000, "the time-out of the attempt, and time to hand back its outcome");
}

#[test]
fn a_claim_whose_outcome_never_comes_ends_by_itself_f30() {
    let mut world = World::new();
    let sos = world.sos();
    world.flights.clear();
    world.run_for(20_000, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_phone_that_is_killed_again_and_again_still_delivers_inv_13() {
    let mut world = World::new();
    let sos = world.sos();
    for _ in 0..20 {
        world.kill_and_restart();
        world.advance(700);
    }
    assert_eq!(world.rows(Lane::Sos).len(), 1);
    world.run_for(100, delivers);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_reboot_in_flight_delivers_after_it() {
    let mut world = World::new();
    let sos = world.sos();
    world.reboot(86_400_000);
    let _ = world.land();
    assert_eq!(world.incident(sos).state, IncidentState::Active);
}

#[test]
fn a_back_off_survives_the_process() {
    // F31: a crash loop is no way around a pause.
    let mut world = World::new();
    let _ = world.report();
    for _ in 0..4 {
        let _ = world.fail(Failure::Dns);
        while world.puts().is_empty() {
            world.wake();
        }
    }
    let _ = world.fail(Failure::Dns);
    for _ in 0..10 {
        world.kill_and_restart();
        assert!(world.puts().is_empty());
    }
}

#[test]
fn a_process_that_closes_in_good_order_leaves_no_lease_behind() {
    let mut world = World::new();
    let _ = world.report();
    let in_flight = world.flight();
    let sent = world.sent.len();
    let _ = world.step(Event::Closing);
    assert_eq!(world.sent.len(), sent, "nothing leaves any more");
    let _ = world.kill_and_restart();
    let again = world.flight();
    assert_eq!((again.at, again.attempt()), (in_flight.at, 2), "at once, not when the lease ends");
}

#[test]
fn a_cancel_does_not_wait_for_the_time_out_of_an_escalation() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    assert_eq!(world.flight().kind(), "escalation");
    let _ = world.cancel();
    let kinds: Vec<String> = world.puts().iter().map(|flight| flight.kind().to_owned()).collect();
    assert!(kinds.contains(&"cancel".to_owned()), "{kinds:?}");
}
