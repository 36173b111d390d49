//! The timeline and its long poll.

use std::time::{Duration, Instant};

use serde_json::Value;
use siaga_vault::verify_step;

use super::problem::judge_refused;
use super::store::incident;
use crate::client::Spoken;
use crate::phone::{bytes, fresh_id, set, strange_secret};
use crate::reply::Reply;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::statement::{Statement, shown};
use crate::write::Write;

const SECTION: &str = "Timeline";
/// Every rule needs the first, which is skipped where no timeline is offered.
const NEEDS: &[&str] = &["T01"];

pub(super) static RULES: &[Rule] = &[
    Rule::must(
        "T01",
        SECTION,
        &["B01", "C01"],
        "A create's timeline begins with `received`, its steps signed and numbered from 1 without gaps",
        |run| Box::pin(signed(run)),
    )
    .beyond(),
    Rule::must("T02", SECTION, NEEDS, "after=N brings the steps above N alone", |run| Box::pin(after(run))).beyond(),
    Rule::must("T03", SECTION, NEEDS, "ETag is the highest number in quotes; If-None-Match with it gives 304", |run| {
        Box::pin(tagged(run))
    })
    .beyond(),
    Rule::must("T04", SECTION, NEEDS, "A read without the right secret is answered 403 secret-needed", |run| {
        Box::pin(secret(run))
    })
    .beyond(),
    Rule::must(
        "T05",
        SECTION,
        NEEDS,
        "A read is answered 403 secret-needed while the create is not there or states no secret",
        |run| Box::pin(unstated(run)),
    )
    .beyond(),
    Rule::must("T06", SECTION, NEEDS, "A read of an unknown incident is answered 404 not-found", |run| {
        Box::pin(unknown(run))
    })
    .beyond(),
    Rule::must("T07", SECTION, NEEDS, "wait_s=1 is answered 304 after a second when there is nothing new", |run| {
        Box::pin(wait(run))
    })
    .beyond(),
    Rule::must("T08", SECTION, NEEDS, "wait_s above 25 counts as 25", |run| Box::pin(longest(run))).beyond(),
];

/// The longest wait of a poll, in seconds.
const WAIT_LIMIT_S: u64 = 25;
/// A clock's tick that a wait may be short of.
const TICK: Duration = Duration::from_millis(100);

fn path(incident: &str, query: &str) -> String {
    format!("/v1/incidents/{incident}{query}")
}

async fn read(run: &mut Run, query: &str, more: &[(&'static str, String)]) -> Result<Reply, Verdict> {
    let mut headers = vec![("siaga-secret", run.phone.secret())];
    headers.extend_from_slice(more);
    let path = path(&incident(run), query);
    run.get(&path, &headers).await
}

/// The steps of an answer with their numbers, each judged.
fn steps(run: &Run, sent: &str, reply: &Reply) -> Result<Vec<(u64, String)>, Verdict> {
    let account = |came: String| {
        let expected = r#"200 with {"incident":"…","steps":["<compact JWS>",…]}, each a signed step of this incident"#;
        Account::new(sent, came, expected, "sign each step as in the worked example")
    };
    let json = if reply.status == 200 && !reply.is_cut { reply.json() } else { None };
    let Some(json) = json else { return account(reply.shown()).fails() };
    let incident = incident(run);
    if json.get("incident") != Some(&Value::from(incident.as_str())) {
        return account(format!("incident is {}", shown(json.get("incident")))).fails();
    }
    let Some(texts) = json.get("steps").and_then(Value::as_array) else {
        return account(format!("steps is {}", shown(json.get("steps")))).fails();
    };
    let mut steps = Vec::new();
    for text in texts {
        let statement = Statement::read(text.as_str().unwrap_or_default(), "siaga-step");
        let statement = statement.map_err(|why| Verdict::Fail(account(format!("a step with {why}"))))?;
        // Without a list that phones believe, the signature is the business of K02 to K04.
        if let Some(set) = run.keys.as_ref().and_then(|keys| keys.set.as_ref()) {
            let judged = verify_step(text.as_str().unwrap_or_default(), set, &incident, &run.target.centre, true);
            judged.map_err(|fault| Verdict::Fail(account(format!("a step that phones refuse: {fault}"))))?;
        }
        let n = statement.says("n").and_then(Value::as_u64).unwrap_or_default();
        let name = statement.says("step").and_then(Value::as_str).unwrap_or_default();
        steps.push((n, name.to_owned()));
    }
    Ok(steps)
}

async fn signed(run: &mut Run) -> Result<(), Verdict> {
    if !run.offers.contains("timeline") {
        return Verdict::skip("the capabilities do not name timeline");
    }
    let reply = read(run, "", &[]).await?;
    let sent = "GET of a create's timeline";
    let steps = steps(run, sent, &reply)?;
    let is_running = steps.iter().zip(1..).all(|((n, _), expected)| *n == expected);
    if !is_running || steps.first().map(|(_, name)| name.as_str()) != Some("received") {
        let remedy = "store the signed step `received` as number 1 together with the create, and number on from there";
        return Account::new(sent, format!("steps {steps:?}"), "received as number 1, then 2, 3, …", remedy).fails();
    }
    Ok(())
}

async fn after(run: &mut Run) -> Result<(), Verdict> {
    let all = read(run, "?after=0", &[]).await?;
    let highest = steps(run, "GET with after=0", &all)?.len();
    let sent = format!("GET with after={highest}");
    let rest = read(run, &format!("?after={highest}"), &[]).await?;
    let above = steps(run, &sent, &rest)?;
    if highest == 0 || above.iter().any(|(n, _)| *n <= highest as u64) {
        let came = format!("steps {above:?}, and {highest} with after=0");
        return Account::new(sent, came, "200 without an older step", "leave out the steps up to N").fails();
    }
    Ok(())
}

async fn tagged(run: &mut Run) -> Result<(), Verdict> {
    let reply = read(run, "", &[]).await?;
    let highest = steps(run, "GET of a create's timeline", &reply)?.len();
    let remedy = "set ETag to the highest number in quotes, and compare If-None-Match with it";
    let tag = format!("\"{highest}\"");
    if reply.header("etag") != Some(&tag) {
        let came = format!("ETag {}", reply.header("etag").unwrap_or("absent"));
        return Account::new("GET of a create's timeline", came, tag, remedy).fails();
    }
    let again = read(run, "", &[("if-none-match", tag.clone())]).await?;
    // A dispatcher may have opened it in between.
    if again.status != 304 && again.header("etag") == Some(&tag) || !matches!(again.status, 200 | 304) {
        let sent = format!("GET with If-None-Match: {tag}");
        return Account::new(sent, again.shown(), "304", remedy).fails();
    }
    Ok(())
}

async fn secret(run: &mut Run) -> Result<(), Verdict> {
    let path = path(&incident(run), "");
    for (sent, secret) in [
        ("GET without a secret", None),
        ("GET with a strange secret", Some(strange_secret())),
        ("GET with a secret that is none", Some("secret".to_owned())),
    ] {
        let headers: Vec<_> = secret.into_iter().map(|secret| ("siaga-secret", secret)).collect();
        let reply = run.get(&path, &headers).await?;
        let remedy = "show a timeline to nobody but who has the secret whose hash stands in the create";
        judge_refused(sent.to_owned(), &reply, 403, "secret-needed", remedy)?;
    }
    Ok(())
}

async fn unstated(run: &mut Run) -> Result<(), Verdict> {
    let (early, event) = (fresh_id(), fresh_id());
    let body = bytes(&run.phone.envelope(&early, &event, "escalation"));
    // Whether it is stored is the business of B08.
    let before = run.put(&Write::event("an event whose create is not there", &early, &event, body, true)).await?;
    let silent = fresh_id();
    let mut envelope = run.phone.envelope(&silent, &silent, "sos");
    set(&mut envelope, "body.secret_sha256", Value::Null);
    run.stored(&Write::create("a create that states no secret", &silent, bytes(&envelope), true)).await?;
    let headers = [("siaga-secret", run.phone.secret())];
    let mut reads = vec![("GET where no secret is stated", silent)];
    if before.is_success() {
        reads.push(("GET before the create", early));
    }
    for (sent, incident) in reads {
        let reply = run.get(&path(&incident, ""), &headers).await?;
        let remedy = "without a stated secret nobody can prove anything, so nobody reads";
        judge_refused(sent.to_owned(), &reply, 403, "secret-needed", remedy)?;
    }
    Ok(())
}

async fn unknown(run: &mut Run) -> Result<(), Verdict> {
    let headers = [("siaga-secret", run.phone.secret())];
    let reply = run.get(&path(&fresh_id(), ""), &headers).await?;
    let remedy = "answer in the protocol's words, so that phones can tell it from a wrong address";
    judge_refused("GET of an unknown incident".to_owned(), &reply, 404, "not-found", remedy)
}

async fn wait(run: &mut Run) -> Result<(), Verdict> {
    if !run.offers.contains("long-poll") {
        return Verdict::skip("the capabilities do not name long-poll");
    }
    let reply = read(run, "", &[]).await?;
    let highest = steps(run, "GET of a create's timeline", &reply)?.len();
    let query = format!("?after={highest}&wait_s=1");
    let asked = Instant::now();
    let reply = read(run, &query, &[]).await?;
    judge_wait(&query, 1, asked.elapsed(), &reply)?;
    let asked = Instant::now();
    let reply = read(run, "?after=0&wait_s=20", &[]).await?;
    if reply.status != 200 || asked.elapsed() > Duration::from_secs(10) {
        let came = format!("{} after {} ms", reply.shown(), asked.elapsed().as_millis());
        let remedy = "answer at once when there is a step above after";
        return Account::new("GET with after=0&wait_s=20", came, "200 at once", remedy).fails();
    }
    Ok(())
}

/// A wait that nothing ended has to last as long as was asked. A step that came meanwhile ends it rightly.
fn judge_wait(query: &str, wait_s: u64, waited: Duration, reply: &Reply) -> Result<(), Verdict> {
    let is_short = waited + TICK < Duration::from_secs(wait_s);
    if reply.status == 200 || (reply.status == 304 && !is_short) {
        return Ok(());
    }
    let came = format!("{} after {} ms", reply.shown(), waited.as_millis());
    let expected = format!("304 after {wait_s} s, or 200 with a step");
    Account::new(
        format!("GET with {query}"),
        came,
        expected,
        "hold the answer back for as long as was asked, 25 s at most",
    )
    .fails()
}

/// Starts the poll that T08 judges, so that the other rules need not wait for it: above the one step that a create has.
pub(super) fn begin_longest(run: &mut Run) {
    let path = path(&incident(run), "?after=1&wait_s=999");
    let timeout = run.target.timeout + Duration::from_secs(WAIT_LIMIT_S);
    let request = run.clients.get(Spoken::Either).get(run.target.at(&path)).timeout(timeout);
    let request = request.header("siaga-secret", run.phone.secret());
    run.longest = Some(tokio::spawn(async move {
        let asked = Instant::now();
        let reply = crate::send::read(request).await?;
        Ok((reply, asked.elapsed()))
    }));
}

async fn longest(run: &mut Run) -> Result<(), Verdict> {
    if !run.offers.contains("long-poll") {
        return Verdict::skip("the capabilities do not name long-poll");
    }
    let Some(polling) = run.longest.take() else { return Verdict::skip("the run is a quick one") };
    let query = "wait_s=999";
    match polling.await {
        Ok(Ok((reply, waited))) => judge_wait(query, WAIT_LIMIT_S, waited, &reply),
        Ok(Err(why)) => {
            let came = format!("no answer: {why}");
            let remedy = "count more than 25 as 25: carriers and proxies cut silent connections from 30 s on";
            Account::new(format!("GET with {query}"), came, "304 after 25 s", remedy).fails()
        }
        Err(_) => Verdict::skip("the poll was given up"),
    }
}
