//! Files, over tus 1.0.0 with a receipt at their end.

mod create;
mod offer;
mod part;
mod whole;

use crate::phone::{bytes, fresh_id};
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::tus::{File, Tus, offset_of};
use crate::write::Write;

const SECTION: &str = "Media";
/// The first is skipped where no media is offered.
const OFFERED: &[&str] = &["M01"];
/// Without a place, nothing can be brought.
const CREATED: &[&str] = &["M02"];
/// Without parts that count, no file ends.
const COUNTED: &[&str] = &["M09"];

/// The small files of most rules.
const FILE_BYTES: usize = 3_000;

pub(super) static RULES: [&[Rule]; 4] = [offer::RULES, create::RULES, part::RULES, whole::RULES];

/// Judges a refusal. The answer to a HEAD has no body that could say more than its status.
fn judge_refused(sent: &Tus, reply: &Reply, status: u16, slug: &str, remedy: &str) -> Result<(), Verdict> {
    let says = |expected: &str| reply.problem().as_deref() == Some(expected);
    if reply.status != status || !(slug.is_empty() || says(slug)) {
        let expected = if slug.is_empty() { status.to_string() } else { format!("{status} with the problem `{slug}`") };
        return Account::new(sent.shown(), shown(reply), expected, remedy).fails();
    }
    Ok(())
}

/// For the report: with what counts.
fn shown(reply: &Reply) -> String {
    match reply.header("upload-offset") {
        Some(offset) => format!("{}, Upload-Offset: {offset}", reply.shown()),
        None => reply.shown(),
    }
}

/// An incident for files of its own: of one with more than 16, a server may take no more.
async fn fresh_incident(run: &mut Run) -> Result<String, Verdict> {
    let incident = fresh_id();
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    run.stored(&Write::create("a create that files belong to", &incident, body, true)).await?;
    Ok(incident)
}

/// Creates, and gives the place; how a creation has to be answered has a rule of its own.
async fn created(run: &mut Run, file: &File) -> Result<String, Verdict> {
    let creation = Tus::creation("a creation", file);
    let reply = run.tus(&creation).await?;
    let place = if reply.is_success() { run.place_of(&reply) } else { Err(shown(&reply)) };
    place.or_else(|came| Account::new(creation.shown(), came, "201 with Location", "as in M02").fails())
}

/// A part that has to count, up to and with this byte.
async fn counted(run: &mut Run, part: &Tus, end: usize) -> Result<Reply, Verdict> {
    let reply = run.tus_when_free(part).await?;
    if reply.status != 204 || offset_of(&reply) != Some(end) {
        let expected = format!("204 with Upload-Offset: {end}");
        return Account::new(part.shown(), shown(&reply), expected, "count what came, and say how much it is").fails();
    }
    Ok(reply)
}

/// How much has to be there.
async fn standing(run: &mut Run, look: &Tus, offset: usize, remedy: &str) -> Result<(), Verdict> {
    let reply = run.tus(look).await?;
    if reply.status != 200 || offset_of(&reply) != Some(offset) {
        let expected = format!("200 with Upload-Offset: {offset}");
        return Account::new(look.shown(), shown(&reply), expected, remedy).fails();
    }
    Ok(())
}

/// The receipt of a whole file, judged in all that no other rule has found broken already.
fn receipted(run: &Run, sent: &Tus, file: &File, reply: &Reply) -> Result<(), Verdict> {
    run.judge_file_receipt(sent, file, reply)
}
