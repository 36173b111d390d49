//! Cancel: an event, never a deletion.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Answer, CancelAuth, Declined, Event, IncidentState};

use crate::world::{Flight, World};

fn cancelled(world: &mut World, auth: CancelAuth) -> Flight {
    let _ = world.sos();
    let _ = world.step(Event::Cancelled(auth));
    world.sent_in(Lane::Urgent)[0].clone()
}

#[test]
fn within_the_grace_time_a_cancel_says_so() {
    for (after_ms, phase) in [(0, "grace"), (10_000, "grace"), (10_001, "after_grace"), (3_600_000, "after_grace")] {
        let mut world = World::new();
        let sos = world.sos();
        let _ = world.land();
        world.advance(after_ms);
        assert_eq!(world.cancel(), Answer::Cancelled(sos));
        let body = world.sent_in(Lane::Urgent)[0].json()["body"].clone();
        assert_eq!(body["phase"], phase, "after {after_ms} ms");
        assert_eq!(body["clock"]["since_trigger_ms"], after_ms);
    }
}

#[test]
fn the_create_of_a_cancelled_sos_is_delivered_all_the_same() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.fail(Failure::Offline);
    let _ = world.cancel();
    assert_eq!(world.rows(Lane::Sos).len(), 1);
    assert_eq!(world.incident(sos).state, IncidentState::Cancelled);
    world.run_until_quiet(60_000);
    assert_eq!(world.centre.envelopes(&sos.to_string()).len(), 2);
    assert_eq!(world.incident(sos).state, IncidentState::Cancelled, "its receipt opens nothing again");
}

#[test]
fn a_pin_a_duress_pin_and_no_pin_look_the_same_on_the_wire() {
    let auths = [
        CancelAuth::None,
        CancelAuth::Code("1234".to_owned()),
        CancelAuth::Code("4321".to_owned()),
        CancelAuth::Code("a very long pass phrase ".repeat(50)),
        CancelAuth::Code(String::new()),
    ];
    let flights: Vec<Flight> = auths.into_iter().map(|auth| cancelled(&mut World::new(), auth)).collect();
    for flight in &flights {
        assert_eq!(flight.json()["body"]["auth"].as_str().unwrap().len(), 43, "32 bytes in base64url");
        assert_eq!(flight.request.body.bytes().len(), flights[0].request.body.bytes().len());
        assert_eq!(flight.request.headers.len(), flights[0].request.headers.len());
    }
}

#[test]
fn the_centre_can_tell_the_pins_apart_by_the_incidents_secret() {
    let flight = cancelled(&mut World::new(), CancelAuth::Code("1234".to_owned()));
    let auth = siaga_vault::to_base64url(&siaga_vault::cancel_auth(&flight.secret(), "1234"));
    assert_eq!(flight.json()["body"]["auth"], auth);
}

#[test]
fn two_cancels_without_a_pin_do_not_repeat_a_proof() {
    // Fixed bytes would tell "no PIN was asked" from "a PIN was typed".
    let mut world = World::new();
    let first = cancelled(&mut world, CancelAuth::None);
    world.deliver_all();
    let _ = cancelled(&mut world, CancelAuth::None);
    let second = world.sent_in(Lane::Urgent).last().unwrap().clone();
    assert_ne!(first.json()["body"]["auth"], second.json()["body"]["auth"]);
}

#[test]
fn with_nothing_open_there_is_nothing_to_cancel() {
    let mut world = World::new();
    assert_eq!(world.cancel(), Answer::Declined(Declined::NothingOpen));
    let _ = world.report();
    assert_eq!(world.cancel(), Answer::Declined(Declined::NothingOpen), "a report is no emergency");
    let _ = world.sos();
    let _ = world.cancel();
    assert_eq!(world.cancel(), Answer::Declined(Declined::NothingOpen));
}

#[test]
fn presses_that_nobody_sent_yet_are_still_delivered_after_the_cancel() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.presses(1);
    let _ = world.presses(4);
    let _ = world.cancel();
    world.run_until_quiet(60_000);
    let envelopes = world.centre.envelopes(&sos.to_string());
    let presses: u64 = envelopes.iter().filter_map(|envelope| envelope["body"]["presses"].as_u64()).sum();
    assert_eq!(presses, 5);
    assert!(envelopes.iter().any(|envelope| envelope["kind"] == "cancel"));
}
