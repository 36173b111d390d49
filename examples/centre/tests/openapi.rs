//! `docs/openapi.yaml` against the real server, both ways: the server answers nothing that the document does not name, and
//! the document names no operation and no answer that the server does not give here.

// What this test cannot send should end it.
#![allow(clippy::unwrap_used)]

mod contract;
mod fixture;

use std::collections::BTreeSet;

use contract::Contract;
use fixture::*;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use siaga_centre::{Limits, Mark};
use tempfile::TempDir;

const CREATE: &str = "/v1/incidents/{incident}";
const EVENTS: &str = "/v1/incidents/{incident}/events/{event}";

/// Sends, checks the answer against the document, and notes which answer it was.
struct Exercise {
    contract: Contract,
    seen: BTreeSet<String>,
}

impl Exercise {
    async fn send(&mut self, path: &str, request: RequestBuilder, status: u16) {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let method = request.method().clone();
        let reply = client.execute(request).await.unwrap();
        assert_eq!(reply.status(), status, "{method} {path}");
        self.contract.check(&method, path, reply).await;
        self.seen.insert(format!("{method} {path} {status}"));
    }

    async fn get(&mut self, centre: &Running, path: &str, status: u16) {
        self.send(path, centre.client.get(centre.url(path)), status).await;
    }
}

async fn writes(exercise: &mut Exercise, centre: &Running) {
    let escalation = json!({ "presses": 2, "presses_total": 5, "clock": clock() });
    let event = bytes(&envelope(INCIDENT, EVENT, 1, "escalation", escalation));
    let loud = INCIDENT.to_uppercase();
    for (template, path, bad_path, body) in [
        (CREATE, create_path(INCIDENT), create_path(&loud), sos_bytes()),
        (EVENTS, event_path(INCIDENT, EVENT), event_path(&loud, EVENT), event),
    ] {
        exercise.contract.check_schema("Envelope", &serde_json::from_slice(&body).unwrap());
        exercise.send(template, centre.put(&path, &body), 201).await;
        exercise.send(template, centre.put(&path, &body), 200).await;
        exercise.send(template, centre.put(&path, b"other"), 409).await;
        exercise.send(template, centre.put(&bad_path, &body), 400).await;
        let stated = siaga_vault::Digest::of(b"whole").content_digest();
        let damaged = centre.client.put(centre.url(&path)).header("content-digest", stated).body("cut");
        exercise.send(template, damaged, 400).await;
        exercise.send(template, centre.put(&path, &[b' '; 40_000]), 413).await;
    }
}

async fn reads(exercise: &mut Exercise, centre: &Running) {
    centre.handle.mark(INCIDENT, Mark::Opened).unwrap();
    let secret = secret_text(&SECRET);
    let get = |path: &str| centre.client.get(centre.url(path)).header("siaga-secret", &secret);
    let path = create_path(INCIDENT);
    exercise.send(CREATE, get(&path), 200).await;
    exercise.send(CREATE, get(&format!("{path}?after=2")), 200).await;
    exercise.send(CREATE, get(&path).header("if-none-match", "\"2\""), 304).await;
    exercise.send(CREATE, get(&format!("{path}?after=2&wait_s=1")), 304).await;
    exercise.send(CREATE, centre.client.get(centre.url(&path)), 403).await;
    exercise.send(CREATE, get(&create_path(OTHER)), 404).await;
    exercise.send(CREATE, get(&create_path("nonsense")), 400).await;
    for path in ["/v1/keys", "/v1/capabilities", "/v1/health"] {
        exercise.get(centre, path, 200).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_and_the_document_agree_on_every_operation_and_every_answer() {
    let mut exercise = Exercise { contract: Contract::read(), seen: BTreeSet::new() };
    let centre = start();
    writes(&mut exercise, &centre).await;
    reads(&mut exercise, &centre).await;

    let busy = start_in(TempDir::new().unwrap(), Limits { writes_at_once: 0, reads_at_once: 0, uploads_at_once: 0 });
    exercise.send(CREATE, busy.put(&create_path(INCIDENT), b"{}"), 503).await;
    exercise.send(EVENTS, busy.put(&event_path(INCIDENT, EVENT), b"{}"), 503).await;
    exercise.send(CREATE, busy.client.get(busy.url(&create_path(INCIDENT))), 503).await;
    for path in ["/v1/keys", "/v1/capabilities", "/v1/health"] {
        exercise.get(&busy, path, 503).await;
    }

    let documented = exercise.contract.answers();
    assert_eq!(exercise.seen, documented);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_does_not_name_the_server_does_not_have() {
    let contract = Contract::read();
    let centre = start();
    for path in [CREATE, EVENTS, "/v1/keys", "/v1/capabilities", "/v1/health", "/v1/devices/{event}", "/"] {
        let real = path.replace("{incident}", INCIDENT).replace("{event}", EVENT);
        for method in [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE] {
            if contract.has(&method, path) {
                continue;
            }
            let reply = centre.client.request(method.clone(), centre.url(&real)).send().await.unwrap();
            assert!(matches!(reply.status().as_u16(), 404 | 405), "{method} {path}: {}", reply.status());
            assert_eq!(reply.headers()["content-type"], "application/problem+json");
            // A read learns that it is not offered. A write gets no type of ours, or a phone would park its row because
            // somebody configured a wrong address.
            let is_read = method == Method::GET && reply.status() == 404;
            let expected = if is_read { "https://siaga.example/problems/not-found" } else { "about:blank" };
            assert_eq!(json_of(reply).await["type"], expected, "{method} {path}");
        }
    }
}

#[test]
fn every_kind_of_event_that_the_document_describes_is_read_without_a_flag() {
    use siaga_centre::accept::{Arrival, Decision, Known, Signer, accept};
    let contract = Contract::read();
    let key = siaga_vault::sign::SigningKey::from_seed([2; 32]).unwrap();
    let signer = Signer { centre: CENTRE, key: &key, at_ms: 1_793_000_000_000 };
    let create = json!({ "position": { "no_fix": { "reason": "no_signal" } }, "clock": clock(),
        "secret_sha256": siaga_vault::Digest::of(&SECRET), "category": "fire", "text": "Asap" });
    for body in [
        sos(INCIDENT),
        envelope(INCIDENT, INCIDENT, 0, "report", create),
        envelope(INCIDENT, EVENT, 1, "escalation", json!({ "presses": 1, "presses_total": 4, "clock": clock() })),
        envelope(INCIDENT, EVENT, 2, "fix", json!({ "fixes": [fix(-6.2, 106.8)], "clock": clock() })),
        serde_json::from_slice(&cancel(EVENT)).unwrap(),
    ] {
        contract.check_schema("Envelope", &body);
        let event = body["event"].as_str().unwrap();
        let arrival = Arrival {
            incident: INCIDENT,
            event,
            content_digest: None,
            secret: None,
            sent_at_ms: None,
            body: &bytes(&body),
        };
        let Decision::Store(new) = accept(&arrival, &Known::default(), &signer) else { panic!("stored") };
        assert!(new.flags.is_empty(), "{}: {:?}", body["kind"], new.flags);
    }
}
