//! The key set: the offline root vouches, nobody else.

mod fixture;

use fixture::*;
use siaga_vault::sign::{KeySetClaims, ListedKey};
use siaga_vault::{KEYS_LIMIT, KeySet, StatementFault};

fn verify(claims: &KeySetClaims) -> Result<KeySet, StatementFault> {
    KeySet::verify(&key(ROOT_SEED).sign_keys(claims), key(ROOT_SEED).public(), CENTRE)
}

fn listed(key_id: String) -> ListedKey {
    ListedKey { key_id, key: key(ONLINE_SEED).public().clone(), until_ms: Some(1) }
}

#[test]
fn a_set_signed_by_the_root_lists_its_keys() {
    let set = verify(&key_set_claims(7)).unwrap();
    let online = key(ONLINE_SEED);
    assert_eq!(set.serial(), 7);
    assert_eq!(set.centre(), CENTRE);
    assert_eq!(set.issued_ms(), AT_MS);
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [online.key_id()]);
    assert_eq!(set.get(online.key_id()), Some(online.public()));
    assert_eq!(set.get("root"), None);
}

#[test]
fn a_set_signed_by_another_root_is_refused() {
    let jws = key(STRANGER_SEED).sign_keys(&key_set_claims(1));
    assert_eq!(KeySet::verify(&jws, key(ROOT_SEED).public(), CENTRE), Err(StatementFault::BadSignature));
}

#[test]
fn an_online_key_cannot_vouch_for_keys() {
    let good = key(ROOT_SEED).sign_keys(&key_set_claims(1));
    let payload = unb64(good.split('.').nth(1).unwrap());
    let online = key(ONLINE_SEED);
    let header = format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"siaga-keys"}}"#, online.key_id());
    let forged = signed_raw(&header, &payload, ONLINE_SEED);
    let judged = KeySet::verify(&forged, key(ROOT_SEED).public(), CENTRE);
    assert_eq!(judged, Err(StatementFault::UnknownKey { key_id: online.key_id().to_owned() }));
}

#[test]
fn the_set_of_another_centre_is_refused() {
    // One root may vouch for several centres of a province; their keys still do not sign for each other.
    let claims = KeySetClaims { centre: "polda-bali".to_owned(), ..key_set_claims(1) };
    assert_eq!(verify(&claims), Err(StatementFault::Mismatch { field: "centre" }));
}

#[test]
fn a_receipt_needs_the_key_set_of_the_centre_that_it_names() {
    let claims = KeySetClaims { centre: "polda-bali".to_owned(), ..key_set_claims(1) };
    let jws = key(ROOT_SEED).sign_keys(&claims);
    let others = KeySet::verify(&jws, key(ROOT_SEED).public(), "polda-bali").unwrap();
    let receipt = key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
    let judged = siaga_vault::verify_receipt(&receipt, &others, &receipt_claims());
    assert_eq!(judged, Err(StatementFault::Mismatch { field: "centre" }));
}

#[test]
fn an_empty_an_overfull_and_an_ambiguous_set_are_refused() {
    let many = |count: usize| (0..count).map(|i| listed(format!("k{i}"))).collect::<Vec<_>>();
    assert!(verify(&KeySetClaims { keys: many(KEYS_LIMIT), ..key_set_claims(1) }).is_ok());
    for keys in [
        Vec::new(),
        many(KEYS_LIMIT + 1),
        vec![listed("k".to_owned()), listed("k".to_owned())],
        vec![listed("k".repeat(65))],
    ] {
        let judged = verify(&KeySetClaims { keys, ..key_set_claims(1) });
        assert!(matches!(judged, Err(StatementFault::Malformed { .. })), "{judged:?}");
    }
}

#[test]
fn a_key_that_expired_by_the_clock_still_counts_while_it_is_listed() {
    // INV-8: the phone's clock is no judge; withdrawing a key is a new set without it.
    let set = verify(&KeySetClaims { keys: vec![listed("old".to_owned())], ..key_set_claims(1) }).unwrap();
    assert!(set.get("old").is_some());
}
