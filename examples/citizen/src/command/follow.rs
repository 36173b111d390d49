//! `citizen follow`.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use serde_json::json;
use siaga::{Happening, IncidentView, Proof, Snapshot};

use crate::answer::Answer;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

/// Stays awake and tells each change, until the newest incident has the step, or the time is over.
pub(super) fn follow(shell: &Shell, for_s: u64, until: Option<&str>, told: impl Fn(&str)) -> Result<Answer, Fault> {
    let deadline = Instant::now() + Duration::from_secs(for_s);
    let (sender, changes) = channel();
    let _subscription = shell.siaga.subscribe(Arc::new(move |revision| {
        // The time may be over.
        let _ = sender.send(revision);
    }));
    let mut before = Vec::new();
    loop {
        let snapshot = shell.siaga.snapshot();
        let now = news(&snapshot);
        now.iter().filter(|line| !before.contains(*line)).for_each(|line| told(line));
        before = now;
        let reached = until.map(|step| snapshot.incidents.last().is_some_and(|newest| has(newest, step)));
        let left = deadline.saturating_duration_since(Instant::now());
        if reached == Some(true) || left.is_zero() || changes.recv_timeout(left).is_err() {
            let exit = if reached == Some(false) { Exit::Declined } else { Exit::Done };
            return Ok(Answer::new(exit, Vec::new(), json!({ "reached": reached, "snapshot": snapshot })));
        }
    }
}

/// One line for each thing that happened or stands in the way.
fn news(snapshot: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for incident in &snapshot.incidents {
        let title = words::title(incident);
        lines.push(format!("{title} {}: {}", incident.id, words::headline(incident, snapshot.store)));
        lines.extend(incident.timeline.iter().map(|entry| {
            format!("{title} {}: {} [{}]", incident.id, words::happening(&entry.what), words::proof(entry.proof))
        }));
        lines.extend(words::trouble_of(incident));
    }
    lines
}

fn has(incident: &IncidentView, word: &str) -> bool {
    incident.timeline.iter().any(|entry| {
        entry.proof == Proof::Signed && matches!(&entry.what, Happening::Step { step, .. } if step == word)
    })
}
