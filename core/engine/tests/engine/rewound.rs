//! A phone that was cloned or rewound: the centre has other bytes under the id of an SOS.

use siaga_engine::IncidentState;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;

use crate::world::centre::problem;
use crate::world::{Ending, World, delivers};

pub(crate) fn other_bytes() -> siaga_engine::wire::Reply {
    problem(409, "other-bytes")
}

#[test]
fn the_sos_goes_on_under_a_new_id_that_names_the_old_one_in_the_same_step() {
    let mut world = World::new();
    let old = world.sos();
    let first = world.answer(other_bytes());
    let renewed = world.flight();
    let (new, event) = renewed.ids();
    assert_ne!(new, old.to_string());
    assert_eq!(new, event);
    let (mut before, after) = (first.json(), renewed.json());
    assert_eq!(after["body"]["replaces"], old.to_string());
    assert_eq!(after["incident"], new);
    before["body"]["replaces"] = old.to_string().into();
    before["incident"] = new.as_str().into();
    before["event"] = new.as_str().into();
    assert_eq!(before, after, "everything else is as it was");
    assert_eq!(renewed.header("siaga-secret"), first.header("siaga-secret"));
    let _ = world.land();
    assert_eq!(world.incident(new.parse().unwrap()).state, IncidentState::Active);
    assert!(world.outbox.is_empty());
    assert_eq!(world.centre.arrivals.len(), 1, "delivered once, under the new id");
}

#[test]
fn later_events_belong_to_the_new_id_and_those_that_were_frozen_keep_their_bytes_inv_4() {
    let mut world = World::new();
    let old = world.sos();
    let create = world.flight();
    let _ = world.presses(1);
    let frozen = world.sent_in(Lane::Urgent)[0].clone();
    world.end(&frozen, Err(Failure::Broken));
    let _ = world.presses(2);
    world.reply(&create, other_bytes());
    let new = world.sent_in(Lane::Sos)[1].ids().0;
    world.fix(-6.2, 106.8);
    world.run_until_quiet(60_000);
    let of = |incident: &str| world.centre.envelopes(incident);
    assert_eq!(of(&old.to_string()).len(), 1, "the frozen escalation");
    let kinds: Vec<String> = of(&new).iter().map(|envelope| envelope["kind"].as_str().unwrap().to_owned()).collect();
    assert!(kinds.contains(&"sos".to_owned()) && kinds.contains(&"escalation".to_owned()), "{kinds:?}");
    assert!(kinds.contains(&"fix".to_owned()), "{kinds:?}");
    assert_eq!(world.incident(new.parse().unwrap()).pending, 0);
}

#[test]
fn the_chain_goes_on_from_the_bytes_that_the_centre_has() {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.answer(other_bytes());
    let renewed = world.land();
    let _ = world.presses(1);
    let next = world.flight().json();
    assert_eq!((&next["seq"], &next["prev"]), (&1.into(), &renewed.sha256().to_string().into()));
}

#[test]
fn a_centre_that_refuses_the_new_id_as_well_gets_no_flood_of_ids_f35() {
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(
        600_000,
        |flight, centre| {
            if flight.is_put() { Ending::Reply(50, other_bytes()) } else { delivers(flight, centre) }
        },
    );
    let mut ids: Vec<String> = world.sent_in(Lane::Sos).iter().map(|flight| flight.ids().0).collect();
    assert!((10..100).contains(&ids.len()), "{} attempts in ten minutes", ids.len());
    ids.dedup();
    assert_eq!(ids.len(), 2);
    world.run_until_quiet(61_000);
    assert_eq!(world.centre.arrivals.len(), 1);
}

#[test]
fn a_portal_that_answers_409_renews_nothing() {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.answer(crate::world::centre::page(409));
    world.run_until_quiet(60_000);
    assert!(world.centre.has(&sos.to_string()));
}

#[test]
fn a_report_is_not_renewed_but_parked() {
    let mut world = World::new();
    let _ = world.report();
    let _ = world.answer(other_bytes());
    assert_eq!(world.parked().len(), 1);
}

#[test]
fn a_conflict_of_an_old_attempt_renews_nothing() {
    let mut world = World::new();
    let sos = world.sos();
    let first = world.fail(Failure::TimedOut);
    world.reply(&first, other_bytes());
    world.run_until_quiet(60_000);
    assert!(world.centre.has(&sos.to_string()));
}
