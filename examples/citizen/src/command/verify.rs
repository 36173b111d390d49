//! `citizen verify`.

use std::path::Path;

use serde_json::json;

use crate::answer::Answer;
use crate::cli::Place;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::{self, Shell};
use crate::verify::{Judged, Memory, judge, read};
use crate::words;

/// Incidents of the history that are compared: more than anybody has.
const HISTORY: u32 = 10_000;

/// Judges an export. The phone's own memory takes part when there is a database in its folder; none is made for that.
pub(super) fn verify(place: &Place, file: &Path) -> Result<Answer, Fault> {
    let config = shell::config(place)?;
    let lines = read(file)?;
    let verdict = judge(&lines, &config.centre.id, &config.centre.root_key, &memory(place)?);
    let exit = if verdict.holds() { Exit::Done } else { Exit::Declined };
    let mut told: Vec<String> = verdict.incidents.iter().flat_map(words::evidence).collect();
    told.extend(verdict.faults.iter().map(|(line, why)| format!("line {line}: {why}")));
    told.push(if verdict.holds() { "all of it holds" } else { "NOT all of it holds" }.to_owned());
    let incidents: Vec<_> = verdict.incidents.iter().map(fields).collect();
    let faults: Vec<_> = verdict.faults.iter().map(|(line, why)| json!({ "line": line, "why": why })).collect();
    Ok(Answer::new(exit, told, json!({ "holds": verdict.holds(), "incidents": incidents, "faults": faults })))
}

fn memory(place: &Place) -> Result<Memory, Fault> {
    if !place.folder.join("siaga.db").exists() {
        return Ok(Memory::new());
    }
    let shell = Shell::open(place)?;
    let history = shell.siaga.history(HISTORY)?;
    let shown = shell.siaga.snapshot().incidents;
    let heads = history.into_iter().chain(shown);
    Ok(heads.map(|incident| (incident.id.to_string(), (incident.evidence.records, incident.evidence.newest))).collect())
}

fn fields(judged: &Judged) -> serde_json::Value {
    let evidence = &judged.evidence;
    json!({
        "ids": judged.ids(),
        "signed": judged.signed,
        "records": evidence.records.seen,
        "newest": evidence.records.newest,
        "whole": evidence.is_whole(),
        "evidence": evidence.to_string(),
        "remembered": words::remembered(judged.remembered),
    })
}
