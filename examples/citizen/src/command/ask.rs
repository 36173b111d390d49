//! `citizen drill`, `citizen cancel`, `citizen report`.

use std::io::BufRead;

use serde_json::json;
use siaga::{CancelAuth, IncidentId, Report, StoreHealth};

use crate::answer::Answer;
use crate::cli::Place;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

pub(super) fn drill(shell: &Shell) -> Result<Answer, Fault> {
    let incident = shell.siaga.drill()?;
    Ok(made(shell, incident, "the drill is recorded"))
}

pub(super) fn report(shell: &Shell, report: Report) -> Result<Answer, Fault> {
    let incident = shell.siaga.submit(report)?;
    Ok(made(shell, incident, "the report is recorded"))
}

/// Asks for the code before the core is opened: standard input may keep us waiting.
pub(super) fn cancel(place: &Place, code: Option<&str>, from_stdin: bool) -> Result<Answer, Fault> {
    let code = if from_stdin { Some(first_line()?) } else { code.map(str::to_owned) };
    let shell = Shell::open(place)?;
    let incident = shell.siaga.cancel(auth(code))?;
    Ok(made(&shell, incident, "the cancel is recorded; nothing is deleted"))
}

/// An empty code is none.
pub(crate) fn auth(code: Option<String>) -> CancelAuth {
    code.filter(|code| !code.is_empty()).map_or(CancelAuth::None, CancelAuth::Code)
}

fn first_line() -> Result<String, Fault> {
    let mut line = String::new();
    let _ = std::io::stdin().lock().read_line(&mut line).map_err(Fault::system("reading the code"))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

pub(super) fn made(shell: &Shell, incident: IncidentId, what: &str) -> Answer {
    let store = shell.siaga.snapshot().store;
    let durable = store != StoreHealth::InMemoryOnly;
    let mut lines = vec![format!("{what} ({incident})")];
    lines.extend((!durable).then(|| words::store(store).to_owned()));
    let exit = if durable { Exit::Done } else { Exit::NotDurable };
    Answer::new(exit, lines, json!({ "incident": incident.to_string(), "durable": durable }))
}
