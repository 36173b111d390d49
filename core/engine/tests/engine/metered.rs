//! A metered network: what waits for another one, what never does, and what the citizen says.

use siaga_engine::ids::{FileId, IncidentId};
use siaga_engine::media::{AttachFault, FileState};
use siaga_engine::outbox::Lane;
use siaga_engine::wire::Method;
use siaga_engine::{Answer, Declined, Engine, Event, Report, Waits, WakeReason};

use crate::world::media::photo;
use crate::world::{Flight, World, delivers};

const HOUR_MS: u64 = 3_600_000;

/// A phone on which every file of a report is too large for a metered network, and a report that the centre has.
fn with_report() -> (World, IncidentId) {
    let mut world = World::with(|config| config.media.metered_max_mb = 0);
    let report = world.report();
    world.deliver_all();
    (world, report)
}

fn metered(world: &mut World, is_metered: bool) {
    assert_eq!(world.step(Event::NetworkMetered(is_metered)), Answer::Noted);
}

fn state(world: &World, file: FileId) -> FileState {
    let files = world.snapshot().incidents.into_iter().flat_map(|incident| incident.files);
    files.into_iter().find(|view| view.id == file).unwrap().state
}

fn is_confirmed(world: &World, file: FileId) -> bool {
    matches!(state(world, file), FileState::Confirmed { .. })
}

fn take(world: &mut World) -> Vec<Flight> {
    let before = world.sent.len();
    let _ = world.step(Event::TransfersTaken);
    world.sent[before..].to_vec()
}

#[test]
fn a_large_file_of_a_report_waits_on_a_metered_network_and_goes_on_at_once_on_another_one() {
    let (mut world, report) = with_report();
    let bytes = photo(1, 300_000);
    let file = world.attach(report, bytes.clone());
    world.deliver_all_texts();
    for _ in 0..2 {
        let flight = world.upload();
        world.deliver(&flight);
    }
    let flight = world.upload();
    metered(&mut world, true);
    assert_eq!(state(&world, file), FileState::Metered);
    world.deliver(&flight);
    let there = world.centre.media.arrived;
    world.run_for(120_000, delivers);
    let _ = world.step(Event::NetworkChanged);
    let _ = world.kill_and_restart();
    world.run_for(120_000, delivers);
    assert_eq!((state(&world, file), world.centre.media.arrived), (FileState::Metered, there), "no part begins");
    let lane = world.snapshot().waiting.into_iter().find(|view| view.lane == Lane::Media).unwrap();
    assert_eq!((lane.waits, lane.next_in_ms), (Some(Waits::ForUnmetered), None));
    let wakes = |reason| world.wake.is_some_and(|wake| wake.reason == reason);
    assert!(!wakes(WakeReason::Row(Lane::Media)) && !wakes(WakeReason::Gate(Lane::Media)), "nobody wakes for it");
    metered(&mut world, false);
    assert_eq!(state(&world, file), FileState::Waiting);
    assert_eq!(world.upload().request.method, Method::Patch, "in the same step");
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(report).complete);
    assert_eq!((world.centre.media.only().bytes.clone(), world.centre.media.arrived), (bytes.clone(), bytes.len()));
}

#[test]
fn a_file_of_an_sos_never_waits_for_a_network_not_even_of_one_that_was_called_off_inv_5() {
    let (mut world, _) = with_report();
    metered(&mut world, true);
    let sos = world.sos();
    world.deliver_all();
    let first = world.attach(sos, photo(1, 300_000));
    world.run_for(60_000, delivers);
    let _ = world.cancel();
    let second = world.attach(sos, photo(2, 300_000));
    world.run_for(60_000, delivers);
    assert!(is_confirmed(&world, first) && is_confirmed(&world, second));
}

#[test]
fn what_is_no_larger_than_the_limit_goes_over_any_network() {
    let mut world = World::with(|config| config.media.metered_max_mb = 1);
    let report = world.report();
    world.deliver_all();
    metered(&mut world, true);
    let small = world.attach(report, photo(1, 1_000_000));
    let large = world.attach(report, photo(2, 1_000_001));
    world.run_for(HOUR_MS, delivers);
    assert!(is_confirmed(&world, small));
    assert_eq!(state(&world, large), FileState::Metered);
}

#[test]
fn files_of_drills_and_of_drafts_wait_as_those_of_reports_do() {
    let (mut world, _) = with_report();
    metered(&mut world, true);
    let drill = world.drill();
    let practised = world.attach(drill, photo(1, 1_000));
    let draft = Report { category: "fire".to_owned(), text: String::new(), ..Report::default() };
    let Answer::Made(draft) = world.step(Event::Drafted(draft)) else { panic!("no draft") };
    let held = world.attach(draft, photo(2, 1_000));
    assert_eq!(state(&world, held), FileState::Held);
    let _ = world.step(Event::DraftSubmitted(draft));
    world.run_for(HOUR_MS / 2, delivers);
    assert_eq!((state(&world, practised), state(&world, held)), (FileState::Metered, FileState::Metered));
    assert_eq!(world.centre.media.arrived, 0);
    metered(&mut world, false);
    world.run_for(60_000, delivers);
    assert!(is_confirmed(&world, practised) && is_confirmed(&world, held));
}

#[test]
fn the_citizen_lets_one_file_go_over_any_network_and_a_pause_takes_that_back() {
    let (mut world, report) = with_report();
    metered(&mut world, true);
    let files: Vec<FileId> = (1..=2).map(|seed| world.attach(report, photo(seed, 300_000))).collect();
    world.deliver_all_texts();
    assert_eq!(world.step(Event::AnyNetworkAllowed(files[0])), Answer::Attached(files[0]));
    assert_eq!((state(&world, files[0]), state(&world, files[1])), (FileState::Waiting, FileState::Metered));
    let first = world.upload();
    world.deliver(&first);
    let _ = world.step(Event::FilePaused(files[0]));
    let _ = world.step(Event::FileResumed(files[0]));
    assert_eq!(state(&world, files[0]), FileState::Metered, "it goes on as any other");
    world.run_for(60_000, delivers);
    let there = world.centre.media.arrived;
    let _ = world.step(Event::AnyNetworkAllowed(files[0]));
    let _ = world.kill_and_restart();
    world.run_for(120_000, delivers);
    assert!(is_confirmed(&world, files[0]) && world.centre.media.arrived > there);
    assert_eq!(state(&world, files[1]), FileState::Metered);
    let declined = |fault| Answer::Declined(Declined::Attach(fault));
    assert_eq!(world.step(Event::AnyNetworkAllowed(files[0])), declined(AttachFault::AlreadyConfirmed));
    let unknown = FileId::from_bytes([9; 16]);
    assert_eq!(world.step(Event::AnyNetworkAllowed(unknown)), declined(AttachFault::NoSuchFile));
}

#[test]
fn files_that_wait_for_a_network_stand_in_no_other_ones_way() {
    let (mut world, report) = with_report();
    metered(&mut world, true);
    let waiting: Vec<FileId> = (0..4).map(|seed| world.attach(report, photo(seed, 100_000))).collect();
    let sos = world.sos();
    let evidence = world.attach(sos, photo(9, 100_000));
    world.run_for(120_000, delivers);
    assert!(is_confirmed(&world, evidence));
    assert!(waiting.iter().all(|file| state(&world, *file) == FileState::Metered));
    // The first two, which the citizen has paused as well, wait for the citizen.
    for file in &waiting[..2] {
        let _ = world.step(Event::FilePaused(*file));
    }
    metered(&mut world, false);
    world.run_for(120_000, delivers);
    assert!(waiting[..2].iter().all(|file| state(&world, *file) == FileState::Paused));
    assert!(waiting[2..].iter().all(|file| is_confirmed(&world, *file)));
}

#[test]
fn only_a_change_is_a_step_and_what_nobody_told_is_not_metered_inv_14() {
    let (mut world, report) = with_report();
    let told = |world: &mut World, is_metered| {
        let before = world.snapshot().revision;
        metered(world, is_metered);
        world.snapshot().revision - before
    };
    assert_eq!((told(&mut world, false), told(&mut world, true), told(&mut world, true)), (0, 1, 0));
    let saved: serde_json::Value = serde_json::from_slice(&world.saved()).unwrap();
    assert_eq!(saved["metered"], true, "the next process knows it");
    let mut older = saved;
    let _ = older.as_object_mut().unwrap().remove("metered");
    world.engine = Engine::restore(world.rules.clone(), older.to_string().as_bytes(), None).unwrap();
    let file = world.attach(report, photo(1, 1_000));
    assert_eq!(state(&world, file), FileState::Waiting);
}

#[test]
fn a_platform_is_given_a_large_file_for_unmetered_networks_whatever_the_network_is_now_f57() {
    for is_metered in [true, false] {
        let (mut world, report) = with_report();
        metered(&mut world, is_metered);
        let file = world.attach(report, photo(1, 300_000));
        world.deliver_all_texts();
        let mut taken = take(&mut world);
        if !is_metered {
            assert!(taken.is_empty(), "what is under way has a moment to end");
            taken = take(&mut world);
        }
        assert!(taken.len() == 1 && taken[0].request.unmetered, "{taken:?}");
        assert_eq!(take(&mut world)[0].ticket, taken[0].ticket, "named again as it was");
        // The phone came home while the process slept.
        world.deliver(&taken[0]);
        while !is_confirmed(&world, file) {
            let taken = take(&mut world);
            assert!(taken.len() == 1 && taken[0].request.unmetered, "{taken:?}");
            world.deliver(&taken[0]);
        }
    }
}

#[test]
fn what_a_platform_keeps_for_another_network_holds_up_no_file_of_an_sos_inv_5() {
    let (mut world, report) = with_report();
    metered(&mut world, true);
    let files: Vec<FileId> = (1..=3).map(|seed| world.attach(report, photo(seed, 300_000))).collect();
    world.deliver_all_texts();
    let sos = world.sos();
    world.deliver_all_texts();
    let evidence = world.attach(sos, photo(9, 300_000));
    world.deliver_all_texts();
    let first = world.upload();
    assert!(take(&mut world).iter().all(|flight| flight.request.unmetered), "the evidence has a moment to end");
    world.deliver(&first);
    let taken = take(&mut world);
    let kept = taken.iter().filter(|flight| flight.request.unmetered).count();
    assert_eq!((kept, taken.len()), (1, 2), "one of either kind: {taken:?}");
    let own = taken.iter().find(|flight| !flight.request.unmetered).unwrap().clone();
    world.deliver(&own);
    world.run_for(30 * 60_000, delivers);
    assert!(is_confirmed(&world, evidence));
    assert!(files.iter().any(|file| !is_confirmed(&world, *file)));
}

#[test]
fn what_the_citizen_lets_go_over_any_network_is_taken_back_from_the_platform() {
    let (mut world, report) = with_report();
    metered(&mut world, true);
    let file = world.attach(report, photo(1, 300_000));
    world.deliver_all_texts();
    let kept = take(&mut world).remove(0);
    world.flights.clear();
    let lane = world.snapshot().waiting.into_iter().find(|view| view.lane == Lane::Media).unwrap();
    assert_eq!((lane.in_flight, lane.waits), (1, Some(Waits::ForUnmetered)));
    let _ = world.step(Event::AnyNetworkAllowed(file));
    assert!(!world.upload().request.unmetered);
    world.run_until_quiet(HOUR_MS);
    assert!(is_confirmed(&world, file));
    // What the platform sends all the same changes nothing.
    world.deliver(&kept);
    assert!(world.incident(report).complete);
}

#[test]
fn a_row_that_was_set_aside_and_whose_reason_is_gone_waits_as_any_other_and_leaves() {
    let (mut world, report) = with_report();
    metered(&mut world, true);
    let file = world.attach(report, photo(1, 1_000));
    world.deliver_all_texts();
    assert!(world.rows(Lane::Media).iter().all(|row| row.slot.is_aside()));
    let _ = world.presses(3);
    // A process that was told in memory alone cannot recall rows of the store.
    let mut saved: serde_json::Value = serde_json::from_slice(&world.saved()).unwrap();
    let _ = saved.as_object_mut().unwrap().remove("metered");
    world.engine =
        Engine::restore(world.rules.clone(), saved.to_string().as_bytes(), world.saved_keys.as_deref()).unwrap();
    let _ = world.step(Event::Woke);
    let lane = world.snapshot().waiting.into_iter().find(|view| view.lane == Lane::Media).unwrap();
    assert_eq!(lane.waits, Some(Waits::ForSos));
    world.deliver_all();
    assert!(is_confirmed(&world, file));
}
