//! Which of several fixes an SOS carries: properties over any pair of them (F45).

use proptest::prelude::*;
use siaga_engine::location::{FixReading, FixSource, Radius};

use crate::world::{World, gnss};

fn reading(source: FixSource, lat: f64, m: f64, age_ms: u64) -> FixReading {
    FixReading { source, radius: Some(Radius { m, confidence: 0.68 }), ..gnss(lat, 106.8, age_ms) }
}

/// The latitude that an SOS states after these fixes arrived in this order.
fn chosen(fixes: &[FixReading]) -> f64 {
    let mut world = World::unopened(|_| {});
    world.careful = false;
    for fix in fixes {
        world.locate(fix.clone());
    }
    let _ = world.sos();
    let put = world.puts()[0].json();
    put["body"]["position"]["fix"]["lat"].as_f64().unwrap()
}

// Far below any jump: 0.001 degrees are 111 m.
const BETTER: f64 = -6.2;
const WORSE: f64 = -6.201;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fix_that_is_newer_and_surer_always_wins_f45(
        m in 1.0..5_000.0_f64,
        age_ms in 0..3_600_000_u64,
        more_m in 0.1..5_000.0_f64,
        older_ms in 1..3_600_000_u64,
        better_first: bool,
    ) {
        let better = reading(FixSource::Gnss, BETTER, m, age_ms);
        let worse = reading(FixSource::Network, WORSE, m + more_m, age_ms + older_ms);
        let order = if better_first { [better, worse] } else { [worse, better] };
        prop_assert_eq!(chosen(&order), BETTER);
    }

    #[test]
    fn of_equally_sure_fixes_the_newer_wins(m in 1.0..5_000.0_f64, age_ms in 0..3_600_000_u64, older_ms in 1..3_600_000_u64) {
        let fixes = [reading(FixSource::Fused, WORSE, m, age_ms + older_ms), reading(FixSource::Gnss, BETTER, m, age_ms)];
        prop_assert_eq!(chosen(&fixes), BETTER);
    }

    #[test]
    fn a_believed_fix_wins_over_any_doubtful_one(m in 1.0..50_000.0_f64, age_ms in 0..36_000_000_u64) {
        let mock = FixReading { mock: true, ..reading(FixSource::Fused, WORSE, 1.0, 0) };
        let believed = reading(FixSource::Gnss, BETTER, m, age_ms);
        prop_assert_eq!(chosen(&[mock.clone(), believed.clone()]), BETTER);
        prop_assert_eq!(chosen(&[believed, mock]), BETTER);
    }

    #[test]
    fn whatever_the_platform_says_an_sos_leaves_and_is_an_envelope(
        lat in proptest::num::f64::ANY,
        lon in proptest::num::f64::ANY,
        m in proptest::num::f64::ANY,
        confidence in proptest::num::f64::ANY,
        speed in proptest::num::f64::ANY,
        age_ms: u64,
        stated: i64,
    ) {
        let mut world = World::unopened(|_| {});
        world.locate(FixReading {
            radius: Some(Radius { m, confidence }),
            speed_mps: Some(speed),
            stated_wall_ms: Some(stated),
            ..gnss(lat, lon, age_ms)
        });
        let _ = world.sos();
        prop_assert_eq!(world.puts()[0].kind(), "sos");
    }
}

#[test]
fn age_is_weighed_against_the_radius() {
    // Walking leaves 90 m of doubt after a minute: 12 m of a minute ago beat 2 km of now, and lose against 20 m of now.
    let old = reading(FixSource::Gnss, BETTER, 12.0, 60_000);
    assert_eq!(chosen(&[old.clone(), reading(FixSource::Network, WORSE, 2_000.0, 0)]), BETTER);
    assert_eq!(chosen(&[old, reading(FixSource::Network, WORSE, 20.0, 0)]), WORSE);
}

#[test]
fn who_moves_fast_is_doubted_sooner() {
    // 30 m/s for 20 s are 600 m.
    let driving = FixReading { speed_mps: Some(30.0), ..reading(FixSource::Gnss, WORSE, 5.0, 20_000) };
    assert_eq!(chosen(&[driving, reading(FixSource::Network, BETTER, 200.0, 0)]), BETTER);
    let walking = reading(FixSource::Gnss, BETTER, 5.0, 20_000);
    assert_eq!(chosen(&[walking, reading(FixSource::Network, WORSE, 200.0, 0)]), BETTER);
}

#[test]
fn radii_are_compared_at_the_same_confidence() {
    // 10 m at 68 % are 16 m at 95 %.
    let at_95 =
        FixReading { radius: Some(Radius { m: 12.0, confidence: 0.95 }), ..reading(FixSource::Gnss, BETTER, 0.0, 0) };
    assert_eq!(chosen(&[at_95, reading(FixSource::Network, WORSE, 10.0, 0)]), BETTER);
}

#[test]
fn an_unknown_radius_neither_wins_nor_loses_by_itself() {
    let unknown = |lat| FixReading { source: FixSource::Fused, radius: None, ..gnss(lat, 106.8, 0) };
    assert_eq!(chosen(&[unknown(WORSE), reading(FixSource::Gnss, BETTER, 20.0, 0)]), BETTER);
    assert_eq!(chosen(&[unknown(BETTER), reading(FixSource::Network, WORSE, 2_000.0, 0)]), BETTER);
}

#[test]
fn a_coarse_fix_does_not_replace_a_good_one_of_the_same_positioning_a_second_before() {
    let fused = |m: f64, lat: f64| FixReading {
        source: FixSource::Fused,
        radius: Some(Radius { m, confidence: 0.68 }),
        ..gnss(lat, 106.8, 0)
    };
    let mut world = World::new();
    world.locate(fused(10.0, -6.2));
    world.advance(1_000);
    world.locate(fused(2_000.0, -6.201));
    let _ = world.sos();
    let lat = &world.puts()[0].json()["body"]["position"]["fix"]["lat"];
    assert_eq!(lat.as_f64(), Some(-6.2));
}
