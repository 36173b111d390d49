//! The same again, other bytes under the same id, and which ids are the same.

use super::store::{incident, samples};
use crate::phone::{bytes, fresh_id};
use crate::receipt::Aspect;
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::write::Write;

const SECTION: &str = "The basic profile";

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "B03",
        SECTION,
        &["B01"],
        "The same bytes again are answered 200 with the same receipt, byte for byte",
        |run| Box::pin(again(run)),
    ),
    Rule::must("B04", SECTION, &["B03"], "They still are after many other writes", |run| Box::pin(later(run))),
    Rule::must(
        "B05",
        SECTION,
        &["B03"],
        "Of 20 equal writes at once one is stored, and all have the same receipt",
        |run| Box::pin(at_once(run)),
    ),
    Rule::must("B06", SECTION, &["B01"], "Other bytes under a stored id are answered 409 and change nothing", |run| {
        Box::pin(conflict(run))
    }),
    Rule::must(
        "B07",
        SECTION,
        &["B03"],
        "The create's event id is the incident's: over the events' path it is the same event",
        |run| Box::pin(one_pair(run)),
    ),
    Rule::must("B08", SECTION, &["B01"], "An event is stored before its create, and the create after it", |run| {
        Box::pin(early(run))
    }),
    Rule::must("B09", SECTION, &["B01"], "The same event id in another incident is another event", |run| {
        Box::pin(other_incident(run))
    }),
];

/// Writes between the first and the second time.
const OTHERS: usize = 40;
/// Writes at once.
const AT_ONCE: u32 = 20;

async fn again(run: &mut Run) -> Result<(), Verdict> {
    for (write, first) in samples(run) {
        run.repeated(&write, &first).await?;
    }
    Ok(())
}

async fn later(run: &mut Run) -> Result<(), Verdict> {
    for _ in 0..OTHERS {
        let (incident, event) = (incident(run), fresh_id());
        let body = bytes(&run.phone.envelope(&incident, &event, "fix"));
        run.stored(&Write::event("one of many events", &incident, &event, body, true)).await?;
    }
    again(run).await
}

async fn at_once(run: &mut Run) -> Result<(), Verdict> {
    let incident = fresh_id();
    let create = Write::create(
        "20 equal creates at once",
        &incident,
        bytes(&run.phone.envelope(&incident, &incident, "sos")),
        true,
    );
    equal(run, &create).await?;
    let event = fresh_id();
    let body = bytes(&run.phone.envelope(&incident, &event, "escalation"));
    equal(run, &Write::event("20 equal events at once", &incident, &event, body, true)).await
}

/// Sends the write many times at once, as further attempts of a phone that had no answer to its first.
async fn equal(run: &mut Run, write: &Write) -> Result<(), Verdict> {
    let attempts: Vec<Write> = (2..2 + AT_ONCE).map(|attempt| Write { attempt, ..write.clone() }).collect();
    let answers = run.try_put_all(&attempts).await;
    let mut replies: Vec<Reply> = Vec::new();
    for (write, answer) in attempts.iter().zip(answers) {
        run.took(write, &answer);
        match answer {
            Ok(reply) => replies.push(reply),
            Err(why) => {
                let remedy = "take equal writes at once as phones send them over two routes";
                return Account::new(write.shown(), format!("no answer: {why}"), "an answer to each", remedy).fails();
            }
        }
    }
    let remedy =
        "let the database decide who was first (a unique key on the pair of ids), and give all others what it stored";
    let receipts: std::collections::BTreeSet<Option<&str>> = replies.iter().map(Reply::receipt).collect();
    let mut counts = std::collections::BTreeMap::<u16, usize>::new();
    for reply in &replies {
        *counts.entry(reply.status).or_default() += 1;
    }
    let came = format!("{} different receipts; how often each status came: {counts:?}", receipts.len());
    let was_retried = replies.iter().any(|reply| !reply.overloads.is_empty());
    let created = counts.get(&201).copied().unwrap_or_default();
    let is_once = created == 1 || run.known.contains(&Aspect::FirstStatus) || (created == 0 && was_retried);
    let is_fine = counts.keys().all(|status| matches!(status, 200 | 201));
    if receipts.len() != 1 || receipts.contains(&None) || !is_once || !is_fine {
        return Account::new(write.shown(), came, "201 once, 200 for the others, one receipt", remedy).fails();
    }
    Ok(())
}

/// A create and an event of its own, stored.
async fn pair(run: &mut Run) -> Result<[(Write, Reply); 2], Verdict> {
    let (incident, event) = (fresh_id(), fresh_id());
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    let create = Write::create("a create", &incident, body, true);
    let of_create = run.stored(&create).await?;
    let body = bytes(&run.phone.envelope(&incident, &event, "escalation"));
    let event = Write::event("an event", &incident, &event, body, true);
    let of_event = run.stored(&event).await?;
    Ok([(create, of_create), (event, of_event)])
}

async fn conflict(run: &mut Run) -> Result<(), Verdict> {
    let remedy = "when the pair of ids is stored with another hash, answer 409 and store nothing";
    for (write, first) in pair(run).await? {
        let mut other = write.again("other bytes under the same id");
        other.body = String::from_utf8_lossy(&write.body).replace(":1000", ":1001").into_bytes();
        run.refused(&other, (409, "other-bytes"), remedy).await?;
        // Whether the second answer to equal bytes is right is the business of B03; here they only have to be there still.
        let still = run.put(&write.again("the first bytes after a conflict")).await?;
        if still.status == 409 {
            let came = format!("{}: the other bytes took their place", still.shown());
            return Account::new(write.shown(), came, first.shown(), remedy).fails();
        }
    }
    Ok(())
}

async fn one_pair(run: &mut Run) -> Result<(), Verdict> {
    let [(create, first), _] = pair(run).await?;
    let path = format!("/v1/incidents/{0}/events/{0}", create.incident);
    run.repeated(&Write { path, what: "a create over the events' path", ..create }, &first).await
}

async fn early(run: &mut Run) -> Result<(), Verdict> {
    let (incident, event) = (fresh_id(), fresh_id());
    let body = bytes(&run.phone.envelope(&incident, &event, "escalation"));
    let write = Write::event("an event before its create", &incident, &event, body, true);
    run.stored(&write).await?;
    let body = bytes(&run.phone.envelope(&incident, &incident, "sos"));
    run.stored(&Write::create("a create after its event", &incident, body, true)).await.map(drop)
}

async fn other_incident(run: &mut Run) -> Result<(), Verdict> {
    let [_, (event, _)] = pair(run).await?;
    let [(create, _), _] = pair(run).await?;
    let body = bytes(&run.phone.envelope(&create.incident, &event.event, "escalation"));
    let again = Write::event("an event under an id of another incident", &create.incident, &event.event, body, true);
    run.stored(&again).await.map(drop)
}
