//! Which ids are ids.

use crate::phone::{bytes, fresh_id, fresh_v4};
use crate::rule::{Rule, Verdict};
use crate::run::Run;
use crate::write::Write;

const SECTION: &str = "The basic profile";

pub(super) static RULES: &[Rule] = &[
    Rule::must("I01", SECTION, &["B01"], "An id that is no UUID in lower case with hyphens is answered 400", |run| {
        Box::pin(bad_ids(run))
    }),
    Rule::must("I02", SECTION, &["B01"], "A UUID of any version is an id", |run| Box::pin(versions(run))),
];

/// All the ways in which an id can be none, the first ones still a UUID to a lenient reader.
fn none(id: &str) -> Vec<String> {
    vec![
        id.to_uppercase(),
        id.replace('-', ""),
        format!("%7B{id}%7D"),
        format!("urn:uuid:{id}"),
        id.chars().take(35).collect(),
        format!("{id}0"),
        format!("{}g", id.chars().take(35).collect::<String>()),
        id.replace('-', "_"),
        "nonsense".to_owned(),
        "%FF".to_owned(),
    ]
}

/// A fresh id that has a letter in it, so that its upper case differs.
fn lettered() -> String {
    let mut id = fresh_id();
    while !id.contains(|c: char| c.is_ascii_lowercase()) {
        id = fresh_id();
    }
    id
}

async fn bad_ids(run: &mut Run) -> Result<(), Verdict> {
    let remedy = "compare with ^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$ and answer 400 otherwise: two texts for one id would be two incidents, or one receipt about another id than was sent";
    let incident = lettered();
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    for id in none(&incident) {
        let bad = (400, "bad-id");
        run.refused(&Write::create("a create under a bad id", &id, body.clone(), true), bad, remedy).await?;
    }
    for id in none(&lettered()) {
        let bad = (400, "bad-id");
        let of_event = Write::event("an event under a bad id", &fresh_id(), &id, body.clone(), true);
        run.refused(&of_event, bad, remedy).await?;
        let of_incident = Write::event("an event of a bad incident's id", &id, &fresh_id(), body.clone(), true);
        run.refused(&of_incident, bad, remedy).await?;
    }
    Ok(())
}

async fn versions(run: &mut Run) -> Result<(), Verdict> {
    for (incident, event) in [(fresh_v4(), fresh_v4()), (fresh_id(), fresh_id())] {
        let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
        run.stored(&Write::create("a create under another version of UUID", &incident, body, true)).await?;
        let body = bytes(&run.phone.envelope(&incident, &event, "escalation"));
        run.stored(&Write::event("an event under another version of UUID", &incident, &event, body, true)).await?;
    }
    Ok(())
}
