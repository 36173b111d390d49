//! Settings: each value at its limits, and beyond them.

use siaga_engine::Source;
use siaga_engine::config::{Config, ConfigError};

use crate::world::centre::{NAME, key};

fn checked(change: impl FnOnce(&mut Config)) -> Result<(), ConfigError> {
    let mut config = Config::for_centre(NAME, key(1).public().clone());
    change(&mut config);
    config.check().map(drop)
}

/// A setting's path, the values at its limits, the values just beyond, and how it is set.
type Limit = (&'static str, [u64; 2], Vec<u64>, fn(&mut Config, u64));

fn limits() -> Vec<Limit> {
    vec![
        ("press.presses", [3, 10], vec![0, 2, 11, 255], |config, value| config.press.presses = value as u8),
        ("press.window_ms", [1_000, 10_000], vec![0, 999, 10_001], |c, value| c.press.window_ms = value as u32),
        ("press.debounce_ms", [20, 300], vec![0, 19, 301], |c, value| c.press.debounce_ms = value as u32),
        ("incident.grace_ms", [0, 60_000], vec![60_001], |c, value| c.incident.grace_ms = value as u32),
        ("incident.escalation_gap_ms", [1_000, 60_000], vec![0, 999, 60_001], |c, value| {
            c.incident.escalation_gap_ms = value as u32;
        }),
        ("incident.fix_gap_ms", [1_000, 300_000], vec![0, 999, 300_001], |c, value| {
            c.incident.fix_gap_ms = value as u32;
        }),
        ("incident.sos_max_age_h", [1, 168], vec![0, 169], |c, value| c.incident.sos_max_age_h = value as u16),
        ("incident.drill_max_age_min", [1, 60], vec![0, 61], |c, value| {
            c.incident.drill_max_age_min = value as u16;
        }),
        ("media.file_max_mb", [1, 4_000], vec![0, 4_001], |c, value| c.media.file_max_mb = value as u32),
        ("media.total_max_mb", [10, 16_000], vec![9, 16_001], |c, value| c.media.total_max_mb = value as u32),
        ("media.keep_days", [0, 30], vec![31], |c, value| c.media.keep_days = value as u16),
        ("media.metered_max_mb", [0, 4_000], vec![4_001], |c, value| c.media.metered_max_mb = value as u32),
        ("incident.message (characters)", [0, 500], vec![501], |c, value| {
            c.incident.message = Some("é".repeat(value as usize));
        }),
    ]
}

#[test]
fn every_value_is_taken_at_its_limits() {
    for (field, within, _, set) in limits() {
        for value in within {
            assert_eq!(checked(|config| set(config, value)), Ok(()), "{field} = {value}");
        }
    }
}

#[test]
fn every_value_beyond_its_limits_is_refused_with_its_name() {
    for (field, _, beyond, set) in limits() {
        for value in beyond {
            let error = checked(|config| set(config, value)).unwrap_err();
            assert_eq!((error.field, error.value.as_str()), (field, value.to_string().as_str()));
            let text = error.to_string();
            assert!(text.contains(field) && text.contains(" to "), "says what would do: {text}");
        }
    }
}

#[test]
fn a_window_into_which_the_presses_do_not_fit_is_refused() {
    let change = |window_ms| {
        checked(|config| {
            config.press.presses = 10;
            config.press.debounce_ms = 300;
            config.press.window_ms = window_ms;
        })
    };
    assert_eq!(change(2_699).unwrap_err().field, "press.window_ms");
    assert_eq!(change(2_700), Ok(()));
}

#[test]
fn a_button_that_no_source_presses_is_refused() {
    assert_eq!(checked(|config| config.press.sources.clear()).unwrap_err().field, "press.sources");
    assert_eq!(checked(|config| config.press.sources = vec![Source::Watch]), Ok(()));
}

#[test]
fn a_centres_name_is_short_and_plain() {
    for id in ["a", "jateng-112.example", &"z".repeat(64)] {
        assert_eq!(checked(|config| config.centre.id = id.to_owned()), Ok(()), "{id}");
    }
    for id in ["", "A", "a b", "a/b", "ä", &"z".repeat(65)] {
        assert_eq!(checked(|config| config.centre.id = id.to_owned()).unwrap_err().field, "centre.id", "{id}");
    }
}

#[test]
fn a_misspelt_setting_is_an_error_and_a_missing_one_has_its_default() {
    let centre = serde_json::json!({ "id": NAME, "root_key": key(1).public() });
    let config: Config = serde_json::from_value(serde_json::json!({ "centre": centre })).unwrap();
    assert_eq!(config, Config::for_centre(NAME, key(1).public().clone()));
    let misspelt = serde_json::json!({ "centre": centre, "press": { "window": 3_000 } });
    assert!(serde_json::from_value::<Config>(misspelt).unwrap_err().to_string().contains("window"));
}
