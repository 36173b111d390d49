//! Steps of the timeline: what the screen says about the centre's work rests on these alone (INV-7).

mod fixture;

use fixture::*;
use siaga_vault::sign::StepClaims;
use siaga_vault::{NOTE_LIMIT_CHARS, StatementFault, Step, verify_step};

fn judge(claims: &StepClaims) -> Result<Step, StatementFault> {
    verify_step(&key(ONLINE_SEED).sign_step(claims), &key_set(), INCIDENT, CENTRE, false)
}

#[test]
fn a_signed_step_is_taken_whole() {
    let step = judge(&step_claims()).unwrap();
    let StepClaims { n, step: name, at_ms, note, .. } = step_claims();
    assert_eq!(step, Step { n, step: name, at_ms, note, key_id: key(ONLINE_SEED).key_id().to_owned() });
}

#[test]
fn a_step_with_a_word_of_a_later_centre_is_taken() {
    let claims = StepClaims { step: "water_rescue_on_its_way".to_owned(), note: None, ..step_claims() };
    assert_eq!(judge(&claims).unwrap().step, claims.step);
}

#[test]
fn a_step_about_something_else_is_refused() {
    let mismatch = |field| Err(StatementFault::Mismatch { field });
    assert_eq!(judge(&StepClaims { incident: OTHER.to_owned(), ..step_claims() }), mismatch("incident"));
    assert_eq!(judge(&StepClaims { centre: "polda-bali".to_owned(), ..step_claims() }), mismatch("centre"));
    assert_eq!(judge(&StepClaims { drill: true, ..step_claims() }), mismatch("drill"));
}

#[test]
fn a_step_outside_its_limits_is_refused() {
    let note = |chars: usize| StepClaims { note: Some("é".repeat(chars)), ..step_claims() };
    assert!(judge(&note(NOTE_LIMIT_CHARS)).is_ok());
    for claims in [
        note(NOTE_LIMIT_CHARS + 1),
        StepClaims { n: 0, ..step_claims() },
        StepClaims { at_ms: 0, ..step_claims() },
        StepClaims { step: String::new(), ..step_claims() },
        StepClaims { step: "x".repeat(65), ..step_claims() },
    ] {
        let judged = judge(&claims);
        assert!(matches!(judged, Err(StatementFault::Malformed { .. })), "{judged:?}");
    }
}

#[test]
fn a_strangers_step_is_refused() {
    let stranger = key(STRANGER_SEED);
    let judged = verify_step(&stranger.sign_step(&step_claims()), &key_set(), INCIDENT, CENTRE, false);
    assert_eq!(judged, Err(StatementFault::UnknownKey { key_id: stranger.key_id().to_owned() }));
}
