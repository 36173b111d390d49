//! The program: its options, its exit codes, and what it says about inputs that cannot be used.

use std::path::Path;
use std::process::{Command, Output};

use siaga_centre::{Centre, CentreHandle, CentreOptions, make_test_certificate};
use tempfile::TempDir;

const ROOT: &str = "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w";

fn conform(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_siaga-conform")).args(arguments).output().unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = conform(arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn centre(folder: &Path) -> (CentreHandle, String) {
    let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let options = CentreOptions { tls: Some(identity), ..CentreOptions::new(folder, "kota-uji") };
    (Centre::start(options).unwrap(), authority)
}

/// The configuration as the phone itself writes it.
fn phone_config(centre: &CentreHandle, authority: &str) -> String {
    let config = siaga::Config {
        centre: siaga::Centre {
            id: centre.centre_id().to_owned(),
            root_key: centre.root_key(),
            primary: format!("https://{}", centre.api_addr()),
            second: None,
            public_roots: false,
            agency_cas_pem: vec![authority.to_owned()],
        },
        press: siaga::PressConfig::default(),
        incident: siaga::IncidentConfig::default(),
        media: siaga::MediaConfig::default(),
    };
    serde_json::to_string(&config).unwrap()
}

#[test]
fn a_centre_that_breaks_nothing_gives_exit_code_0_with_the_phone_s_own_configuration() {
    let folder = TempDir::new().unwrap();
    let (centre, authority) = centre(folder.path());
    let config = folder.path().join("phone.json");
    std::fs::write(&config, phone_config(&centre, &authority)).unwrap();
    let output = conform(&["--config", config.to_str().unwrap(), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["holds"].as_bool(), report["failed"].as_u64()), (Some(true), Some(0)));
    assert!(String::from_utf8_lossy(&output.stderr).contains("leaves about"), "it says what it will leave");
}

#[test]
fn a_root_key_that_is_not_the_centre_s_is_a_broken_rule_and_exit_code_1() {
    let folder = TempDir::new().unwrap();
    let (centre, authority) = centre(folder.path());
    let ca = folder.path().join("ca.pem");
    std::fs::write(&ca, authority).unwrap();
    let url = format!("https://{}", centre.api_addr());
    let output = conform(&["--url", &url, "--ca", ca.to_str().unwrap(), "--centre", "kota-uji", "--root-key", ROOT]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let broken: Vec<&str> = text.lines().filter(|line| line.starts_with("FAIL")).collect();
    assert_eq!(broken, ["FAIL  K02  The list is signed by the root key that phones carry"], "{text}");
    assert!(text.contains("Not seen from outside"), "{text}");
}

#[test]
fn an_address_that_is_none_is_said_with_exit_code_2() {
    for url in [
        "centre.example",
        "ftp://centre.example",
        "https://centre.example/api",
        "https://u:p@centre.example",
        "https://a b",
    ] {
        let said = refused(&["--url", url, "--centre", "kota-uji", "--root-key", ROOT]);
        assert!(said.contains(url) && said.contains("expected an origin"), "{said}");
    }
}

#[test]
fn an_unreachable_server_is_said_with_exit_code_2() {
    // Bound and dropped: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("https://127.0.0.1:{port}");
    let said = refused(&["--url", &url, "--centre", "kota-uji", "--root-key", ROOT]);
    assert!(said.contains(&format!("{url}/v1/keys cannot be reached")) && said.contains("refused"), "{said}");
}

#[test]
fn a_server_that_never_answers_is_said_with_exit_code_2() {
    // Bound, so that the system takes the connection, and nobody reads from it.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let said = refused(&["--url", &url, "--centre", "kota-uji", "--root-key", ROOT, "--timeout-ms", "200"]);
    assert!(said.contains("cannot be reached: not in time"), "{said}");
}

#[test]
fn plain_http_is_said_loudly() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let said = refused(&["--url", &format!("http://127.0.0.1:{port}"), "--centre", "kota-uji", "--root-key", ROOT]);
    assert!(said.contains("!!! PLAIN HTTP"), "{said}");
}

#[test]
fn a_root_key_or_an_id_that_is_none_is_said_with_exit_code_2() {
    let url = "https://127.0.0.1:1";
    for key in ["", "abc", &format!("{ROOT}="), &ROOT[1..]] {
        let said = refused(&["--url", url, "--centre", "kota-uji", "--root-key", key]);
        assert!(said.contains("root key") && said.contains("43 characters"), "{said}");
    }
    let said = refused(&["--url", url, "--centre", "Kota Uji", "--root-key", ROOT]);
    assert!(said.contains("'Kota Uji'"), "{said}");
}

#[test]
fn an_authority_that_is_none_is_said_with_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("ca.pem");
    let with = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let ca = file.to_str().unwrap();
        refused(&["--url", "https://127.0.0.1:1", "--ca", ca, "--centre", "kota-uji", "--root-key", ROOT])
    };
    assert!(with("no certificate").contains("has no certificate in it"));
    assert!(with("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n").contains("is not PEM"));
    assert!(with("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").contains("cannot be read"));
    let missing = folder.path().join("missing.pem");
    let missing = missing.to_str().unwrap();
    let said = refused(&["--url", "https://127.0.0.1:1", "--ca", missing, "--centre", "kota-uji", "--root-key", ROOT]);
    assert!(said.contains("missing.pem"), "{said}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_said_with_exit_code_2() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("phone.json");
    for (text, part) in [("{", "EOF"), ("{}", "centre"), (r#"{"centre":{"id":"kota-uji"}}"#, "root_key")] {
        std::fs::write(&file, text).unwrap();
        let said = refused(&["--config", file.to_str().unwrap()]);
        assert!(said.contains("phone.json") && said.contains(part), "{said}");
    }
}

#[test]
fn an_unknown_option_and_a_missing_one_are_said_with_exit_code_2() {
    assert!(refused(&["--nonsense"]).contains("--nonsense"));
    assert!(refused(&[]).contains("--url"));
    assert!(refused(&["--url", "https://127.0.0.1:1", "--timeout-ms", "0"]).contains("--timeout-ms"));
    assert!(refused(&["--url", "https://127.0.0.1:1", "--profile", "some"]).contains("--profile"));
}

#[test]
fn the_rules_are_listed_with_exit_code_0_and_without_a_server() {
    let output = conform(&["--list"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().contains("B05  MUST    basic  The basic profile"));
}
