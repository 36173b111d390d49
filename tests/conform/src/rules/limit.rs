//! Damaged bytes, and too many of them.

use serde_json::json;
use siaga_vault::Digest;

use super::store::incident;
use crate::client::{Spoken, TIMED_OUT};
use crate::phone::{bytes, fresh_id, set};
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::write::{Sending, Stated, Write};

const SECTION: &str = "The basic profile";
const NEEDS: &[&str] = &["B01"];

/// The most bytes of a body.
const BODY_LIMIT_BYTES: usize = 32 * 1024;
/// What a body costs in pieces without a pause between them.
const PIECES: Sending = Sending::Pieces { count: 4, pause: std::time::Duration::from_millis(1) };
/// How often an answer that was lost with its connection is asked for again.
const TRIES: usize = 3;

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "D01",
        SECTION,
        NEEDS,
        "A body that has not the stated SHA-256 is answered 400 and not stored, whatever is stored under its id",
        |run| Box::pin(damaged(run)),
    ),
    Rule::must(
        "D02",
        SECTION,
        NEEDS,
        "A Content-Digest that is absent, unreadable or of another algorithm states nothing",
        |run| Box::pin(unreadable(run)),
    ),
    Rule::must("L01", "Limits", NEEDS, "A body of exactly 32,768 bytes is stored and receipted", |run| {
        Box::pin(full(run))
    }),
    Rule::must("L02", "Limits", NEEDS, "A body of 32,769 bytes is answered 413, and nothing is stored", |run| {
        Box::pin(over(run))
    }),
    Rule::must("L03", SECTION, &["L02", "H04"], "The 413 does not wait for the end of the body", |run| {
        Box::pin(endless(run))
    })
    .should(),
];

async fn damaged(run: &mut Run) -> Result<(), Verdict> {
    let incident = fresh_id();
    let right = Write::create(
        "a create with the right digest",
        &incident,
        bytes(&run.phone.envelope(&incident, &incident, "sos")),
        true,
    );
    let mut body = right.body.clone();
    if let Some(byte) = body.last_mut() {
        *byte ^= 1;
    }
    let stated = Digest::of(&right.body).content_digest();
    let what = "a create that was damaged on the way";
    let damaged = Write { body, digest: Stated::Text(stated.clone()), what, ..right.clone() };
    let remedy = "compare the digest before everything that looks at the body or at what is stored; a phone that is told 409 for a damaged repeat begins a second incident";
    run.refused(&damaged, (400, "digest-mismatch"), remedy).await?;
    let beside = Write {
        digest: Stated::Text(format!("sha-512=:AAAA:, {stated}")),
        what: "a damaged create, its digest beside another algorithm's",
        ..damaged.clone()
    };
    run.refused(&beside, (400, "digest-mismatch"), remedy).await?;
    run.stored(&right).await?;
    let later = Write { what: "a repeat that was damaged on the way", ..damaged };
    run.refused(&later, (400, "digest-mismatch"), remedy).await
}

async fn unreadable(run: &mut Run) -> Result<(), Verdict> {
    let incident = incident(run);
    let of_nothing = Digest::of(b"").content_digest();
    for text in [
        "sha-256=mangled",
        "sha-256=:!!!:",
        "sha-256",
        "nonsense",
        "md5=:AAAAAAAAAAAAAAAAAAAAAA==:",
        "sha-512=:AAAA:, md5=:AAAA:",
        &of_nothing.replace("sha-256", "sha-257"),
        "",
    ] {
        let event = fresh_id();
        let body = bytes(&run.phone.envelope(&incident, &event, "escalation"));
        let write = Write::event("an event whose digest cannot be read", &incident, &event, body, true);
        let digest = if text.is_empty() { Stated::Nothing } else { Stated::Text(text.to_owned()) };
        run.stored(&Write { digest, ..write }).await?;
    }
    Ok(())
}

/// A report of so many bytes: its text is as long as it takes.
fn of_length(run: &Run, what: &'static str, length: usize) -> Write {
    let incident = fresh_id();
    let mut envelope = run.phone.envelope(&incident, &incident, "report");
    set(&mut envelope, "body.text", json!(""));
    let missing = length.saturating_sub(bytes(&envelope).len());
    set(&mut envelope, "body.text", json!("x".repeat(missing)));
    Write::create(what, &incident, bytes(&envelope), true)
}

/// The ways to send a body: what comes in pieces only where H04 found that such a body is taken at all.
fn sendings(run: &Run) -> Vec<Sending> {
    if run.takes_pieces { vec![Sending::Whole, PIECES] } else { vec![Sending::Whole] }
}

async fn full(run: &mut Run) -> Result<(), Verdict> {
    for sending in sendings(run) {
        let write = of_length(run, "a report of exactly 32 KiB", BODY_LIMIT_BYTES);
        run.stored(&Write { sending, ..write }).await?;
    }
    Ok(())
}

async fn over(run: &mut Run) -> Result<(), Verdict> {
    let remedy = "count the bytes while they come in; beyond 32,768 answer 413 and read no further";
    for sending in sendings(run) {
        let large = of_length(run, "a report of one byte too many", BODY_LIMIT_BYTES + 1);
        let large = Write { sending, ..large };
        refused_in_the_end(run, &large, remedy).await?;
        let body = bytes(&run.phone.envelope(&large.incident, &large.event, "report"));
        let small = Write { what: "a report whose id came with too many bytes before", body, ..large };
        run.stored(&Write { sending: Sending::Whole, ..small }).await?;
    }
    Ok(())
}

/// A server that closes the connection while the body still comes may lose its answer to that; a phone would come again.
async fn refused_in_the_end(run: &mut Run, write: &Write, remedy: &str) -> Result<(), Verdict> {
    let mut judged = run.refused(write, (413, "too-large"), remedy).await;
    for _ in 1..TRIES {
        if !matches!(&judged, Err(Verdict::Fail(account)) if is_lost(account)) {
            break;
        }
        judged = run.refused(write, (413, "too-large"), remedy).await;
    }
    judged
}

fn is_lost(account: &Account) -> bool {
    account.came.starts_with("no answer") && !account.came.contains(TIMED_OUT)
}

async fn endless(run: &mut Run) -> Result<(), Verdict> {
    let write = of_length(run, "a report that does not end", BODY_LIMIT_BYTES + 1);
    let remedy = "answer as soon as byte 32,769 is there: whoever never ends a body must not hold the server";
    refused_in_the_end(run, &Write { sending: Sending::Endless, ..write }, remedy).await?;
    if !run.takes_http1 {
        return Ok(());
    }
    // The same over HTTP/1.1 is another code path of most servers, with the connection to be closed.
    let write = of_length(run, "a report that does not end", BODY_LIMIT_BYTES + 1);
    let write = Write { sending: Sending::Endless, spoken: Spoken::Http1, ..write };
    refused_in_the_end(run, &write, remedy).await
}
