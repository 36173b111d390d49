//! Parts whose hash goes along: what is damaged on its way is refused at once, and not when the whole file is there.

use siaga_engine::ids::IncidentId;
use siaga_engine::media::FileState;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Method, Payload, Slice};
use siaga_engine::{Event, Trouble, UploadFault};

use crate::world::media::{photo, tus};
use crate::world::{Ending, Flight, World, delivers};

const HOUR_MS: u64 = 3_600_000;
const DAMAGED: Trouble = Trouble::Upload { fault: UploadFault::Damaged };

/// A world with a received SOS, and a centre that offers this.
fn offering(offers: &[&'static str]) -> (World, IncidentId) {
    let mut world = World::unopened(|_| {});
    world.centre.offers = offers.to_vec();
    let _ = world.step(Event::Opened);
    world.deliver_all();
    let sos = world.sos();
    world.deliver_all();
    (world, sos)
}

fn checking() -> (World, IncidentId) {
    offering(&["timeline", "media", "media-checksum"])
}

/// A photo of which nothing is at the centre, whose first part is in flight.
fn at_first_part(bytes: usize) -> (World, IncidentId, Flight) {
    let (mut world, sos) = checking();
    let _ = world.attach(sos, photo(1, bytes));
    world.deliver_all_texts();
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    (world, sos, part)
}

fn slice(flight: &Flight) -> Slice {
    let Payload::Slice(slice) = &flight.request.body else { panic!("no part: {flight:?}") };
    *slice
}

/// All parts that ever left.
fn parts(world: &World) -> Vec<Slice> {
    let carries = |flight: &&Flight| flight.request.body.length() > 0;
    world.sent_in(Lane::Media).iter().filter(carries).map(slice).collect()
}

/// The next request of the upload, whenever it leaves.
fn next(world: &mut World) -> Flight {
    for _ in 0..1_000 {
        if let Some(flight) = world.flights.iter().find(|flight| flight.lane() == Some(Lane::Media)) {
            return flight.clone();
        }
        world.wake();
    }
    panic!("the upload does not go on");
}

/// The next part, after the questions before it have been answered.
fn next_part(world: &mut World) -> Flight {
    loop {
        let flight = next(world);
        if flight.request.body.length() > 0 {
            return flight;
        }
        world.deliver(&flight);
    }
}

#[test]
fn the_hash_of_each_part_goes_along_where_the_centre_offers_to_check_it_and_nowhere_else() {
    for (offers, checked) in [(["media", "media-checksum"], true), (["media", "keys"], false)] {
        for bytes in [20_000, 300_000] {
            let (mut world, sos) = offering(&offers);
            let _ = world.attach(sos, photo(1, bytes));
            world.run_until_quiet(60_000);
            let parts = parts(&world);
            assert!(!parts.is_empty() && parts.iter().all(|part| part.checked == checked), "{parts:?}");
            assert_eq!(world.centre.media.only().bytes, photo(1, bytes));
        }
    }
}

#[test]
fn a_part_that_was_damaged_on_its_way_counts_for_nothing_and_comes_again_with_its_hash() {
    let (mut world, sos, mut part) = at_first_part(200_000);
    part.part[7] ^= 1;
    world.deliver(&part);
    assert_eq!(world.incident(sos).files[0].trouble, Some(DAMAGED), "F32");
    assert_eq!(world.incident(sos).files[0].state, FileState::Waiting);
    let look = next(&mut world);
    assert_eq!(look.request.method, Method::Head, "the truth is asked for");
    world.deliver(&look);
    let again = slice(&world.upload());
    assert_eq!((again.offset, again.checked), (0, true));
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.centre.media.only().bytes, photo(1, 200_000));
    assert!(world.incident(sos).complete);
    let sent_twice = world.centre.media.arrived - 200_000;
    assert_eq!(sent_twice, part.part.len(), "one part, and not the file");
}

#[test]
fn a_small_file_whose_bytes_were_damaged_beside_its_creation_comes_again() {
    let (mut world, sos) = checking();
    let _ = world.attach(sos, photo(1, 20_000));
    world.deliver_all_texts();
    let mut create = world.upload();
    create.part[0] ^= 1;
    world.deliver(&create);
    assert_eq!(world.incident(sos).files[0].trouble, Some(DAMAGED));
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.centre.media.only().bytes, photo(1, 20_000));
}

#[test]
fn a_line_that_damages_every_part_costs_little_and_the_file_is_never_given_up_f17() {
    let (mut world, sos, _) = at_first_part(4_000_000);
    while slice(&world.upload()).length < 500_000 {
        let flight = world.upload();
        world.deliver(&flight);
    }
    let before = parts(&world).len() - 1;
    let day_ms = 24 * HOUR_MS;
    world.run_for(day_ms, |flight, centre| match (flight.lane(), flight.request.body.length()) {
        (Some(Lane::Media), 1..) => Ending::Reply(100, tus(460, 0)),
        _ => delivers(flight, centre),
    });
    let tried = &parts(&world)[before..];
    let bytes: u64 = tried.iter().map(|part| part.length).sum();
    assert!(tried.len() < 1_000 && bytes < 20_000_000, "{} parts, {bytes} bytes in a day", tried.len());
    assert!(tried.len() > 200, "and it is tried again all day long: {}", tried.len());
    assert!(tried.iter().all(|part| part.checked), "what was damaged is never sent unchecked");
    assert_eq!(world.incident(sos).files[0].state, FileState::Waiting);
    assert_eq!(world.incident(sos).files[0].trouble, Some(DAMAGED));
    assert!(world.parked().is_empty());
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn a_link_that_cuts_every_part_carries_the_file_all_the_same_f41() {
    let (mut world, sos, first) = at_first_part(100_000);
    let key = siaga_vault::sign::SigningKey::from_seed([2; 32]).unwrap();
    let mut flight = first;
    for _ in 0..40 {
        if flight.part.len() > 5_000 {
            world.centre.media.take_in(&flight, 5_000, &key);
            world.end(&flight, Err(Failure::Broken));
        } else {
            world.deliver(&flight);
        }
        if world.incident(sos).complete {
            assert_eq!(world.centre.media.only().bytes, photo(1, 100_000));
            return;
        }
        flight = next_part(&mut world);
    }
    panic!("no progress: {} bytes are there", world.centre.media.only().bytes.len());
}

#[test]
fn behind_a_part_that_broke_off_one_goes_without_its_hash_and_the_one_after_it_with() {
    let (mut world, _, part) = at_first_part(400_000);
    world.end(&part, Err(Failure::TimedOut));
    let second = next_part(&mut world);
    assert!(slice(&part).checked && !slice(&second).checked);
    world.deliver(&second);
    assert!(slice(&next_part(&mut world)).checked);
    // As behind the death of the process: who finds the row knows nothing of what became of the part.
    let _ = world.kill_and_restart();
    let fourth = next_part(&mut world);
    assert!(!slice(&fourth).checked);
    world.deliver(&fourth);
    assert!(slice(&next_part(&mut world)).checked);
}

#[test]
fn a_question_that_failed_says_nothing_of_parts() {
    let (mut world, _, mut part) = at_first_part(400_000);
    part.part[0] ^= 1;
    world.deliver(&part);
    for _ in 0..3 {
        let look = next(&mut world);
        assert_eq!(look.request.method, Method::Head);
        world.end(&look, Err(Failure::TimedOut));
    }
    assert!(slice(&next_part(&mut world)).checked);
}

#[test]
fn a_fast_link_sends_long_parts_without_and_after_damage_only_such_as_are_checked() {
    let (mut world, sos) = checking();
    let bytes = photo(1, 20_000_000);
    let _ = world.attach(sos, bytes.clone());
    world.deliver_all_texts();
    while world.centre.media.uploads.values().all(|upload| upload.bytes.len() < 10_000_000) {
        let flight = next(&mut world);
        world.deliver(&flight);
    }
    let fast = parts(&world);
    assert!(fast.iter().all(|part| part.checked == (part.length <= 1024 * 1024)), "{fast:?}");
    assert!(fast.iter().any(|part| !part.checked), "a megabyte is not a second of this link");
    // The disk of the centre changes a byte: the hash of the whole tells.
    world.centre.media.uploads.values_mut().for_each(|upload| upload.bytes[0] ^= 1);
    while world.incident(sos).files[0].trouble != Some(DAMAGED) {
        let flight = next(&mut world);
        world.deliver(&flight);
    }
    let before = parts(&world).len();
    while !world.incident(sos).complete {
        let flight = next(&mut world);
        world.deliver(&flight);
    }
    assert!(parts(&world)[before..].iter().all(|part| part.checked), "{:?}", &parts(&world)[before..]);
}

#[test]
fn what_a_platform_carries_has_no_hash_because_all_that_came_of_it_shall_count() {
    let (mut world, sos, part) = at_first_part(400_000);
    let _ = world.step(Event::TransfersTaken);
    world.deliver(&part);
    let _ = world.step(Event::TransfersTaken);
    let rest = world.upload();
    assert!(slice(&part).checked && !slice(&rest).checked);
    assert_eq!(slice(&rest).offset + slice(&rest).length, 400_000);
    world.deliver(&rest);
    assert!(world.incident(sos).complete);
}
