//! Presses: when they are an SOS, and when not.

use siaga_engine::outbox::Lane;
use siaga_engine::{Event, Press, PressAnswer, Source};

use crate::world::World;

const fn counted(presses: u8) -> PressAnswer {
    PressAnswer::Counted { presses, needed: 3 }
}

#[test]
fn three_presses_within_the_window_are_an_sos_and_it_leaves_in_the_same_step() {
    // INV-1, F81: nothing is waited for.
    let mut world = World::new();
    assert_eq!(world.presses(1), counted(1));
    assert_eq!(world.presses(1), counted(2));
    let PressAnswer::Triggered { incident: id } = world.presses(1) else { panic!("no SOS") };
    let flight = world.flight();
    assert_eq!(flight.lane(), Some(Lane::Sos));
    assert_eq!(flight.ids(), (id.to_string(), id.to_string()));
    assert_eq!(flight.json()["body"]["trigger"]["presses"], 3);
}

#[test]
fn presses_that_are_spread_over_more_than_the_window_are_no_sos() {
    let mut world = World::new();
    for _ in 0..10 {
        world.advance(1_501);
        let answer = world.press(Source::Screen);
        assert!(matches!(answer, PressAnswer::Counted { presses: 1 | 2, .. }), "{answer:?}");
    }
    assert!(world.outbox.is_empty());
}

#[test]
fn the_last_press_may_come_at_the_windows_very_end_but_not_later() {
    for (gap_ms, is_sos) in [(1_500, true), (1_501, false)] {
        let mut world = World::new();
        let _ = world.press(Source::Screen);
        world.advance(1_500);
        let _ = world.press(Source::Screen);
        world.advance(gap_ms);
        let answer = world.press(Source::Screen);
        assert_eq!(matches!(answer, PressAnswer::Triggered { .. }), is_sos, "after {gap_ms} ms");
    }
}

#[test]
fn a_bouncing_contact_never_makes_an_sos() {
    // F78.
    let mut world = World::new();
    let _ = world.press(Source::Screen);
    for _ in 0..2 {
        world.advance(39);
        assert_eq!(world.press(Source::Screen), PressAnswer::TooSoon);
    }
    assert!(world.outbox.is_empty());
}

#[test]
fn touches_that_wait_behind_a_slow_disk_count_at_their_own_moments() {
    // The three come within a millisecond, after eight seconds.
    let mut world = World::new();
    world.advance(8_000);
    let answers = [7_900, 7_500, 7_000].map(|ago_ms| world.press(Press { source: Source::Screen, ago_ms }));
    assert_eq!(answers[..2], [counted(1), counted(2)]);
    assert!(matches!(answers[2], PressAnswer::Triggered { .. }));
    assert_eq!(world.flight().json()["body"]["trigger"]["span_ms"], 900);
}

#[test]
fn a_touch_that_waits_for_another_ones_commit_belongs_to_its_window() {
    // The first is on the disk at once, and the third is there when the window would be over.
    let mut world = World::new();
    let _ = world.press(Source::Screen);
    world.advance(3_400);
    let _ = world.step(Event::Woke);
    assert_eq!(world.snapshot().button.presses, 0);
    assert_eq!(world.press(Press { source: Source::Screen, ago_ms: 3_000 }), counted(2));
    assert_eq!(world.snapshot().button.presses, 2);
    assert!(matches!(world.press(Press { source: Source::Screen, ago_ms: 2_600 }), PressAnswer::Triggered { .. }));
}

#[test]
fn a_thread_that_read_the_clock_first_and_got_the_lock_last_loses_no_press() {
    let mut world = World::new();
    world.advance(200);
    let _ = world.press(Source::Screen);
    let t = world.t();
    world.since_boot_ms -= 150;
    assert_eq!(world.press(Source::Screen), counted(2));
    world.since_boot_ms += 150;
    assert_eq!(world.t(), t, "and no time is counted twice");
}

#[test]
fn a_bogus_time_of_a_touch_is_still_a_press() {
    let mut world = World::new();
    for (presses, ago_ms) in [(1, u32::MAX), (1, 0), (2, 500), (2, u32::MAX)] {
        assert_eq!(world.press(Press { source: Source::Screen, ago_ms }), counted(presses));
        world.advance(100);
    }
}

#[test]
fn a_bogus_time_of_a_touch_keeps_positioning_on_no_longer_than_any_other() {
    // F49: the window stays open for its own length after the press has come, however long ago the touch is said to be.
    let mut world = World::new();
    let _ = world.press(Press { source: Source::Screen, ago_ms: u32::MAX });
    world.advance(3_001);
    world.effects.clear();
    let _ = world.step(Event::Woke);
    assert_eq!(world.effects, [siaga_engine::Effect::StopLocation]);
    assert_eq!(world.wake, None);
}

#[test]
fn presses_of_different_sources_count_together_and_the_last_names_the_trigger() {
    let mut world = World::new();
    for source in [Source::VolumeKey, Source::Notification] {
        world.advance(300);
        let _ = world.press(source);
    }
    world.advance(300);
    let _ = world.press(Source::Headset);
    let trigger = world.flight().json()["body"]["trigger"].clone();
    assert_eq!(trigger, serde_json::json!({ "source": "headset", "presses": 3, "span_ms": 600 }));
}

#[test]
fn a_source_that_the_agency_turned_off_neither_counts_nor_disturbs_the_count() {
    let mut world = World::with(|config| config.press.sources = vec![Source::Screen]);
    let _ = world.presses(2);
    world.advance(100);
    assert_eq!(world.press(Source::Headset), PressAnswer::SourceOff);
    assert!(matches!(world.presses(1), PressAnswer::Triggered { .. }));
}

#[test]
fn counting_survives_the_death_of_the_process() {
    // INV-1, INV-13, F54.
    let mut world = World::new();
    let _ = world.presses(2);
    world.kill_and_restart();
    assert_eq!(world.snapshot().button.presses, 2);
    assert!(matches!(world.presses(1), PressAnswer::Triggered { .. }));
}

#[test]
fn counting_goes_on_over_a_reboot_by_the_time_since_boot() {
    // 15 s since boot are more than any window: the presses before no longer count, and nothing breaks.
    let mut world = World::new();
    let _ = world.presses(2);
    world.reboot(60_000);
    assert_eq!(world.presses(1), counted(1));
    assert_eq!(world.presses(1), counted(2));
    assert!(matches!(world.presses(1), PressAnswer::Triggered { .. }));
}

#[test]
fn a_wall_clock_that_jumps_between_presses_changes_nothing() {
    // F53, INV-8.
    for jump_ms in [-31_536_000_000, 315_360_000_000, 3_000, -3_000] {
        let mut world = World::new();
        let _ = world.presses(2);
        world.wall_ms += jump_ms;
        assert!(matches!(world.presses(1), PressAnswer::Triggered { .. }), "jump of {jump_ms} ms");
    }
}

#[test]
fn a_count_that_lapsed_wakes_once_and_leaves_nothing_behind() {
    let mut world = World::new();
    let _ = world.presses(2);
    assert_eq!(world.snapshot().button.presses, 2);
    assert!(world.snapshot().button.window_left_ms > 0);
    world.wake();
    assert_eq!(world.snapshot().button.presses, 0);
    assert_eq!(world.wake, None, "a phone in a pocket stays asleep");
    let _ = world.step(Event::Woke);
    assert_eq!(world.presses(1), counted(1));
}

#[test]
fn an_agency_may_ask_for_more_presses() {
    let mut world = World::with(|config| config.press.presses = 5);
    assert!(matches!(world.presses(4), PressAnswer::Counted { presses: 4, needed: 5 }));
    assert!(matches!(world.presses(1), PressAnswer::Triggered { .. }));
}
