//! The evidence of an incident on the page, and its export.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fixture::media::*;
use fixture::*;
use serde_json::{Value, json};
use siaga_vault::{Digest, Finding, Root};

/// Fixes as records: each names the one before, the first one the create.
fn records(create: &[u8], count: u32) -> Vec<Value> {
    let mut prev = Digest::of(create);
    let next = |n: u32| {
        let mut record = fix(-6.9 - f64::from(n) / 100.0, 110.4);
        record["n"] = n.into();
        record["prev"] = prev.to_string().into();
        prev = Digest::of(&bytes(&record));
        record
    };
    (1..=count).map(next).collect()
}

fn fixes(incident: &str, event: &str, seq: u32, fixes: &[Value]) -> Vec<u8> {
    bytes(&envelope(incident, event, seq, "fix", json!({ "fixes": fixes, "clock": clock() })))
}

fn event_id(n: usize) -> String {
    format!("0190a5d0-eb1e-7cc3-9a55-{n:012x}")
}

async fn exported(centre: &Running, incident: &str) -> Vec<Value> {
    let url = centre.page_url(&format!("/incidents/{incident}/evidence.jsonl"));
    let text = centre.client.get(url).send().await.unwrap().text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_in_words_whether_what_was_captured_is_here() {
    let centre = start();
    centre.create(INCIDENT, &sos_bytes()).await;
    assert!(centre.page().await.contains(">no records<"));
    let records = records(&sos_bytes(), 9);
    for (n, first, last) in [(0, 7, 9), (1, 0, 4)] {
        let sent = fixes(INCIDENT, &event_id(n), 1, &records[first..last]);
        assert_eq!(centre.event(INCIDENT, &event_id(n), &sent).await.status(), 201);
    }
    assert!(
        centre.page().await.contains("<span class=\"evidence broken\">6 records; numbers 5 to 7 are missing</span>")
    );
    let evidence = centre.handle.incidents().unwrap().remove(0).evidence;
    assert_eq!(evidence.records.findings, [Finding::Gap { from: 5, to: 7 }]);

    let rest = fixes(INCIDENT, &event_id(2), 1, &records[4..7]);
    centre.event(INCIDENT, &event_id(2), &rest).await;
    let page = centre.page().await;
    assert!(page.contains("<span class=\"evidence\">9 records, whole</span>"), "{page}");
    assert!(page.contains(&format!("href=\"/incidents/{INCIDENT}/evidence.jsonl\"")));

    let mut other = records[4].clone();
    other["lat"] = json!(-7.5);
    centre.event(INCIDENT, &event_id(3), &fixes(INCIDENT, &event_id(3), 1, &[other])).await;
    assert!(centre.page().await.contains("10 records; number 5 is forked</span>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_that_goes_on_under_another_id_is_judged_as_one() {
    let centre = start();
    let create = sos_bytes();
    let records = records(&create, 4);
    let first = fixes(INCIDENT, &event_id(0), 1, &records[..2]);
    centre.event(INCIDENT, &event_id(0), &first).await;
    let mut renewed = sos(OTHER);
    renewed["body"]["replaces"] = INCIDENT.into();
    centre.create(OTHER, &bytes(&renewed)).await;
    centre.event(OTHER, &event_id(1), &fixes(OTHER, &event_id(1), 1, &records[2..])).await;
    let incidents = centre.handle.incidents().unwrap();
    let evidence = &incidents.iter().find(|incident| incident.incident == OTHER).unwrap().evidence;
    assert_eq!(
        (evidence.to_string().as_str(), evidence.root),
        ("4 records, whole; begun under another id", Root::EarlierId)
    );
    let ids: Vec<Value> = exported(&centre, OTHER).await.iter().skip(1).map(|line| line["incident"].clone()).collect();
    assert_eq!(ids, [OTHER, OTHER, INCIDENT]);

    // A stranger's create that goes on for itself, or in a circle, ends nothing.
    let mut circle = sos(INCIDENT);
    circle["body"]["replaces"] = OTHER.into();
    centre.create(INCIDENT, &bytes(&circle)).await;
    assert_eq!(exported(&centre, OTHER).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_export_has_every_byte_and_every_receipt_and_is_only_ever_saved() {
    let centre = start();
    let (create, photo) = (sos_bytes(), photo(1000));
    let stored = centre.create(INCIDENT, &create).await;
    let hostile = b"</script>\xFF no JSON".to_vec();
    let reply = centre.event(INCIDENT, EVENT, &hostile).await;
    let (_, receipt) = centre.brought(FILE, &photo).await;
    centre.created(FILE_2, &photo[1..]).await;

    let url = centre.page_url(&format!("/incidents/{INCIDENT}/evidence.jsonl"));
    let saved = centre.client.get(&url).send().await.unwrap();
    let said = ["content-type", "content-security-policy", "x-content-type-options", "cross-origin-resource-policy"];
    assert_eq!(
        said.map(|name| header(&saved, name)),
        ["application/octet-stream", "sandbox; default-src 'none'", "nosniff", "same-origin"]
    );
    assert!(
        header(&saved, "content-disposition")
            .starts_with(&format!("attachment; filename=\"evidence-{INCIDENT}.jsonl\""))
    );

    let keys = json_of(centre.client.get(centre.url("/v1/keys")).send().await.unwrap()).await["keys"].clone();
    let event = |event: &str, bytes: &[u8], receipt: String| json!({ "incident": INCIDENT, "event": event, "bytes": STANDARD.encode(bytes), "receipt": receipt });
    let lines = exported(&centre, INCIDENT).await;
    assert_eq!(lines[0], json!({ "evidence": 1, "centre": CENTRE, "incident": INCIDENT, "keys": keys }));
    assert_eq!(lines[1], event(INCIDENT, &create, receipt_of(&stored)));
    assert_eq!(lines[2], event(EVENT, &hostile, receipt_of(&reply)));
    let file = json!({ "incident": INCIDENT, "file": FILE, "sha256": Digest::of(&photo), "size": 1000, "drill": false, "receipt": receipt });
    assert_eq!((&lines[3], lines.len()), (&file, 4), "what is not whole is not in it");
    assert_eq!(centre.handle.incidents().unwrap()[0].evidence.unreadable, 1);

    for wrong in [OTHER, "x", "..%2f..%2froot.key"] {
        let url = centre.page_url(&format!("/incidents/{wrong}/evidence.jsonl"));
        assert_eq!(centre.client.get(url).send().await.unwrap().status(), 404, "{wrong}");
    }
}
