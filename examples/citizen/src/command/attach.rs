//! `citizen attach`.

use std::path::Path;

use serde_json::json;
use siaga::IncidentId;

use crate::answer::Answer;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

pub(super) fn attach(shell: &Shell, file: &Path, to: Option<IncidentId>) -> Result<Answer, Fault> {
    let newest = || shell.siaga.snapshot().incidents.last().map(|incident| incident.id);
    let Some(incident) = to.or_else(newest) else {
        let none = "no incident is shown: press, or report something first".to_owned();
        return Ok(Answer::new(Exit::Declined, vec![none], json!({ "file": null })));
    };
    let id = shell.siaga.attach_file(incident, file)?;
    let snapshot = shell.siaga.snapshot();
    let files = snapshot.incident(incident).map(|incident| incident.files.as_slice()).unwrap_or_default();
    let lines = files.iter().filter(|file| file.id == id).map(words::file).collect();
    let fields = json!({ "file": id.to_string(), "incident": incident.to_string() });
    Ok(Answer::new(Exit::Done, lines, fields))
}
