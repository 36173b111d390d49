//! INV-8: TLS validity alone does not stop an SOS. A real process under `faketime`, the real centre with a certificate of 90
//! days, real TLS.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but not in what several tests share"
)]

use std::path::Path;
use std::process::Command;

use siaga::{Centre as Settings, Config, IncidentConfig, IncidentView, PressConfig};
use siaga_centre::{Centre, CentreHandle, CentreOptions, make_test_certificate};
use tempfile::TempDir;

/// Two attempts with their time-outs, and the back-off between them.
const PATIENT_MS: &str = "30000";

struct City {
    centre: CentreHandle,
    authority: String,
    _folder: TempDir,
}

fn city() -> City {
    let folder = tempfile::tempdir().unwrap();
    let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let options = CentreOptions { tls: Some(identity), ..CentreOptions::new(folder.path(), "kota-uji") };
    City { centre: Centre::start(options).unwrap(), authority, _folder: folder }
}

/// An SOS from a phone whose clock is off by `offset`.
fn sos(city: &City, authority: &str, offset: &str, deliver_ms: &str) -> IncidentView {
    let phone = tempfile::tempdir().unwrap();
    let config = Config {
        centre: Settings {
            id: city.centre.centre_id().to_owned(),
            root_key: city.centre.root_key(),
            primary: format!("https://{}", city.centre.api_addr()),
            second: None,
            public_roots: false,
            agency_cas_pem: vec![authority.to_owned()],
        },
        press: PressConfig::default(),
        incident: IncidentConfig::default(),
        media: siaga::MediaConfig::default(),
    };
    let file = phone.path().join("config.json");
    std::fs::write(&file, serde_json::to_string(&config).unwrap()).unwrap();
    pressed(&[&file, &phone.path().join("data"), Path::new(deliver_ms)], offset)
}

fn pressed(arguments: &[&Path], offset: &str) -> IncidentView {
    let output = Command::new("faketime")
        .args(["-f", offset, env!("CARGO_BIN_EXE_phone")])
        .args(arguments)
        // The clock that counts is the wall's; timers go on as they are.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn is_delivered_with_a_clamped_clock(offset: &str) {
    let city = city();
    let incident = sos(&city, &city.authority, offset, PATIENT_MS);
    assert!(incident.receipt.is_some(), "{incident:#?}");
    assert!(incident.clock_clamped, "it is flagged");
    let stored = city.centre.incidents().unwrap();
    assert_eq!((stored.len(), stored[0].creates), (1, 1));
    assert_eq!(stored[0].incident, incident.id.to_string());
}

#[test]
fn an_sos_from_a_phone_a_year_back_is_signed_for_and_flagged_f50() {
    is_delivered_with_a_clamped_clock("-365d");
}

#[test]
fn an_sos_from_a_phone_ten_years_ahead_is_signed_for_and_flagged_f50() {
    is_delivered_with_a_clamped_clock("+3650d");
}

#[test]
fn a_phone_with_the_right_time_is_not_flagged() {
    let city = city();
    let incident = sos(&city, &city.authority, "+0", PATIENT_MS);
    assert!(incident.receipt.is_some() && !incident.clock_clamped, "{incident:#?}");
}

#[test]
fn a_stranger_s_certificate_is_refused_whatever_the_clock() {
    let city = city();
    let (stranger, _) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let incident = sos(&city, &stranger, "-365d", "3000");
    assert!(incident.receipt.is_none() && incident.trouble.is_some(), "{incident:#?}");
    assert!(city.centre.incidents().unwrap().is_empty());
}
