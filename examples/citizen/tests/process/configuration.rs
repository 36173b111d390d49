//! Every setting can be wrong: the message names it.

use serde_json::{Value, json};

use crate::bench::{Bench, bare, ended};

/// Changes one setting of a good configuration, and gives the program's words about it.
fn said_about(bench: &Bench, pointer: &str, value: Value) -> String {
    let mut config: Value = serde_json::from_str(&std::fs::read_to_string(bench.config()).unwrap()).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    if config.pointer(parent).is_none() {
        config[&parent[1..]] = json!({});
    }
    config.pointer_mut(parent).unwrap()[name] = value;
    let file = bench.file("wrong.json", &config.to_string());
    let refused = bench.run(&["--config", file.to_str().unwrap(), "status"]);
    assert_eq!((refused.code, &refused.object["error"]["kind"]), (3, &"configuration".into()), "{pointer}");
    let said = refused.object["error"]["message"].as_str().unwrap().to_owned();
    assert!(said.contains("wrong.json"), "{said}");
    said
}

#[test]
fn each_wrong_setting_is_named() {
    let bench = Bench::offline();
    for (pointer, value) in [
        ("/centre/id", json!("NOT LOWER CASE")),
        ("/centre/id", json!(7)),
        ("/centre/root_key", json!("abc")),
        ("/centre/primary", json!("ftp://centre.example")),
        ("/centre/primary", json!("http://centre.example")),
        ("/centre/primary", json!("https://centre.example/path")),
        ("/centre/second", json!("https://user@centre.example")),
        ("/centre/second", json!(true)),
        ("/centre/public_roots", json!("yes")),
        ("/centre/agency_cas_pem", json!(["no certificate"])),
        ("/centre/agency_cas_pem", json!("no list")),
        ("/centre/port", json!(443)),
        ("/press/presses", json!(2)),
        ("/press/presses", json!("three")),
        ("/press/window_ms", json!(999)),
        ("/press/debounce_ms", json!(301)),
        ("/press/sources", json!([])),
        ("/press/sources", json!(["nose"])),
        ("/incident/grace_ms", json!(60_001)),
        ("/incident/escalation_gap_ms", json!(0)),
        ("/incident/fix_gap_ms", json!(0)),
        ("/incident/sos_max_age_h", json!(169)),
        ("/incident/drill_max_age_min", json!(0)),
        ("/incident/message", json!("x".repeat(501))),
        ("/incident/message", json!(5)),
    ] {
        let path = pointer[1..].replace('/', ".");
        let said = said_about(&bench, pointer, value.clone());
        assert!(said.contains(&path), "{path} = {value}: {said}");
    }
}

#[test]
fn an_agency_that_trusts_nobody_is_told_so() {
    let bench = Bench::offline();
    let said = said_about(&bench, "/centre/agency_cas_pem", json!([]));
    assert!(said.contains("centre.public_roots") && said.contains("trusts nobody"), "{said}");
}

#[test]
fn no_configuration_and_one_that_is_no_json_say_what_to_do() {
    let bench = Bench::offline();
    let none = ended(&bare(&["--json", "status"]).output().unwrap());
    assert_eq!(none.code, 3);
    assert!(none.object["error"]["message"].as_str().unwrap().contains("--config"), "{none:?}");
    let missing = ended(&bare(&["--json", "--config", "/does/not/exist.json", "status"]).output().unwrap());
    assert_eq!(missing.code, 3);
    assert!(missing.object["error"]["message"].as_str().unwrap().contains("/does/not/exist.json"), "{missing:?}");
    for text in ["", "x", "[]", "{}", "{\"centre\":{}}"] {
        let file = bench.file("wrong.json", text);
        assert_eq!(bench.run(&["--config", file.to_str().unwrap(), "status"]).code, 3, "{text}");
    }
}
