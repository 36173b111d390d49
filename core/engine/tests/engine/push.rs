//! Push messages: a hint that there is news, which proves nothing and is worth a read.

use siaga_engine::ids::IncidentId;
use siaga_engine::wire::{Failure, Reply, Ticket};
use siaga_engine::{Event, News};

use crate::world::centre::{problem, status};
use crate::world::{World, delivers};

const HOUR_MS: u64 = 3_600_000;

/// An SOS that was received so long ago that its timeline is read every quarter of an hour, and was read just now.
fn old_sos() -> (World, IncidentId) {
    let mut world = World::new();
    let sos = world.sos();
    let _ = world.land();
    world.run_for(7 * HOUR_MS, delivers);
    while world.flights.is_empty() {
        world.wake();
    }
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, status(304));
    assert!(world.flights.is_empty());
    (world, sos)
}

fn polls(world: &World) -> usize {
    world.sent.iter().filter(|flight| flight.is_poll()).count()
}

fn push(world: &mut World) {
    let _ = world.step(Event::PushReceived);
}

#[test]
fn a_push_message_brings_the_news_at_once() {
    let (mut world, sos) = old_sos();
    world.centre.publish(&sos.to_string(), "opened", None);
    world.advance(60_000);
    push(&mut world);
    world.deliver(&world.read_in_flight(&Ticket::Timeline(sos)));
    assert_eq!(world.incident(sos).timeline.len(), 4, "recorded, left, has it, opened");
}

#[test]
fn a_read_that_a_push_message_brings_about_is_not_held_and_ends_the_waiting_for_news() {
    let (mut world, sos) = old_sos();
    world.advance(60_000);
    assert_eq!(world.engine.news(), News::Quiet);
    push(&mut world);
    assert_eq!(world.engine.news(), News::BeingRead);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    assert!(read.request.path.ends_with("&wait_s=0"), "{}", read.request.path);
    // A second message: the read that is in flight may have passed its news.
    world.advance(3_000);
    push(&mut world);
    world.reply(&read, status(304));
    assert_eq!(world.engine.news(), News::Expected);
    world.wake();
    assert_eq!(world.engine.news(), News::BeingRead);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, status(304));
    assert_eq!(world.engine.news(), News::Quiet);
    while world.flights.is_empty() {
        world.wake();
    }
    assert!(world.read_in_flight(&Ticket::Timeline(sos)).request.path.ends_with("&wait_s=25"), "the next one is held");
}

#[test]
fn news_that_cannot_be_read_are_not_waited_for() {
    let (mut world, sos) = old_sos();
    push(&mut world);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.end(&read, Err(Failure::Offline));
    assert_eq!(world.engine.news(), News::Quiet);
}

#[test]
fn a_push_message_without_anything_to_follow_lets_nobody_wait() {
    let mut world = World::new();
    push(&mut world);
    assert_eq!(world.engine.news(), News::Quiet);
}

#[test]
fn a_push_message_is_believed_in_nothing_and_costs_no_commit() {
    let (mut world, sos) = old_sos();
    let (before, shown) = (world.engine.revision(), world.incident(sos));
    push(&mut world);
    assert_eq!(world.engine.revision(), before, "nothing has to survive the process");
    assert_eq!(world.incident(sos), shown, "INV-7");
}

#[test]
fn a_flood_of_push_messages_is_no_flood_of_reads_inv_10() {
    let (mut world, sos) = old_sos();
    let before = polls(&world);
    for _ in 0..600 {
        push(&mut world);
        world.advance(100);
        if world.wake.is_some_and(|wake| wake.at <= world.t()) {
            let _ = world.step(Event::Woke);
        }
        // A centre that answers at once: nothing but the gap keeps the phone from asking again.
        if world.flights.iter().any(|flight| flight.is_poll()) {
            let read = world.read_in_flight(&Ticket::Timeline(sos));
            world.reply(&read, status(304));
        }
    }
    let asked = polls(&world) - before;
    assert!((28..=31).contains(&asked), "{asked} reads in a minute of messages, one in two seconds");
}

#[test]
fn a_flood_of_push_messages_into_a_read_that_is_in_flight_is_no_flood_of_reads_inv_10() {
    let (mut world, sos) = old_sos();
    push(&mut world);
    let before = polls(&world);
    for _ in 0..600 {
        if let Some(read) = world.flights.iter().find(|flight| flight.is_poll()).cloned() {
            push(&mut world);
            world.reply(&read, status(304));
        }
        world.advance(100);
        if world.wake.is_some_and(|wake| wake.at <= world.t()) {
            let _ = world.step(Event::Woke);
        }
    }
    let asked = polls(&world) - before;
    assert!((28..=31).contains(&asked), "{asked} reads in a minute");
    assert!(world.incident(sos).receipt.is_some());
}

#[test]
fn the_second_of_two_push_messages_is_heeded_too() {
    let (mut world, sos) = old_sos();
    world.advance(60_000);
    push(&mut world);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    world.reply(&read, status(304));
    world.advance(500);
    world.centre.publish(&sos.to_string(), "opened", None);
    push(&mut world);
    assert!(world.flights.is_empty(), "not at once: a message was heeded half a second ago");
    world.wake();
    let second = world.read_in_flight(&Ticket::Timeline(sos));
    assert_eq!(second.at.since(read.at), 2_000);
    world.deliver(&second);
    assert_eq!(world.incident(sos).timeline.len(), 4);
}

#[test]
fn a_read_in_flight_is_not_asked_twice_but_once_again_after_it() {
    let (mut world, sos) = old_sos();
    world.advance(60_000);
    push(&mut world);
    let read = world.read_in_flight(&Ticket::Timeline(sos));
    let before = polls(&world);
    // The reply is on its way already, without the news.
    world.advance(5_000);
    push(&mut world);
    push(&mut world);
    assert_eq!(polls(&world), before, "it is in flight");
    world.reply(&read, status(304));
    world.wake();
    assert_eq!(polls(&world), before + 1);
    let again = world.read_in_flight(&Ticket::Timeline(sos));
    assert_eq!(world.t().since(read.at), 5_000 + 2_000);
    world.reply(&again, status(304));
    world.wake();
    assert!(world.t().since(again.at) > 60_000, "once: then it is read as rarely as before");
}

#[test]
fn what_failed_is_read_at_once_when_a_message_came_through() {
    let (mut world, sos) = old_sos();
    for _ in 0..8 {
        while world.flights.is_empty() {
            world.wake();
        }
        let read = world.read_in_flight(&Ticket::Timeline(sos));
        world.end(&read, Err(Failure::TimedOut));
    }
    world.advance(10);
    assert!(world.flights.is_empty());
    push(&mut world);
    let _ = world.read_in_flight(&Ticket::Timeline(sos));

    let mut world = World::unopened(|_| {});
    let _ = world.step(Event::Opened);
    for read in world.flights.clone() {
        world.end(&read, Err(Failure::Dns));
    }
    assert!(world.flights.is_empty());
    push(&mut world);
    let _ = world.read_in_flight(&Ticket::Keys);
    let _ = world.read_in_flight(&Ticket::Capabilities);
}

#[test]
fn a_message_opens_no_gate_and_ends_no_pause_that_a_centre_asked_for() {
    let (mut world, _) = old_sos();
    let _ = world.report();
    let _ = world.answer(Reply { retry_after_ms: Some(1_800_000), ..problem(503, "overloaded") });
    push(&mut world);
    assert!(world.flights.is_empty());
    let pushed = world.t();
    world.wake();
    assert!(world.t().since(pushed) >= 1_700_000, "{:?}", world.t().since(pushed));
    assert!(world.flights.iter().any(|flight| flight.is_poll()), "it is not forgotten");
}

#[test]
fn an_incident_that_nobody_follows_is_not_read() {
    let mut world = World::new();
    let sos = world.sos();
    world.flights.clear();
    world.advance(100);
    push(&mut world);
    assert!(world.flights.is_empty(), "nothing is known of it at the centre yet");
    world.run_until_quiet(60_000);
    world.centre.publish(&sos.to_string(), "closed", None);
    world.run_for(60_000, delivers);
    let before = polls(&world);
    push(&mut world);
    assert_eq!(polls(&world), before, "it is closed");
}
