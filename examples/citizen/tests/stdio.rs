//! `citizen replay --core stdio`: the program conducts, and the core is on the other side of a pipe. Here that is the Rust core;
//! Kotlin and Swift serve the same commands with their bindings.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use siaga_citizen::replay::{replay_file, serve};
use tempfile::TempDir;

fn traces() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/traces");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|end| end == "jsonl")).collect()
}

/// The conductor of a trace, and the file that its report goes to.
fn conductor(trace: &Path) -> (Child, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let report = std::fs::File::create(folder.path().join("report")).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_citizen"));
    let program = program.arg("--json").arg("replay").arg(trace).args(["--core", "stdio"]);
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(report);
    (piped.spawn().unwrap(), folder)
}

/// How it ended: its exit code and its report.
fn ended(mut child: Child, folder: &TempDir) -> (Option<i32>, Value) {
    let code = child.wait().unwrap().code();
    let report = std::fs::read_to_string(folder.path().join("report")).unwrap();
    (code, serde_json::from_str(&report).unwrap())
}

fn served(trace: &Path) -> (Option<i32>, Value) {
    let (mut child, folder) = conductor(trace);
    let (commands, answers) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
    serve(BufReader::new(commands), answers).unwrap();
    ended(child, &folder)
}

#[test]
fn a_core_behind_a_pipe_gives_the_same_views_as_one_in_the_process() {
    for trace in traces() {
        let (code, report) = served(&trace);
        assert_eq!(code, Some(0), "{}: {report:#}", trace.display());
        let own = replay_file(&trace).unwrap().to_json();
        assert_eq!(report["lines"], own["lines"], "{}", trace.display());
    }
}

#[test]
fn an_expectation_that_does_not_hold_ends_the_conductor_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace.jsonl");
    std::fs::write(&trace, "{\"do\":\"press\"}\n{\"expect\":{\"button\":{\"presses\":2}}}").unwrap();
    let (code, report) = served(&trace);
    assert_eq!((code, &report["lines"][1]["differences"][0]["found"]), (Some(1), &Value::from(1)));
}

#[test]
fn a_core_that_is_gone_or_talks_nonsense_ends_the_conductor_with_3_and_no_word_on_the_pipe() {
    for answer in [None, Some("nonsense\n")] {
        let (mut child, folder) = conductor(&traces()[0]);
        let (mut commands, answers) = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        if let Some(answer) = answer {
            std::io::Write::write_all(&mut &answers, answer.as_bytes()).unwrap();
        }
        drop(answers);
        let mut said = String::new();
        let _ = commands.read_to_string(&mut said).unwrap();
        let (code, report) = ended(child, &folder);
        assert_eq!((code, &report["error"]["kind"]), (Some(3), &"trace".into()), "{report}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("\"do\":\"open\""), "{said}");
    }
}
