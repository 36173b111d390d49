//! Digests, keys and the cancel's proof against published vectors, and their one text form.

mod fixture;

use fixture::key;
use siaga_vault::{Digest, Hasher, PublicKey, VaultError, cancel_auth};

/// FIPS 180-2, appendix B.1.
const ABC_HEX: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

#[test]
fn a_digest_agrees_with_the_standards_example() {
    let digest = Digest::of(b"abc");
    assert_eq!(digest.to_string(), ABC_HEX);
    assert_eq!(ABC_HEX.parse(), Ok(digest));
    assert_eq!(serde_json::to_string(&digest).unwrap(), format!("\"{ABC_HEX}\""));
    assert_eq!(serde_json::from_str::<Digest>(&format!("\"{ABC_HEX}\"")).unwrap(), digest);
    assert_eq!(format!("{digest:?}"), "Digest(ba7816bf…)");
}

#[test]
fn bytes_that_come_in_pieces_have_the_digest_of_the_whole() {
    let mut hasher = Hasher::new();
    for piece in [&b"a"[..], b"", b"bc"] {
        hasher.update(piece);
    }
    assert_eq!(hasher.finish(), Digest::of(b"abc"));
    assert_eq!(Hasher::default().finish(), Digest::of(b""));
    assert_eq!(format!("{:?}", Hasher::new()), "Hasher");
}

#[test]
fn a_digest_has_one_text_only() {
    let upper = ABC_HEX.to_uppercase();
    let long = format!("{ABC_HEX}00");
    for text in ["", "ba78", &upper, &long, &ABC_HEX.replace('b', "g"), &ABC_HEX[1..], "é"] {
        assert_eq!(text.parse::<Digest>(), Err(VaultError::NotADigest), "{text:?}");
    }
}

#[test]
fn the_content_digest_agrees_with_rfc_9530() {
    // RFC 9530 appendix A: {"hello": "world"} followed by a line feed.
    let digest = Digest::of(b"{\"hello\": \"world\"}\n");
    let header = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
    assert_eq!(digest.content_digest(), header);
    assert_eq!(Digest::from_content_digest(header), Some(digest));
}

#[test]
fn the_content_digest_is_found_beside_other_algorithms() {
    let digest = Digest::of(b"x");
    let wanted = digest.content_digest();
    let other = Digest::of(b"y").content_digest();
    for header in
        [format!("sha-512=:AAAA:, {wanted}"), format!("{wanted},sha-512=:AAAA:"), format!("{other}, {wanted}")]
    {
        assert_eq!(Digest::from_content_digest(&header), Some(digest), "{header}");
    }
    let hex = format!("sha-256={digest}");
    for header in ["", "sha-256", "sha-256=", "sha-256=:", "sha-256=::", "sha-256=:AAAA:", "sha-512=:AAAA:", &hex] {
        assert_eq!(Digest::from_content_digest(header), None, "{header}");
    }
}

#[test]
fn a_key_pair_agrees_with_rfc_8037() {
    // RFC 8037 appendix A.1 and A.2.
    let seed: [u8; 32] = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44, 0x49,
        0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    ];
    assert_eq!(key(seed).public().to_base64url(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

#[test]
fn a_public_key_has_one_text_only() {
    let text = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let public = PublicKey::from_base64url(text).unwrap();
    assert_eq!(serde_json::from_str::<PublicKey>(&serde_json::to_string(&public).unwrap()).unwrap(), public);
    for bent in ["", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo"] {
        assert_eq!(PublicKey::from_base64url(bent), Err(VaultError::NotAKey), "{bent}");
    }
    // The last character has two unused bits: three more texts would stand for the same key.
    for last in ["p", "q", "r"] {
        assert_eq!(PublicKey::from_base64url(&text.replace("Ro", &format!("R{last}"))), Err(VaultError::NotAKey));
    }
}

#[test]
fn a_signing_key_does_not_print_its_seed() {
    // INV-12.
    let key = key([0xab; 32]);
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.key_id()));
    assert_eq!(key.key_id().len(), 12);
}

#[test]
fn a_cancel_looks_the_same_whatever_was_typed() {
    let secret = [7; 32];
    let typed = ["", "1234", "4321", "a code as long as anybody would ever type on a phone with a broken screen"];
    let all: Vec<[u8; 32]> = typed.iter().map(|code| cancel_auth(&secret, code)).collect();
    for (i, one) in all.iter().enumerate() {
        assert!(all[i + 1..].iter().all(|other| other != one));
    }
    assert_ne!(cancel_auth(&[8; 32], "1234"), all[1]);
}

#[test]
fn the_cancels_proof_is_the_mac_that_the_protocol_names() {
    let mut message = b"siaga-cancel-v1\0".to_vec();
    message.extend_from_slice(b"1234");
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &[7; 32]);
    assert_eq!(ring::hmac::sign(&key, &message).as_ref(), cancel_auth(&[7; 32], "1234"));
    // Made with Python's hmac module, so that a change of ours cannot pass unseen.
    assert_eq!(Digest(cancel_auth(&[7; 32], "1234")).to_string(), PYTHON_HMAC);
}

const PYTHON_HMAC: &str = "77b5079ca51b97917ca16a5dd53824d9eed5ebb51e9889e71c2fef30123d5442";
