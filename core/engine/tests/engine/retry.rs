//! Attempts: repeated byte for byte, with growing time-outs, and judged by their number.

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Event, IncidentState, Trouble};

use crate::world::centre::status;
use crate::world::{Ending, World, delivers, fails};

#[test]
fn an_attempt_that_timed_out_is_repeated_byte_for_byte_inv_4() {
    // F33 to F37: the same id, the same bytes, and only headers that say which attempt it is.
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(300_000, |_, _| Ending::Fails(60_000, Failure::TimedOut));
    let sent = world.sent_in(Lane::Sos);
    assert!(sent.len() >= 6, "{}", sent.len());
    for (flight, attempt) in sent.iter().zip(1..) {
        assert_eq!(flight.request.body, sent[0].request.body);
        assert_eq!(flight.request.path, sent[0].request.path);
        assert_eq!(flight.header("siaga-attempt"), Some(attempt.to_string().as_str()));
        assert_eq!(flight.attempt(), attempt);
    }
    let sent_at = |index: usize| sent[index].header("siaga-sent-at").unwrap().parse::<i64>().unwrap();
    assert!(sent_at(1) > sent_at(0), "each attempt states its own time");
}

#[test]
fn time_outs_grow_because_a_slow_centre_is_not_a_failed_one_f34() {
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(300_000, |_, _| Ending::Fails(60_000, Failure::TimedOut));
    let limits: Vec<u32> = world.sent_in(Lane::Sos).iter().map(|flight| flight.request.timeout_ms).take(6).collect();
    assert_eq!(limits, [10_000, 15_000, 20_000, 25_000, 30_000, 30_000]);
}

#[test]
fn a_centre_that_needs_25_seconds_gets_the_sos_in_the_end_and_once() {
    let mut world = World::new();
    let sos = world.sos();
    world.run_for(180_000, |_, _| Ending::Delivered(25_000));
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert_eq!(world.centre.stored.len(), 1);
}

#[test]
fn a_lost_reply_brings_the_same_bytes_and_the_centre_stores_them_once_f33() {
    let mut world = World::new();
    let sos = world.sos();
    let mut losses = 4;
    world.run_for(120_000, |flight, centre| {
        losses -= 1;
        if losses > 0 && flight.is_put() { Ending::ReplyLost(1_000, Failure::Broken) } else { delivers(flight, centre) }
    });
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert_eq!(world.centre.arrivals.len(), 1);
    assert_eq!(world.sent_in(Lane::Sos).len(), 4);
}

#[test]
fn a_failure_of_an_old_attempt_is_ignored_f34() {
    let mut world = World::new();
    let _ = world.sos();
    let first = world.fail(Failure::Broken);
    world.wake();
    let second = world.flight();
    assert_eq!(second.attempt(), 2);
    let rows = world.rows(Lane::Sos);
    for failure in [Failure::TimedOut, Failure::Offline] {
        world.end(&first, Err(failure));
        assert_eq!(world.rows(Lane::Sos), rows, "the second attempt goes on");
    }
    world.reply(&first, status(403));
    world.reply(&first, crate::world::centre::problem(409, "other-bytes"));
    assert_eq!(world.rows(Lane::Sos), rows);
    let _ = world.land();
    assert!(world.outbox.is_empty());
}

#[test]
fn a_late_receipt_of_an_old_attempt_counts_while_a_new_one_flies_inv_3() {
    let mut world = World::new();
    let sos = world.sos();
    let first = world.flight();
    world.wake();
    let second = world.sent_in(Lane::Sos)[1].clone();
    world.deliver(&first);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert!(world.outbox.is_empty());
    world.deliver(&second);
    assert_eq!(world.incident(sos).pending, 0, "the doubled receipt changes nothing");
}

#[test]
fn a_late_receipt_counts_while_the_row_backs_off_inv_3() {
    let mut world = World::new();
    let sos = world.sos();
    let first = world.fail(Failure::TimedOut);
    assert_eq!(world.rows(Lane::Sos).len(), 1);
    world.deliver(&first);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert!(world.outbox.is_empty());
}

#[test]
fn a_receipt_that_comes_after_its_lease_without_a_wake_up_between_counts_inv_3() {
    // The phone slept with the request in flight; the reply is the first thing after waking up.
    let mut world = World::new();
    let (sos, flight) = (world.sos(), world.flight());
    world.advance(3_600_000);
    world.deliver(&flight);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    assert_eq!(world.sent_in(Lane::Sos).len(), 1, "not sent once more");
}

#[test]
fn a_failure_that_comes_after_its_lease_without_a_wake_up_between_is_tried_again() {
    let mut world = World::new();
    let (_, flight) = (world.sos(), world.flight());
    world.advance(3_600_000);
    world.end(&flight, Err(Failure::TimedOut));
    world.run_for(5_000, delivers);
    assert!(world.outbox.is_empty());
}

#[test]
fn a_late_receipt_of_a_dead_process_counts_inv_3() {
    let mut world = World::new();
    let sos = world.sos();
    let lost = world.kill_and_restart();
    let again = world.flight();
    world.deliver(&lost[0]);
    assert_eq!(world.incident(sos).state, IncidentState::Active);
    world.end(&again, Err(Failure::TimedOut));
    assert!(world.outbox.is_empty());
}

#[test]
fn the_citizen_sees_why_an_sos_is_not_received_yet_f32() {
    let mut world = World::new();
    let sos = world.sos();
    assert_eq!(world.incident(sos).trouble, None);
    let _ = world.fail(Failure::Dns);
    assert_eq!(world.incident(sos).trouble, Some(Trouble::NoReply(Failure::Dns)));
    world.run_until_quiet(60_000);
    assert_eq!(world.incident(sos).trouble, None);
}

#[test]
fn an_sos_never_waits_longer_than_a_minute_for_its_next_attempt_inv_6() {
    let mut world = World::new();
    let _ = world.sos();
    world.run_for(3_600_000, fails(Failure::Connect));
    let times: Vec<_> = world.sent_in(Lane::Sos).iter().map(|flight| flight.at).collect();
    assert!(times.windows(2).all(|pair| pair[1].since(pair[0]) <= 60_000));
    assert!(times.len() < 400, "nor does it hammer: {} attempts in an hour", times.len());
}

#[test]
fn an_ordinary_row_on_a_dead_centre_costs_few_attempts() {
    let mut world = World::new();
    let _ = world.report();
    world.run_for(6 * 3_600_000, fails(Failure::Connect));
    let attempts = world.sent_in(Lane::Report).len();
    assert!((20..=120).contains(&attempts), "{attempts} attempts in six hours");
    let _ = world.step(Event::NetworkChanged);
    world.run_for(61_000, delivers);
    assert!(world.outbox.is_empty(), "F23: a new network is used within a minute");
}
