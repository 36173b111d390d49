//! Wake-ups: one, with its reason, and none while nothing waits.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Event, WakeReason};

use crate::world::{World, delivers};

#[test]
fn a_phone_on_which_nothing_waits_is_never_woken() {
    let mut world = World::new();
    assert_eq!(world.wake, None);
    world.fix(-6.2, 106.8);
    let _ = world.step(Event::NetworkChanged);
    let _ = world.step(Event::IdentityChanged);
    assert_eq!(world.wake, None);
    world.kill_and_restart();
    assert_eq!(world.wake, None);
}

#[test]
fn after_a_drill_the_phone_sleeps_again() {
    let mut world = World::new();
    let _ = world.drill();
    let _ = world.land();
    assert_eq!(world.wake, None);
}

#[test]
fn after_an_sos_is_over_and_archived_the_phone_sleeps_again() {
    let mut world = World::new();
    let _ = world.sos();
    world.deliver_all();
    let _ = world.cancel();
    world.run_for(90 * 60_000, delivers);
    assert_eq!(world.wake, None);
    assert!(world.snapshot().incidents.is_empty());
}

#[test]
fn a_parked_row_wakes_nobody() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.answer(crate::world::centre::problem(422, "refused"));
    assert_eq!(world.parked().len(), 1);
    assert_eq!(world.wake, None);
}

#[test]
fn every_wake_up_has_its_reason() {
    let mut world = World::new();
    let reason = |world: &World| world.wake.unwrap().reason;
    let _ = world.presses(1);
    assert_eq!(reason(&world), WakeReason::PressWindow);
    let _ = world.presses(2);
    assert_eq!(reason(&world), WakeReason::Row(Lane::Sos), "the end of its lease");
    let _ = world.fail(Failure::Dns);
    assert_eq!(reason(&world), WakeReason::Row(Lane::Sos), "its back-off");
    world.run_until_quiet(60_000);
    world.flights.clear();
    world.run_for(40_000, delivers);
    assert_eq!(reason(&world), WakeReason::Timeline);
}

#[test]
fn a_row_that_waits_for_a_gate_says_so() {
    let mut world = World::new();
    for _ in 0..3 {
        let _ = world.report();
    }
    world.run_for(600_000, |_, _| crate::world::Ending::Fails(50, Failure::Offline));
    assert_eq!(world.wake.unwrap().reason, WakeReason::Gate(Lane::Report));
}

#[test]
fn waking_too_early_changes_nothing() {
    // Platforms ring early and twice.
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.fail(Failure::Dns);
    let (wake, saved) = (world.wake, world.saved());
    for _ in 0..5 {
        let _ = world.step(Event::Woke);
    }
    assert_eq!(world.wake, wake);
    assert_eq!(world.saved(), saved, "nothing was written");
}

#[test]
fn a_step_in_which_nothing_happens_is_not_written() {
    // Each commit is a write to the flash.
    let mut world = World::new();
    let saved = world.saved();
    world.advance(10_000);
    let _ = world.step(Event::Woke);
    let _ = world.cancel();
    assert_eq!(world.saved(), saved);
}
