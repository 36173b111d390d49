//! One form of statement, and nothing beside it: the classic ways around a JWS check.

mod fixture;

use fixture::*;
use siaga_vault::{StatementFault, verify_receipt};

fn judge(jws: &str) -> Result<siaga_vault::Receipt, StatementFault> {
    verify_receipt(jws, &key_set(), &receipt_claims())
}

fn malformed(jws: &str) -> &'static str {
    let judged = judge(jws);
    if let Err(StatementFault::Malformed { what }) = judged { what } else { "not judged malformed" }
}

/// A receipt that is good but for its header, signed by the right key.
fn with_header(header: &str) -> String {
    signed_raw(header, &receipt_payload(), ONLINE_SEED)
}

fn header_with(from: &str, to: &str) -> String {
    let header = receipt_header();
    assert!(header.contains(from));
    header.replacen(from, to, 1)
}

#[test]
fn the_hand_that_signs_anything_can_sign_a_good_receipt() {
    // Otherwise every refusal below would prove nothing.
    assert!(judge(&with_header(&receipt_header())).is_ok());
}

#[test]
fn any_other_algorithm_is_refused() {
    for alg in ["none", "None", "HS256", "ES256", "Ed25519", "eddsa", ""] {
        assert_eq!(malformed(&with_header(&header_with("EdDSA", alg))), "alg is not EdDSA");
    }
}

#[test]
fn an_unsigned_receipt_is_refused() {
    let unsigned = format!("{}.{}.", b64(header_with("EdDSA", "none")), b64(receipt_payload()));
    assert_eq!(malformed(&unsigned), "alg is not EdDSA");
    let unsigned = format!("{}.{}.", b64(receipt_header()), b64(receipt_payload()));
    assert_eq!(judge(&unsigned), Err(StatementFault::BadSignature));
}

#[test]
fn a_mac_with_the_public_key_as_its_secret_is_refused() {
    let header = header_with("EdDSA", "HS256");
    let input = format!("{}.{}", b64(header), b64(receipt_payload()));
    let public = key(ONLINE_SEED).public().to_base64url();
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
    let forged = format!("{input}.{}", b64(ring::hmac::sign(&secret, input.as_bytes()).as_ref()));
    assert_eq!(malformed(&forged), "alg is not EdDSA");
}

#[test]
fn a_header_field_that_we_do_not_know_is_refused() {
    for field in [r#""crit":["exp"]"#, r#""crit":[]"#, r#""b64":false"#, r#""jwk":{}"#, r#""x":null"#] {
        let header = header_with("{", &format!("{{{field},"));
        assert_eq!(malformed(&with_header(&header)), "header", "{field}");
    }
}

#[test]
fn a_header_that_lacks_or_doubles_a_field_is_refused() {
    let doubled = header_with("{", r#"{"alg":"EdDSA","#);
    assert_eq!(malformed(&with_header(&doubled)), "header");
    assert_eq!(malformed(&with_header(r#"{"alg":"EdDSA","typ":"siaga-receipt"}"#)), "header");
    let array = format!(r#"["EdDSA","{}","siaga-receipt"]"#, key(ONLINE_SEED).key_id());
    assert_eq!(malformed(&with_header(&array)), "header");
}

#[test]
fn a_statement_of_another_kind_is_no_receipt() {
    for typ in ["siaga-step", "siaga-keys", "JWT", "SIAGA-RECEIPT", ""] {
        assert_eq!(malformed(&with_header(&header_with("siaga-receipt", typ))), "typ is of another kind of statement");
    }
    let step = key(ONLINE_SEED).sign_step(&step_claims());
    assert_eq!(malformed(&step), "typ is of another kind of statement");
}

#[test]
fn padding_white_space_and_trailing_garbage_are_refused() {
    let good = with_header(&receipt_header());
    let parts: Vec<&str> = good.split('.').collect();
    let [header, payload, signature] = parts[..] else { panic!("three parts") };
    let bent = [
        format!("{header}=.{payload}.{signature}"),
        format!("{header}.{payload}==.{signature}"),
        format!("{good}=="),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\r\n"),
        format!("{good}."),
        format!("{good}.{signature}"),
        format!("{good}AAAA"),
        format!(".{good}"),
        format!("{header}.{payload}"),
        format!("{header}..{signature}"),
        good.replace('.', ""),
        good.replace('.', ".."),
        String::new(),
        "..".to_owned(),
    ];
    for jws in bent {
        assert!(judge(&jws).is_err(), "{jws:?}");
    }
}

#[test]
fn a_second_text_for_the_same_signature_is_refused() {
    // 64 bytes leave four unused bits in the last character; a lax decoder would take 16 texts for one signature.
    let good = with_header(&receipt_header());
    let (head, last) = good.split_at(good.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let taken = alphabet.chars().filter(|c| judge(&format!("{head}{c}")).is_ok()).collect::<String>();
    assert_eq!(taken, last);
}

#[test]
fn the_standard_alphabet_is_not_the_url_alphabet() {
    let good = (0..64)
        .map(|at| key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS + at))
        .find(|jws| jws.contains('-') || jws.contains('_'))
        .unwrap();
    assert!(judge(&good).is_ok());
    assert!(judge(&good.replace('-', "+").replace('_', "/")).is_err());
}

#[test]
fn a_statement_without_end_is_refused_before_it_is_read() {
    let long = format!("{}.{}.{}", "A".repeat(1_000_000), "A".repeat(1_000_000), "A".repeat(1_000_000));
    assert_eq!(malformed(&long), "longer than any statement");
}

#[test]
fn an_overlong_key_id_does_not_reach_the_caller() {
    let header = header_with(key(ONLINE_SEED).key_id(), &"k".repeat(65));
    assert_eq!(malformed(&with_header(&header)), "key id too long");
}
