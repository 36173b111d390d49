//! Keys and statements, right and wrong ones.

use axum::body::Body;
use axum::http::Response;
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use siaga_vault::sign::SigningKey;

use super::{CENTRE, Flaw};

pub(super) struct Keys {
    pub(super) root: SigningKey,
    pub(super) online: SigningKey,
    other: SigningKey,
}

/// What a receipt is about.
pub(super) struct About<'a> {
    pub(super) incident: &'a str,
    pub(super) event: &'a str,
    pub(super) sha256: String,
    pub(super) at: i64,
    pub(super) drill: bool,
}

impl Keys {
    pub(super) fn make(_flaw: Flaw) -> Keys {
        let key = || SigningKey::generate().unwrap();
        Keys { root: key(), online: key(), other: key() }
    }

    /// The answer to the read of this number.
    pub(super) fn served(&self, flaw: Flaw, number: u64) -> Response<Body> {
        let one = json!({ "kid": self.online.key_id(), "x": self.online.public(), "until": null });
        if flaw == Flaw::KeysAsTheyAre {
            return axum::Json(json!({ "keys": [one] })).into_response();
        }
        let root = if flaw == Flaw::KeysOfAnotherRoot { &self.other } else { &self.root };
        let centre = if flaw == Flaw::KeysOfAnotherCentre { "kota-lain" } else { CENTRE };
        let keys = if flaw == Flaw::KeyTwice { vec![one.clone(), one] } else { vec![one] };
        let serial = if flaw == Flaw::SerialGoesBack { 9 - number } else { 9 };
        let payload = json!({ "centre": centre, "serial": serial, "issued": 1_793_000_000_000_i64, "keys": keys });
        let header = json!({ "alg": "EdDSA", "kid": "root", "typ": "siaga-keys" });
        axum::Json(json!({ "keys": jws(&header, &payload, root) })).into_response()
    }

    /// A receipt.
    pub(super) fn receipt(&self, flaw: Flaw, about: &About<'_>) -> String {
        let About { incident, event, sha256, at, drill } = about;
        let centre = if flaw == Flaw::SignsForAnotherCentre { "kota-lain" } else { CENTRE };
        let event = if flaw == Flaw::SignsForTheIncident { incident } else { event };
        let at = if flaw == Flaw::TimeInSeconds { at / 1000 } else { *at };
        let mut payload = json!({ "incident": incident, "event": event, "sha256": sha256, "centre": centre, "at": at, "drill": drill });
        if flaw == Flaw::LongReceipts {
            payload["more"] = json!("x".repeat(4000));
        }
        let key = if flaw == Flaw::UnlistedKey { &self.other } else { &self.online };
        let mut header = json!({ "alg": "EdDSA", "kid": key.key_id(), "typ": "siaga-receipt" });
        if flaw == Flaw::FourthHeaderField {
            header["iat"] = json!(at);
        }
        let receipt = jws(&header, &payload, if flaw == Flaw::ForeignSignature { &self.other } else { key });
        if flaw == Flaw::PaddedReceipts {
            let (input, signature) = receipt.rsplit_once('.').unwrap();
            return format!("{input}.{}", URL_SAFE.encode(URL_SAFE_NO_PAD.decode(signature).unwrap()));
        }
        receipt
    }

    /// The one step of a timeline.
    pub(super) fn step(&self, flaw: Flaw, incident: &str) -> String {
        let key = if flaw == Flaw::StepsOfAnotherKey { &self.other } else { &self.online };
        let header = json!({ "alg": "EdDSA", "kid": self.online.key_id(), "typ": "siaga-step" });
        let n = if flaw == Flaw::StepsFromZero { 2 } else { 1 };
        let payload = json!({
            "incident": incident, "n": n, "step": "received", "at": 1_793_000_000_000_i64, "centre": CENTRE,
            "drill": true, "note": null
        });
        jws(&header, &payload, key)
    }
}

fn jws(header: &Value, payload: &Value, key: &SigningKey) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", part(header), part(payload));
    let pair = Ed25519KeyPair::from_seed_unchecked(key.seed()).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(pair.sign(input.as_bytes())))
}
