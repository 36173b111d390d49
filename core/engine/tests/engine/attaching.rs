//! Files come in: noted, copied, announced; and their copies are kept for as long as they are needed.

use siaga_engine::media::{AttachFault, FileState, MediaType, Preview};
use siaga_engine::outbox::Lane;
use siaga_engine::{Answer, Declined, Event};

use crate::uploads::with_sos;
use crate::world::World;
use crate::world::media::{attachment, photo};

const HOUR_MS: u64 = 3_600_000;

#[test]
fn a_manifest_and_its_file_are_born_in_one_step_and_nothing_is_announced_before_the_copy_is_ours_f13_f68() {
    let (mut world, sos) = with_sos();
    let file = world.attach_begun(sos);
    assert_eq!(world.incident(sos).files[0].state, FileState::Copying);
    assert!(world.puts().is_empty() && world.rows(Lane::Media).is_empty());
    let _ = world.attach_taken(file, photo(1, 50));
    assert_eq!((world.rows(Lane::Report).len(), world.rows(Lane::Media).len()), (1, 1));
    assert_eq!(world.copies.kept.len(), 1);
}

#[test]
fn the_same_bytes_in_the_same_incident_are_one_file() {
    let (mut world, sos) = with_sos();
    let first = world.attach(sos, photo(1, 50));
    let second = world.attach_begun(sos);
    assert_eq!(world.attach_taken(second, photo(1, 50)), first);
    let other = world.attach(sos, photo(2, 50));
    let files: Vec<_> = world.incident(sos).files.iter().map(|file| file.id).collect();
    assert_eq!(files, [first, other]);
    assert_eq!(world.copies.kept.len(), 2);
}

#[test]
fn a_copy_may_go_only_after_the_receipt_and_the_retention_f10() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 50_000));
    while world.incident(sos).files[0].sent < 50_000 {
        assert_eq!(world.copies.kept[&file].1, None);
        world.deliver_all();
    }
    let t = world.t();
    assert_eq!(world.copies.kept[&file].1, Some(t.after(7 * 24 * HOUR_MS)));
}

#[test]
fn an_incident_whose_file_waits_keeps_its_secret_however_many_others_come() {
    let mut world = World::new();
    let first = world.report();
    let _ = world.attach(first, photo(1, 50_000));
    for _ in 0..60 {
        let _ = world.report();
    }
    world.run_until_quiet(24 * HOUR_MS);
    assert_eq!(world.centre.media.only().bytes, photo(1, 50_000));
}

#[test]
fn files_are_bounded_and_attach_to_what_is_shown_alone() {
    let (mut world, sos) = with_sos();
    let unknown = siaga_engine::ids::IncidentId::from_bytes([9; 16]);
    let declined = |fault| Answer::Declined(Declined::Attach(fault));
    assert_eq!(world.step(Event::AttachBegun(attachment(unknown))), declined(AttachFault::NoSuchIncident));
    for seed in 0..16 {
        let _ = world.attach(sos, photo(seed, 100));
    }
    let full = declined(AttachFault::TooManyFiles { most: 16 });
    assert_eq!(world.step(Event::AttachBegun(attachment(sos))), full);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn a_copy_that_failed_is_forgotten_by_who_was_told_and_shown_after_a_restart_f13() {
    let (mut world, sos) = with_sos();
    let file = world.attach_begun(sos);
    let _ = world.step(Event::AttachFailed { file, why: AttachFault::Empty });
    assert!(world.incident(sos).files.is_empty());
    let file = world.attach_begun(sos);
    let _ = world.kill_and_restart();
    let _ = world.step(Event::AttachFailed { file, why: AttachFault::Interrupted });
    let shown = &world.incident(sos).files[0];
    assert_eq!(shown.state, FileState::Lost { fault: AttachFault::Interrupted });
    assert!(world.incident(sos).complete, "nothing was announced");
}

fn preview() -> Preview {
    Preview { media_type: MediaType::Webp, bytes: vec![7; 12 * 1024] }
}

#[test]
fn a_preview_is_text_of_the_incidents_own_lane_and_fits_into_an_event() {
    let (mut world, sos) = with_sos();
    let file = world.attach(sos, photo(1, 50_000));
    let _ = world.step(Event::PreviewMade { file, preview: preview() });
    let lanes = [Lane::Report, Lane::Media].map(|lane| world.rows(lane).len());
    assert_eq!(lanes, [2, 1]);
    let manifest = world.flight();
    world.deliver(&manifest);
    let event = world.flight();
    let body = &event.json()["body"];
    assert_eq!((event.kind(), &body["type"]), ("preview".to_owned(), &"image/webp".into()));
    assert_eq!(body["file"], file.to_string());
    assert!(event.request.body.bytes().len() < 32 * 1024);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn a_drill_has_previews_too_and_an_unknown_or_confirmed_file_has_none() {
    let mut world = World::new();
    let drill = world.drill();
    world.deliver_all();
    let file = world.attach(drill, photo(1, 50_000));
    let _ = world.step(Event::PreviewMade { file, preview: preview() });
    assert_eq!(world.rows(Lane::Drill).len(), 2);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(drill).complete);
    for file in [file, siaga_engine::ids::FileId::from_bytes([9; 16])] {
        let _ = world.step(Event::PreviewMade { file, preview: preview() });
    }
    assert!(world.outbox.is_empty());
}
