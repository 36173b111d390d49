//! Where the citizen is, in the first packet: the best that is known, and never waited for.

use serde_json::{Value, json};
use siaga_engine::location::{FixReading, FixSource, LocationReport, NoFix, Radius};
use siaga_engine::{Event, PositionView};

use crate::world::{WALL_MS, World, gnss};

fn position(world: &mut World) -> Value {
    let _ = world.sos();
    world.flight().json()["body"]["position"].clone()
}

#[test]
fn the_first_packet_carries_the_fix_that_is_known() {
    // F42, F44: with its age, its radius and its source.
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    world.advance(2_100);
    let expected = json!({ "fix": {
        "lat": -6.2, "lon": 106.8, "radius": { "m": 12.0, "confidence": 0.68 }, "source": "gnss", "age_ms": 3_000,
        "since_trigger_ms": -3_000,
    }});
    assert_eq!(position(&mut world), expected);
}

#[test]
fn without_a_fix_the_reason_goes_over_the_wire_f46() {
    for (why, word) in [
        (NoFix::PermissionDenied, "permission_denied"),
        (NoFix::LocationOff, "location_off"),
        (NoFix::NoSignal, "no_signal"),
    ] {
        let mut world = World::new();
        let _ = world.step(Event::Located(LocationReport::Unable(why)));
        assert_eq!(position(&mut world), json!({ "no_fix": { "reason": word } }));
        assert_eq!(world.snapshot().position, PositionView::Unknown(why));
    }
}

#[test]
fn a_new_reason_is_news_for_the_screen_and_the_same_one_again_is_none() {
    let mut world = World::new();
    let revision = |world: &mut World, why| {
        let _ = world.step(Event::Located(LocationReport::Unable(why)));
        world.snapshot().revision
    };
    let denied = revision(&mut world, NoFix::PermissionDenied);
    assert_eq!(revision(&mut world, NoFix::PermissionDenied), denied);
    let off = revision(&mut world, NoFix::LocationOff);
    assert!(off > denied);
    world.fix(-6.2, 106.8);
    let known = world.snapshot().revision;
    assert_eq!(revision(&mut world, NoFix::PermissionDenied), known, "the fix is shown");
}

#[test]
fn a_platform_that_was_only_just_asked_has_no_signal_yet() {
    let mut world = World::new();
    assert_eq!(world.snapshot().position, PositionView::Unknown(NoFix::NotAsked));
    assert_eq!(position(&mut world), json!({ "no_fix": { "reason": "no_signal" } }));
}

#[test]
fn a_report_without_positioning_says_that_nobody_asked() {
    let mut world = World::new();
    let _ = world.report();
    assert_eq!(world.flight().json()["body"]["position"], json!({ "no_fix": { "reason": "not_asked" } }));
}

#[test]
fn a_refused_permission_takes_nothing_from_a_fix_that_is_known() {
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    let _ = world.step(Event::Located(LocationReport::Unable(NoFix::PermissionDenied)));
    assert_eq!(position(&mut world)["fix"]["lat"], -6.2);
}

#[test]
fn positioning_is_asked_with_the_first_press_and_the_sos_waits_for_none_f81() {
    let mut world = World::new();
    let _ = world.presses(1);
    assert_eq!(world.effects, [siaga_engine::Effect::StartLocation]);
    assert!(position(&mut World::new()).get("no_fix").is_some());
}

#[test]
fn a_fix_older_than_a_minute_is_called_last_known_f42() {
    for (age_ms, last_known) in [(60_000, None), (60_001, Some(&json!(true))), (2_580_000, Some(&json!(true)))] {
        let mut world = World::new();
        world.fix(-6.2, 106.8);
        world.advance(age_ms - 900);
        let fix = position(&mut world)["fix"].clone();
        assert_eq!((&fix["age_ms"], fix.get("last_known")), (&json!(age_ms), last_known));
    }
}

#[test]
fn after_a_reboot_an_age_is_a_lower_bound_and_says_so() {
    // F42: nobody knows how long the phone was off.
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    world.reboot(3_600_000);
    let fix = position(&mut world)["fix"].clone();
    assert_eq!((&fix["age_is_minimum"], &fix["last_known"]), (&json!(true), &json!(true)));
}

#[test]
fn an_unknown_radius_stays_unknown_on_the_wire() {
    let impossible = [
        None,
        Some(Radius { m: f64::NAN, confidence: 0.68 }),
        Some(Radius { m: -1.0, confidence: 0.68 }),
        Some(Radius { m: 5.0, confidence: 1.0 }),
        Some(Radius { m: 5.0, confidence: 0.0 }),
        Some(Radius { m: f64::INFINITY, confidence: 0.68 }),
    ];
    for radius in impossible {
        let mut world = World::new();
        world.locate(FixReading { radius, ..gnss(-6.2, 106.8, 0) });
        assert_eq!(position(&mut world)["fix"]["radius"], Value::Null, "{radius:?}");
    }
}

#[test]
fn numbers_that_are_none_are_left_out_and_the_fix_is_sent() {
    let mut world = World::new();
    let odd = FixReading { altitude_m: Some(f64::NAN), speed_mps: Some(f64::INFINITY), ..gnss(-6.2, 106.8, 0) };
    world.locate(FixReading { bearing_deg: Some(90.0), ..odd });
    let fix = position(&mut world)["fix"].clone();
    assert_eq!((&fix["altitude_m"], &fix["speed_mps"]), (&Value::Null, &Value::Null));
    assert_eq!(fix["bearing_deg"], 90.0);
}

#[test]
fn a_position_that_is_none_is_ignored() {
    let mut world = World::new();
    for (lat, lon) in [(91.0, 0.0), (0.0, 181.0), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
        world.fix(lat, lon);
    }
    assert_eq!(world.snapshot().position, PositionView::Unknown(NoFix::NotAsked));
}

#[test]
fn a_doubtful_fix_goes_with_its_flag_when_there_is_nothing_better() {
    // F45: a filter never takes the only position from an SOS.
    let stated = |ms| FixReading { stated_wall_ms: Some(ms), ..gnss(-6.2, 106.8, 0) };
    let cases = [
        (gnss(0.0, 0.0001, 0), "null_island"),
        (stated(WALL_MS - 7_168 * 86_400_000), "week_rollover"),
        (stated(WALL_MS + 3_600_000), "from_the_future"),
    ];
    for (reading, flag) in cases {
        let mut world = World::new();
        world.locate(reading);
        let fix = position(&mut world)["fix"].clone();
        assert_eq!(fix["flags"], json!([flag]));
    }
}

#[test]
fn a_rolled_over_week_is_corrected_on_the_wire_f51() {
    let mut world = World::new();
    let stated = world.wall_ms - 7_168 * 86_400_000;
    world.locate(FixReading { stated_wall_ms: Some(stated), ..gnss(-6.2, 106.8, 0) });
    assert_eq!(position(&mut world)["fix"]["stated_at"], WALL_MS);
}

#[test]
fn an_impossible_jump_is_flagged_and_the_believed_fix_stays() {
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    world.advance(10_000);
    world.locate(FixReading { source: FixSource::Network, ..gnss(48.1, 11.6, 0) });
    let fix = position(&mut world)["fix"].clone();
    assert_eq!(fix["lat"], -6.2);
    let PositionView::Known { trusted, .. } = world.snapshot().position else { panic!("a position is known") };
    assert!(trusted);
}

#[test]
fn a_doubtful_fix_of_the_same_source_does_not_push_out_a_believed_one() {
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    world.advance(5_000);
    world.fix(0.0, 0.0);
    assert_eq!(position(&mut world)["fix"]["lat"], -6.2);
}

#[test]
fn a_mock_position_is_sent_as_one_but_not_believed_beside_a_real_one() {
    let mut world = World::new();
    world.locate(FixReading { mock: true, source: FixSource::Fused, ..gnss(-7.0, 110.4, 0) });
    assert_eq!(position(&mut world)["fix"]["mock"], true);
    let mut world = World::new();
    world.locate(FixReading { radius: None, ..gnss(-7.0, 110.4, 20_000) });
    world.locate(FixReading { mock: true, source: FixSource::Fused, ..gnss(-7.0, 110.4, 0) });
    assert_eq!(position(&mut world)["fix"].get("mock"), None);
}

#[test]
fn the_last_known_fix_survives_the_process() {
    let mut world = World::new();
    world.fix(-6.2, 106.8);
    world.kill_and_restart();
    assert_eq!(position(&mut world)["fix"]["lat"], -6.2);
}

#[test]
fn a_fix_that_is_older_than_the_database_keeps_its_age_f42() {
    // The app was installed a moment ago, and the platform's last known fix is 43 minutes old.
    let mut world = World::new();
    world.locate(gnss(-6.2, 106.8, 2_580_000));
    let fix = position(&mut world)["fix"].clone();
    assert_eq!((&fix["age_ms"], &fix["last_known"]), (&json!(2_580_900), &json!(true)));
}
