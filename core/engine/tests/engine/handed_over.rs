//! Deliveries that the platform takes over, because the process is about to sleep or to die (F57).

use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Reply, Ticket};
use siaga_engine::{Event, IncidentState};

use crate::world::centre::{problem, status};
use crate::world::{Flight, World, delivers};

fn take(world: &mut World) -> Vec<Flight> {
    let before = world.sent.len();
    let _ = world.step(Event::TransfersTaken);
    world.sent[before..].to_vec()
}

#[test]
fn an_sos_that_backs_off_is_handed_over_at_once() {
    let mut world = World::new();
    let sos = world.sos();
    for _ in 0..6 {
        let _ = world.fail(Failure::Offline);
        while world.puts().is_empty() {
            world.wake();
        }
    }
    let _ = world.fail(Failure::Offline);
    let _ = world.cancel();
    let _ = world.fail(Failure::Offline);
    assert!(world.puts().is_empty(), "both back off");
    let taken = take(&mut world);
    let kinds: Vec<String> = taken.iter().map(Flight::kind).collect();
    assert_eq!(kinds, ["sos", "cancel"]);
    assert!(taken.iter().all(|flight| flight.request.must_pass));
    assert!(taken.iter().all(|flight| (1..=60_000).contains(&flight.request.after_ms)), "what is left of the back-off");
    world.deliver(&taken[0]);
    assert!(world.incident(sos).receipt.is_some());
}

#[test]
fn an_escalation_does_not_wait_for_more_presses_when_the_process_may_not_run_for_hours() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    let _ = world.land();
    let _ = world.presses(2);
    assert!(world.puts().is_empty(), "the gap is not over");
    let taken = take(&mut world);
    assert_eq!(taken.iter().map(Flight::kind).collect::<Vec<_>>(), ["escalation"]);
    assert_eq!(taken[0].json()["body"]["presses"], 2);
    let _ = world.land();
    let _ = world.presses(1);
    assert!(world.puts().is_empty(), "the next one has a gap of its own");
    world.wake();
    assert_eq!(world.flight().at.since(taken[0].at), 5_000);
}

#[test]
fn going_to_the_background_again_and_again_does_not_put_off_a_later_escalation() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    for _ in 0..20 {
        let _ = world.presses(1);
        let _ = take(&mut world);
        world.deliver_all();
    }
    let _ = world.presses(1);
    world.run_for(5_000, delivers);
    assert!(world.rows(Lane::Urgent).is_empty(), "within one gap");
}

#[test]
fn nothing_is_read_by_a_carrier_of_the_platforms() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, status(304));
    world.advance(60_000);
    assert!(take(&mut world).is_empty());
    let _ = world.step(Event::Woke);
    let _ = world.read_in_flight(&Ticket::Timeline(sos));
}

#[test]
fn a_pause_that_a_centre_asked_for_holds_for_the_platforms_carrier_as_well() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.answer(Reply { retry_after_ms: Some(1_800_000), ..problem(503, "overloaded") });
    let _ = world.report();
    assert!(take(&mut world).is_empty());
    let _ = world.sos();
    world.flights.clear();
    world.advance(20_000);
    let lanes: Vec<Option<Lane>> = take(&mut world).iter().map(Flight::lane).collect();
    assert_eq!(lanes, [Some(Lane::Sos)]);
}

#[test]
fn what_is_in_flight_is_not_claimed_twice() {
    let mut world = World::new();
    let _ = world.sos();
    let flight = world.flight();
    assert!(take(&mut world).is_empty());
    let Ticket::Delivery { row, attempt } = flight.ticket else { panic!("a delivery") };
    assert!(world.engine.is_in_flight(row, attempt) && !world.engine.is_in_flight(row, attempt + 1));
    let _ = world.fail(Failure::Broken);
    assert!(!world.engine.is_in_flight(row, attempt));
}

#[test]
fn a_receipt_for_the_attempt_of_a_process_that_died_ends_the_delivery_once_inv_3() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = take(&mut world);
    let lost = world.kill_and_restart();
    let again = world.flight();
    assert_eq!((lost[0].attempt(), again.attempt()), (1, 2));
    world.deliver(&lost[0]);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert!(world.rows(Lane::Sos).is_empty());
    let shown = world.incident(sos);
    world.deliver(&again);
    world.reply(&lost[0], problem(422, "refused"));
    assert_eq!(world.incident(sos), shown, "once");
}

#[test]
fn a_failure_of_the_attempt_of_a_process_that_died_changes_nothing_f34() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = take(&mut world);
    let lost = world.kill_and_restart();
    let before = (world.engine.revision(), world.wake, world.rows(Lane::Sos));
    world.end(&lost[0], Err(Failure::TimedOut));
    assert_eq!((world.engine.revision(), world.wake, world.rows(Lane::Sos)), before);
}
