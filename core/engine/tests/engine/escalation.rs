//! Presses after the trigger: never swallowed, never a second SOS, never a flood.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Event, PressAnswer};

use crate::world::{World, delivers};

#[test]
fn a_press_after_the_trigger_escalates_the_same_incident_f39() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    assert_eq!(world.presses(1), PressAnswer::Escalated { incident: sos, presses: 4 });
    let flight = world.flight();
    assert_eq!(flight.lane(), Some(Lane::Urgent));
    assert_eq!(flight.ids().0, sos.to_string());
    let envelope = flight.json();
    assert_eq!(envelope["kind"], "escalation");
    assert_eq!(envelope["urgency"], 4);
    assert_eq!(envelope["body"]["presses"], 1);
    assert_eq!(envelope["body"]["presses_total"], 4);
    assert_eq!(world.incident(sos).presses, 4);
}

#[test]
fn presses_within_five_seconds_become_one_event_with_their_count_inv_10() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    let _ = world.land();
    for presses in 5..=12 {
        assert_eq!(world.presses(1), PressAnswer::Escalated { incident: sos, presses });
        assert_eq!(world.rows(Lane::Urgent).len(), 1, "coalesced");
        assert!(world.puts().is_empty(), "not before its time");
    }
    world.run_for(10_000, delivers);
    let sent = world.sent_in(Lane::Urgent);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].json()["body"]["presses"], 8);
    assert_eq!(sent[1].json()["body"]["presses_total"], 12);
    assert_eq!(sent[1].at.since(sent[0].at), 5_000);
}

#[test]
fn after_a_claim_the_next_press_makes_a_new_event_and_no_press_is_counted_twice() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    let _ = world.presses(40);
    world.run_for(60_000, delivers);
    let _ = world.presses(3);
    world.run_for(60_000, delivers);
    let counts: Vec<u64> =
        world.sent_in(Lane::Urgent).iter().map(|f| f.json()["body"]["presses"].as_u64().unwrap()).collect();
    assert_eq!(counts.iter().sum::<u64>(), 43, "{counts:?}");
    assert_eq!(world.incident(sos).presses, 46);
    let times: Vec<_> = world.sent_in(Lane::Urgent).iter().map(|flight| flight.at).collect();
    assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) >= 5_000), "{times:?}");
}

#[test]
fn an_escalation_does_not_wait_for_the_create() {
    // INV-5: an event may arrive before its create.
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.presses(1);
    assert_eq!(world.puts().len(), 2);
    let escalation = world.sent_in(Lane::Urgent)[0].clone();
    world.deliver(&escalation);
    assert_eq!(world.incident(sos).pending, 1);
}

#[test]
fn a_new_network_does_not_break_the_five_seconds() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    let _ = world.land();
    let _ = world.presses(2);
    let _ = world.step(Event::NetworkChanged);
    assert!(world.puts().is_empty(), "nothing failed, so nothing is brought forward");
    world.run_for(6_000, delivers);
    assert_eq!(world.sent_in(Lane::Urgent).len(), 2);
}

#[test]
fn an_escalation_survives_the_process_with_its_count() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    let _ = world.fail(Failure::Offline);
    let _ = world.presses(3);
    world.kill_and_restart();
    let _ = world.presses(2);
    world.run_for(60_000, delivers);
    let mut by_event = std::collections::BTreeMap::new();
    for flight in world.sent_in(Lane::Urgent) {
        let _ = by_event.insert(flight.ids(), flight.json()["body"]["presses"].as_u64().unwrap());
    }
    assert_eq!(by_event.values().sum::<u64>(), 6);
}
