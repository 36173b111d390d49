//! The size of what is saved with every step: one page of the commit, as long as life is ordinary.

use siaga_engine::Event;
use siaga_engine::location::{FixReading, Radius};

use crate::world::{World, gnss};

/// As much of a state as stands on one 4,096-byte page of the database, beside the headers of the page and of the row.
const ONE_PAGE_BYTES: usize = 4_050;

/// A fix with all that a phone can say of it.
fn full_fix() -> FixReading {
    FixReading {
        radius: Some(Radius { m: 12.345, confidence: 0.68 }),
        altitude_m: Some(31.25),
        speed_mps: Some(1.375),
        bearing_deg: Some(271.5),
        stated_wall_ms: Some(1_790_000_000_123),
        ..gnss(-6.990_343, 110.422_914, 0)
    }
}

/// A phone whose centre has the basic profile, and which knows where it is and where it was.
fn at_rest() -> World {
    let mut world = World::unopened(|_| {});
    world.centre.offers.clear();
    let _ = world.step(Event::Opened);
    world.deliver_all();
    for _ in 0..3 {
        world.advance(61_000);
        world.locate(full_fix());
    }
    world
}

fn bytes(world: &World) -> usize {
    world.saved().trim_ascii_end().len()
}

#[test]
fn the_third_sos_of_an_hour_and_its_receipt_fit_one_page_of_the_commit_beside_the_first_two() {
    let mut world = at_rest();
    let mut most = bytes(&world);
    for number in 1..=3 {
        let _ = world.sos();
        most = most.max(bytes(&world));
        world.deliver_all();
        most = most.max(bytes(&world));
        let _ = world.cancel();
        if number < 3 {
            most = most.max(bytes(&world));
        }
        world.deliver_all();
        most = most.max(bytes(&world));
        world.advance(60_000);
    }
    let shown = world.snapshot().incidents;
    assert_eq!(shown.iter().filter(|incident| incident.receipt.is_some()).count(), 3);
    // A longer one is still saved: in two pages.
    assert!(most <= ONE_PAGE_BYTES, "{most} bytes");
}

#[test]
fn a_saved_state_fills_whole_pages_so_that_the_next_one_is_overwritten_in_place() {
    let mut world = at_rest();
    let mut lengths = std::collections::BTreeSet::new();
    for _ in 0..5 {
        let _ = world.sos();
        world.deliver_all();
        let _ = world.cancel();
        let _ = lengths.insert(world.saved().len());
        world.deliver_all();
    }
    assert_eq!(lengths, [ONE_PAGE_BYTES, ONE_PAGE_BYTES + 4_092].into());
}

#[test]
fn what_is_not_there_costs_nothing() {
    // Nothing in flight, nothing that failed: no word about it.
    let mut world = at_rest();
    let _ = world.sos();
    world.deliver_all();
    let saved = String::from_utf8(world.saved()).unwrap();
    for word in ["null", "clock_clamped", "\"failures\"", "\"in_flight\"", "\"steps\"", "\"flags\"", "\"trouble\""] {
        assert!(!saved.contains(word), "{word} in {saved}");
    }
}
