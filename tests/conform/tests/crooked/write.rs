//! The two PUTs.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use http_body::Body as _;
use serde_json::Value;
use siaga_vault::Digest;

use super::sign::About;
use super::{Desk, Flaw, Stored, is_id};

/// The most bytes of a body.
const LIMIT_BYTES: usize = 32 * 1024;
const KINDS: [&str; 6] = ["sos", "report", "escalation", "fix", "cancel", "all_clear"];
/// How many writes the forgetful one keeps.
const KEPT: u64 = 30;

impl Desk {
    pub(super) async fn put(&self, incident: &str, event: &str, request: Request) -> Response<Body> {
        if self.flaw == Flaw::HoldsTextBack {
            let _ = self.line.lock().await;
        }
        let writes = self.writes.fetch_add(1, Ordering::SeqCst);
        match self.flaw {
            Flaw::RedirectsWrites => return empty(307, &[("location", "https://elsewhere.example/")]),
            Flaw::PortalOnWrites => return empty(200, &[("content-type", "text/html")]),
            Flaw::BusyWithoutATime if writes == 5 => return empty(503, &[]),
            Flaw::WantsALength if !request.headers().contains_key("content-length") => return empty(411, &[]),
            _ => {}
        }
        let is_events_path = request.uri().path().contains("/events/");
        let headers = request.headers().clone();
        let limit = match self.flaw {
            Flaw::Takes33Kib => LIMIT_BYTES + 1024,
            Flaw::TakesOneByteLess => LIMIT_BYTES - 1,
            Flaw::WaitsForTheEnd => usize::MAX,
            _ => LIMIT_BYTES,
        };
        let Some(body) = self.whole(request.into_body(), limit).await else { return self.problem(413, "too-large") };
        if self.flaw == Flaw::WaitsForTheEnd && body.len() > LIMIT_BYTES {
            return self.problem(413, "too-large");
        }
        let lower = |id: &str| if self.flaw == Flaw::TakesUpperCaseIds { id.to_lowercase() } else { id.to_owned() };
        let (incident, event) = (lower(incident), lower(event));
        let is_refused_version = |id: &str| id.get(14..15) == Some("4") && self.flaw == Flaw::TakesSomeVersionsOfUuid;
        if !is_id(&incident) || !is_id(&event) || is_refused_version(&incident) || is_refused_version(&event) {
            return self.problem(400, "bad-id");
        }
        let known = if self.flaw == Flaw::LooksForConflictsFirst { self.known(&incident, &event, false) } else { None };
        let is_conflict = known.is_some_and(|known| known.sha256 != Digest::of(&body));
        if is_conflict || self.is_damaged(&headers, &body) {
            let (status, slug) = if is_conflict { (409, "other-bytes") } else { (400, "digest-mismatch") };
            return self.problem(status, slug);
        }
        if let Some(status) = self.refusal(&incident, &event, &headers, &body) {
            return empty(status, &[]);
        }
        self.store(&incident, &event, is_events_path, &headers, &body).await
    }

    /// The body; nothing when it has more bytes than the limit, or breaks off.
    async fn whole(&self, mut body: Body, limit: usize) -> Option<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(piece) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            match piece {
                Ok(piece) => whole.extend_from_slice(&piece.into_data().ok()?),
                Err(_) if self.flaw == Flaw::StoresHalves => break,
                Err(_) => return None,
            }
            if whole.len() > limit {
                return None;
            }
        }
        Some(whole)
    }

    fn is_damaged(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let stated = headers.get("content-digest").map(|value| value.to_str().unwrap());
        let Some(stated) = stated.filter(|_| self.flaw != Flaw::IgnoresDigests) else { return false };
        let read = Digest::from_content_digest(stated);
        let is_refused = read.is_none() && self.flaw == Flaw::RefusesUnreadableDigests;
        is_refused || read.is_some_and(|digest| digest != Digest::of(body))
    }

    /// What only a server refuses that has its own ideas of what is right.
    fn refusal(&self, incident: &str, event: &str, headers: &HeaderMap, body: &[u8]) -> Option<u16> {
        let json: Option<Value> = serde_json::from_slice(body).ok().filter(Value::is_object);
        let is_blank = matches!(body, b"" | b" ");
        let field = |name: &str| json.as_ref().and_then(|json| json.get(name));
        let kind = field("kind").and_then(Value::as_str);
        let wall_ms = field("body").and_then(|body| body["clock"]["wall_ms"].as_i64());
        let is_refused = match self.flaw {
            Flaw::RefusesEarlyEvents => !self.has(incident, incident) && incident != event,
            Flaw::RefusesKindsOfLater => kind == Some("all_clear"),
            Flaw::RefusesUnknownKinds => kind.is_some_and(|kind| !KINDS.contains(&kind)),
            Flaw::RefusesUnknownVersions => field("v").is_some_and(|v| *v != 1),
            Flaw::RefusesWhatIsNoJson => json.is_none() && !is_blank,
            Flaw::RefusesEmptyBodies => is_blank,
            Flaw::RefusesUnknownFields => field("from_a_later_version").is_some(),
            Flaw::RefusesClocks => wall_ms.is_some_and(|wall| (wall - self.next_at()).abs() > 3_600_000),
            Flaw::RefusesWithoutSecret => !headers.contains_key("siaga-secret"),
            Flaw::RefusesMediaTypes => headers.get("content-type").is_none_or(|kind| kind == "text/plain"),
            Flaw::RefusesIdsThatDiffer => {
                field("incident").is_some_and(|id| id != incident) || field("event").is_some_and(|id| id != event)
            }
            _ => false,
        };
        is_refused.then_some(422)
    }

    fn has(&self, incident: &str, event: &str) -> bool {
        self.stored.lock().unwrap().contains_key(&(incident.to_owned(), event.to_owned()))
    }

    fn known(&self, incident: &str, event: &str, is_events_path: bool) -> Option<Stored> {
        let found = self.stored.lock().unwrap().get(&self.place(incident, event, is_events_path)).cloned();
        let oldest = self.writes.load(Ordering::SeqCst).saturating_sub(KEPT);
        found.filter(|found| self.flaw != Flaw::ForgetsAfterAWhile || found.number > oldest)
    }

    fn place(&self, incident: &str, event: &str, is_events_path: bool) -> (String, String) {
        let incident = match self.flaw {
            Flaw::KnowsEventsByTheirIdAlone => String::new(),
            Flaw::KeepsCreatesApart if is_events_path => format!("events of {incident}"),
            _ => incident.to_owned(),
        };
        (incident, event.to_owned())
    }

    async fn store(
        &self,
        incident: &str,
        event: &str,
        is_events_path: bool,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Response<Body> {
        let sha256 = Digest::of(body);
        if let Some(known) = self.known(incident, event, is_events_path) {
            let is_same = known.sha256 == sha256;
            match self.flaw {
                Flaw::SignsAnewOnRepeat if is_same => return receipted(200, &self.receipt(incident, event, body), 1),
                Flaw::RepeatsForOtherBytes => return receipted(200, &known.receipt, 1),
                Flaw::OverwritesWithOtherBytes if !is_same => {}
                _ if is_same => return receipted(200, &known.receipt, 1),
                _ => return self.problem(409, "other-bytes"),
            }
        }
        if self.flaw == Flaw::StoresTwiceAtOnce && headers.get("siaga-attempt").is_some_and(|attempt| attempt != "1") {
            // Both have looked and found nothing; now both store.
            self.both.wait().await;
        }
        let receipt = self.receipt(incident, event, body);
        let number = self.writes.load(Ordering::SeqCst);
        let place = self.place(incident, event, is_events_path);
        self.stored.lock().unwrap().insert(place, Stored { sha256, receipt: receipt.clone(), number });
        let mut secrets = self.secrets.lock().unwrap();
        let secret = secrets.entry(incident.to_owned()).or_default();
        if incident == event {
            let json: Value = serde_json::from_slice(body).unwrap_or_default();
            *secret = json["body"]["secret_sha256"].as_str().map(str::to_owned);
        }
        let status = if self.flaw == Flaw::OkForTheFirstTime { 200 } else { 201 };
        receipted(status, &receipt, if self.flaw == Flaw::TwoReceipts { 2 } else { 1 })
    }

    fn receipt(&self, incident: &str, event: &str, body: &[u8]) -> String {
        let json: Option<Value> = serde_json::from_slice(body).ok().filter(Value::is_object);
        let hashed = match &json {
            Some(json) if self.flaw == Flaw::HashesWhatItParsed => Digest::of(json.to_string().as_bytes()),
            Some(_) | None => Digest::of(body),
        };
        let stated = json.as_ref().and_then(|json| json.get("drill"));
        let drill = match self.flaw {
            Flaw::DrillAlwaysTrue => true,
            Flaw::DrillAlwaysFalse => false,
            Flaw::DrillByTruthiness => stated.is_some_and(|drill| !drill.is_null() && *drill != false),
            _ => stated.and_then(Value::as_bool).unwrap_or(false),
        };
        let about = About { incident, event, sha256: hashed.to_string(), at: self.next_at(), drill };
        self.keys.receipt(self.flaw, &about)
    }
}

fn receipted(status: u16, receipt: &str, times: usize) -> Response<Body> {
    let mut response = Response::builder().status(status);
    for _ in 0..times {
        response = response.header("siaga-receipt", receipt);
    }
    response.body(Body::empty()).unwrap()
}

fn empty(status: u16, headers: &[(&str, &str)]) -> Response<Body> {
    let response = headers
        .iter()
        .fold(Response::builder().status(status), |response, (name, value)| response.header(*name, *value));
    response.body(Body::empty()).unwrap()
}
