//! The test centre: signs for what it is given. A fixture of its own, small and without a disk; the reference centre is
//! `examples/centre`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use siaga::PublicKey;
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey, StepClaims};
use siaga_vault::{Digest, ReceiptClaims, VaultError};

use crate::replay::command::{Begun, WholeReply};
use crate::replay::files::Uploads;
use crate::replay::line::Files;

/// Its name in every receipt.
pub(super) const CENTRE_ID: &str = "replay-centre";

/// The centre.
pub(super) struct TestCentre {
    root: SigningKey,
    online: SigningKey,
    /// Signs for the scripted forgery; no key set lists it.
    stranger: SigningKey,
    incidents: BTreeMap<String, Incident>,
    /// Accepted writes, repeats included.
    puts: u32,
    /// The event that came last, as it came.
    newest: Value,
    uploads: Uploads,
}

#[derive(Default)]
struct Incident {
    kind: Option<String>,
    drill: bool,
    /// Event id → its bytes' hash and the receipt.
    events: BTreeMap<String, (Digest, String)>,
    steps: Vec<String>,
}

/// Which receipt a scripted centre gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Own,
    OtherIncident,
    OtherKey,
}

impl TestCentre {
    pub(super) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            root: SigningKey::from_seed([1; 32])?,
            online: SigningKey::from_seed([2; 32])?,
            stranger: SigningKey::from_seed([3; 32])?,
            incidents: BTreeMap::new(),
            puts: 0,
            newest: Value::Null,
            uploads: Uploads::default(),
        })
    }

    pub(super) fn root_key(&self) -> PublicKey {
        self.root.public().clone()
    }

    /// Takes a write.
    pub(super) fn put(&mut self, path: &str, body: &[u8], wall_ms: i64, signature: Signature) -> WholeReply {
        let Some((incident_id, event_id)) = ids(path) else { return problem(400, "bad-id") };
        self.puts += 1;
        let sha256 = Digest::of(body);
        let envelope: Value = serde_json::from_slice(body).unwrap_or_default();
        let drill = envelope.get("drill") == Some(&Value::Bool(true));
        let incident = self.incidents.entry(incident_id.clone()).or_default();
        if let Some((stored, receipt)) = incident.events.get(&event_id) {
            return if *stored == sha256 { receipted(200, receipt) } else { problem(409, "other-bytes") };
        }
        let named = match signature {
            Signature::Own | Signature::OtherKey => incident_id.clone(),
            Signature::OtherIncident => "00000000-0000-7000-8000-000000000000".to_owned(),
        };
        let claims =
            ReceiptClaims { incident: named, event: event_id.clone(), sha256, centre: CENTRE_ID.to_owned(), drill };
        let key = match signature {
            Signature::Own | Signature::OtherIncident => &self.online,
            Signature::OtherKey => &self.stranger,
        };
        let receipt = key.sign_receipt(&claims, wall_ms);
        if signature != Signature::Own {
            // A forger stores nothing.
            self.puts -= 1;
            return receipted(201, &receipt);
        }
        if incident_id == event_id {
            incident.kind = envelope.get("kind").and_then(Value::as_str).map(str::to_owned);
            incident.drill = drill;
            step(&self.online, &incident_id, incident, "received", wall_ms);
        }
        let _ = incident.events.insert(event_id, (sha256, receipt.clone()));
        self.newest = envelope;
        receipted(201, &receipt)
    }

    /// What it does with files from now on.
    pub(super) const fn take_files(&mut self, files: Files) {
        self.uploads.takes = files;
    }

    /// Takes a request of an upload with these bytes; `None` when it is none.
    pub(super) fn media(&mut self, path: &str, request: &Begun, bytes: &[u8], wall_ms: i64) -> Option<WholeReply> {
        let Self { uploads, incidents, online, .. } = self;
        let stands = |incident: &str| incidents.get(incident).is_some_and(|incident| incident.kind.is_some());
        uploads.knows(path).then(|| uploads.take((path, request), bytes, (online, wall_ms), stands))
    }

    /// The dispatcher sets a step of every real incident.
    pub(super) fn mark(&mut self, word: &str, wall_ms: i64) {
        for (id, incident) in self.incidents.iter_mut().filter(|(_, incident)| !incident.drill) {
            step(&self.online, id, incident, word, wall_ms);
        }
    }

    /// Answers a read. `None`: a poll for steps that are not there yet.
    pub(super) fn get(&self, path: &str) -> Option<WholeReply> {
        match path {
            "/v1/keys" => Some(json_reply(&json!({ "keys": self.key_set() }))),
            "/v1/capabilities" => {
                let media = (self.uploads.takes != Files::None).then_some("media");
                let offers: Vec<&str> = ["timeline", "keys"].into_iter().chain(media).collect();
                Some(json_reply(&json!({ "v": 1, "profile": "full", "offers": offers })))
            }
            _ => {
                let Some((id, after)) = poll(path) else { return Some(problem(404, "not-found")) };
                let Some(incident) = self.incidents.get(&id) else { return Some(problem(404, "not-found")) };
                let steps: Vec<&String> = incident.steps.iter().skip(after).collect();
                if steps.is_empty() { None } else { Some(json_reply(&json!({ "incident": id, "steps": steps }))) }
            }
        }
    }

    /// What stands at the centre, for expectations.
    pub(super) fn view(&self) -> Value {
        let of = |drill: bool, kind: &str| {
            self.incidents.values().filter(|i| i.drill == drill && i.kind.as_deref() == Some(kind)).count()
        };
        let events: usize = self.incidents.values().map(|incident| incident.events.len()).sum();
        json!({ "incidents": of(false, "sos"), "drills": of(true, "sos"), "reports": of(false, "report"),
                "events": events, "files": self.uploads.whole(), "puts": self.puts, "newest": self.newest })
    }

    fn key_set(&self) -> String {
        let listed =
            ListedKey { key_id: self.online.key_id().to_owned(), key: self.online.public().clone(), until_ms: None };
        let claims = KeySetClaims { centre: CENTRE_ID.to_owned(), serial: 1, issued_ms: 1, keys: vec![listed] };
        self.root.sign_keys(&claims)
    }
}

fn step(key: &SigningKey, id: &str, incident: &mut Incident, word: &str, wall_ms: i64) {
    let n = u32::try_from(incident.steps.len()).unwrap_or(u32::MAX).saturating_add(1);
    incident.steps.push(key.sign_step(&StepClaims {
        incident: id.to_owned(),
        n,
        step: word.to_owned(),
        at_ms: wall_ms,
        centre: CENTRE_ID.to_owned(),
        drill: incident.drill,
        note: None,
    }));
}

/// `/v1/incidents/{incident}` or `…/events/{event}`.
fn ids(path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix("/v1/incidents/")?;
    let (incident, event) = rest.split_once("/events/").unwrap_or((rest, rest));
    Some((incident.to_owned(), event.to_owned()))
}

/// `/v1/incidents/{incident}?after=N&…`.
fn poll(path: &str) -> Option<(String, usize)> {
    let (incident, query) = path.strip_prefix("/v1/incidents/")?.split_once('?')?;
    let after = query.split('&').find_map(|pair| pair.strip_prefix("after="))?;
    Some((incident.to_owned(), after.parse().ok()?))
}

/// A reply with nothing in it.
pub(super) const fn empty(status: u16) -> WholeReply {
    WholeReply { status, headers: Vec::new(), body: Vec::new() }
}

/// A reply with this text in it.
pub(super) fn text(status: u16, content_type: &str, text: String) -> WholeReply {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    WholeReply { status, headers, body: text.into_bytes() }
}

/// A refusal in the protocol's own words.
pub(super) fn problem(status: u16, slug: &str) -> WholeReply {
    let body = json!({ "type": format!("https://siaga.example/problems/{slug}") });
    text(status, "application/problem+json", body.to_string())
}

fn receipted(status: u16, receipt: &str) -> WholeReply {
    WholeReply { headers: vec![("siaga-receipt".to_owned(), receipt.to_owned())], ..empty(status) }
}

fn json_reply(body: &Value) -> WholeReply {
    text(200, "application/json", body.to_string())
}
