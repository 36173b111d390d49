//! The pure decisions about media: the same question gets the same answer, without a server.

// What this test cannot make should end it.
#![allow(clippy::unwrap_used)]

use siaga_centre::accept::{KnownIncident, Signer};
use siaga_centre::media::judge::*;
use siaga_centre::media::{Creation, MediaRefusal, Patch};
use siaga_vault::Digest;
use siaga_vault::sign::SigningKey;

const INCIDENT: &str = "0190a5d0-7b1e-7cc3-9a55-0123456789ab";
const FILE: &str = "0190a5d0-ab1e-7cc3-9a55-0123456789ab";

fn creation() -> Creation {
    Creation {
        incident: INCIDENT.to_owned(),
        file: FILE.to_owned(),
        sha256: Digest::of(b"photo"),
        bytes: 5,
        name: "foto.jpg".to_owned(),
        media_type: Some("image/jpeg".to_owned()),
        drill: false,
    }
}

fn upload(receipt: Option<&str>) -> KnownUpload {
    let Creation { incident, file, sha256, bytes, drill, .. } = creation();
    KnownUpload { incident, file, sha256, bytes, drill, touched_ms: 1000, receipt: receipt.map(str::to_owned) }
}

fn known(created: bool) -> KnownMedia {
    let secret_sha256 = Some(Digest::of(b"secret"));
    let incident = KnownIncident { created, drill: false, is_report: false, secret_sha256, steps: 1 };
    KnownMedia { incident: Some(incident), ..KnownMedia::default() }
}

fn judged(creation: &Creation, known: &KnownMedia) -> CreationDecision {
    judge_creation(creation, None, Some(&Digest::of(b"secret")), known)
}

#[test]
fn a_creation_needs_its_incident_and_its_secret() {
    use CreationDecision::{Create, Refuse};
    assert_eq!(judged(&creation(), &known(true)), Create);
    assert_eq!(judged(&creation(), &known(false)), Refuse(MediaRefusal::NotFound));
    assert_eq!(judged(&creation(), &KnownMedia::default()), Refuse(MediaRefusal::NotFound));
    for presented in [None, Some(Digest::of(b"other"))] {
        let decision = judge_creation(&creation(), None, presented.as_ref(), &known(true));
        assert_eq!(decision, Refuse(MediaRefusal::SecretNeeded));
    }
    let mut unstated = known(true);
    unstated.incident.as_mut().unwrap().secret_sha256 = None;
    assert_eq!(judged(&creation(), &unstated), Refuse(MediaRefusal::SecretNeeded));
}

#[test]
fn limits_are_for_what_is_new() {
    use CreationDecision::{Continue, Create, Refuse};
    let too_large = Refuse(MediaRefusal::TooLarge);
    let of = |bytes| Creation { bytes, ..creation() };
    assert_eq!(judged(&of(FILE_LIMIT_BYTES), &known(true)), Create);
    assert_eq!(judged(&of(FILE_LIMIT_BYTES + 1), &known(true)), too_large);
    let full = KnownMedia { bytes: INCIDENT_LIMIT_BYTES - 5, files: INCIDENT_LIMIT_FILES - 1, ..known(true) };
    assert_eq!(judged(&of(5), &full), Create);
    assert_eq!(judged(&of(6), &full), too_large);
    assert_eq!(judged(&of(1), &KnownMedia { files: INCIDENT_LIMIT_FILES, ..known(true) }), too_large);
    assert_eq!(judged(&of(1), &KnownMedia { bytes: u64::MAX, ..known(true) }), too_large);
    let there = KnownMedia { same_bytes: Some(upload(None)), files: INCIDENT_LIMIT_FILES, ..known(true) };
    assert_eq!(judged(&creation(), &there), Continue);
    let secret = Digest::of(b"secret");
    assert_eq!(judge_creation(&creation(), Some(6), Some(&secret), &known(true)), too_large);
}

#[test]
fn a_piece_goes_where_the_stored_bytes_end() {
    let at = |offset, bytes| Patch { offset, checksum: None, bytes };
    let refused = PatchDecision::Refuse;
    for (patch, received, decision) in [
        (at(2, None), 2, PatchDecision::Take { limit_bytes: 3 }),
        (at(2, Some(3)), 2, PatchDecision::Take { limit_bytes: 3 }),
        (at(2, Some(4)), 2, refused(MediaRefusal::TooLarge)),
        (at(2, Some(u64::MAX)), 2, refused(MediaRefusal::TooLarge)),
        (at(1, None), 2, refused(MediaRefusal::OtherOffset)),
        (at(3, None), 2, refused(MediaRefusal::OtherOffset)),
        (at(5, Some(0)), 5, PatchDecision::Take { limit_bytes: 0 }),
    ] {
        assert_eq!(judge_patch(&patch, &upload(None), received), decision, "{patch:?} after {received}");
    }
    let finished = PatchDecision::Finished { receipt: "r".to_owned() };
    assert_eq!(judge_patch(&at(5, Some(0)), &upload(Some("r")), 5), finished);
    assert_eq!(judge_patch(&at(0, None), &upload(Some("r")), 5), refused(MediaRefusal::OtherOffset));
}

#[test]
fn only_the_announced_hash_gets_a_receipt_and_the_same_each_time() {
    let key = SigningKey::from_seed([2; 32]).unwrap();
    let signer = Signer { centre: "contoh", key: &key, at_ms: 1_793_000_000_000 };
    let receipt = judge_whole(&upload(None), &Digest::of(b"photo"), &signer).unwrap();
    assert_eq!(judge_whole(&upload(None), &Digest::of(b"photo"), &signer), Ok(receipt));
    assert_eq!(judge_whole(&upload(None), &Digest::of(b"other"), &signer), Err(MediaRefusal::WholeDiffers));
}

#[test]
fn what_is_incomplete_expires_after_a_week_and_what_is_complete_never() {
    assert_eq!(upload(None).expires_ms(), Some(1000 + KEPT_MS));
    assert!(!upload(None).is_expired(999 + KEPT_MS));
    assert!(upload(None).is_expired(1000 + KEPT_MS));
    assert!(!upload(Some("r")).is_expired(i64::MAX));
    assert_eq!(judge_deletion(&upload(None)), Ok(()));
    assert_eq!(judge_deletion(&upload(Some("r"))), Err(MediaRefusal::Complete));
}

#[test]
fn every_cut_and_every_changed_byte_of_metadata_is_read_without_a_panic() {
    let good = "incident MDE5MGE1ZDAtN2IxZS03Y2MzLTlhNTUtMDEyMzQ1Njc4OWFi,file !,sha256 QUJD,name Zm90by5qcGc=,type aW1hZ2U=,drill dHJ1ZQ==";
    for at in 0..good.len() {
        let mut changed = good.as_bytes().to_vec();
        changed[at] ^= 0x15;
        for stated in [&good[..at], &String::from_utf8(changed).unwrap()] {
            assert_eq!(Creation::read(Some("5"), false, Some(stated)), Err(MediaRefusal::BadId));
        }
    }
    assert_eq!(Creation::read(Some("5"), false, None), Err(MediaRefusal::BadId));
}
