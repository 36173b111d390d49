//! The citizen pauses a file, lets it go on, and takes it back.

use siaga_engine::ids::FileId;
use siaga_engine::media::{AttachFault, FileState, FileView, UploadView};
use siaga_engine::outbox::Lane;
use siaga_engine::wire::Failure;
use siaga_engine::{Answer, Declined, Event};

use crate::uploads::with_sos;
use crate::world::centre::problem;
use crate::world::media::photo;
use crate::world::{World, delivers};

const HOUR_MS: u64 = 3_600_000;

fn state(world: &World, file: FileId) -> FileState {
    let files = world.snapshot().incidents.into_iter().flat_map(|incident| incident.files);
    files.into_iter().find(|view| view.id == file).unwrap().state
}

fn declined(fault: AttachFault) -> Answer {
    Answer::Declined(Declined::Attach(fault))
}

#[test]
fn a_file_that_is_paused_sends_no_further_part_and_goes_on_where_it_was() {
    let (mut world, sos) = with_sos();
    let bytes = photo(1, 300_000);
    let file = world.attach(sos, bytes.clone());
    world.deliver_all_texts();
    for _ in 0..2 {
        let flight = world.upload();
        world.deliver(&flight);
    }
    let flight = world.upload();
    assert_eq!(world.step(Event::FilePaused(file)), Answer::Attached(file));
    assert_eq!(state(&world, file), FileState::Paused);
    world.deliver(&flight);
    let there = world.centre.media.arrived;
    world.run_for(120_000, delivers);
    assert_eq!(world.centre.media.arrived, there, "no part begins");
    assert!(
        world.wake.is_none_or(|wake| wake.at > world.t().after(1_000)),
        "nobody waits for the citizen: {:?}",
        world.wake
    );
    let _ = world.kill_and_restart();
    assert_eq!(state(&world, file), FileState::Paused);
    assert_eq!(world.centre.media.arrived, there);
    let _ = world.step(Event::FileResumed(file));
    assert_eq!(state(&world, file), FileState::Waiting);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
    assert_eq!((world.centre.media.only().bytes.clone(), world.centre.media.arrived), (bytes.clone(), bytes.len()));
}

#[test]
fn files_that_are_paused_stand_in_no_other_ones_way() {
    let (mut world, sos) = with_sos();
    let files: Vec<FileId> = (0..5).map(|seed| world.attach(sos, photo(seed, 100_000))).collect();
    for file in &files[..4] {
        let _ = world.step(Event::FilePaused(*file));
    }
    world.run_for(120_000, delivers);
    let states: Vec<FileState> = files.iter().map(|file| state(&world, *file)).collect();
    assert_eq!(states[..4], [FileState::Paused; 4]);
    assert!(matches!(states[4], FileState::Confirmed { .. }));
    for file in files {
        let _ = world.step(Event::FileResumed(file));
    }
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn a_part_whose_process_died_before_its_end_comes_back_to_a_pause() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 300_000));
    world.deliver_all_texts();
    let _ = world.step(Event::FilePaused(file));
    let _ = world.kill_and_restart();
    world.run_for(120_000, delivers);
    assert_eq!((state(&world, file), world.centre.media.arrived), (FileState::Paused, 0));
    let _ = world.step(Event::FileResumed(file));
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn a_file_that_is_withdrawn_is_told_to_the_centre_and_missed_by_nobody() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 300_000));
    world.deliver_all_texts();
    let flight = world.upload();
    assert_eq!(world.step(Event::FileWithdrawn(file)), Answer::Attached(file));
    assert!(world.rows(Lane::Media).is_empty());
    assert!(world.copies.kept[&file].1.is_some(), "the copy may go after its time");
    world.deliver(&flight);
    let manifest = world.flight();
    assert_eq!(manifest.json()["body"]["withdrawn"], serde_json::json!([file.to_string()]));
    assert_eq!(manifest.json()["body"].get("manifest"), None);
    world.run_until_quiet(HOUR_MS);
    assert_eq!(state(&world, file), FileState::Withdrawn);
    assert!(world.incident(sos).complete);
    assert_eq!(world.step(Event::FileWithdrawn(file)), Answer::Attached(file), "once more changes nothing");
    assert!(world.outbox.is_empty());
}

#[test]
fn what_was_withdrawn_comes_again_under_its_own_id_with_the_same_bytes() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 300_000));
    world.deliver_all_texts();
    assert_eq!(world.step(Event::FileWithdrawn(file)), Answer::Attached(file));
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.attach(sos, photo(1, 300_000)), file);
    assert_eq!(world.copies.kept[&file].1, None, "the copy is needed again");
    world.run_until_quiet(HOUR_MS);
    assert!(matches!(state(&world, file), FileState::Confirmed { .. }));
    assert!(world.incident(sos).complete);
}

#[test]
fn a_paused_and_a_refused_file_can_be_withdrawn() {
    let (mut world, sos) = with_sos();
    let paused = world.attach(sos, photo(1, 300_000));
    let _ = world.step(Event::FilePaused(paused));
    world.run_for(120_000, delivers);
    let _ = world.step(Event::FileWithdrawn(paused));
    let refused = world.attach(sos, photo(2, 300_000));
    world.deliver_all_texts();
    let flight = world.upload();
    world.reply(&flight, problem(413, "too-large"));
    assert_eq!(state(&world, refused), FileState::Refused);
    assert!(!world.incident(sos).complete);
    let _ = world.step(Event::FileWithdrawn(refused));
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
    assert!(world.outbox.is_empty() && world.snapshot().parked == 0);
}

#[test]
fn what_is_confirmed_unknown_or_not_there_yet_is_neither_paused_nor_withdrawn() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 100));
    world.run_until_quiet(HOUR_MS);
    let copying = world.attach_begun(sos);
    for event in [Event::FilePaused as fn(FileId) -> Event, Event::FileResumed, Event::FileWithdrawn] {
        assert_eq!(world.step(event(file)), declined(AttachFault::AlreadyConfirmed));
        assert_eq!(world.step(event(copying)), declined(AttachFault::NoSuchFile));
        assert_eq!(world.step(event(FileId::from_bytes([9; 16]))), declined(AttachFault::NoSuchFile));
    }
    assert!(matches!(state(&world, file), FileState::Confirmed { .. }));
}

#[test]
fn a_pause_waits_through_a_bad_network_and_a_reboot() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 300_000));
    world.deliver_all_texts();
    let flight = world.upload();
    world.end(&flight, Err(Failure::Broken));
    let _ = world.step(Event::FilePaused(file));
    let _ = world.step(Event::NetworkChanged);
    let _ = world.reboot(HOUR_MS);
    world.run_for(120_000, delivers);
    assert_eq!(world.centre.media.arrived, 0);
    let _ = world.step(Event::FileResumed(file));
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn the_files_of_an_incident_say_together_how_far_they_have_come() {
    let (mut world, sos) = with_sos();
    let together = |world: &World| {
        let UploadView { files, confirmed, bytes, sent } = world.incident(sos).upload;
        (files, confirmed, bytes, sent)
    };
    assert_eq!(together(&world), (0, 0, 0, 0));
    let _ = world.attach(sos, photo(1, 20_000));
    let video = world.attach(sos, photo(2, 200_000));
    let unwanted = world.attach(sos, photo(3, 5_000_000));
    assert_eq!(together(&world), (3, 0, 5_220_000, 0));
    assert_eq!(world.step(Event::FileWithdrawn(unwanted)), Answer::Attached(unwanted));
    assert_eq!(together(&world), (2, 0, 220_000, 0), "what was taken back will not arrive");
    world.deliver_all_texts();
    let ours = |file: &FileView| file.state == FileState::Waiting && file.id == video && file.sent > 0;
    while !world.incident(sos).files.iter().any(ours) {
        let part = world.upload();
        world.deliver(&part);
    }
    let (_, confirmed, _, sent) = together(&world);
    let each: u64 = world.incident(sos).files.iter().map(|file| file.sent).sum();
    assert!(sent == each && sent > 0 && sent < 220_000 && confirmed <= 1, "{sent}");
    world.run_until_quiet(HOUR_MS);
    assert_eq!(together(&world), (2, 2, 220_000, 220_000));
}
