//! Nothing else is a reason to refuse.

use serde_json::{Value, json};

use super::store::incident;
use crate::phone::{bytes, fresh_id, now_ms, set, state_what_is_empty, strange_secret};
use crate::rule::{Rule, Verdict};
use crate::run::Run;
use crate::write::{Stated, Write};

const SECTION: &str = "The basic profile";
const NEEDS: &[&str] = &["B01"];

pub(super) static RULES: &[Rule] = &[
    Rule::must("A01", "Bodies", NEEDS, "Every known kind of event is stored and receipted", |run| {
        Box::pin(known_kinds(run))
    }),
    Rule::must("A02", "Versions", NEEDS, "An unknown kind is stored and receipted", |run| Box::pin(unknown_kind(run))),
    Rule::must("A03", "Versions", NEEDS, "An unknown version of the envelope is stored and receipted", |run| {
        Box::pin(unknown_version(run))
    }),
    Rule::must("A04", SECTION, NEEDS, "Bytes that are no JSON object are stored and receipted", |run| {
        Box::pin(no_json(run))
    }),
    Rule::must("A05", SECTION, NEEDS, "An empty body, and one with next to nothing, is stored and receipted", |run| {
        Box::pin(empty(run))
    }),
    Rule::must(
        "A06",
        "Versions",
        NEEDS,
        "Unknown fields, and fields of the wrong type, are no reason to refuse",
        |run| Box::pin(odd_fields(run)),
    ),
    Rule::must("A07", SECTION, NEEDS, "A phone's clock of 1970 or ten years ahead is no reason to refuse", |run| {
        Box::pin(clocks(run))
    }),
    Rule::must(
        "A08",
        "Request headers",
        NEEDS,
        "A missing, wrong or unreadable secret is no reason to refuse an event",
        |run| Box::pin(secrets(run)),
    ),
    Rule::must(
        "A09",
        SECTION,
        NEEDS,
        "Headers that are doubled, unknown, unreadable or missing are no reason to refuse",
        |run| Box::pin(noise(run)),
    ),
    Rule::must("A10", "The envelope", NEEDS, "Ids inside that differ from the path are no reason to refuse", |run| {
        Box::pin(ids_differ(run))
    }),
];

/// The kinds of later events in the protocol.
const KINDS: [&str; 4] = ["escalation", "fix", "cancel", "all_clear"];

/// The largest number that every reader of JSON reads exactly, 2^53 - 1.
const LARGEST: i64 = 9_007_199_254_740_991;

/// An event of the stored incident whose envelope was changed.
fn event(run: &Run, what: &'static str, kind: &str, change: impl FnOnce(&mut Value)) -> Write {
    let (incident, event) = (incident(run), fresh_id());
    let mut envelope = run.phone.envelope(&incident, &event, kind);
    change(&mut envelope);
    Write::event(what, &incident, &event, bytes(&envelope), true)
}

/// A create whose envelope was changed.
fn create(run: &Run, what: &'static str, kind: &str, change: impl FnOnce(&mut Value)) -> Write {
    let incident = fresh_id();
    let mut envelope = run.phone.envelope(&incident, &incident, kind);
    change(&mut envelope);
    Write::create(what, &incident, bytes(&envelope), true)
}

async fn all_stored(run: &mut Run, writes: Vec<Write>) -> Result<(), Verdict> {
    for write in writes {
        run.stored(&write).await?;
    }
    Ok(())
}

async fn known_kinds(run: &mut Run) -> Result<(), Verdict> {
    let mut writes: Vec<Write> =
        KINDS.iter().map(|kind| event(run, "an event of a known kind", kind, |_| {})).collect();
    writes.push(create(run, "a report", "report", |_| {}));
    writes.push(create(run, "a create that states what is empty", "sos", state_what_is_empty));
    all_stored(run, writes).await
}

async fn unknown_kind(run: &mut Run) -> Result<(), Verdict> {
    let writes = vec![
        event(run, "an event of an unknown kind", "flare", |_| {}),
        create(run, "a create of an unknown kind", "flare", |_| {}),
    ];
    all_stored(run, writes).await
}

async fn unknown_version(run: &mut Run) -> Result<(), Verdict> {
    let mut writes = Vec::new();
    for version in [json!(2), json!(99), json!(0), json!("1"), Value::Null] {
        writes.push(event(run, "an event of an unknown version", "escalation", |envelope| set(envelope, "v", version)));
    }
    writes.push(create(run, "a create of an unknown version", "sos", |envelope| set(envelope, "v", json!(2))));
    all_stored(run, writes).await
}

async fn no_json(run: &mut Run) -> Result<(), Verdict> {
    let texts: [(&'static str, Vec<u8>); 7] = [
        ("an event that is no JSON", b"Tolong! <script>".to_vec()),
        ("an event that was cut off", br#"{"v":1,"kind":"sos","drill":tr"#.to_vec()),
        ("an event that is no UTF-8", vec![0xff, 0xfe, 0x00, 0xc3, 0x28]),
        ("an event that is a list", b"[1,2,3]".to_vec()),
        ("an event that is a number", b"0".to_vec()),
        ("an event that is null", b"null".to_vec()),
        ("an event that is nested 8,000 deep", b"[".repeat(8000)),
    ];
    let incident = incident(run);
    let mut writes: Vec<Write> =
        texts.into_iter().map(|(what, body)| Write::event(what, &incident, &fresh_id(), body, false)).collect();
    writes.push(Write::create("a create that is no JSON", &fresh_id(), b"conformance check: no JSON".to_vec(), false));
    all_stored(run, writes).await
}

async fn empty(run: &mut Run) -> Result<(), Verdict> {
    let incident = incident(run);
    let mut writes = Vec::new();
    for (what, body) in [("an empty event", ""), ("an event that is one space", " "), ("an event that is {}", "{}")] {
        writes.push(Write::event(what, &incident, &fresh_id(), body.as_bytes().to_vec(), false));
    }
    all_stored(run, writes).await
}

async fn odd_fields(run: &mut Run) -> Result<(), Verdict> {
    let more = |envelope: &mut Value| {
        set(envelope, "from_a_later_version", json!({ "deep": [1, { "deeper": null }] }));
        set(envelope, "body.later", json!("x".repeat(500)));
    };
    let wrong = |envelope: &mut Value| {
        for (field, value) in [("kind", json!(7)), ("seq", json!(-1)), ("urgency", json!("high")), ("to", json!("all"))]
        {
            set(envelope, field, value);
        }
        set(envelope, "body", json!([1]));
    };
    let far = |envelope: &mut Value| set(envelope, "body.fixes", json!([{ "lat": 900, "lon": "west" }, 4]));
    let writes = vec![
        event(run, "an event with unknown fields", "escalation", more),
        create(run, "a create with unknown fields", "sos", more),
        event(run, "an event with fields of the wrong type", "escalation", wrong),
        event(run, "an event with positions that are none", "fix", far),
    ];
    all_stored(run, writes).await
}

async fn clocks(run: &mut Run) -> Result<(), Verdict> {
    let years_ms = |years: i64| years * 365 * 24 * 60 * 60 * 1000;
    let mut writes = Vec::new();
    for wall_ms in [0, now_ms() + years_ms(10), now_ms() - years_ms(10), -1, LARGEST] {
        let change = |envelope: &mut Value| set(envelope, "body.clock.wall_ms", json!(wall_ms));
        let write = event(run, "an event from a phone whose clock is wrong", "escalation", change);
        writes.push(write.with_header("siaga-sent-at", wall_ms.to_string()).with_header("siaga-clock", "clamped"));
    }
    let ahead = |envelope: &mut Value| set(envelope, "body.clock.wall_ms", json!(now_ms() + years_ms(10)));
    writes.push(create(run, "a create from a phone ten years ahead", "sos", ahead));
    all_stored(run, writes).await
}

async fn secrets(run: &mut Run) -> Result<(), Verdict> {
    let mut writes = Vec::new();
    // An empty text leaves the header out.
    for secret in [String::new(), strange_secret(), "not a secret".to_owned()] {
        for kind in ["escalation", "cancel"] {
            let write = event(run, "an event without the right secret", kind, |_| {});
            writes.push(write.with_header("siaga-secret", secret.clone()));
        }
    }
    let unstated = |envelope: &mut Value| set(envelope, "body.secret_sha256", Value::Null);
    writes.push(create(run, "a create that states no secret", "sos", unstated));
    all_stored(run, writes).await
}

async fn noise(run: &mut Run) -> Result<(), Verdict> {
    let plain = |run: &Run, what| event(run, what, "escalation", |_| {});
    let doubled = plain(run, "an event with doubled headers")
        .with_header("siaga-attempt", "3")
        .with_header("siaga-secret", run.phone.secret())
        .with_header("siaga-secret", strange_secret())
        .with_header("siaga-sent-at", "1")
        .with_header("siaga-sent-at", "2");
    let unknown = plain(run, "an event with unknown headers")
        .with_header("siaga-later", "1")
        .with_header("x-trace", "x".repeat(1000))
        .with_header("authorization", "Bearer of-somebody-unknown");
    let unreadable = plain(run, "an event with unreadable headers")
        .with_header("siaga-sent-at", "yesterday")
        .with_header("siaga-clock", "?");
    let bare = Write { content_type: None, digest: Stated::Nothing, ..plain(run, "an event without most headers") };
    let bare = bare.with_header("siaga-sent-at", "");
    let other = Write { content_type: Some("text/plain"), ..plain(run, "an event of another media type") };
    all_stored(run, vec![doubled, unknown, unreadable, bare, other]).await
}

async fn ids_differ(run: &mut Run) -> Result<(), Verdict> {
    let mut writes = Vec::new();
    for field in ["incident", "event"] {
        let change = |envelope: &mut Value| set(envelope, field, json!(fresh_id()));
        writes.push(event(run, "an event with another id inside", "escalation", change));
    }
    all_stored(run, writes).await
}
