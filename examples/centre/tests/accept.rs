//! The pure decision: the same question gets the same answer, and no bytes whatever are dropped or end in a panic.

// What this test cannot make should end it.
#![allow(clippy::unwrap_used)]

mod contract;
mod fixture;

use contract::Contract;
use fixture::*;
use serde_json::{Value, json};
use siaga_centre::accept::{Arrival, Decision, Known, KnownEvent, Refusal, Signer, accept};
use siaga_centre::envelope::Envelope;
use siaga_vault::Digest;
use siaga_vault::sign::SigningKey;

fn decide(body: &[u8], known: &Known) -> Decision {
    let key = SigningKey::from_seed([2; 32]).unwrap();
    let signer = Signer { centre: CENTRE, key: &key, at_ms: 1_793_000_000_000 };
    let arrival =
        Arrival { incident: INCIDENT, event: INCIDENT, content_digest: None, secret: None, sent_at_ms: None, body };
    accept(&arrival, known, &signer)
}

#[test]
fn the_same_arrival_at_the_same_time_gets_the_same_bytes() {
    let (Decision::Store(one), Decision::Store(two)) =
        (decide(&sos_bytes(), &Known::default()), decide(&sos_bytes(), &Known::default()))
    else {
        panic!("a new SOS is stored");
    };
    assert_eq!(one.receipt, two.receipt);
    assert_eq!(one.incident, two.incident);
}

#[test]
fn every_cut_and_every_changed_byte_of_an_sos_is_stored() {
    let good = sos_bytes();
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 0x15;
        for body in [&good[..at], &changed] {
            assert!(matches!(decide(body, &Known::default()), Decision::Store(_)), "{at}");
        }
    }
}

#[test]
fn json_made_to_exhaust_a_reader_is_stored() {
    let deep = "[".repeat(32 * 1024);
    let doubled = r#"{"v":1,"v":2,"kind":"sos","kind":7,"body":{"position":"#.to_owned();
    let huge = r#"{"urgency":1e999999,"seq":99999999999999999999999999}"#.to_owned();
    for body in [deep, doubled, huge] {
        assert!(matches!(decide(body.as_bytes(), &Known::default()), Decision::Store(_)));
    }
}

#[test]
fn one_field_of_the_wrong_type_does_not_take_its_neighbours_with_it() {
    // F15.
    let mut body = sos(INCIDENT);
    body["urgency"] = "three".into();
    body["body"]["position"] = "somewhere".into();
    body["body"]["trigger"] = 3.into();
    let Decision::Store(new) = decide(&bytes(&body), &Known::default()) else { panic!("stored") };
    assert!(new.flags.is_empty(), "{:?}", new.flags);
    assert_eq!(new.incident.secret_sha256, Some(Digest::of(&SECRET)));
}

#[test]
fn a_field_that_is_null_empty_or_its_default_means_the_same_as_one_that_is_absent() {
    let mut spelt_out = sos(INCIDENT);
    for name in ["prev", "key_id"] {
        spelt_out[name] = Value::Null;
    }
    for (name, nothing) in
        [("place", json!(null)), ("replaces", json!(null)), ("needs", json!([])), ("subject", json!("me"))]
    {
        spelt_out["body"][name] = nothing;
    }
    for (name, nothing) in
        [("altitude_m", json!(null)), ("mock", json!(false)), ("last_known", json!(false)), ("flags", json!([]))]
    {
        spelt_out["body"]["position"]["fix"][name] = nothing;
    }
    let short = sos(INCIDENT);
    assert_ne!(short, spelt_out);
    let read = |envelope: &Value| {
        Contract::read().check_schema("Envelope", envelope);
        let Decision::Store(new) = decide(&bytes(envelope), &Known::default()) else { panic!("stored") };
        let fix = Envelope::read(&bytes(envelope)).unwrap().newest_fix().unwrap();
        let is_odd =
            fix.mock == Some(true) || fix.last_known == Some(true) || fix.flags.is_some_and(|flags| !flags.is_empty());
        (new.flags, new.drill, new.incident, is_odd)
    };
    assert_eq!(read(&short), read(&spelt_out));
}

#[test]
fn what_is_stored_already_decides_between_repeat_and_conflict() {
    let event =
        |sha256| Known { event: Some(KnownEvent { sha256, receipt: "the receipt".to_owned() }), incident: None };
    let repeat = decide(b"x", &event(Digest::of(b"x")));
    assert!(matches!(repeat, Decision::Repeat { receipt } if receipt == "the receipt"));
    assert!(matches!(decide(b"x", &event(Digest::of(b"y"))), Decision::Conflict));
}

#[test]
fn a_body_beyond_the_limit_is_refused_whatever_it_says() {
    let over = vec![b' '; 32 * 1024 + 1];
    assert!(matches!(decide(&over, &Known::default()), Decision::Refuse(Refusal::TooLarge)));
}
