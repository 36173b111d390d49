//! What a receipt says and how.

use serde_json::{Value, json};

use super::store::{incident, sampled, samples};
use crate::phone::{bytes, fresh_id, now_ms, set};
use crate::receipt::Aspect;
use crate::rule::{Account, Rule, Verdict};
use crate::run::Run;
use crate::statement::Statement;
use crate::write::Write;

const SECTION: &str = "The receipt";

pub(super) static RULES: &[Rule] = &[
    Rule::must("R01", SECTION, &["B01"], "Siaga-Receipt stands once in an answer", |run| {
        Box::pin(async { sampled(run, Aspect::Twice) })
    }),
    Rule::must("R02", SECTION, &["B01"], "A receipt has at most 4 KiB", |run| {
        Box::pin(async { sampled(run, Aspect::Long) })
    }),
    Rule::must(
        "R03",
        SECTION,
        &["B01"],
        "A receipt is a compact JWS whose header has exactly alg EdDSA, kid and typ siaga-receipt",
        |run| Box::pin(async { sampled(run, Aspect::Form) }),
    ),
    Rule::must("R04", SECTION, &["B01", "K01"], "A receipt's kid is in the list of keys", |run| {
        Box::pin(async { sampled(run, Aspect::KeyListed) })
    }),
    Rule::must("R05", SECTION, &["B01", "K01"], "A receipt's signature verifies with the listed key", |run| {
        Box::pin(async { sampled(run, Aspect::Signature) })
    }),
    Rule::must("R06", SECTION, &["B01"], "A receipt names incident and event as the path does", |run| {
        Box::pin(async { sampled(run, Aspect::Ids) })
    }),
    Rule::must("R07", SECTION, &["B01"], "A receipt's sha256 is over the bytes exactly as they were sent", |run| {
        Box::pin(exact_bytes(run))
    }),
    Rule::must("R08", SECTION, &["B01"], "A receipt names the centre by the id that phones carry", |run| {
        Box::pin(async { sampled(run, Aspect::Centre) })
    }),
    Rule::must("R09", SECTION, &["B01"], "A receipt's at is a time in Unix milliseconds", |run| Box::pin(time(run))),
    Rule::must(
        "R10",
        SECTION,
        &["B01"],
        "A receipt's drill is what the envelope says, and false when that cannot be read",
        |run| Box::pin(drill(run)),
    ),
];

/// Two clocks that are set by the network differ by less.
const CLOCK_TOLERANCE_MS: i64 = 10 * 60 * 1000;

/// An event of the stored incident.
fn event(run: &Run, what: &'static str, body: impl FnOnce(&str, &str) -> Vec<u8>, drill: bool) -> Write {
    let (incident, event) = (incident(run), fresh_id());
    let body = body(&incident, &event);
    Write::event(what, &incident, &event, body, drill)
}

async fn exact_bytes(run: &mut Run) -> Result<(), Verdict> {
    sampled(run, Aspect::Sha256)?;
    let phone = run.phone.clone();
    let spread = |incident: &str, event: &str| {
        let mut text = serde_json::to_string_pretty(&phone.envelope(incident, event, "escalation")).unwrap_or_default();
        text = text.replace('\n', "\r\n");
        format!(" \t{text}\r\n\n").into_bytes()
    };
    let odd = |incident: &str, event: &str| {
        let ids = format!(r#""incident":"{incident}","event":"{event}""#);
        format!(r#"{{"\u0076":1,"kind":"escalation","seq":1.0,"urgency":1e0,{ids},"drill":true,"body":{{"presses":1.0,"presses_total":40e-1}}}}"#)
            .into_bytes()
    };
    let raw = |_: &str, _: &str| b"\xff\xfe\x00 no UTF-8 \xc3\x28 \r\n".to_vec();
    for (write, is_readable) in [
        (event(run, "an event with white space around it", spread, true), true),
        (event(run, "an event with escapes and unusual numbers", odd, true), true),
        (event(run, "an event that is no UTF-8", raw, false), false),
    ] {
        let reply = run.put(&write).await?;
        run.judge_aspect(Aspect::Sha256, &write, &reply)?;
        if is_readable {
            run.judge_aspect(Aspect::Refused, &write, &reply)?;
        }
    }
    Ok(())
}

async fn time(run: &mut Run) -> Result<(), Verdict> {
    sampled(run, Aspect::At)?;
    let Some((write, reply)) = samples(run).into_iter().next() else { return Ok(()) };
    let statement = reply.receipt().and_then(|text| Statement::read(text, "siaga-receipt").ok());
    let Some(at) = statement.as_ref().and_then(|statement| statement.says("at")).and_then(Value::as_i64) else {
        return Ok(());
    };
    let ahead_ms = at.saturating_sub(now_ms());
    if ahead_ms.saturating_abs() > CLOCK_TOLERANCE_MS {
        let came = format!("at {at}, {} s from this machine's clock", ahead_ms / 1000);
        let remedy = "let both machines set their clocks by the network; nothing is refused for it";
        return Err(Verdict::Warning(Account::new(write.shown(), came, "about now", remedy)));
    }
    Ok(())
}

async fn drill(run: &mut Run) -> Result<(), Verdict> {
    sampled(run, Aspect::Drill)?;
    let incident = fresh_id();
    let mut report = run.phone.envelope(&incident, &incident, "report");
    set(&mut report, "drill", Value::Bool(false));
    let mut writes = vec![Write::create("a report that is no drill", &incident, bytes(&report), false)];
    let unreadable =
        [("drill is a text", json!("true")), ("drill is a number", json!(1)), ("drill is null", Value::Null)];
    let phone = run.phone.clone();
    for (what, value) in unreadable {
        let body = |incident: &str, event: &str| {
            let mut envelope = phone.envelope(incident, event, "escalation");
            set(&mut envelope, "drill", value);
            bytes(&envelope)
        };
        writes.push(event(run, what, body, false));
    }
    writes.push(event(run, "an event without drill", |_, _| b"{}".to_vec(), false));
    writes.push(event(run, "a list that has a drill in it", |_, _| br#"[{"drill":true}]"#.to_vec(), false));
    writes.push(event(run, "an event that is no JSON", |_, _| br#"{"drill":true"#.to_vec(), false));
    for write in writes {
        let reply = run.put(&write).await?;
        run.judge_aspect(Aspect::Drill, &write, &reply)?;
    }
    Ok(())
}
