//! Clocks: the wall clock is a statement, the boot clock may be odd, and neither judges anything (INV-8).

use siaga_engine::Event;
use siaga_engine::clock::T;
use siaga_engine::outbox::Lane;

use crate::world::{World, delivers, fails};

const YEAR_MS: i64 = 365 * 86_400_000;

/// One whole life of an SOS, with a wall clock that jumps in the middle of everything. What is left of it: each request, when
/// it left, and how many bytes it had.
fn life(jump_ms: i64) -> Vec<(T, Option<Lane>, String, String)> {
    let mut world = World::with_two_routes();
    world.wall_ms += jump_ms;
    let _ = world.sos();
    world.wall_ms -= 2 * jump_ms;
    world.run_for(120_000, fails(siaga_engine::wire::Failure::Dns));
    world.fix(-6.2, 106.8);
    world.wall_ms += jump_ms;
    let _ = world.presses(2);
    world.run_for(60_000, delivers);
    world.wall_ms -= jump_ms;
    let _ = world.cancel();
    world.run_for(60_000, delivers);
    assert!(world.outbox.is_empty());
    let known = world.sent.iter().filter(|flight| flight.is_put());
    known.map(|flight| (flight.at, flight.lane(), flight.kind(), flight.json()["seq"].to_string())).collect()
}

#[test]
fn a_wall_clock_that_jumps_changes_nothing_but_what_it_states_f50() {
    let straight = life(0);
    assert!(straight.len() > 10);
    for jump_ms in [-YEAR_MS, 10 * YEAR_MS, -60 * YEAR_MS] {
        assert_eq!(life(jump_ms), straight, "jump of {jump_ms} ms");
    }
}

#[test]
fn the_stated_times_are_those_of_the_wall_clock() {
    let mut world = World::new();
    world.wall_ms += 10 * YEAR_MS;
    let _ = world.sos();
    let flight = world.flight();
    assert_eq!(flight.json()["body"]["clock"]["wall_ms"], world.wall_ms);
    world.wall_ms -= 20 * YEAR_MS;
    let _ = world.land();
    let _ = world.presses(1);
    let later = world.flight();
    assert_eq!(later.json()["body"]["clock"]["wall_ms"], world.wall_ms);
    assert_eq!(later.json()["body"]["clock"]["since_trigger_ms"], 300, "elapsed times do not follow it");
}

#[test]
fn a_clock_before_1970_makes_valid_ids() {
    let mut world = World::new();
    world.wall_ms = -5;
    let first = world.sos();
    world.deliver_all();
    let _ = world.cancel();
    let second = world.sos();
    assert_ne!(first, second);
    world.deliver_all();
}

#[test]
fn a_boot_clock_that_goes_back_is_harmless() {
    let mut world = World::new();
    let _ = world.presses(2);
    let t = world.t();
    world.since_boot_ms -= 50_000;
    assert_eq!(world.t(), t, "t never goes back");
    let _ = world.step(Event::Woke);
    assert!(matches!(world.presses(1), siaga_engine::PressAnswer::Triggered { .. }), "and it goes on at once");
    let _ = world.fail(siaga_engine::wire::Failure::Dns);
    world.since_boot_ms = 0;
    let _ = world.step(Event::Woke);
    assert!(world.t() > t);
    world.run_for(60_000, delivers);
    assert!(world.outbox.is_empty());
}

#[test]
fn a_platform_that_cannot_name_its_boots_still_counts_presses_after_one() {
    // INV-2: the boot clock begins anew under the same name, weeks behind.
    let mut world = World::new();
    world.advance(30 * 86_400_000);
    let _ = world.presses(1);
    world.wake();
    world.since_boot_ms = 20_000;
    world.kill_and_restart();
    let _ = world.presses(3);
    assert_eq!(world.rows(Lane::Sos).len(), 1);
    let _ = world.fail(siaga_engine::wire::Failure::Dns);
    world.run_for(30_000, delivers);
    assert!(world.outbox.is_empty());
}

#[test]
fn sleep_counts_and_every_deadline_is_judged_anew_after_it() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.fail(siaga_engine::wire::Failure::Offline);
    world.advance(9 * 3_600_000);
    let _ = world.step(Event::Woke);
    assert_eq!(world.flight().at, world.t(), "the first moment awake");
}

#[test]
fn t_goes_on_over_a_reboot_and_never_back() {
    let mut world = World::new();
    let _ = world.sos();
    let before = world.t();
    world.reboot(0);
    assert_eq!(world.t().since(before), 15_000, "at least the time since boot");
}

#[test]
fn each_boot_has_a_name_of_its_own_on_the_wire() {
    let mut world = World::new();
    let boot = |world: &mut World| {
        let _ = world.sos();
        world.deliver_all();
        let _ = world.cancel();
        world.deliver_all();
        world.sent_in(Lane::Sos).last().unwrap().json()["body"]["clock"]["boot"].as_str().unwrap().to_owned()
    };
    let first = boot(&mut world);
    world.kill_and_restart();
    assert_eq!(boot(&mut world), first, "a process is no boot");
    world.reboot(1_000);
    assert_ne!(boot(&mut world), first);
}
