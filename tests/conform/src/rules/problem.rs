//! Refusals in the protocol's own words.

use crate::phone::{bytes, fresh_id};
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::write::Write;

const SECTION: &str = "Statuses";

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "P01",
        SECTION,
        &["B01"],
        "A PUT to an unknown path is not answered with a problem of the protocol, nor with 2xx",
        |run| Box::pin(unknown_path(run)),
    ),
    Rule::must(
        "P02",
        SECTION,
        &["B01"],
        "A refusal says what it is: application/problem+json with the type that belongs to its status",
        |run| Box::pin(typed(run)),
    ),
    Rule::must("P03", "The basic profile", &["B01"], "A 503 says with Retry-After when to come again", |run| {
        Box::pin(later(run))
    })
    .should(),
];

async fn unknown_path(run: &mut Run) -> Result<(), Verdict> {
    let incident = fresh_id();
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    for path in [format!("/v1/siaga-conform/{incident}"), format!("/v1/incidents/{incident}/nothing/{incident}")] {
        let what = "a create under an unknown path";
        let write = Write { path, ..Write::create(what, &incident, body.clone(), true) };
        let reply = run.put(&write).await?;
        if reply.is_success() || reply.problem().is_some() {
            let remedy = "answer 404 without a type of the protocol: the address may be wrong, and a report must not stop for that";
            return Account::new(write.shown(), reply.shown(), "404 without a problem of the protocol", remedy).fails();
        }
    }
    Ok(())
}

/// A wrong type misleads phones; none at all makes them try again for ever, which is safe.
async fn typed(run: &mut Run) -> Result<(), Verdict> {
    let mut missing = None;
    for (slug, (write, reply)) in &run.refusals {
        let found = reply.problem();
        let account = |came: &str, remedy: &str| {
            let came = format!("{}: {came}", reply.shown());
            Account::new(write.shown(), came, format!("type {}{slug}", crate::reply::PROBLEMS), remedy)
        };
        match found {
            Some(found) if found == *slug => {}
            Some(_) => return account("another problem", "send the type of this refusal").fails(),
            None => missing = Some(account("no problem of the protocol", remedy_of(slug))),
        }
    }
    if run.refusals.is_empty() {
        return Verdict::skip("no refusal was seen");
    }
    missing.map_or(Ok(()), |account| Err(Verdict::Warning(account)))
}

fn remedy_of(slug: &str) -> &'static str {
    match slug {
        "other-bytes" => "send the type: without it a phone that was set back never sends its SOS under a new id",
        _ => "send the type: without it phones take the answer for a proxy's and send the row again for ever",
    }
}

async fn later(run: &mut Run) -> Result<(), Verdict> {
    if run.overloads.is_empty() {
        return Verdict::skip("the server was never too busy");
    }
    let is_time = |text: &String| text.parse::<u32>().is_ok() || text.ends_with("GMT");
    if run.overloads.iter().all(|after| after.as_ref().is_some_and(is_time)) {
        return Ok(());
    }
    let remedy = "send Retry-After with a number of seconds";
    Account::new("many requests", "503 or 429 without Retry-After", "Retry-After", remedy).fails()
}

/// Judges a read that has to be refused.
pub(super) fn judge_refused(sent: String, reply: &Reply, status: u16, slug: &str, remedy: &str) -> Result<(), Verdict> {
    if reply.status != status || reply.problem().as_deref() != Some(slug) {
        return Account::new(sent, reply.shown(), format!("{status} with the problem `{slug}`"), remedy).fails();
    }
    Ok(())
}
