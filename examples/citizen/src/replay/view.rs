//! What can be seen after a line: the Snapshot as JSON, what stands beside it, and the screen.

use serde::Deserialize;
use serde_json::{Value, json};
use siaga::{NextWake, Snapshot, WakeReason};

use crate::draw::{self, Scene};
use crate::replay::command::Due;
use crate::replay::expect;

/// Columns of the drawn view.
const COLUMNS: usize = 100;

/// A view.
pub(super) struct View {
    /// The Snapshot, and what stands beside it.
    pub(super) whole: Value,
    /// The same as the screen draws it.
    pub(super) drawn: Vec<String>,
}

impl View {
    /// Of a Snapshot as it was written, in whatever language.
    pub(super) fn new(mut written: Value, next_wake: Option<Due>, beside: Value) -> Result<Self, String> {
        let snapshot: Snapshot = serde_json::from_value(written.clone())
            .map_err(|error| format!("it shows what is no Snapshot ({error}): {written}"))?;
        // A field under another name would be read as one that is missing.
        if let Some(strange) = expect::differences(&written, &json!(snapshot)).first() {
            return Err(format!("its Snapshot has {} at {:?}", strange.expected, strange.path));
        }
        let next_wake = next_wake.map(|due| known(&due)).transpose()?;
        let scene = Scene { snapshot: &snapshot, next_wake, note: None };
        let drawn = draw::lines(&scene, COLUMNS).into_iter().map(|line| line.text).collect();
        if let (Value::Object(whole), Value::Object(beside)) = (&mut written, beside) {
            whole.extend(beside);
        }
        Ok(Self { whole: written, drawn })
    }
}

/// What stands beside a Snapshot.
pub(super) fn beside(answer: &Value, next_wake: Option<&Due>, centre: &Value) -> Value {
    json!({ "answer": answer, "next_wake": next_wake, "centre": centre })
}

fn known(due: &Due) -> Result<NextWake, String> {
    let reason = WakeReason::deserialize(&due.reason)
        .map_err(|_| format!("it wants to be woken for what is no reason: {}", due.reason))?;
    Ok(NextWake { in_ms: due.in_ms, reason })
}
