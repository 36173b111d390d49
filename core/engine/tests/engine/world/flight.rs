//! A request on its way, with its bytes.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use siaga_engine::Dispatch;
use siaga_engine::clock::T;
use siaga_engine::outbox::{Lane, MemoryOutbox};
use siaga_engine::wire::{Method, Payload, Request, Ticket};
use siaga_vault::Digest;

use super::media::Copies;

/// One request that a step let out.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    pub(crate) ticket: Ticket,
    /// With its body, from the outbox where the dispatch only names a row.
    pub(crate) request: Request,
    /// When it left.
    pub(crate) at: T,
    /// The part of a file that goes along.
    pub(crate) part: Vec<u8>,
    /// Its hash as it was read, when that goes along.
    pub(crate) checksum: Option<Digest>,
    number: u64,
}

impl Flight {
    pub(crate) fn of(dispatch: Dispatch, at: T, outbox: &MemoryOutbox, copies: &Copies) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut request = dispatch.request;
        if let Some(slot) = dispatch.stored {
            assert!(request.body.length() == 0, "either the dispatch has the bytes, or the store");
            request.body =
                Payload::Bytes(outbox.bytes(slot).expect("the row that a dispatch names is frozen").to_vec());
        }
        let (part, checked) = match &request.body {
            Payload::Bytes(_) => (Vec::new(), false),
            Payload::Slice(slice) => (copies.slice(slice), slice.checked),
        };
        assert!(!checked || part.len() <= 1024 * 1024, "whoever hashes {} bytes has to hold them", part.len());
        let checksum = checked.then(|| Digest::of(&part));
        Self { part, checksum, ticket: dispatch.ticket, request, at, number: NUMBER.fetch_add(1, Ordering::Relaxed) }
    }

    pub(crate) const fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn is_put(&self) -> bool {
        self.request.method == Method::Put
    }

    /// Whether the centre holds it open until something happens.
    pub(crate) const fn is_poll(&self) -> bool {
        matches!(self.ticket, Ticket::Timeline(_))
    }

    pub(crate) const fn lane(&self) -> Option<Lane> {
        match self.ticket {
            Ticket::Delivery { row, .. } => Some(row.lane),
            Ticket::Keys | Ticket::Capabilities | Ticket::Timeline(_) => None,
        }
    }

    #[track_caller]
    pub(crate) fn attempt(&self) -> u32 {
        match self.ticket {
            Ticket::Delivery { attempt, .. } => attempt,
            Ticket::Keys | Ticket::Capabilities | Ticket::Timeline(_) => panic!("{:?} is no delivery", self.ticket),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.request.headers.iter().filter(|(header, _)| header == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }

    /// The envelope.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(self.request.body.bytes()).expect("an envelope")
    }

    #[track_caller]
    pub(crate) fn kind(&self) -> String {
        self.json()["kind"].as_str().unwrap().to_owned()
    }

    /// Incident and event, as the path names them.
    #[track_caller]
    pub(crate) fn ids(&self) -> (String, String) {
        let path = self.request.path.strip_prefix("/v1/incidents/").expect("a write's path");
        match path.split_once("/events/") {
            Some((incident, event)) => (incident.to_owned(), event.to_owned()),
            None => (path.to_owned(), path.to_owned()),
        }
    }

    pub(crate) fn sha256(&self) -> Digest {
        Digest::of(self.request.body.bytes())
    }

    /// The incident's secret.
    #[track_caller]
    pub(crate) fn secret(&self) -> [u8; 32] {
        secret_bytes(self.header("siaga-secret").expect("the secret goes along"))
    }
}

/// Reads base64url by hand: the tests share no decoder with the engine.
fn secret_bytes(text: &str) -> [u8; 32] {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut bytes = Vec::new();
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => panic!("no base64url"),
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes.try_into().unwrap()
}
