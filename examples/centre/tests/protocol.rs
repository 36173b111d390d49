//! The worked example of `docs/PROTOCOL.md`: made anew here and compared byte for byte, and judged as a phone judges it.

// An example that is not in the document should end the test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use siaga_centre::accept::{Arrival, Decision, Known, NewEvent, RECEIVED, Signer, accept, sign_step};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey};
use siaga_vault::{
    Digest, Evidence, KeySet, PublicKey, ReceiptClaims, Root, StoredEvent, cancel_auth, verify_receipt, verify_step,
};

const INCIDENT: &str = "0190a5d0-7b1e-7cc3-9a55-0123456789ab";
const CENTRE: &str = "contoh";
const SECRET: [u8; 32] = [7; 32];
const ISSUED_MS: i64 = 1_792_900_000_000;
const STORED_MS: i64 = 1_793_000_000_420;

/// The text of the block after `<!-- example: name -->`.
fn example(name: &str) -> String {
    let document = include_str!("../../../docs/PROTOCOL.md");
    let (_, after) = document.split_once(&format!("<!-- example: {name} -->\n```\n")).expect(name);
    after.split_once("\n```").expect(name).0.to_owned()
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32]).unwrap()
}

fn key_set() -> String {
    let online = key(2);
    let listed = ListedKey { key_id: online.key_id().to_owned(), key: online.public().clone(), until_ms: None };
    let claims = KeySetClaims { centre: CENTRE.to_owned(), serial: 1, issued_ms: ISSUED_MS, keys: vec![listed] };
    key(1).sign_keys(&claims)
}

/// What the centre stores for the example's request.
fn stored() -> NewEvent {
    let body = example("body");
    let online = key(2);
    let arrival = Arrival {
        incident: INCIDENT,
        event: INCIDENT,
        content_digest: Some(&example("content-digest")),
        secret: Some(&URL_SAFE_NO_PAD.encode(SECRET)),
        sent_at_ms: Some(1_793_000_000_350),
        body: body.as_bytes(),
    };
    let signer = Signer { centre: CENTRE, key: &online, at_ms: STORED_MS };
    let decision = accept(&arrival, &Known::default(), &signer);
    let Decision::Store(new) = decision else { panic!("{decision:?}") };
    *new
}

fn part(jws: &str, n: usize) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(jws.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

#[test]
fn the_documents_example_is_what_the_centre_makes() {
    let new = stored();
    let online = key(2);
    let signer = Signer { centre: CENTRE, key: &online, at_ms: STORED_MS };
    let digest = Digest::of(example("body").as_bytes());
    for (name, made) in [
        ("root-key", key(1).public().to_base64url()),
        ("key-id", online.key_id().to_owned()),
        ("online-key", online.public().to_base64url()),
        ("key-set", key_set()),
        ("sha256", digest.to_string()),
        ("content-digest", digest.content_digest()),
        ("receipt-header", part(&new.receipt, 0)),
        ("receipt-payload", part(&new.receipt, 1)),
        ("receipt", new.receipt.clone()),
        ("record-sha256", Digest::of(example("record").as_bytes()).to_string()),
        ("cancel-auth", URL_SAFE_NO_PAD.encode(cancel_auth(&SECRET, "1234"))),
        ("step", sign_step(INCIDENT, &new.incident, RECEIVED, &signer).jws),
    ] {
        assert_eq!(example(name), made, "@@{name}@@{made}@@");
    }
}

#[test]
fn a_phone_with_nothing_but_the_documents_root_key_believes_the_documents_receipt() {
    let root = PublicKey::from_base64url(&example("root-key")).unwrap();
    let keys = KeySet::verify(&example("key-set"), &root, CENTRE).unwrap();
    let claims = ReceiptClaims {
        incident: INCIDENT.to_owned(),
        event: INCIDENT.to_owned(),
        sha256: example("sha256").parse().unwrap(),
        centre: CENTRE.to_owned(),
        drill: false,
    };
    assert_eq!(verify_receipt(&example("receipt"), &keys, &claims).unwrap().at_ms, STORED_MS);
    assert_eq!(Digest::of(example("body").as_bytes()), claims.sha256);
    let step = verify_step(&example("step"), &keys, INCIDENT, CENTRE, false).unwrap();
    assert_eq!((step.n, step.step.as_str()), (1, "received"));
}

#[test]
fn the_documents_body_is_a_complete_sos() {
    let new = stored();
    assert!(new.flags.is_empty(), "{:?}", new.flags);
    assert_eq!(new.incident.secret_sha256, Some(Digest::of(&SECRET)));
    assert_eq!(new.waited_ms, Some(350));
}

#[test]
fn the_documents_records_are_a_chain_that_begins_with_its_create() {
    let event = |seq: u32, kind: &str, list: &str, record: &str| {
        format!(r#"{{"v":1,"seq":{seq},"kind":"{kind}","body":{{"{list}":[{}]}}}}"#, example(record))
    };
    let events = [
        (INCIDENT, example("body")),
        ("fix", event(1, "fix", "fixes", "record")),
        ("escalation", event(2, "escalation", "records", "next-record")),
    ];
    let stored = events.iter().map(|(event, bytes)| StoredEvent { incident: INCIDENT, event, bytes: bytes.as_bytes() });
    let evidence = Evidence::of(stored).remove(0);
    assert_eq!((evidence.to_string().as_str(), evidence.root), ("2 records, whole", Root::Event));
}
