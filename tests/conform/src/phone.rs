//! What a phone would send: throw-away ids, a secret, and envelopes that are drills unless a rule needs another.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use siaga_vault::Digest;
use uuid::Uuid;

/// What a dispatcher reads who sees one of these.
const WORDS: &str = "Conformance check of this server; nobody is in danger";

/// The phone that this run plays.
#[derive(Debug, Clone)]
pub(crate) struct Phone {
    secret: [u8; 32],
    boot: String,
}

impl Phone {
    /// A phone with a random secret.
    pub(crate) fn new() -> Phone {
        Phone { secret: random(), boot: Uuid::new_v4().to_string() }
    }

    /// The secret of all its incidents, as the header carries it.
    pub(crate) fn secret(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.secret)
    }

    /// An envelope that is a drill, its fields in the order of their names: a server that writes it anew gets the same bytes,
    /// so that only the rule which is about exact bytes finds it out.
    pub(crate) fn envelope(&self, incident: &str, event: &str, kind: &str) -> Value {
        let is_create = incident == event;
        let mut body = match kind {
            "sos" => json!({ "message": WORDS }),
            "report" => json!({ "category": "test", "text": WORDS }),
            "escalation" => json!({ "presses": 1, "presses_total": 4 }),
            "fix" => json!({ "fixes": [fix()] }),
            "cancel" => json!({
                "phase": "after_grace", "auth": URL_SAFE_NO_PAD.encode(siaga_vault::cancel_auth(&self.secret, ""))
            }),
            _ => json!({}),
        };
        set(&mut body, "clock", json!({ "boot": self.boot, "since_trigger_ms": 1000, "wall_ms": now_ms() }));
        if is_create {
            set(&mut body, "position", json!({ "no_fix": { "reason": "not_asked" } }));
            set(&mut body, "secret_sha256", json!(Digest::of(&self.secret)));
        }
        json!({
            "v": 1, "incident": incident, "event": event, "seq": if is_create { 0 } else { 1 },
            "kind": kind, "to": ["centre"], "timing": "live", "drill": true, "urgency": if is_create { 3 } else { 0 },
            "content_type": format!("application/vnd.siaga.{kind}.v1+json"), "body": body
        })
    }
}

/// States as null, empty or by its default what [`Phone::envelope`] leaves out of a create: the other way to say the same.
pub(crate) fn state_what_is_empty(create: &mut Value) {
    for name in ["prev", "key_id", "body.trigger", "body.place", "body.replaces", "body.battery_percent"] {
        set(create, name, Value::Null);
    }
    for name in ["body.needs", "body.contacts", "body.manifest"] {
        set(create, name, json!([]));
    }
    set(create, "body.subject", json!("me"));
}

fn fix() -> Value {
    json!({
        "lat": -6.96667, "lon": 110.41667, "radius": { "m": 12.5, "confidence": 0.68 }, "source": "manual",
        "mock": true, "age_ms": 1200, "since_trigger_ms": -200
    })
}

/// Sets a field, its path from the outside in with dots between.
pub(crate) fn set(value: &mut Value, path: &str, to: Value) {
    let mut place = value;
    for name in path.split('.') {
        let Some(fields) = place.as_object_mut() else { return };
        place = fields.entry(name).or_insert(Value::Null);
    }
    *place = to;
}

/// An id as phones make them: it begins with the time (RFC 9562 section 5.7).
pub(crate) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}

/// An id of random bits alone (RFC 9562 section 5.4).
pub(crate) fn fresh_v4() -> String {
    Uuid::new_v4().to_string()
}

/// 32 random bytes as a header carries them: a secret that opens nothing.
pub(crate) fn strange_secret() -> String {
    URL_SAFE_NO_PAD.encode(random())
}

/// So many bytes of a file that nobody ever took: it begins as a JPEG does.
pub(crate) fn file_bytes(length: usize) -> Vec<u8> {
    let mut bytes = b"\xFF\xD8\xFF\xE0".to_vec();
    while bytes.len() < length {
        bytes.extend(random());
    }
    bytes.truncate(length);
    bytes
}

/// JSON as bytes, fields in the order of their names, without white space.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let mut value = value.clone();
    value.sort_all_objects();
    // A value in memory has no failing path.
    serde_json::to_vec(&value).unwrap_or_default()
}

/// This machine's clock, in Unix milliseconds.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn random() -> [u8; 32] {
    let (one, other) = (Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes());
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(one.into_iter().chain(other)) {
        *to = from;
    }
    bytes
}
