//! The centre: the reference centre's own `accept`, over a map instead of a database. It never forgets what it signed for.

pub(crate) mod media;
pub(crate) mod reads;

use std::collections::BTreeMap;

use crate::centre::media::Uploads;
use crate::envelope::Envelope;
use siaga::{Method, Payload, Reply, Request};
use siaga_centre::accept::{
    Arrival, Decision, Known, KnownEvent, KnownIncident, RECEIVED, SignedStep, Signer, accept, sign_step,
};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey};
use siaga_vault::{Digest, PublicKey};

/// The centre's id.
pub(crate) const CENTRE: &str = "sim";

/// An event that is stored.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) body: Vec<u8>,
    pub(crate) sha256: Digest,
    pub(crate) receipt: String,
    /// Whether another phone put it there: see [`Centre::take_twin`].
    pub(crate) twin: bool,
}

/// The centre.
#[derive(Debug)]
pub(crate) struct Centre {
    root: SigningKey,
    keys: Vec<SigningKey>,
    key_set: String,
    /// By incident and event.
    events: BTreeMap<(String, String), Stored>,
    incidents: BTreeMap<String, KnownIncident>,
    steps: BTreeMap<String, Vec<SignedStep>>,
    /// Whether it offers a timeline and takes files, or only the basic profile.
    full: bool,
    uploads: Uploads,
}

impl Centre {
    /// A centre whose keys come from a seed.
    ///
    /// # Errors
    /// Ed25519 takes no key from the seed, which does not happen.
    pub(crate) fn new(seed: u64, full: bool) -> Result<Self, siaga_vault::VaultError> {
        let root = SigningKey::from_seed(seed_of(seed, 0))?;
        let mut centre = Self {
            root,
            keys: Vec::new(),
            key_set: String::new(),
            events: BTreeMap::new(),
            incidents: BTreeMap::new(),
            steps: BTreeMap::new(),
            full,
            uploads: Uploads::default(),
        };
        centre.rotate(seed, 0)?;
        Ok(centre)
    }

    /// Whether it takes files.
    pub(crate) const fn takes_files(&self) -> bool {
        self.full
    }

    pub(crate) const fn uploads(&self) -> &Uploads {
        &self.uploads
    }

    pub(crate) const fn uploads_mut(&mut self) -> &mut Uploads {
        &mut self.uploads
    }

    pub(crate) fn root_key(&self) -> &PublicKey {
        self.root.public()
    }

    /// Signs with a new key from now on; the old ones stay listed.
    pub(crate) fn rotate(&mut self, seed: u64, now_ms: i64) -> Result<(), siaga_vault::VaultError> {
        let number = u8::try_from(self.keys.len()).unwrap_or(u8::MAX).saturating_add(1);
        self.keys.push(SigningKey::from_seed(seed_of(seed, number))?);
        let listed =
            |key: &SigningKey| ListedKey { key_id: key.key_id().to_owned(), key: key.public().clone(), until_ms: None };
        self.key_set = self.root.sign_keys(&KeySetClaims {
            centre: CENTRE.to_owned(),
            serial: number.into(),
            issued_ms: now_ms,
            keys: self.keys.iter().map(listed).collect(),
        });
        Ok(())
    }

    /// Answers a request.
    pub(crate) fn serve(&mut self, request: &Request, now_ms: i64) -> Reply {
        match request.method {
            Method::Put => self.put(request, now_ms),
            Method::Get => self.get(request),
            Method::Post | Method::Head | Method::Patch => self.media(request, now_ms),
        }
    }

    fn put(&mut self, request: &Request, now_ms: i64) -> Reply {
        let Some((incident, event)) = ids(&request.path) else { return reads::problem(400, "bad-id") };
        let known = Known {
            event: self
                .event(&incident, &event)
                .map(|stored| KnownEvent { sha256: stored.sha256, receipt: stored.receipt.clone() }),
            incident: self.incidents.get(&incident).cloned(),
        };
        let arrival = Arrival {
            incident: &incident,
            event: &event,
            content_digest: header(request, "content-digest"),
            secret: header(request, "siaga-secret"),
            sent_at_ms: header(request, "siaga-sent-at").and_then(|text| text.parse().ok()),
            body: request.body.bytes(),
        };
        let Some(key) = self.keys.last() else { return reads::problem(503, "overloaded") };
        let signer = Signer { centre: CENTRE, key, at_ms: now_ms };
        match accept(&arrival, &known, &signer) {
            Decision::Repeat { receipt } => receipted(200, receipt),
            Decision::Conflict => reads::problem(409, "other-bytes"),
            Decision::Refuse(_) => reads::problem(400, "digest-mismatch"),
            Decision::Store(new) => {
                let receipt = new.receipt.clone();
                let received = arrival.is_create().then(|| sign_step(&incident, &new.incident, RECEIVED, &signer));
                self.steps.entry(incident.clone()).or_default().extend(received);
                let stored = Stored {
                    body: request.body.bytes().to_vec(),
                    sha256: new.sha256,
                    receipt: receipt.clone(),
                    twin: false,
                };
                let _ = self.incidents.insert(incident.clone(), new.incident);
                let _ = self.events.insert((incident, event), stored);
                receipted(201, receipt)
            }
        }
    }

    /// A twin of the phone was there before: other bytes stand under the id that this request brings. Says whether they could
    /// be put there.
    pub(crate) fn take_twin(&mut self, request: &Request, now_ms: i64) -> bool {
        let Some((incident, event)) = ids(&request.path) else { return false };
        if self.event(&incident, &event).is_some() {
            return false;
        }
        let body = Payload::Bytes([request.body.bytes(), b" "].concat());
        let twin = Request { body, headers: Vec::new(), ..request.clone() };
        let _ = self.put(&twin, now_ms);
        if let Some(stored) = self.events.get_mut(&(incident, event)) {
            stored.twin = true;
        }
        true
    }

    /// A dispatcher presses a button; says whether there was an incident to press it on.
    pub(crate) fn mark(&mut self, incident: &str, step: &str, now_ms: i64) -> bool {
        let (Some(known), Some(key)) = (self.incidents.get_mut(incident), self.keys.last()) else { return false };
        let steps = self.steps.entry(incident.to_owned()).or_default();
        if !known.created || steps.iter().any(|known| known.step == step || known.step == "closed") {
            return false;
        }
        known.steps += 1;
        steps.push(sign_step(incident, known, step, &Signer { centre: CENTRE, key, at_ms: now_ms }));
        true
    }

    pub(crate) fn event(&self, incident: &str, event: &str) -> Option<&Stored> {
        self.events.get(&(incident.to_owned(), event.to_owned()))
    }

    /// Everything that is stored, by incident and event.
    pub(crate) fn events(&self) -> impl Iterator<Item = (&str, &str, &Stored)> {
        self.events.iter().map(|((incident, event), stored)| (incident.as_str(), event.as_str(), stored))
    }

    /// The events of one incident.
    pub(crate) fn events_of(&self, incident: &str) -> impl Iterator<Item = (&str, &Stored)> {
        let first = (incident.to_owned(), String::new());
        let of = incident.to_owned();
        self.events
            .range(first..)
            .take_while(move |((incident, _), _)| *incident == of)
            .map(|((_, event), stored)| (event.as_str(), stored))
    }

    /// The incidents whose create is stored.
    pub(crate) fn created(&self) -> Vec<String> {
        self.incidents.iter().filter(|(_, known)| known.created).map(|(id, _)| id.clone()).collect()
    }

    pub(crate) fn steps_of(&self, incident: &str) -> &[SignedStep] {
        self.steps.get(incident).map_or(&[], Vec::as_slice)
    }

    /// Any receipt of the centre but that for this request's own event.
    pub(crate) fn foreign_receipt(&self, request: &Request) -> Option<String> {
        let own = ids(&request.path);
        let other =
            |((incident, event), _): &(&(String, String), &Stored)| Some((incident.clone(), event.clone())) != own;
        self.events.iter().find(other).map(|(_, stored)| stored.receipt.clone())
    }

    /// A receipt as the centre would write it, under a key that the centre never listed.
    pub(crate) fn strangers_receipt(&self, request: &Request, now_ms: i64) -> Option<String> {
        let (incident, event) = ids(&request.path)?;
        let stranger = SigningKey::from_seed([0xEE; 32]).ok()?;
        let drill = Envelope::of(request.body.bytes()).is_drill();
        let claims = siaga_vault::ReceiptClaims {
            incident,
            event,
            sha256: Digest::of(request.body.bytes()),
            centre: CENTRE.to_owned(),
            drill,
        };
        Some(stranger.sign_receipt(&claims, now_ms))
    }
}

/// Incident and event of a path.
pub(crate) fn ids(path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix("/v1/incidents/")?;
    let rest = rest.split('?').next()?;
    let (incident, event) = rest.split_once("/events/").unwrap_or((rest, rest));
    Some((incident.to_owned(), event.to_owned()))
}

pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn receipted(status: u16, receipt: String) -> Reply {
    Reply { receipt: Some(receipt), ..reads::reply(status, None, Vec::new()) }
}

fn seed_of(seed: u64, number: u8) -> [u8; 32] {
    Digest::of(format!("key {number} of {seed}").as_bytes()).0
}
