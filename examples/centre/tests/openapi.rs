//! `docs/openapi.yaml` against the real server, both ways: the server answers nothing that the document does not name, and
//! the document names no operation and no answer that the server does not give here.

// What this test cannot send should end it.
#![allow(clippy::unwrap_used)]

mod contract;
mod fixture;

use contract::exercise::Exercise;
use contract::{Contract, media};
use fixture::*;
use reqwest::Method;
use serde_json::{Value, json};
use siaga_centre::{Limits, Mark};
use tempfile::TempDir;

const CREATE: &str = "/v1/incidents/{incident}";
const EVENTS: &str = "/v1/incidents/{incident}/events/{event}";

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
        exercise.send(path, centre.client.get(centre.url(path)), 200).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_and_the_document_agree_on_every_operation_and_every_answer() {
    let mut exercise = Exercise::begin();
    let centre = start();
    writes(&mut exercise, &centre).await;
    reads(&mut exercise, &centre).await;
    media::exercise(&mut exercise, &centre).await;
    media::raw(&mut exercise, centre).await;

    let busy = start_in(TempDir::new().unwrap(), Limits { writes_at_once: 0, reads_at_once: 0, uploads_at_once: 0 });
    exercise.send(CREATE, busy.put(&create_path(INCIDENT), b"{}"), 503).await;
    exercise.send(EVENTS, busy.put(&event_path(INCIDENT, EVENT), b"{}"), 503).await;
    exercise.send(CREATE, busy.client.get(busy.url(&create_path(INCIDENT))), 503).await;
    for path in ["/v1/keys", "/v1/capabilities", "/v1/health"] {
        exercise.send(path, busy.client.get(busy.url(path)), 503).await;
    }
    media::busy(&mut exercise, &busy).await;

    let documented = exercise.contract.answers();
    assert_eq!(exercise.seen, documented);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_document_does_not_name_the_server_does_not_have() {
    let contract = Contract::read();
    let centre = start();
    let media = ["/v1/media", "/v1/media/{upload}"];
    let others = [CREATE, EVENTS, "/v1/keys", "/v1/capabilities", "/v1/health", "/v1/devices/{event}", "/"];
    for path in others.into_iter().chain(media) {
        let real = path.replace("{incident}", INCIDENT).replace("{event}", EVENT).replace("{upload}", "nothing");
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
        "secret_sha256": siaga_vault::Digest::of(&SECRET), "category": "fire", "text": "Asap", "manifest": [file()],
        "place": { "lat": -6.99, "lon": 110.42, "radius_m": 50, "words": "di pasar" }, "subject": "witness",
        "agencies": ["police"] });
    let preview = json!({ "file": OTHER, "type": "image/jpeg", "data": "/9j/4AAQSkZJRg==", "clock": clock() });
    for body in [
        sos(INCIDENT),
        envelope(INCIDENT, INCIDENT, 0, "report", create),
        envelope(INCIDENT, EVENT, 1, "escalation", json!({ "presses": 1, "presses_total": 4, "clock": clock() })),
        envelope(INCIDENT, EVENT, 2, "fix", json!({ "fixes": [fix(-6.2, 106.8)], "clock": clock() })),
        serde_json::from_slice(&cancel(EVENT)).unwrap(),
        envelope(INCIDENT, EVENT, 3, "manifest", json!({ "manifest": [file()], "clock": clock() })),
        envelope(INCIDENT, EVENT, 4, "preview", preview),
        envelope(INCIDENT, EVENT, 5, "note", json!({ "text": "Dua mobil", "clock": clock() })),
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

/// A file as a manifest announces it.
fn file() -> Value {
    json!({ "file": OTHER, "name": "foto.jpg", "type": "image/jpeg", "bytes": 70_000,
        "sha256": siaga_vault::Digest::of(b"photo"), "captured_at": "2026-10-26T09:33:20+07:00",
        "position": { "lat": -6.96667, "lon": 110.41667 }, "orientation": 6 })
}

#[test]
fn a_manifest_or_a_preview_that_is_none_is_told_from_one() {
    let contract = Contract::read();
    let of = |kind: &str, body: Value| envelope(INCIDENT, EVENT, 1, kind, body);
    let manifest = |manifest: Value| of("manifest", json!({ "manifest": manifest, "clock": clock() }));
    let changed = |field: &str, value: Value| {
        let mut file = file();
        file[field] = value;
        manifest(json!([file]))
    };
    assert!(contract.allows("Envelope", &manifest(json!([file()]))));
    for broken in [
        manifest(json!([])),
        manifest(json!(vec![file(); 17])),
        changed("name", json!("../foto.jpg")),
        changed("name", json!("")),
        changed("bytes", json!(0)),
        changed("sha256", json!("ab")),
        changed("orientation", json!(1)),
        changed("captured_at", json!("2026-10-26")),
        of("preview", json!({ "file": OTHER, "type": "text/html", "data": "/9j/4AAQSkZJRg==", "clock": clock() })),
        of("preview", json!({ "file": OTHER, "type": "image/png", "data": "A".repeat(16_388), "clock": clock() })),
    ] {
        assert!(!contract.allows("Envelope", &broken), "{broken}");
    }
}
