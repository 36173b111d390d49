//! What scripts rely on: one object, its fields, the exit codes, the words of `--help`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bench::{Bench, bare, ended};

fn fields(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_fields_of_status_are_stable() {
    let bench = Bench::offline();
    assert_eq!(bench.run(&["press", "--count", "3"]).code, 0);
    let status = bench.run(&["status"]);
    assert_eq!(fields(&status.object), BTreeSet::from(["command", "exit_code", "next_wake", "snapshot"]));
    let snapshot = &status.object["snapshot"];
    let promised = ["revision", "store", "button", "position", "incidents", "waiting", "parked", "offers"];
    assert!(fields(snapshot).is_superset(&BTreeSet::from(promised)), "{snapshot:#}");
    assert_eq!(fields(&snapshot["button"]), BTreeSet::from(["presses", "needed", "window_left_ms"]));
    assert_eq!(snapshot["store"], "durable");
    let promised = BTreeSet::from([
        "id",
        "kind",
        "drill",
        "state",
        "presses",
        "timeline",
        "pending",
        "trouble",
        "timeline_gap",
        "clock_clamped",
        "receipt",
        "age_ms",
    ]);
    // More may come, none may go.
    assert!(fields(&snapshot["incidents"][0]).is_superset(&promised), "{snapshot:#}");
    assert_eq!(fields(&snapshot["incidents"][0]["timeline"][0]), BTreeSet::from(["what", "at_wall_ms", "proof"]));
    assert!(
        fields(&snapshot["waiting"][0]).is_superset(&BTreeSet::from(["lane", "rows", "in_flight"])),
        "{snapshot:#}"
    );
    assert_eq!(fields(&status.object["next_wake"]), BTreeSet::from(["in_ms", "reason"]));
}

#[test]
fn a_press_says_what_it_was_and_how_long_it_took() {
    let bench = Bench::offline();
    let pressed = bench.run(&["press", "--count", "3", "--source", "volume_key"]);
    assert_eq!(fields(&pressed.object), BTreeSet::from(["command", "durable", "exit_code", "incident", "presses"]));
    let presses = pressed.object["presses"].as_array().unwrap();
    assert_eq!(
        (&presses[0]["press"], &presses[0]["presses"], &presses[0]["needed"]),
        (&"counted".into(), &1.into(), &3.into())
    );
    assert_eq!((&presses[2]["press"], &presses[2]["incident"]), (&"triggered".into(), &pressed.object["incident"]));
    assert!(presses.iter().all(|press| press["took_us"].as_u64().unwrap() > 0));
    let bounced = bench.run(&["press", "--count", "2", "--gap-ms", "0"]);
    assert_eq!(bounced.object["presses"][1]["press"], "too_soon");
    assert_eq!(fields(&bench.run(&["history"]).object), BTreeSet::from(["command", "exit_code", "incidents"]));
}

#[test]
fn a_folder_that_takes_nothing_is_not_passed_off_as_durable() {
    let bench = Bench::offline();
    let file = bench.file("no-folder", "this is a file");
    let pressed = bench.run(&["--folder", file.to_str().unwrap(), "press", "--count", "3"]);
    assert_eq!((pressed.code, &pressed.object["durable"]), (4, &false.into()), "{pressed:#?}");
    assert_eq!(pressed.object["presses"][2]["press"], "triggered", "INV-2: nothing refuses an SOS");
    assert_eq!(bench.run(&["--folder", file.to_str().unwrap(), "drill"]).code, 4);
}

#[test]
fn wrong_usage_is_2_also_as_json() {
    for arguments in [
        &["--json", "fly"][..],
        &["--json", "press", "--count", "0"],
        &["--json", "press", "--source", "nose"],
        &["--json", "--track-speed", "0", "status"],
        &["--json", "cancel", "--code", "1", "--code-stdin"],
    ] {
        let ended = ended(&bare(arguments).output().unwrap());
        assert_eq!((ended.code, &ended.object["error"]["kind"]), (2, &"usage".into()), "{arguments:?}");
    }
    let output = bare(&["fly"]).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn help_names_every_command_every_exit_code_and_the_format_of_a_trace() {
    let help = String::from_utf8(bare(&["--help"]).output().unwrap().stdout).unwrap();
    for word in [
        "run", "press", "drill", "status", "drain", "follow", "cancel", "report", "history", "replay", "--json",
        "--folder", "--track",
    ] {
        assert!(help.contains(word), "{word} is not in\n{help}");
    }
    for code in 0..=5 {
        assert!(help.contains(&format!("\n  {code}  ")), "{code} is not in\n{help}");
    }
    let format = String::from_utf8(bare(&["replay", "--help"]).output().unwrap().stdout).unwrap();
    for mode in [
        "centre",
        "offline",
        "portal",
        "redirect",
        "waf",
        "busy",
        "needs_identity",
        "too_large",
        "lost_reply",
        "silent",
        "other_incident",
        "other_key",
    ] {
        assert!(format.contains(&format!("  {mode} ")), "{mode} is not in\n{format}");
    }
}

#[test]
fn the_screen_needs_a_terminal() {
    let bench = Bench::offline();
    let refused = bench.run(&["run"]);
    assert_eq!((refused.code, &refused.object["error"]["kind"]), (3, &"system".into()));
}

#[test]
fn a_trace_that_fails_ends_with_1_and_one_that_cannot_be_read_with_3() {
    let bench = Bench::offline();
    let trace = |text: &str| bench.file("trace.jsonl", text).to_str().unwrap().to_owned();
    let held = ended(
        &bare(&["--json", "replay", &trace("{\"do\":\"press\"}\n{\"expect\":{\"button\":{\"presses\":1}}}")])
            .output()
            .unwrap(),
    );
    assert_eq!((held.code, &held.object["passed"]), (0, &true.into()));
    let failed = ended(
        &bare(&["--json", "replay", &trace("{\"do\":\"press\"}\n{\"expect\":{\"button\":{\"presses\":2}}}")])
            .output()
            .unwrap(),
    );
    assert_eq!((failed.code, &failed.object["lines"][1]["differences"][0]["path"]), (1, &"button.presses".into()));
    let unread = ended(&bare(&["--json", "replay", &trace("nonsense")]).output().unwrap());
    assert_eq!((unread.code, &unread.object["error"]["kind"]), (3, &"trace".into()));
}
