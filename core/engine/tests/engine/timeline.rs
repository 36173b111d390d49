//! The centre's timeline: signed steps, shown to the citizen with what proves them.

use serde_json::json;
use siaga_engine::ids::IncidentId;
use siaga_engine::wire::{Failure, Ticket};
use siaga_engine::{Event, Happening, IncidentState, Proof, TimelineEntry, WakeReason};

use crate::world::centre::{key, ok_json, page, problem, status};
use crate::world::{World, delivers};

fn received() -> (World, IncidentId) {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    (world, sos)
}

fn poll(world: &mut World, sos: IncidentId) {
    world.deliver(&world.read_in_flight(&Ticket::Timeline(sos)));
}

/// The words of the centre's steps that a screen shows.
fn steps(world: &World, sos: IncidentId) -> Vec<String> {
    let entries = world.incident(sos).timeline.into_iter();
    entries
        .filter_map(|entry| match entry.what {
            Happening::Step { step, .. } => Some(step),
            Happening::Recorded | Happening::LeftThePhone | Happening::CentreHasIt => None,
        })
        .collect()
}

#[test]
fn a_timeline_is_read_as_soon_as_the_centre_has_the_create() {
    let (world, sos) = received();
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    assert_eq!(read.request.path, format!("/v1/incidents/{sos}?after=0&wait_s=25"));
    assert!(read.header("siaga-secret").is_some());
    assert!(read.request.timeout_ms > 25_000);
}

#[test]
fn every_line_says_who_says_so_and_when_inv_7() {
    let (mut world, sos) = received();
    world.centre.publish(&sos.to_string(), "opened", Some("Budi reads it"));
    poll(&mut world, sos);
    let own = |what| TimelineEntry { what, at_wall_ms: crate::world::WALL_MS + 900, proof: Proof::OwnRecord };
    let signed = |what, at_wall_ms| TimelineEntry { what, at_wall_ms, proof: Proof::Signed };
    let note = Some("Budi reads it".to_owned());
    let expected = [
        own(Happening::Recorded),
        own(Happening::LeftThePhone),
        signed(Happening::CentreHasIt, crate::world::WALL_MS + 900),
        signed(Happening::Step { n: 1, step: "opened".to_owned(), note }, crate::world::WALL_MS + 1),
    ];
    assert_eq!(world.incident(sos).timeline, expected);
}

#[test]
fn before_anything_left_nothing_says_that_it_did_f8() {
    let mut world = World::new();
    let sos = world.sos();
    let whats: Vec<Happening> = world.incident(sos).timeline.into_iter().map(|entry| entry.what).collect();
    assert_eq!(whats, [Happening::Recorded, Happening::LeftThePhone], "an attempt was made, nothing is proven");
    let _ = world.fail(Failure::Offline);
    assert_eq!(world.incident(sos).state, IncidentState::Recorded);
}

#[test]
fn a_missing_number_is_shown_as_a_gap() {
    let (mut world, sos) = received();
    let first = world.centre.sign_step(&sos.to_string(), 1, "opened", None);
    let third = world.centre.sign_step(&sos.to_string(), 3, "on_scene", None);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, ok_json(&json!({ "steps": [first, third] })));
    assert!(world.incident(sos).timeline_gap);
    assert_eq!(steps(&world, sos), ["opened", "on_scene"]);
}

#[test]
fn a_whole_timeline_has_no_gap() {
    let (mut world, sos) = received();
    for step in ["received", "opened", "assigned"] {
        world.centre.publish(&sos.to_string(), step, None);
    }
    poll(&mut world, sos);
    assert!(!world.incident(sos).timeline_gap);
}

#[test]
fn forged_and_foreign_steps_are_ignored_one_by_one() {
    let (mut world, sos) = received();
    let id = sos.to_string();
    let other = "01a0c467-7c2c-7b5c-bb6c-3e41fc381842";
    let true_one = world.centre.sign_step(&id, 1, "opened", None);
    let foreign = world.centre.sign_step(other, 2, "closed", None);
    let mut stranger = crate::world::Centre::new();
    stranger.key = key(9);
    let forged = stranger.sign_step(&id, 2, "closed", None);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, ok_json(&json!({ "steps": [true_one, foreign, forged, "nonsense"] })));
    assert_eq!(steps(&world, sos), ["opened"]);
    assert_eq!(world.incident(sos).state, IncidentState::Active, "nobody but the centre closes an SOS");
}

#[test]
fn a_forged_step_does_not_make_the_phone_ask_in_a_loop() {
    let (mut world, sos) = received();
    let before = world.sent.len();
    world.run_for(600_000, |flight, centre| {
        if flight.is_poll() {
            crate::world::Ending::Reply(10, ok_json(&json!({ "steps": ["nonsense"] })))
        } else {
            delivers(flight, centre)
        }
    });
    assert!(world.sent.len() - before < 40, "{} requests in ten minutes", world.sent.len() - before);
    assert_eq!(steps(&world, sos), [""; 0]);
}

#[test]
fn a_step_of_a_later_protocol_is_shown_as_it_is() {
    let (mut world, sos) = received();
    world.centre.publish(&sos.to_string(), "drone_on_its_way", None);
    poll(&mut world, sos);
    assert_eq!(steps(&world, sos), ["drone_on_its_way"]);
}

#[test]
fn a_step_that_comes_twice_is_shown_once_and_the_next_read_asks_for_what_follows() {
    let (mut world, sos) = received();
    world.centre.publish(&sos.to_string(), "opened", None);
    poll(&mut world, sos);
    world.wake();
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    assert!(read.request.path.ends_with("?after=1&wait_s=25"));
    let again = world.centre.sign_step(&sos.to_string(), 1, "opened", None);
    world.reply(&read, ok_json(&json!({ "steps": [again] })));
    assert_eq!(steps(&world, sos), ["opened"]);
}

#[test]
fn the_step_that_closes_is_seen_however_many_came_before_inv_10() {
    let (mut world, sos) = received();
    for n in 0..60 {
        world.centre.publish(&sos.to_string(), "position_of_the_crew", Some(&"x".repeat(200)));
        if n % 7 == 0 {
            world.run_for(3_000, delivers);
        }
    }
    world.centre.publish(&sos.to_string(), "closed", None);
    world.run_for(30_000, delivers);
    let shown = world.incident(sos);
    assert_eq!(shown.state, IncidentState::ClosedByCentre);
    assert!(!shown.timeline_gap, "nothing was withheld");
    assert!(steps(&world, sos).len() <= 16);
    assert!(world.snapshot().incident(sos).is_some());
}

#[test]
fn a_centre_that_has_no_timeline_is_not_asked_for_one_and_that_is_shown() {
    let mut world = World::unopened(|_| {});
    world.centre.offers = vec!["keys"];
    let _ = world.step(Event::Opened);
    world.deliver_all();
    let _ = world.sos();
    world.deliver_all();
    assert!(world.flights.is_empty());
    assert_eq!(world.snapshot().offers, Some(vec!["keys".to_owned()]));
    assert_eq!(world.wake.map(|wake| wake.reason), Some(WakeReason::IncidentAge));
}

#[test]
fn polls_grow_rare_with_the_age_of_the_incident_f49() {
    let (mut world, _) = received();
    let polls = |world: &World| world.sent.iter().filter(|flight| flight.is_poll()).count();
    world.run_for(900_000, delivers);
    let first = polls(&world);
    assert!((20..=45).contains(&first), "{first} in the first quarter of an hour");
    world.run_for(12 * 3_600_000, delivers);
    let before = polls(&world);
    world.run_for(3_600_000, delivers);
    assert!(polls(&world) - before <= 5, "four an hour in the end");
}

#[test]
fn a_timeline_that_cannot_be_read_is_asked_for_again_with_pauses() {
    for reply in [page(200), page(403), status(500), problem(404, "not-found"), problem(403, "secret-needed")] {
        let (mut world, sos) = received();
        let mut polls = 0;
        world.run_for(600_000, |flight, centre| {
            if flight.is_poll() {
                polls += 1;
                crate::world::Ending::Reply(10, reply.clone())
            } else {
                delivers(flight, centre)
            }
        });
        assert!((3..40).contains(&polls), "{polls} polls in ten minutes: {reply:?}");
        world.centre.publish(&sos.to_string(), "opened", None);
        world.run_for(400_000, delivers);
        assert_eq!(steps(&world, sos), ["opened"]);
    }
}

#[test]
fn a_poll_whose_reply_never_comes_is_asked_for_again() {
    let (mut world, sos) = received();
    world.flights.clear();
    world.centre.publish(&sos.to_string(), "opened", None);
    world.run_for(60_000, delivers);
    assert_eq!(steps(&world, sos), ["opened"]);
}

#[test]
fn the_timeline_survives_the_process() {
    let (mut world, sos) = received();
    world.centre.publish(&sos.to_string(), "opened", None);
    poll(&mut world, sos);
    world.kill_and_restart();
    assert_eq!(steps(&world, sos), ["opened"]);
    world.centre.publish(&sos.to_string(), "assigned", None);
    world.run_for(60_000, delivers);
    assert_eq!(steps(&world, sos), ["opened", "assigned"]);
}
