//! The evidence of an incident, from the centre's export to the verdict.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::bench::{Bench, Ended};

/// An SOS with a press after it and two photos, at the centre, and its export.
fn exported() -> (Bench, Vec<String>) {
    let bench = Bench::offline();
    let pressed = bench.run(&["press", "--count", "4"]);
    for name in ["first.jpg", "second.jpg"] {
        let photo = bench.file(name, "");
        std::fs::write(&photo, [b"\xFF\xD8\xFF\xE0 a small picture, ", name.as_bytes()].concat()).unwrap();
        assert_eq!(bench.run(&["attach", photo.to_str().unwrap()]).code, 0);
    }
    bench.go_online();
    let drained = bench.drain();
    assert_eq!(drained.code, 0, "{drained:#?}");
    let lines = bench.centre.evidence(pressed.object["incident"].as_str().unwrap()).unwrap();
    (bench, lines.lines().map(str::to_owned).collect())
}

fn verified(bench: &Bench, lines: &[String]) -> Ended {
    let export = bench.file("evidence.jsonl", &lines.join("\n"));
    bench.run(&["verify", export.to_str().unwrap()])
}

/// The line of the event that says this.
fn place(lines: &[String], said: &str) -> usize {
    let says = |line: &String| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["bytes"].as_str().is_some_and(|bytes| text(bytes).contains(said))
    };
    lines.iter().position(says).unwrap()
}

fn text(base64: &str) -> String {
    String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap()
}

/// The bytes of an event, changed behind the receipt's back.
fn change(line: &str, from: &str, to: &str) -> String {
    let mut line: Value = serde_json::from_str(line).unwrap();
    let bytes = text(line["bytes"].as_str().unwrap());
    assert!(bytes.contains(from), "{bytes}");
    line["bytes"] = STANDARD.encode(bytes.replacen(from, to, 1)).into();
    line.to_string()
}

#[test]
fn what_the_centre_hands_out_holds_up_to_the_record_that_the_phone_remembers() {
    let (bench, lines) = exported();
    let ended = verified(&bench, &lines);
    assert_eq!((ended.code, &ended.object["holds"]), (0, &true.into()), "{ended:#?}");
    let incident = &ended.object["incidents"][0];
    assert_eq!((&incident["evidence"], &incident["newest"]), (&"3 records, whole".into(), &3.into()));
    assert_eq!(incident["remembered"], "remembers the same newest record");
    // The create, the escalation, two manifests, and two photos.
    assert_eq!((&incident["signed"], lines.len()), (&6.into(), 7));
    assert_eq!(bench.at_centre().0[0].evidence.to_string(), "3 records, whole");
}

#[test]
fn a_record_that_is_missing_is_named_and_the_newest_one_is_missed_by_the_phone() {
    let (bench, lines) = exported();
    let mut without = lines.clone();
    let _ = without.remove(place(&lines, "first.jpg"));
    let ended = verified(&bench, &without);
    assert_eq!((ended.code, &ended.object["faults"]), (1, &Value::Array(Vec::new())));
    assert_eq!(ended.object["incidents"][0]["evidence"], "2 records; number 2 is missing");

    let mut cut = lines.clone();
    let _ = cut.remove(place(&lines, "second.jpg"));
    let ended = verified(&bench, &cut);
    let incident = &ended.object["incidents"][0];
    assert_eq!((ended.code, &incident["whole"]), (1, &true.into()), "{ended:#?}");
    assert_eq!(incident["remembered"], "remembers 1 record more");
}

#[test]
fn a_changed_record_breaks_its_receipt_and_its_chain() {
    let (bench, mut lines) = exported();
    let manifest = place(&lines, "first.jpg");
    lines[manifest] = change(&lines[manifest], "first.jpg", "other.jpg");
    let ended = verified(&bench, &lines);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.object["faults"][0]["line"], manifest + 1);
    assert_eq!(ended.object["faults"][0]["why"], "the receipt: the statement is about another sha256");
    assert_eq!(ended.object["incidents"][0]["evidence"], "3 records; number 2 was changed");
}

#[test]
fn keys_that_the_configured_root_has_not_signed_prove_nothing() {
    let (_, lines) = exported();
    let stranger = Bench::offline();
    let ended = verified(&stranger, &lines);
    assert_eq!((ended.code, &ended.object["holds"]), (1, &false.into()));
    let faults = ended.object["faults"].as_array().unwrap();
    assert_eq!(faults[0]["why"], "the keys: the signature does not verify");
    assert_eq!(faults[1]["why"], "the receipt: there are no keys that prove it");
    assert_eq!((faults.len(), &ended.object["incidents"][0]["signed"]), (7, &0.into()));
    let unknown = ended.object["incidents"][0]["remembered"].as_str().unwrap();
    assert!(unknown.starts_with("does not know the incident"), "{unknown}");
}

#[test]
fn a_file_that_is_no_export_is_refused_with_the_line_and_changes_nothing() {
    let (bench, lines) = exported();
    let head = lines[0].clone();
    let deep = format!("{{\"event\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    let cases: [(Vec<String>, &str); 8] = [
        (vec![], "it is empty"),
        (vec!["{}".to_owned()], "line 1: neither an event nor a file"),
        (vec![lines[1].clone()], "line 1: the first line has to name the centre and its keys"),
        (vec![head.clone(), String::new(), "[1]".to_owned()], "line 3: no JSON object"),
        (vec![head.clone(), deep], "line 2: no JSON object"),
        (vec![head.clone(), "{\"event\":\"x\",\"bytes\":\"%\"}".to_owned()], "line 2: an event of an export has other"),
        (vec![head.clone(), "x".repeat(70_000)], "line 2: a line has less than 65536 bytes"),
        (vec![head.replacen("\"evidence\":1", "\"evidence\":2", 1)], "line 1: an export of version 2"),
    ];
    for (lines, why) in cases {
        let ended = verified(&bench, &lines);
        assert_eq!((ended.code, &ended.object["error"]["kind"]), (3, &"export".into()), "{why}");
        let message = ended.object["error"]["message"].as_str().unwrap();
        assert!(message.contains(why) && message.contains("evidence.jsonl"), "{message} instead of {why}");
    }
    assert_eq!(bench.run(&["verify", "/nowhere.jsonl"]).code, 3);
}
