//! `citizen drafts`, `edit`, `submit`, `discard`, `note`.

use serde_json::json;
use siaga::{IncidentId, IncidentState, IncidentView, Report};

use crate::answer::Answer;
use crate::command::ask::made;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

pub(super) fn drafts(shell: &Shell) -> Result<Answer, Fault> {
    let is_draft = |incident: &IncidentView| incident.state == IncidentState::Draft;
    let (mut lines, mut drafts) = (Vec::new(), Vec::new());
    for incident in shell.siaga.snapshot().incidents.iter().filter(|incident| is_draft(incident)) {
        let report = shell.siaga.drafted(incident.id)?;
        lines.push(words::draft(incident, &report));
        lines.extend(incident.files.iter().map(words::file));
        drafts.push(json!({ "incident": incident.id, "report": report, "files": incident.files }));
    }
    if drafts.is_empty() {
        lines.push("there is no draft: begin one by `citizen report --draft`".to_owned());
    }
    Ok(Answer::new(Exit::Done, lines, json!({ "drafts": drafts })))
}

pub(super) fn draft(shell: &Shell, report: Report) -> Result<Answer, Fault> {
    let draft = shell.siaga.draft(report)?;
    Ok(made(shell, draft, "the draft is kept here, and sent to nobody"))
}

pub(super) fn edit(shell: &Shell, draft: IncidentId, report: Report) -> Result<Answer, Fault> {
    shell.siaga.edit(draft, report)?;
    Ok(made(shell, draft, "the draft says this from now on"))
}

pub(super) fn submit(shell: &Shell, draft: IncidentId) -> Result<Answer, Fault> {
    let incident = shell.siaga.submit_draft(draft)?;
    Ok(made(shell, incident, "the report is recorded"))
}

pub(super) fn discard(shell: &Shell, draft: IncidentId) -> Result<Answer, Fault> {
    shell.siaga.discard(draft)?;
    Ok(made(shell, draft, "the draft is thrown away"))
}

/// To the newest incident that was sent, when none is named.
pub(super) fn note(shell: &Shell, text: &str, to: Option<IncidentId>) -> Result<Answer, Fault> {
    let incidents = shell.siaga.snapshot().incidents;
    let newest = incidents.last().filter(|incident| incident.state != IncidentState::Draft);
    let Some(incident) = to.or_else(|| newest.map(|incident| incident.id)) else {
        let none = "no incident is shown: press, or report something first".to_owned();
        return Ok(Answer::new(Exit::Declined, vec![none], json!({ "incident": null })));
    };
    shell.siaga.add_note(incident, text)?;
    Ok(made(shell, incident, "the note is recorded"))
}
