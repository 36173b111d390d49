//! Arbitrary bytes from the network end in a fault, never in a panic (INV-11) and never in a receipt (INV-3).

mod fixture;

use fixture::*;
use proptest::prelude::*;
use siaga_vault::{Digest, KeySet, PublicKey, verify_receipt, verify_step};

fn refused_everywhere(text: &str) {
    assert!(verify_receipt(text, &key_set(), &receipt_claims()).is_err());
    assert!(verify_step(text, &key_set(), INCIDENT, CENTRE, false).is_err());
    assert!(KeySet::verify(text, key(ROOT_SEED).public(), CENTRE).is_err());
}

proptest! {
    #[test]
    fn garbage_is_refused_without_a_panic(text in any::<String>()) {
        refused_everywhere(&text);
        let _ = Digest::from_content_digest(&text);
        let _ = text.parse::<Digest>();
        let _ = PublicKey::from_base64url(&text);
    }

    #[test]
    fn three_parts_of_anything_are_refused(header in any::<Vec<u8>>(), payload in any::<Vec<u8>>(), sig in any::<Vec<u8>>()) {
        refused_everywhere(&format!("{}.{}.{}", b64(header), b64(payload), b64(sig)));
    }

    #[test]
    fn a_well_signed_payload_of_anything_is_refused(payload in any::<String>()) {
        refused_everywhere(&signed_raw(&receipt_header(), &payload, ONLINE_SEED));
    }

    #[test]
    fn one_changed_byte_anywhere_is_refused(at in any::<prop::sample::Index>(), to in 0x20_u8..0x7f) {
        let good = key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
        let mut bytes = good.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        refused_everywhere(&String::from_utf8(bytes).unwrap());
    }

    #[test]
    fn every_beginning_of_a_good_receipt_is_refused(at in any::<prop::sample::Index>()) {
        let good = key(ONLINE_SEED).sign_receipt(&receipt_claims(), AT_MS);
        refused_everywhere(&good[..at.index(good.len())]);
    }

    #[test]
    fn a_digests_text_reads_back(bytes in any::<[u8; 32]>()) {
        let digest = Digest(bytes);
        prop_assert_eq!(digest.to_string().parse(), Ok(digest));
        prop_assert_eq!(Digest::from_content_digest(&digest.content_digest()), Some(digest));
    }
}
