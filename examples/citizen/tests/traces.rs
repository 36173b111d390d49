//! The golden traces of `tests/traces`, and what happens when one does not hold.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use serde_json::Value;
use siaga_citizen::replay::{TraceFault, replay, replay_file};

fn traces() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/traces");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut traces: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|end| end == "jsonl")).collect();
    traces.sort();
    traces
}

#[test]
fn every_golden_trace_holds_and_gives_the_same_run_again() {
    let traces = traces();
    assert!(traces.len() >= 25, "{traces:?}");
    for trace in traces {
        let replayed = replay_file(&trace).unwrap();
        let expectations = replayed.lines.iter().filter(|line| line.differences.is_some()).count();
        assert!(expectations > 0, "{} expects nothing", trace.display());
        assert!(replayed.passed(), "{}\n{}", trace.display(), replayed.lines().join("\n"));
        assert_eq!(replayed, replay_file(&trace).unwrap(), "{}", trace.display());
    }
}

#[test]
fn an_expectation_that_does_not_hold_is_shown_with_both_values() {
    let trace = std::fs::read_to_string(&traces()[0]).unwrap();
    let replayed = replay(&format!("{trace}\n{{\"expect\":{{\"button\":{{\"needed\":4}},\"parked\":1}}}}\n")).unwrap();
    assert!(!replayed.passed());
    let said = replayed.lines().join("\n");
    for part in ["✗ not as expected", "button.needed", "- 4", "+ 3", "parked", "- 1", "+ 0"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

#[test]
fn a_changed_expectation_fails_in_every_trace() {
    for trace in traces() {
        let text = std::fs::read_to_string(&trace).unwrap();
        let change = |line: &str| {
            let mut changed: Value = serde_json::from_str(line).unwrap();
            changed["expect"]["button"]["presses"] = 99.into();
            changed.to_string()
        };
        let lines = text.lines().map(|line| if line.contains("\"expect\"") { change(line) } else { line.to_owned() });
        let replayed = replay(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        for line in &replayed.lines {
            assert_ne!(line.differences, Some(vec![]), "{}:{}", trace.display(), line.number);
        }
    }
}

#[test]
fn a_wrong_line_is_named() {
    let fault = |trace: &str| match replay(trace).unwrap_err() {
        TraceFault::Malformed { line, why } => (line, why),
        other @ (TraceFault::Unreadable { .. } | TraceFault::TooLarge { .. } | TraceFault::Core { .. }) => {
            panic!("{other}")
        }
    };
    assert_eq!(fault("{\"do\":\"press\"}\nnonsense").0, 2);
    assert!(fault("{\"do\":\"jump\"}").1.contains("jump"));
    assert!(fault("{\"do\":\"press\",\"source\":\"nose\"}").1.contains("nose"));
    assert!(fault("{\"do\":\"press\",\"sauce\":\"screen\"}").1.contains("sauce"));
    assert!(fault("{\"at_ms\":-1,\"do\":\"press\"}").1.contains("at_ms"));
    assert!(fault("{\"at_ms\":500,\"do\":\"press\"}\n{\"at_ms\":400,\"do\":\"press\"}").1.contains("500 already"));
    assert!(fault("{\"do\":\"press\",\"expect\":{}}").1.contains("alone"));
    assert!(fault("{\"do\":\"press\"}\n{\"config\":{}}").1.contains("first line"));
    assert!(fault("{\"do\":\"lock\"}\n{\"do\":\"lock\"}").1.contains("locked already"));
    assert!(fault("{\"do\":\"unlock\"}").1.contains("nothing is locked"));
    let limits = replay("{\"config\":{\"press\":{\"presses\":2}}}").unwrap_err().to_string();
    assert!(limits.contains("press.presses is 2"), "{limits}");
}
