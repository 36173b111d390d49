//! `citizen status`, `citizen history`.

use serde_json::json;

use crate::answer::Answer;
use crate::draw::{self, Scene};
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;

/// Wide enough for an incident's id and its words on one line.
const COLUMNS: usize = 100;

pub(super) fn status(shell: &Shell) -> Result<Answer, Fault> {
    let (snapshot, next_wake) = (shell.siaga.snapshot(), shell.siaga.next_wake());
    let lines = draw::lines(&Scene { snapshot: &snapshot, next_wake, note: None }, COLUMNS);
    let lines = lines.into_iter().map(|line| line.text.trim_end().to_owned()).collect();
    let next_wake = next_wake.map(|wake| json!({ "in_ms": wake.in_ms, "reason": wake.reason }));
    Ok(Answer::new(Exit::Done, lines, json!({ "snapshot": snapshot, "next_wake": next_wake })))
}

pub(super) fn history(shell: &Shell, newest: u32) -> Result<Answer, Fault> {
    let incidents = shell.siaga.history(newest)?;
    let mut lines: Vec<String> =
        incidents.iter().flat_map(|incident| draw::incident(incident, COLUMNS)).map(|line| line.text).collect();
    if incidents.is_empty() {
        lines.push("no incident has left the screen yet; open and recent ones are in `citizen status`".to_owned());
    }
    Ok(Answer::new(Exit::Done, lines, json!({ "incidents": incidents })))
}
