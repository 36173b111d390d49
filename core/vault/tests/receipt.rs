//! INV-3: only a receipt over exactly what was sent, signed by the centre's key, ends a delivery (F33, F76).

mod fixture;

use fixture::*;
use siaga_vault::{Digest, ReceiptClaims, StatementFault, verify_receipt};

fn mismatch(field: &'static str) -> StatementFault {
    StatementFault::Mismatch { field }
}

#[test]
fn a_receipt_over_what_was_sent_is_taken() {
    let jws = key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
    let receipt = verify_receipt(&jws, &key_set(), &receipt_claims()).unwrap();
    assert_eq!(receipt.at_ms, AT_MS);
    assert_eq!(receipt.key_id, key(ONLINE_SEED).key_id());
    assert_eq!(receipt.jws, jws);
}

#[test]
fn the_same_receipt_is_signed_to_the_same_bytes() {
    // INV-4: a lost reply is repeated byte for byte.
    let sign = || key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
    assert_eq!(sign(), sign());
}

fn judged(alter: impl Fn(&mut ReceiptClaims)) -> Result<siaga_vault::Receipt, StatementFault> {
    let mut claims = receipt_claims();
    alter(&mut claims);
    verify_receipt(&key(ONLINE_SEED).sign_receipt(&claims, AT_MS), &key_set(), &receipt_claims())
}

#[test]
fn a_receipt_for_another_incident_is_refused() {
    assert_eq!(judged(|claims| claims.incident = OTHER.to_owned()), Err(mismatch("incident")));
}

#[test]
fn a_receipt_for_another_event_is_refused() {
    assert_eq!(judged(|claims| claims.event = OTHER.to_owned()), Err(mismatch("event")));
}

#[test]
fn a_receipt_over_other_bytes_is_refused() {
    assert_eq!(judged(|claims| claims.sha256 = Digest::of(b"other bytes")), Err(mismatch("sha256")));
}

#[test]
fn a_receipt_of_another_centre_is_refused() {
    assert_eq!(judged(|claims| claims.centre = "polda-bali".to_owned()), Err(mismatch("centre")));
}

#[test]
fn a_drills_receipt_never_closes_an_sos_nor_an_sos_receipt_a_drill() {
    assert_eq!(judged(|claims| claims.drill = true), Err(mismatch("drill")));
    let sos = key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
    let drill = ReceiptClaims { drill: true, ..receipt_claims() };
    assert_eq!(verify_receipt(&sos, &key_set(), &drill), Err(mismatch("drill")));
}

#[test]
fn a_receipt_without_a_time_is_refused() {
    for at_ms in [0, -1, i64::MIN] {
        let jws = key(ONLINE_SEED).sign_receipt(&receipt_claims(), at_ms);
        assert_eq!(
            verify_receipt(&jws, &key_set(), &receipt_claims()),
            Err(StatementFault::Malformed { what: "at is not a time" })
        );
    }
}

#[test]
fn a_clock_ten_years_off_at_the_centre_does_not_spoil_a_receipt() {
    // INV-8: wall time is a statement, never a judge.
    for at_ms in [AT_MS - 315_360_000_000, AT_MS + 315_360_000_000] {
        let jws = key(ONLINE_SEED).sign_receipt(&receipt_claims(), at_ms);
        assert_eq!(verify_receipt(&jws, &key_set(), &receipt_claims()).unwrap().at_ms, at_ms);
    }
}

#[test]
fn each_of_the_six_fields_is_needed_and_covered_by_the_signature() {
    let good: serde_json::Value = serde_json::from_str(&receipt_payload()).unwrap();
    let fields: Vec<String> = good.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields.len(), 6);
    for field in fields {
        let mut without = good.clone();
        without.as_object_mut().unwrap().remove(&field);
        let jws = signed_raw(&receipt_header(), &without.to_string(), ONLINE_SEED);
        let judged = verify_receipt(&jws, &key_set(), &receipt_claims());
        assert_eq!(judged, Err(StatementFault::Malformed { what: "payload" }), "without {field}");

        // Altered after signing, by whoever stands between.
        let honest = signed_raw(&receipt_header(), &good.to_string(), ONLINE_SEED);
        let mut altered = good.clone();
        altered[&field] = match field.as_str() {
            "drill" => true.into(),
            "at" => (AT_MS + 1).into(),
            _ => Digest::of(b"other").to_string().into(),
        };
        assert_ne!(altered, good);
        let mut parts: Vec<String> = honest.split('.').map(str::to_owned).collect();
        parts[1] = b64(altered.to_string());
        let judged = verify_receipt(&parts.join("."), &key_set(), &receipt_claims());
        assert_eq!(judged, Err(StatementFault::BadSignature), "altered {field}");
    }
}

#[test]
fn a_receipt_of_a_key_that_is_not_listed_asks_for_the_key_set() {
    let stranger = key(STRANGER_SEED);
    let judged = verify_receipt(&stranger.sign_receipt(&receipt_claims(), AT_MS), &key_set(), &receipt_claims());
    assert_eq!(judged, Err(StatementFault::UnknownKey { key_id: stranger.key_id().to_owned() }));
}

#[test]
fn a_receipt_signed_by_a_stranger_under_a_listed_key_id_is_refused() {
    let jws = signed_raw(&receipt_header(), &receipt_payload(), STRANGER_SEED);
    assert_eq!(verify_receipt(&jws, &key_set(), &receipt_claims()), Err(StatementFault::BadSignature));
}

#[test]
fn a_later_centre_may_say_more_in_a_receipt() {
    let payload = receipt_payload().replacen('{', r#"{"queue":7,"#, 1);
    let jws = signed_raw(&receipt_header(), &payload, ONLINE_SEED);
    assert!(verify_receipt(&jws, &key_set(), &receipt_claims()).is_ok());
}
