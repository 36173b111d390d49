//! A centre of the basic profile in a few lines: it signs for everything.

use serde_json::json;
use siaga::{Outcome, PublicKey, Reply, Request};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey, StepClaims};
use siaga_vault::{Digest, ReceiptClaims};

use crate::row::Stop;

/// When it signs, in Unix milliseconds: any moment after 1970.
const AT_MS: i64 = 1_790_000_000_000;

/// The keys of a centre.
pub(crate) struct Centre {
    root: SigningKey,
    key: SigningKey,
}

impl Centre {
    /// Its name in every receipt.
    pub(crate) const NAME: &'static str = "kota-ukur";

    pub(crate) fn new() -> Result<Self, Stop> {
        Ok(Self { root: SigningKey::from_seed([1; 32])?, key: SigningKey::from_seed([2; 32])? })
    }

    pub(crate) fn root_key(&self) -> PublicKey {
        self.root.public().clone()
    }

    /// What it answers to a request.
    pub(crate) fn answer(&self, request: &Request) -> Outcome {
        let path = request.path.as_str();
        if path == "/v1/keys" {
            return Ok(document(&json!({ "keys": self.key_set() })));
        }
        if path == "/v1/capabilities" {
            return Ok(document(&json!({ "v": 1, "profile": "basic", "offers": [] })));
        }
        Ok(Reply { receipt: self.receipt(request), ..empty(201) })
    }

    /// A receipt over the bytes of a PUT.
    fn receipt(&self, request: &Request) -> Option<String> {
        let rest = request.path.strip_prefix("/v1/incidents/")?;
        let (incident, event) = rest.split_once("/events/").unwrap_or((rest, rest));
        let envelope: serde_json::Value = serde_json::from_slice(request.body.bytes()).ok()?;
        let claims = ReceiptClaims {
            incident: incident.to_owned(),
            event: event.to_owned(),
            sha256: Digest::of(request.body.bytes()),
            centre: Self::NAME.to_owned(),
            drill: envelope.get("drill")?.as_bool()?,
        };
        Some(self.key.sign_receipt(&claims, AT_MS))
    }

    /// What a centre with a timeline answers to a read of it: these steps of an SOS, signed.
    pub(crate) fn timeline(&self, incident: &str, steps: &[(&str, Option<&str>)]) -> Outcome {
        let signed = (1..).zip(steps).map(|(n, (step, note))| {
            self.key.sign_step(&StepClaims {
                incident: incident.to_owned(),
                n,
                step: (*step).to_owned(),
                at_ms: AT_MS + i64::from(n) * 60_000,
                centre: Self::NAME.to_owned(),
                drill: false,
                note: note.map(str::to_owned),
            })
        });
        Ok(document(&json!({ "incident": incident, "steps": signed.collect::<Vec<String>>() })))
    }

    /// What a centre says that offers these abilities.
    pub(crate) fn offering(offers: &[&str]) -> Outcome {
        Ok(document(&json!({ "v": 1, "profile": "full", "offers": offers })))
    }

    /// Its keys, signed by the root.
    pub(crate) fn key_set(&self) -> String {
        let listed = ListedKey { key_id: self.key.key_id().to_owned(), key: self.key.public().clone(), until_ms: None };
        let keys = vec![listed];
        self.root.sign_keys(&KeySetClaims { centre: Self::NAME.to_owned(), serial: 1, issued_ms: AT_MS, keys })
    }

    /// A receipt and what it has to say, for timing its check alone.
    pub(crate) fn sample_receipt(&self) -> (String, ReceiptClaims) {
        let id = "0198c0de-0000-7000-8000-000000000000".to_owned();
        let sha256 = Digest::of(b"bytes");
        let claims =
            ReceiptClaims { incident: id.clone(), event: id, sha256, centre: Self::NAME.to_owned(), drill: false };
        (self.key.sign_receipt(&claims, AT_MS), claims)
    }
}

fn document(value: &serde_json::Value) -> Reply {
    let content_type = Some("application/json".to_owned());
    Reply { content_type, body: value.to_string().into_bytes(), ..empty(200) }
}

const fn empty(status: u16) -> Reply {
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
