//! A small centre: stores bytes under their ids, and signs for them. It reads the wire by itself, not with the engine's types.

use std::collections::BTreeMap;

use serde_json::json;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Reply, Ticket};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey, StepClaims};
use siaga_vault::{Digest, ReceiptClaims};

use super::Flight;
use super::media::MediaDesk;

pub(crate) const NAME: &str = "centre-1";

pub(crate) struct Centre {
    pub(crate) root: SigningKey,
    pub(crate) key: SigningKey,
    pub(crate) serial: u64,
    /// What was stored, by incident and event: the bytes and their receipt.
    pub(crate) stored: BTreeMap<(String, String), (Vec<u8>, String)>,
    /// In the order of their arrival.
    pub(crate) arrivals: Vec<(String, String)>,
    /// Signed steps, by incident.
    pub(crate) steps: BTreeMap<String, Vec<String>>,
    pub(crate) offers: Vec<&'static str>,
    pub(crate) media: MediaDesk,
}

impl Centre {
    pub(crate) fn new() -> Self {
        Self {
            root: key(1),
            key: key(2),
            serial: 1,
            stored: BTreeMap::new(),
            arrivals: Vec::new(),
            steps: BTreeMap::new(),
            offers: vec!["timeline", "keys", "media"],
            media: MediaDesk::default(),
        }
    }

    /// What the centre answers to a request.
    #[track_caller]
    pub(crate) fn reply(&mut self, flight: &Flight, wall_ms: i64) -> Reply {
        match &flight.ticket {
            Ticket::Delivery { row, .. } if row.lane == Lane::Media => self.media.reply(flight, &self.key, wall_ms),
            Ticket::Delivery { .. } => self.accept(flight, wall_ms),
            Ticket::Keys => ok_json(&json!({ "keys": self.key_set() })),
            Ticket::Capabilities => ok_json(&json!({ "v": 1, "profile": "full", "offers": self.offers })),
            Ticket::Timeline(id) => {
                let steps = self.steps.get(&id.to_string()).cloned().unwrap_or_default();
                let (_, after) = flight.request.path.split_once("?after=").unwrap();
                let after: usize = after.split('&').next().unwrap().parse().unwrap();
                match steps.get(after..) {
                    Some(new) if !new.is_empty() => ok_json(&json!({ "incident": id.to_string(), "steps": new })),
                    _ => status(304),
                }
            }
        }
    }

    #[track_caller]
    fn accept(&mut self, flight: &Flight, wall_ms: i64) -> Reply {
        let body = flight.request.body.bytes();
        assert!(body.len() <= 32 * 1024, "a centre refuses {} bytes", body.len());
        let digest = flight.header("content-digest").and_then(Digest::from_content_digest);
        assert_eq!(digest, Some(Digest::of(body)), "the digest of the bytes that are sent");
        let ids = flight.ids();
        if let Some((stored, receipt)) = self.stored.get(&ids) {
            return if stored == body { signed(200, receipt) } else { problem(409, "other-bytes") };
        }
        let receipt = self.key.sign_receipt(&claims(flight), wall_ms);
        let _ = self.stored.insert(ids.clone(), (body.to_vec(), receipt.clone()));
        self.arrivals.push(ids);
        signed(201, &receipt)
    }

    pub(crate) fn key_set(&self) -> String {
        self.root.sign_keys(&self.key_set_claims())
    }

    pub(crate) fn key_set_claims(&self) -> KeySetClaims {
        let key = &self.key;
        let listed = ListedKey { key_id: key.key_id().to_owned(), key: key.public().clone(), until_ms: None };
        KeySetClaims { centre: NAME.to_owned(), serial: self.serial, issued_ms: super::WALL_MS, keys: vec![listed] }
    }

    /// Signs a step and publishes it with the next running number.
    pub(crate) fn publish(&mut self, incident: &str, step: &str, note: Option<&str>) {
        let n = self.steps.get(incident).map_or(0, Vec::len) as u32 + 1;
        let jws = self.sign_step(incident, n, step, note);
        self.steps.entry(incident.to_owned()).or_default().push(jws);
    }

    pub(crate) fn sign_step(&self, incident: &str, n: u32, step: &str, note: Option<&str>) -> String {
        self.key.sign_step(&StepClaims {
            incident: incident.to_owned(),
            n,
            step: step.to_owned(),
            at_ms: super::WALL_MS + i64::from(n),
            centre: NAME.to_owned(),
            drill: false,
            note: note.map(str::to_owned),
        })
    }

    /// The envelopes of one incident, in the order of their arrival.
    pub(crate) fn envelopes(&self, incident: &str) -> Vec<serde_json::Value> {
        let of_incident = self.arrivals.iter().filter(|(id, _)| id == incident);
        of_incident.map(|ids| serde_json::from_slice(&self.stored[ids].0).unwrap()).collect()
    }

    /// Whether the centre has this create.
    pub(crate) fn has(&self, incident: &str) -> bool {
        self.stored.contains_key(&(incident.to_owned(), incident.to_owned()))
    }
}

/// What a true receipt for this flight says.
#[track_caller]
pub(crate) fn claims(flight: &Flight) -> ReceiptClaims {
    let (incident, event) = flight.ids();
    let drill = flight.json()["drill"].as_bool().unwrap();
    ReceiptClaims { incident, event, sha256: flight.sha256(), centre: NAME.to_owned(), drill }
}

pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32]).unwrap()
}

pub(crate) const fn status(status: u16) -> Reply {
    Reply {
        status,
        receipt: None,
        content_type: None,
        retry_after_ms: None,
        body: Vec::new(),
        truncated: false,
        clock_clamped: false,
        upload: None,
    }
}

pub(crate) fn signed(code: u16, receipt: &str) -> Reply {
    Reply { receipt: Some(receipt.to_owned()), ..status(code) }
}

pub(crate) fn ok_json(value: &serde_json::Value) -> Reply {
    let content_type = Some("application/json".to_owned());
    Reply { content_type, body: value.to_string().into_bytes(), ..status(200) }
}

/// A refusal in the protocol's own words.
pub(crate) fn problem(code: u16, slug: &str) -> Reply {
    let body = json!({ "type": format!("https://siaga.example/problems/{slug}"), "status": code }).to_string();
    let content_type = Some("application/problem+json".to_owned());
    Reply { content_type, body: body.into_bytes(), ..status(code) }
}

/// A page of something that is no centre.
pub(crate) fn page(code: u16) -> Reply {
    let content_type = Some("text/html".to_owned());
    Reply { content_type, body: b"<html>Welcome to the hotel</html>".to_vec(), ..status(code) }
}
