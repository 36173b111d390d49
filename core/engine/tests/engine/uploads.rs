//! Files: announced with the text, sent in parts, confirmed by a receipt.

use siaga_engine::media::FileState;
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Failure, Location, Method, Payload, Reply, UploadReply};
use siaga_engine::{Event, Trouble, UploadFault};
use siaga_vault::Digest;

use crate::world::centre::{page, problem, status};
use crate::world::media::{photo, tus};
use crate::world::{World, delivers};

const HOUR_MS: u64 = 3_600_000;

/// A world with a received SOS.
pub(crate) fn with_sos() -> (World, siaga_engine::ids::IncidentId) {
    let mut world = World::new();
    let sos = world.sos();
    world.deliver_all();
    (world, sos)
}

#[test]
fn a_file_is_announced_with_its_hash_before_its_bytes_leave_and_confirmed_by_a_receipt_f36() {
    let (mut world, sos) = with_sos();
    let bytes = photo(1, 300_000);
    let file = world.attach(sos, bytes.clone());
    let manifest = world.flight().json();
    assert_eq!(manifest["kind"], "manifest");
    let entry = &manifest["body"]["manifest"][0];
    assert_eq!(entry["file"], file.to_string());
    assert_eq!(entry["sha256"], Digest::of(&bytes).to_string());
    assert_eq!(
        (&entry["bytes"], &entry["type"], &entry["name"]),
        (&300_000.into(), &"image/jpeg".into(), &"IMG_1.jpg".into())
    );
    assert_eq!(entry["captured_at"], "2026-11-22T08:00:00+07:00");
    assert!(!world.incident(sos).complete, "F11");
    world.run_until_quiet(60_000);
    assert_eq!(world.centre.media.only().bytes, bytes);
    assert_eq!(world.centre.media.only().name, "IMG_1.jpg");
    assert_eq!(world.centre.media.arrived, bytes.len(), "no byte is sent twice");
    let incident = world.incident(sos);
    assert!(incident.complete);
    assert!(matches!(incident.files[0].state, FileState::Confirmed { .. }));
    assert_eq!((incident.files[0].sent, incident.files[0].bytes), (300_000, 300_000));
}

#[test]
fn a_small_file_goes_along_with_its_creation() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 20_000));
    world.run_until_quiet(60_000);
    assert_eq!(world.sent_in(Lane::Media).len(), 1);
    assert_eq!(world.centre.media.only().bytes.len(), 20_000);
}

#[test]
fn a_part_that_was_cut_is_asked_for_first_and_only_what_is_missing_is_sent_again_f41() {
    let (mut world, sos) = with_sos();
    let bytes = photo(1, 200_000);
    let _ = world.attach(sos, bytes.clone());
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    let key = siaga_vault::sign::SigningKey::from_seed([2; 32]).unwrap();
    world.centre.media.take_in(&part, 10_000, &key);
    world.end(&part, Err(Failure::Broken));
    world.run_until_quiet(HOUR_MS);
    let methods: Vec<Method> = world.sent_in(Lane::Media).iter().map(|flight| flight.request.method).collect();
    assert_eq!(methods[..4], [Method::Post, Method::Patch, Method::Head, Method::Patch]);
    assert_eq!(world.sent_in(Lane::Media)[3].header("upload-offset"), Some("10000"));
    assert_eq!(world.centre.media.only().bytes, bytes);
    assert_eq!(world.centre.media.arrived, bytes.len());
}

#[test]
fn an_upload_survives_the_death_of_the_process_between_any_two_requests_f41_inv_13() {
    for dies_after in 0..12 {
        let (mut world, sos) = with_sos();
        let bytes = photo(1, 200_000);
        let _ = world.attach(sos, bytes.clone());
        for _ in 0..dies_after {
            let Some(flight) = world.flights.iter().find(|flight| !flight.is_poll()).cloned() else { break };
            world.deliver(&flight);
        }
        // What flies arrives, and nobody hears of it.
        let wall_ms = world.wall_ms;
        for flight in world.flights.clone() {
            let _ = world.centre.reply(&flight, wall_ms);
        }
        let _ = world.kill_and_restart();
        world.run_until_quiet(HOUR_MS);
        assert_eq!(world.centre.media.only().bytes, bytes, "died after {dies_after}");
        assert!(world.incident(sos).complete);
        assert!(world.centre.media.arrived <= bytes.len(), "no byte is sent twice");
    }
}

#[test]
fn the_creation_whose_reply_was_lost_is_repeated_and_is_one_upload_f33() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 100_000));
    let create = world.upload();
    let wall_ms = world.wall_ms;
    let _ = world.centre.reply(&create, wall_ms);
    world.end(&create, Err(Failure::TimedOut));
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.centre.media.only().bytes.len(), 100_000);
}

#[test]
fn a_server_that_does_not_sign_gets_no_more_than_unproven_and_the_copy_stays_inv_3() {
    let (mut world, sos) = with_sos();
    world.centre.media.signs = false;
    let file = world.attach(sos, photo(1, 50_000));
    world.run_until_quiet(HOUR_MS);
    let incident = world.incident(sos);
    assert_eq!(incident.files[0].state, FileState::Unproven);
    assert_eq!(incident.files[0].trouble, Some(Trouble::Upload { fault: UploadFault::NoReceipt }));
    assert!(!incident.complete);
    assert_eq!((world.parked().len(), world.copies.kept[&file].1), (1, None));
}

#[test]
fn a_receipt_for_other_bytes_proves_nothing_f76() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 20_000));
    let create = world.upload();
    let mut reply = {
        let wall_ms = world.wall_ms;
        world.centre.reply(&create, wall_ms)
    };
    let key = siaga_vault::sign::SigningKey::from_seed([2; 32]).unwrap();
    let claims = siaga_vault::ReceiptClaims {
        incident: sos.to_string(),
        event: world.incident(sos).files[0].id.to_string(),
        sha256: Digest::of(b"other bytes"),
        centre: crate::world::centre::NAME.to_owned(),
        drill: false,
    };
    reply.receipt = Some(key.sign_receipt(&claims, 1));
    world.reply(&create, reply);
    assert_eq!(world.incident(sos).files[0].state, FileState::Waiting);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(sos).complete);
}

#[test]
fn an_upload_that_the_centre_forgot_begins_anew() {
    let (mut world, sos) = with_sos();
    let bytes = photo(1, 100_000);
    let _ = world.attach(sos, bytes.clone());
    let create = world.upload();
    world.deliver(&create);
    world.centre.media.uploads.clear();
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.centre.media.only().bytes, bytes);
}

#[test]
fn bytes_that_arrived_damaged_are_sent_again_a_few_times_and_then_shown() {
    let (mut world, sos) = with_sos();
    let file = world.attach_begun(sos);
    // The copy does not have the hash that it had: the disk damaged it.
    let _ = world.attach_taken(file, photo(1, 50_000));
    world.copies.damage();
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.incident(sos).files[0].state, FileState::Refused);
    assert_eq!(world.incident(sos).files[0].trouble, Some(Trouble::Upload { fault: UploadFault::Damaged }));
    assert!(world.centre.media.uploads.is_empty());
}

/// What the first part of an upload makes of a reply: what is shown, and whether the row goes on waiting.
fn after_part(reply: Reply) -> (World, Option<Trouble>) {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 200_000));
    world.deliver_all_texts();
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    assert_eq!(part.request.method, Method::Patch);
    world.reply(&part, reply);
    let trouble = world.incident(sos).files[0].trouble.clone();
    (world, trouble)
}

#[test]
fn a_reply_that_cannot_be_true_is_shown_and_the_truth_is_asked_for() {
    let fault = |fault| Some(Trouble::Upload { fault });
    let no_offset = Reply { upload: Some(UploadReply::default()), ..status(204) };
    for (reply, trouble) in [
        (tus(204, 200_001), fault(UploadFault::ImpossibleOffset)),
        (tus(204, 190_000), fault(UploadFault::ImpossibleOffset)),
        (tus(204, 0), fault(UploadFault::OtherOffset)),
        (no_offset, fault(UploadFault::ImpossibleOffset)),
        (tus(409, 7), fault(UploadFault::OtherOffset)),
        (tus(423, 0), fault(UploadFault::Busy)),
        (tus(460, 0), fault(UploadFault::Damaged)),
        (tus(413, 0), fault(UploadFault::PartTooLarge)),
        (tus(410, 0), fault(UploadFault::Gone)),
        (status(413), fault(UploadFault::PartTooLarge)),
        (page(200), Some(Trouble::NoReceipt { status: 200 })),
        (page(403), Some(Trouble::Blocked { status: 403 })),
        (status(302), Some(Trouble::Redirected { status: 302 })),
        (status(503), Some(Trouble::ServerError { status: 503 })),
    ] {
        let (mut world, shown) = after_part(reply.clone());
        assert_eq!(shown, trouble, "{reply:?}");
        world.run_until_quiet(HOUR_MS);
        assert_eq!(world.centre.media.only().bytes, photo(1, 200_000), "{reply:?}");
    }
}

#[test]
fn what_a_centre_will_never_take_is_put_aside_with_its_reason_and_blocks_no_other_file_f17() {
    let refused = |problem| Some(Trouble::Refused { status: 413, problem });
    for (reply, trouble) in [
        (problem(413, "too-large"), refused(siaga_engine::wire::ProblemType::TooLarge)),
        (tus(412, 0), Some(Trouble::Upload { fault: UploadFault::Unsupported })),
        (tus(415, 0), Some(Trouble::Upload { fault: UploadFault::Unsupported })),
    ] {
        let (mut world, shown) = after_part(reply.clone());
        assert_eq!(shown, trouble);
        let id = world.snapshot().incidents[0].id;
        assert_eq!(world.incident(id).files[0].state, FileState::Refused);
        let _ = world.attach(id, photo(2, 70_000));
        world.run_until_quiet(HOUR_MS);
        assert!(matches!(world.incident(id).files[1].state, FileState::Confirmed { .. }));
    }
}

#[test]
fn the_file_of_a_report_that_the_centre_refused_is_put_aside_with_it() {
    let mut world = World::new();
    let report = world.report();
    let _ = world.attach(report, photo(1, 100_000));
    let refuse = |flight: &crate::world::Flight, centre: &crate::world::Centre| match flight.lane() {
        Some(Lane::Report) => crate::world::Ending::Reply(100, problem(422, "refused")),
        Some(Lane::Media) => crate::world::Ending::Reply(100, problem(404, "not-found")),
        _ => delivers(flight, centre),
    };
    world.run_for(10 * 60_000, refuse);
    assert_eq!(world.incident(report).files[0].state, FileState::Refused);
    assert!(world.sent_in(Lane::Media).len() < 5);
}

#[test]
fn a_file_whose_incident_is_not_there_yet_comes_again() {
    let mut world = World::new();
    let report = world.report();
    let _ = world.attach(report, photo(1, 1_000));
    world.run_for(60_000, |flight, centre| match flight.lane() {
        Some(Lane::Report) => crate::world::Ending::Fails(1_000, Failure::TimedOut),
        Some(Lane::Media) => crate::world::Ending::Reply(100, problem(404, "not-found")),
        _ => delivers(flight, centre),
    });
    assert_eq!(world.incident(report).files[0].state, FileState::Waiting);
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(report).complete);
}

#[test]
fn another_host_is_never_gone_to() {
    for location in [Some(Location::Elsewhere), None] {
        let (mut world, sos) = with_sos();
        let _ = world.attach(sos, photo(1, 50_000));
        world.deliver_all_texts();
        let create = world.upload();
        let upload = Some(UploadReply { offset: Some(0), location });
        world.reply(&create, Reply { upload, ..status(201) });
        assert_eq!(world.incident(sos).files[0].trouble, Some(Trouble::Upload { fault: UploadFault::OtherPlace }));
        world.run_until_quiet(HOUR_MS);
        assert!(world.incident(sos).complete);
    }
}

#[test]
fn no_part_of_a_file_leaves_while_an_sos_is_in_flight_inv_5() {
    let mut world = World::new();
    let report = world.report();
    world.deliver_all();
    let _ = world.attach(report, photo(1, 5_000_000));
    world.deliver_all_texts();
    let create = world.upload();
    world.deliver(&create);
    let part = world.upload();
    let sos = world.sos();
    world.deliver(&part);
    let parts = world.sent_in(Lane::Media).len();
    world.run_for(5_000, |flight, centre| match flight.lane() {
        Some(Lane::Sos) => crate::world::Ending::Delivered(4_000),
        _ => delivers(flight, centre),
    });
    assert!(world.incident(sos).receipt.is_some());
    assert!(world.sent_in(Lane::Media).len() > parts, "it goes on afterwards");
    let first_after = &world.sent_in(Lane::Media)[parts];
    let receipt_at = world.sent_in(Lane::Sos)[0].at.after(4_000);
    assert!(first_after.at >= receipt_at, "{first_after:?} left before the SOS had its receipt");
}

#[test]
fn failing_uploads_hold_no_text_back_inv_5() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 50_000));
    world.run_for(HOUR_MS, |flight, centre| match flight.lane() {
        Some(Lane::Media) => crate::world::Ending::Fails(1_000, Failure::TimedOut),
        _ => delivers(flight, centre),
    });
    let report = world.report();
    assert_eq!(world.flight().ids().0, report.to_string(), "it leaves at once");
}

#[test]
fn two_files_share_the_link_so_that_a_photo_never_waits_for_a_video() {
    let (mut world, sos) = with_sos();
    let video = world.attach(sos, photo(1, 20_000_000));
    let picture = world.attach(sos, photo(2, 100_000));
    world.run_for(30_000, |flight, centre| match flight.lane() {
        Some(Lane::Media) => crate::world::Ending::Delivered(1_000),
        _ => delivers(flight, centre),
    });
    let state = |id| world.incident(sos).files.iter().find(|file| file.id == id).unwrap().state;
    assert!(matches!(state(picture), FileState::Confirmed { .. }));
    assert_eq!(state(video), FileState::Waiting);
}

#[test]
fn a_centre_that_takes_no_files_is_never_sent_one_and_the_lane_says_so_f32() {
    let mut world = World::unopened(|_| {});
    world.centre.offers = vec!["timeline"];
    let _ = world.step(Event::Opened);
    world.deliver_all();
    let sos = world.sos();
    world.deliver_all();
    let _ = world.attach(sos, photo(1, 100));
    world.run_for(HOUR_MS, delivers);
    assert!(world.sent_in(Lane::Media).is_empty());
    let lane = world.snapshot().waiting.into_iter().find(|lane| lane.lane == Lane::Media).unwrap();
    assert_eq!(lane.waits, Some(siaga_engine::Waits::ForOffer));
    world.centre.offers = vec!["timeline", "media"];
    world.run_for(23 * HOUR_MS + 60_000, delivers);
    assert!(world.incident(sos).complete, "it is asked again once a day");
}

#[test]
fn parts_grow_with_the_link_and_never_beyond_a_second_of_it_inv_5() {
    let (mut world, sos) = with_sos();
    let _ = world.attach(sos, photo(1, 4_000_000));
    // 100 kB a second.
    world.run_for(120_000, |flight, centre| match (flight.lane(), &flight.request.body) {
        (Some(Lane::Media), Payload::Slice(slice)) => crate::world::Ending::Delivered(slice.length / 100),
        _ => delivers(flight, centre),
    });
    let longest = world.sent_in(Lane::Media).iter().map(|flight| flight.request.body.length()).max().unwrap();
    assert!((90_000..=110_000).contains(&longest), "{longest}");
    assert!(world.incident(sos).complete);
}
