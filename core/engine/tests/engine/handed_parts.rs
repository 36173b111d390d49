//! Parts of files in a platform's hands (F57).

use siaga_engine::Event;
use siaga_engine::media::FileState;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Method, Payload, Slice};

use crate::uploads::with_sos;
use crate::world::centre::page;
use crate::world::media::{photo, tus};
use crate::world::{Flight, World};

const HOUR_MS: u64 = 3_600_000;
const BYTES: usize = 400_000;

fn take(world: &mut World) -> Vec<Flight> {
    let before = world.sent.len();
    let _ = world.step(Event::TransfersTaken);
    world.sent[before..].to_vec()
}

/// A photo of which the first part is at the centre, and whose rest is in a platform's hands.
fn handed() -> (World, siaga_engine::ids::IncidentId, Flight) {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, BYTES));
    world.deliver_all_texts();
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    assert!(take(&mut world).is_empty(), "what is under way has a moment to end");
    world.deliver(&part);
    assert!(world.flights.iter().all(|flight| flight.lane() != Some(Lane::Media)), "and nothing follows it");
    let taken = take(&mut world);
    assert_eq!(taken.len(), 1, "{taken:?}");
    (world, sos, taken[0].clone())
}

fn slice(flight: &Flight) -> Slice {
    let Payload::Slice(slice) = &flight.request.body else { panic!("no part: {flight:?}") };
    *slice
}

fn there(world: &World) -> u64 {
    world.centre.media.only().bytes.len() as u64
}

#[test]
fn a_platform_gets_all_the_rest_at_once_and_its_receipt_days_later_in_another_process_counts_inv_3() {
    let (mut world, sos, rest) = handed();
    let there = there(&world);
    assert!(there > 0);
    assert_eq!((slice(&rest).offset, slice(&rest).length), (there, BYTES as u64 - there));
    assert_eq!(rest.request.method, Method::Patch);
    assert!(u64::from(rest.request.timeout_ms) > 6 * HOUR_MS, "headers and time for hours");
    let _ = world.kill_and_restart();
    world.advance(3 * 86_400_000);
    world.deliver(&rest);
    assert!(matches!(world.incident(sos).files[0].state, FileState::Confirmed { .. }));
    assert_eq!(world.centre.media.arrived, BYTES, "no byte is sent twice");
}

#[test]
fn who_asks_again_gets_the_same_under_the_same_id_in_a_later_process_as_well() {
    let (mut world, _, rest) = handed();
    assert_eq!(take(&mut world)[0].ticket, rest.ticket);
    let _ = world.kill_and_restart();
    let again = take(&mut world);
    assert_eq!((&again[0].ticket, slice(&again[0])), (&rest.ticket, slice(&rest)));
    assert!(!world.engine.slices().is_empty());
}

#[test]
fn a_part_that_does_not_end_is_handed_over_as_it_is() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, BYTES));
    world.deliver_all_texts();
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    assert!(take(&mut world).is_empty());
    let taken = take(&mut world);
    assert_eq!((&taken[0].ticket, slice(&taken[0])), (&part.ticket, slice(&part)));
}

#[test]
fn no_part_is_handed_over_beside_an_sos_and_those_that_were_are_not_named_inv_5() {
    let (mut world, _, rest) = handed();
    let _ = world.presses(1);
    let _ = take(&mut world);
    assert!(world.sent_in(Lane::Urgent).len() == 1, "the escalation left");
    assert!(take(&mut world).iter().all(|flight| flight.lane() != Some(Lane::Media)));
    let urgent = world.puts().into_iter().find(|flight| flight.lane() == Some(Lane::Urgent)).unwrap();
    world.deliver(&urgent);
    assert_eq!(take(&mut world)[0].ticket, rest.ticket, "after its receipt it goes on");
}

#[test]
fn how_long_a_platform_takes_says_nothing_about_the_link() {
    let (mut world, _, rest) = handed();
    let chunk = slice(world.sent_in(Lane::Media).iter().find(|flight| flight.request.method == Method::Patch).unwrap());
    world.advance(HOUR_MS / 2);
    // A proxy let some of it pass.
    world.reply(&rest, tus(204, there(&world) as usize + 10));
    let next = slice(&world.upload());
    assert!(next.length > chunk.length, "{next:?} after {chunk:?}, which was fast");
}

#[test]
fn a_proxy_that_refuses_all_the_rest_gets_parts_and_the_file_is_not_given_up() {
    let (mut world, sos, rest) = handed();
    world.reply(&rest, page(413));
    assert_eq!(world.incident(sos).files[0].state, FileState::Waiting);
    // It knows where to go on, and is handed a part.
    while world.flights.iter().all(|flight| flight.lane() != Some(Lane::Media)) {
        world.wake();
    }
    let look = world.upload();
    assert_eq!(look.request.method, Method::Head);
    assert!(take(&mut world).is_empty());
    world.deliver(&look);
    let part = take(&mut world).remove(0);
    assert!(slice(&part).length < slice(&rest).length);
    world.reply(&part, page(413));
    world.run_until_quiet(HOUR_MS);
    assert!(matches!(world.incident(sos).files[0].state, FileState::Confirmed { .. }));
}

#[test]
fn what_an_earlier_process_gave_away_is_known_to_the_next_one_and_fails_at_its_word() {
    let (mut world, sos, rest) = handed();
    assert!(world.engine.handed_by_others(world.owner).is_empty(), "its own are compared at the next start");
    let _ = world.kill_and_restart();
    assert_eq!(world.engine.handed_by_others(world.owner), vec![rest.ticket.clone()]);
    world.end(&rest, Err(Failure::Broken));
    assert!(world.engine.handed_by_others(world.owner).is_empty());
    world.run_until_quiet(HOUR_MS / 4);
    assert!(matches!(world.incident(sos).files[0].state, FileState::Confirmed { .. }));
}

#[test]
fn a_clean_end_of_the_process_leaves_the_platform_what_it_carries() {
    let (mut world, _, rest) = handed();
    let _ = world.step(Event::Closing);
    let _ = world.kill_and_restart();
    assert_eq!(world.engine.handed_by_others(world.owner), vec![rest.ticket]);
}

#[test]
fn a_centre_that_is_still_at_it_is_asked_when_the_lease_is_over() {
    let (mut world, sos, rest) = handed();
    world.flights.retain(|flight| flight.ticket != rest.ticket);
    world.advance(HOUR_MS + 1);
    world.wake();
    let look = world.upload();
    assert_eq!(look.request.method, Method::Head);
    world.reply(&look, tus(423, 0));
    assert_eq!(world.incident(sos).files[0].state, FileState::Waiting);
}
