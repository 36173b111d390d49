//! The basic profile: two PUTs and a receipt (INV-3, INV-4).

mod fixture;

use fixture::*;
use serde_json::json;
use siaga_centre::flag::Flag;
use siaga_vault::StatementFault;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_create_is_stored_once_and_its_receipt_repeated_byte_for_byte() {
    let centre = start();
    let body = sos_bytes();
    let first = centre.create(INCIDENT, &body).await;
    assert_eq!(first.status(), 201);
    assert_eq!(first.version(), reqwest::Version::HTTP_2);
    let receipt = centre.judge(&first, INCIDENT, &body, false).await.unwrap();
    for _ in 0..3 {
        // F33, F34: the reply was lost, the phone sends again.
        let again = centre.create(INCIDENT, &body).await;
        assert_eq!(again.status(), 200);
        assert_eq!(receipt_of(&again), receipt.jws);
    }
    let stored = centre.handle.incidents().unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].creates, stored[0].events.len()), (1, 1));
    assert_eq!(stored[0].kind.as_deref(), Some("sos"));
    assert_eq!(stored[0].events[0].flags, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_is_stored_once_and_its_receipt_repeated_byte_for_byte() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let body = bytes(&envelope(INCIDENT, EVENT, 1, "escalation", json!({ "presses": 2, "presses_total": 5 })));
    let first = centre.event(INCIDENT, EVENT, &body).await;
    assert_eq!(first.status(), 201);
    let receipt = centre.judge(&first, EVENT, &body, false).await.unwrap();
    let again = centre.event(INCIDENT, EVENT, &body).await;
    assert_eq!((again.status().as_u16(), receipt_of(&again)), (200, receipt.jws));
    let stored = &centre.handle.incidents().unwrap()[0];
    assert_eq!(stored.events.len(), 2);
    // F39: the second press is never dropped.
    assert_eq!(stored.urgency, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_bytes_under_the_same_id_are_a_conflict_and_change_nothing() {
    let centre = start();
    let body = sos_bytes();
    let first = receipt_of(&centre.create(INCIDENT, &body).await);
    let mut other = sos(INCIDENT);
    other["urgency"] = 9.into();
    for (path, status) in [(create_path(INCIDENT), 409), (event_path(INCIDENT, INCIDENT), 409)] {
        let reply = centre.put(&path, &bytes(&other)).send().await.unwrap();
        assert_eq!(reply.status(), status, "{path}");
        assert_eq!(problem_of(reply).await, "other-bytes");
    }
    assert_eq!(receipt_of(&centre.create(INCIDENT, &body).await), first);
    assert_eq!(centre.handle.incidents().unwrap()[0].urgency, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_may_arrive_before_its_create() {
    let centre = start();
    let early = bytes(&envelope(INCIDENT, EVENT, 1, "escalation", json!({ "presses_total": 6 })));
    let reply = centre.event(INCIDENT, EVENT, &early).await;
    assert_eq!(reply.status(), 201);
    assert!(centre.judge(&reply, EVENT, &early, false).await.is_ok());
    let waiting = centre.handle.incidents().unwrap().remove(0);
    assert_eq!((waiting.creates, waiting.kind, waiting.steps), (0, None, vec![]));
    assert_eq!(waiting.events[0].flags, [Flag::CreateMissing]);

    assert_eq!(centre.create(INCIDENT, &sos_bytes()).await.status(), 201);
    let whole = centre.handle.incidents().unwrap().remove(0);
    assert_eq!((whole.creates, whole.events.len()), (1, 2));
    assert_eq!(whole.events[0].flags, [], "the secret is judged anew once the create is here");
    assert_eq!(whole.steps, ["received"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_bytes_are_refused_and_undamaged_ones_taken_without_a_digest() {
    let centre = start();
    let body = sos_bytes();
    let damaged = &body[..body.len() - 1];
    let put = |body: &[u8], digest: &str| {
        let request = centre.client.put(centre.url(&create_path(INCIDENT))).body(body.to_vec());
        if digest.is_empty() { request } else { request.header("content-digest", digest) }
    };
    let digest = siaga_vault::Digest::of(&body).content_digest();
    let reply = put(damaged, &digest).send().await.unwrap();
    assert_eq!(reply.status(), 400);
    assert_eq!(problem_of(reply).await, "digest-mismatch");
    assert_eq!(centre.handle.incidents().unwrap(), []);
    assert_eq!(put(&body, "").send().await.unwrap().status(), 201);
    // A header that says nothing readable is no reason to refuse an SOS (INV-2).
    assert_eq!(put(&body, "sha-256=mangled, md5=:AA==:").send().await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_no_lower_case_uuid_is_refused() {
    let centre = start();
    for id in ["nonsense", &INCIDENT.to_uppercase(), &INCIDENT.replace('-', ""), "%FF", &format!("{{{INCIDENT}}}")] {
        for path in [create_path(id), event_path(id, EVENT), event_path(INCIDENT, id)] {
            let reply = centre.put(&path, b"{}").send().await.unwrap();
            assert_eq!(reply.status(), 400, "{path}");
            assert_eq!(problem_of(reply).await, "bad-id", "{path}");
        }
    }
    assert_eq!(centre.handle.incidents().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_cannot_be_read_are_stored_receipted_and_flagged() {
    let centre = start();
    for (event, body) in [(INCIDENT, &b"\xff\xfe not JSON <script>"[..]), (EVENT, b""), (OTHER, b"[1,2]")] {
        let reply = centre.put(&event_path(INCIDENT, event), body).send().await.unwrap();
        assert_eq!(reply.status(), 201);
        assert!(centre.judge(&reply, event, body, false).await.is_ok());
    }
    let stored = centre.handle.incidents().unwrap().remove(0);
    assert_eq!(stored.events.len(), 3);
    assert!(stored.events.iter().all(|event| event.flags.contains(&Flag::Unreadable)));
    assert!(!stored.drill, "what cannot be read is taken for an emergency");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_kind_and_unknown_fields_are_stored_and_receipted() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    let mut later = envelope(INCIDENT, EVENT, 1, "flare", json!({ "colour": "red" }));
    later["from_a_later_version"] = json!({ "deep": [1, 2, 3] });
    let body = bytes(&later);
    let reply = centre.event(INCIDENT, EVENT, &body).await;
    assert_eq!(reply.status(), 201);
    assert!(centre.judge(&reply, EVENT, &body, false).await.is_ok());
    assert_eq!(centre.handle.incidents().unwrap()[0].events[1].flags, [Flag::UnknownKind]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_ten_years_off_is_accepted() {
    // INV-8, F50.
    let centre = start();
    for (event, wall_ms, flags) in
        [(EVENT, 1_477_000_000_000_i64, vec![]), (OTHER, 4_102_444_800_000, vec![Flag::FromTheFuture])]
    {
        if event == EVENT {
            centre.create(INCIDENT, &sos_bytes()).await;
        }
        let body = bytes(&envelope(INCIDENT, event, 1, "escalation", json!({ "clock": { "wall_ms": wall_ms } })));
        let reply =
            centre.put(&event_path(INCIDENT, event), &body).header("siaga-sent-at", wall_ms).send().await.unwrap();
        assert_eq!(reply.status(), 201);
        assert!(centre.judge(&reply, event, &body, false).await.is_ok());
        assert_eq!(centre.handle.incidents().unwrap()[0].events.last().unwrap().flags, flags);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_needs_the_incidents_secret() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    for (event, secret, flag) in [
        (EVENT, Some(secret_text(&WRONG_SECRET)), Flag::SecretWrong),
        (OTHER, None, Flag::SecretMissing),
        ("0190a5d0-ab1e-7cc3-9a55-0123456789ab", Some("not a secret".to_owned()), Flag::SecretMissing),
    ] {
        let mut request = centre.client.put(centre.url(&event_path(INCIDENT, event))).body(cancel(event));
        if let Some(secret) = secret {
            request = request.header("siaga-secret", secret);
        }
        assert_eq!(request.send().await.unwrap().status(), 201, "stored, never refused");
        let stored = &centre.handle.incidents().unwrap()[0];
        assert_eq!(stored.events.last().unwrap().flags, [flag]);
        assert!(!stored.cancelled, "somebody else's cancel must not call the police off");
    }
    let true_cancel = "0190a5d0-bb1e-7cc3-9a55-0123456789ab";
    centre.event(INCIDENT, true_cancel, &cancel(true_cancel)).await;
    let stored = &centre.handle.incidents().unwrap()[0];
    assert!(stored.cancelled);
    assert_eq!(stored.events.len(), 5, "cancelling is an event, never a deletion");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drills_receipt_says_so_and_is_good_for_a_drill_only() {
    let centre = start();
    let mut drill = sos(INCIDENT);
    drill["drill"] = true.into();
    let body = bytes(&drill);
    let reply = centre.create(INCIDENT, &body).await;
    assert!(centre.judge(&reply, INCIDENT, &body, true).await.is_ok());
    let as_sos = centre.judge(&reply, INCIDENT, &body, false).await;
    assert_eq!(as_sos, Err(StatementFault::Mismatch { field: "drill" }));
    assert!(centre.handle.incidents().unwrap()[0].drill);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_equal_writes_at_once_are_stored_once_with_one_receipt() {
    let centre = start();
    let body = sos_bytes();
    let sent: Vec<_> = (0..100).map(|_| tokio::spawn(centre.put(&create_path(INCIDENT), &body).send())).collect();
    let mut statuses = Vec::new();
    let mut receipts = std::collections::BTreeSet::new();
    for reply in sent {
        let reply = reply.await.unwrap().unwrap();
        statuses.push(reply.status().as_u16());
        receipts.insert(receipt_of(&reply));
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 99);
    assert_eq!(receipts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_create_says_whether_it_is_a_drill_whatever_came_before_it() {
    let centre = start();
    // Unreadable, so taken for an emergency until the create is here.
    centre.event(INCIDENT, EVENT, b"not JSON").await;
    assert!(!centre.handle.incidents().unwrap()[0].drill);
    let mut drill = sos(INCIDENT);
    drill["drill"] = true.into();
    centre.create(INCIDENT, &bytes(&drill)).await;
    assert!(centre.handle.incidents().unwrap()[0].drill);

    let mut practised = envelope(OTHER, EVENT, 1, "escalation", json!({ "presses_total": 4 }));
    practised["drill"] = true.into();
    centre.event(OTHER, EVENT, &bytes(&practised)).await;
    centre.create(OTHER, &bytes(&sos(OTHER))).await;
    let emergency = centre.handle.incidents().unwrap().remove(0);
    assert_eq!((emergency.incident.as_str(), emergency.drill), (OTHER, false));
    assert_eq!(emergency.events[0].flags, [Flag::DrillDiffers], "a person has to look at the mixture");
}
