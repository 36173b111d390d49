//! Limits: everything is bounded, and what is dropped is never an SOS (INV-10).

use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Answer, Declined, Event, Report, ReportFault};

use crate::world::{Ending, World, fails};

#[test]
fn no_create_is_lost_when_many_sos_are_cancelled_without_a_network() {
    let mut world = World::new();
    let mut all = Vec::new();
    for n in 0..20 {
        all.push(world.sos());
        let _ = world.presses(2);
        world.fix(-6.0 - f64::from(n) / 1_000.0, 106.8);
        let _ = world.cancel();
        world.run_for(20_000, |_, _| Ending::Fails(100, Failure::Offline));
    }
    assert_eq!(world.rows(Lane::Sos).len(), 20);
    assert!(world.snapshot().incidents.len() <= 32);
    world.run_until_quiet(30 * 60_000);
    for sos in all {
        let kinds: Vec<String> = world
            .centre
            .envelopes(&sos.to_string())
            .iter()
            .map(|envelope| envelope["kind"].as_str().unwrap().to_owned())
            .collect();
        assert!(kinds.contains(&"sos".to_owned()) && kinds.contains(&"cancel".to_owned()), "{kinds:?}");
    }
}

#[test]
fn an_open_sos_is_never_pushed_out_of_the_state_by_reports() {
    let mut world = World::new();
    let sos = world.sos();
    for _ in 0..40 {
        let _ = world.report();
        world.run_for(1_000, |_, _| Ending::Fails(100, Failure::Offline));
    }
    assert_eq!(world.incident(sos).pending, 1);
    world.run_until_quiet(20 * 60_000);
    assert!(world.centre.has(&sos.to_string()));
}

#[test]
fn a_full_backfill_drops_its_oldest_rows_and_nothing_else() {
    let mut world = World::new();
    world.centre.offers.clear();
    let sos = world.sos();
    let _ = world.presses(1);
    world.run_for(1_000, fails(Failure::Offline));
    world.careful = false;
    for n in 0..10_050 {
        // Nothing is answered, so nothing leaves: claims end by themselves.
        world.advance(5_000);
        world.fix(-6.0 - f64::from(n) / 1_000_000.0, 106.8);
        let lost = std::mem::take(&mut world.flights);
        for flight in lost {
            world.end(&flight, Err(Failure::Offline));
        }
    }
    assert!(world.evicted);
    world.careful = true;
    world.check();
    assert!((8_000..=10_000).contains(&world.rows(Lane::Backfill).len()));
    assert_eq!((world.rows(Lane::Sos).len(), world.rows(Lane::Fix).len()), (1, 1));
    let oldest = world.rows(Lane::Backfill)[0].slot.due();
    assert!(oldest.since(siaga_engine::clock::T::BIRTH) > 1_000 * 5_000 / 2, "the oldest went");
    assert_eq!(world.incident(sos).presses, 4);
}

#[test]
fn a_report_must_have_a_category_and_a_text_that_fit() {
    let mut world = World::new();
    let mut report = |category: &str, text: String| {
        world.step(Event::Reported(Report { category: category.to_owned(), text, ..Default::default() }))
    };
    for category in ["", "Fire", "fire brigade", &"x".repeat(65)] {
        let fault = Declined::Report(ReportFault::Category);
        assert_eq!(report(category, String::new()), Answer::Declined(fault), "{category}");
    }
    let fault = Declined::Report(ReportFault::TextTooLong { characters: 4_001 });
    assert_eq!(report("fire", "é".repeat(4_001)), Answer::Declined(fault));
    assert!(matches!(report(&"x".repeat(64), "é".repeat(4_000)), Answer::Made(_)));
}

#[test]
fn more_reports_than_can_be_kept_are_declined_and_an_sos_is_not() {
    let mut world = World::new();
    for _ in 0..200 {
        let _ = world.report();
    }
    let report = Report { category: "fire".to_owned(), text: String::new(), ..Default::default() };
    let declined = Declined::Report(ReportFault::TooManyWaiting { waiting: 200 });
    assert_eq!(world.step(Event::Reported(report)), Answer::Declined(declined));
    let _ = world.sos();
}

#[test]
fn the_state_stays_small_in_a_long_life() {
    // 64 KiB are checked after every step; this is what a phone writes with each press.
    let mut world = World::new();
    for _ in 0..30 {
        let sos = world.sos();
        world.centre.publish(&sos.to_string(), "opened", Some(&"x".repeat(200)));
        world.fix(-6.2, 106.8);
        world.run_for(5_000, crate::world::delivers);
        let _ = world.cancel();
        world.run_for(2 * 3_600_000, crate::world::delivers);
    }
    assert!(world.engine.save().len() < 6_000, "{} bytes", world.engine.save().len());
    assert_eq!(world.archived.len(), 30 - world.snapshot().incidents.len());
}

#[test]
fn presses_that_wait_are_delivered_though_their_incident_left_the_state_inv_2() {
    let mut world = World::new();
    let first = world.sos();
    let _ = world.presses(1);
    for flight in world.puts() {
        world.end(&flight, Err(Failure::Offline));
    }
    let _ = world.presses(4);
    let _ = world.cancel();
    for _ in 0..40 {
        let _ = world.sos();
        let _ = world.cancel();
    }
    assert!(world.snapshot().incident(first).is_none(), "it had to make room");
    world.run_until_quiet(10 * 60_000);
    let envelopes = world.centre.envelopes(&first.to_string());
    let presses: u64 = envelopes.iter().filter_map(|envelope| envelope["body"]["presses"].as_u64()).sum();
    assert_eq!(presses, 5);
    assert!(world.parked().is_empty());
}
