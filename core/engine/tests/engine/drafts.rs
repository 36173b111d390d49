//! Drafts of reports: written without a network, edited, submitted or thrown away, and never sent by themselves.

use siaga_engine::ids::{FileId, IncidentId};
use siaga_engine::media::{AttachFault, FileState};
use siaga_engine::outbox::{Lane, Row};
use siaga_engine::{Answer, Declined, Event, Happening, IncidentState, Place, Report, ReportFault, Subject, drafted};

use crate::world::World;
use crate::world::media::{attachment, photo};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

fn report(text: &str) -> Report {
    Report { category: "fire".to_owned(), text: text.to_owned(), ..Report::default() }
}

/// With all that a citizen can say.
fn whole() -> Report {
    let words = Some("behind the market".to_owned());
    Report {
        place: Some(Place { lat: -6.99, lon: 110.42, radius_m: Some(50), words }),
        subject: Some(Subject::Witness),
        agencies: vec!["fire_brigade".to_owned()],
        ..report("Smoke")
    }
}

impl World {
    #[track_caller]
    fn draft(&mut self, report: Report) -> IncidentId {
        let answer = self.step(Event::Drafted(report));
        let Answer::Made(id) = answer else { panic!("no draft, but {answer:?}") };
        id
    }

    fn edit(&mut self, incident: IncidentId, report: Report) -> Answer {
        self.step(Event::DraftEdited { incident, report })
    }

    fn drafts(&self) -> Vec<&Row> {
        self.outbox.rows().filter(|row| row.slot.is_draft()).collect()
    }

    fn files(&self, incident: IncidentId) -> Vec<(FileId, FileState)> {
        self.incident(incident).files.iter().map(|file| (file.id, file.state)).collect()
    }
}

const fn declined(fault: ReportFault) -> Answer {
    Answer::Declined(Declined::Report(fault))
}

#[test]
fn a_draft_is_kept_and_shown_and_neither_sent_nor_counted_nor_a_reason_to_wake() {
    let mut world = World::new();
    let sos = world.sos();
    world.run_until_quiet(HOUR_MS);
    let _ = world.cancel();
    let draft = world.draft(report(""));
    world.run_for(DAY_MS, crate::world::delivers);
    let snapshot = world.snapshot();
    assert!(snapshot.waiting.is_empty() && snapshot.parked == 0 && world.wake.is_none(), "{snapshot:?}");
    let shown = &snapshot.incidents[0];
    assert_eq!((shown.id, shown.state, shown.pending, shown.complete), (draft, IncidentState::Draft, 0, false));
    assert!(shown.timeline.is_empty(), "nothing happened yet");
    assert!(!world.centre.has(&draft.to_string()) && world.centre.has(&sos.to_string()));
}

#[test]
fn a_draft_stands_before_what_happened_so_that_an_sos_is_the_newest_on_the_screen() {
    let mut world = World::new();
    let sos = world.sos();
    let draft = world.draft(report(""));
    let shown: Vec<IncidentId> = world.snapshot().incidents.iter().map(|incident| incident.id).collect();
    assert_eq!(shown, [draft, sos]);
}

#[test]
fn a_draft_is_read_as_it_was_left_after_any_death_and_sent_as_it_was_last_edited_inv_13() {
    let mut world = World::new();
    let draft = world.draft(Report { category: String::new(), ..report("Smo") });
    for _ in 0..3 {
        let _ = world.kill_and_restart();
        assert_eq!(world.edit(draft, whole()), Answer::Noted);
    }
    let _ = world.reboot(DAY_MS);
    assert_eq!(drafted(world.drafts()[0]), Some(whole()));
    world.advance(3 * DAY_MS);
    assert_eq!(world.step(Event::DraftSubmitted(draft)), Answer::Made(draft));
    assert!(world.drafts().is_empty());
    world.run_until_quiet(HOUR_MS);
    let [envelope] = &world.centre.envelopes(&draft.to_string())[..] else { panic!("one event") };
    let body = &envelope["body"];
    assert_eq!((&body["category"], &body["text"]), (&"fire".into(), &"Smoke".into()));
    let place = serde_json::json!({ "lat": -6.99, "lon": 110.42, "radius_m": 50, "words": "behind the market" });
    assert_eq!(body["place"], place);
    assert_eq!((&body["subject"], &body["agencies"]), (&"witness".into(), &serde_json::json!(["fire_brigade"])));
    assert_eq!(body["clock"]["since_trigger_ms"], 0, "it began when it was submitted");
    let shown = world.incident(draft);
    assert_eq!(shown.state, IncidentState::Active);
    assert_eq!(shown.timeline.last().unwrap().what, Happening::CentreHasIt);
}

#[test]
fn what_a_citizen_did_not_say_is_left_out_of_a_report() {
    let mut world = World::new();
    let id = world.report();
    world.deliver_all();
    let body = world.centre.envelopes(&id.to_string())[0]["body"].clone();
    for absent in ["place", "subject", "agencies"] {
        assert!(body.get(absent).is_none(), "{body}");
    }
}

#[test]
fn a_submitted_report_is_followed_and_cannot_be_edited_discarded_or_submitted_again() {
    let mut world = World::new();
    let draft = world.draft(whole());
    let _ = world.step(Event::DraftSubmitted(draft));
    for event in [
        Event::DraftSubmitted(draft),
        Event::DraftDiscarded(draft),
        Event::DraftEdited { incident: draft, report: report("Other words") },
    ] {
        assert_eq!(world.step(event), declined(ReportFault::NoSuchDraft));
    }
    world.deliver_all();
    world.centre.publish(&draft.to_string(), "assigned", None);
    world.run_for(60_000, crate::world::delivers);
    let last = world.incident(draft).timeline.last().unwrap().what.clone();
    assert_eq!(last, Happening::Step { n: 1, step: "assigned".to_owned(), note: None });
}

#[test]
fn a_draft_that_is_thrown_away_leaves_nothing_but_copies_that_may_go_at_once() {
    let mut world = World::new();
    let draft = world.draft(report("Smoke"));
    let file = world.attach(draft, photo(1, 50_000));
    assert_eq!(world.step(Event::DraftDiscarded(draft)), Answer::Noted);
    assert_eq!(world.copies.kept[&file].1, Some(world.t()));
    assert!(world.outbox.is_empty() && world.snapshot().incident(draft).is_none());
    world.run_for(HOUR_MS, crate::world::delivers);
    assert!(world.centre.stored.is_empty() && world.centre.media.uploads.is_empty());
}

#[test]
fn the_files_of_a_draft_are_held_and_announced_by_one_event_in_the_step_that_submits_it_f68() {
    let mut world = World::new();
    let draft = world.draft(report("Smoke"));
    let first = world.attach(draft, photo(1, 50_000));
    let again = world.attach_begun(draft);
    assert_eq!(world.attach_taken(again, photo(1, 50_000)), first, "the same bytes are one file");
    let _ = world.kill_and_restart();
    let second = world.attach(draft, photo(2, 100));
    let _ = world.edit(draft, report("Smoke and fire"));
    assert_eq!(world.files(draft), [(first, FileState::Held), (second, FileState::Held)]);
    assert!(world.puts().is_empty() && world.rows(Lane::Media).is_empty());

    let _ = world.step(Event::DraftSubmitted(draft));
    assert_eq!((world.rows(Lane::Report).len(), world.rows(Lane::Media).len()), (2, 2));
    world.run_until_quiet(HOUR_MS);
    let envelopes = world.centre.envelopes(&draft.to_string());
    let kinds: Vec<&str> = envelopes.iter().map(|envelope| envelope["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["report", "manifest"]);
    let manifest = envelopes[1]["body"]["manifest"].as_array().unwrap();
    let named: Vec<String> = manifest.iter().map(|entry| entry["file"].as_str().unwrap().to_owned()).collect();
    assert_eq!(named, [first, second].map(|file| file.to_string()));
    assert!(manifest.iter().all(|entry| entry["captured_at"] == "2026-11-22T08:00:00+07:00"), "{manifest:?}");
    assert_eq!(world.centre.media.uploads.len(), 2);
    assert!(world.incident(draft).complete);
}

#[test]
fn a_file_whose_copy_is_made_while_its_draft_is_submitted_or_thrown_away_is_announced_or_declined() {
    let mut world = World::new();
    let [kept, thrown] = ["Smoke", "Fire"].map(|text| world.draft(report(text)));
    let [first, second] = [kept, thrown].map(|draft| world.attach_begun(draft));
    let _ = world.step(Event::DraftSubmitted(kept));
    let _ = world.step(Event::DraftDiscarded(thrown));
    let _ = world.attach_taken(first, photo(1, 100));
    let taken = crate::world::media::taken(&photo(2, 100));
    let answer = world.step(Event::AttachTaken { file: second, taken });
    assert_eq!(answer, Answer::Declined(Declined::Attach(AttachFault::NoSuchFile)));
    world.run_until_quiet(HOUR_MS);
    assert!(world.incident(kept).complete);
    assert_eq!(world.centre.media.uploads.len(), 1);
}

#[test]
fn drafts_are_bounded_and_leave_an_sos_all_its_files_inv_10() {
    let mut world = World::new();
    let drafts: Vec<IncidentId> = (0..4).map(|_| world.draft(report(""))).collect();
    assert_eq!(world.step(Event::Drafted(report(""))), declined(ReportFault::TooManyDrafts { most: 4 }));
    for (seed, draft) in (0..8).zip(drafts.iter().cycle()) {
        let _ = world.attach(*draft, photo(seed, 100));
    }
    let full = Answer::Declined(Declined::Attach(AttachFault::TooManyFiles { most: 8 }));
    assert_eq!(world.step(Event::AttachBegun(attachment(drafts[0]))), full);
    let sos = world.sos();
    for seed in 0..16 {
        let _ = world.attach(sos, photo(seed, 100));
    }
    // Whatever else comes, they stay.
    for _ in 0..30 {
        let _ = world.report();
        world.run_for(10_000, crate::world::delivers);
    }
    world.run_for(30 * DAY_MS, crate::world::delivers);
    for draft in &drafts {
        assert_eq!(world.incident(*draft).state, IncidentState::Draft);
        assert_eq!(world.step(Event::DraftSubmitted(*draft)), Answer::Made(*draft));
    }
    world.run_until_quiet(HOUR_MS);
    assert!(drafts.iter().all(|draft| world.incident(*draft).complete));
}

#[test]
fn a_draft_may_lack_its_category_and_nothing_else_may_be_wrong_with_it() {
    let mut world = World::new();
    let draft = world.draft(Report::default());
    assert_eq!(world.step(Event::DraftSubmitted(draft)), declined(ReportFault::Category));
    let place = |lat, lon, radius_m, words: usize| {
        let words = Some("é".repeat(words));
        Report { place: Some(Place { lat, lon, radius_m, words }), ..whole() }
    };
    let wrong = [
        (Report { category: "Fire".to_owned(), ..whole() }, ReportFault::Category),
        (place(90.1, 0.0, None, 0), ReportFault::Place),
        (place(f64::NAN, 0.0, None, 0), ReportFault::Place),
        (place(0.0, f64::INFINITY, None, 0), ReportFault::Place),
        (place(0.0, 0.0, Some(0), 0), ReportFault::Place),
        (place(0.0, 0.0, Some(100_001), 0), ReportFault::Place),
        (place(0.0, 0.0, None, 201), ReportFault::Place),
        (Report { agencies: vec!["a".to_owned(); 5], ..whole() }, ReportFault::Agencies),
        (Report { agencies: vec!["Police!".to_owned()], ..whole() }, ReportFault::Agencies),
        (report(&"é".repeat(4_001)), ReportFault::TextTooLong { characters: 4_001 }),
    ];
    for (report, fault) in wrong {
        assert_eq!(world.edit(draft, report.clone()), declined(fault.clone()));
        assert_eq!(world.step(Event::Drafted(report.clone())), declined(fault.clone()));
        assert_eq!(world.step(Event::Reported(report)), declined(fault));
    }
    assert_eq!(world.edit(draft, place(-90.0, 180.0, Some(100_000), 200)), Answer::Noted);
    assert_eq!(world.step(Event::DraftSubmitted(draft)), Answer::Made(draft));
}

#[test]
fn a_text_that_a_damaged_disk_took_is_not_sent_and_can_be_written_anew() {
    let mut world = World::new();
    let draft = world.draft(report("Smoke"));
    let _ = world.attach(draft, photo(1, 100));
    let row = world.drafts()[0].clone();
    world.outbox.apply(&[siaga_engine::outbox::Change::Delete { slot: row.slot, event: row.event }]);
    assert_eq!(world.step(Event::DraftSubmitted(draft)), declined(ReportFault::NoSuchDraft));
    assert_eq!(world.edit(draft, report("Smoke again")), Answer::Noted);
    assert_eq!(world.step(Event::DraftSubmitted(draft)), Answer::Made(draft));
    world.run_until_quiet(HOUR_MS);
    assert_eq!(world.centre.envelopes(&draft.to_string())[0]["body"]["text"], "Smoke again");
    assert!(world.incident(draft).complete, "its file went along");
}

#[test]
fn what_another_process_submitted_is_no_draft_any_more_whoever_learns_of_whom_inv_13() {
    let mut world = World::new();
    let draft = world.draft(report("Smoke"));
    let _ = world.attach(draft, photo(1, 100));
    let mut before = world.engine.clone();
    let _ = world.step(Event::DraftSubmitted(draft));
    let after = world.engine.clone();
    let at = world.reading();
    before.adopt(&after, &at, &[], &world.counts());
    let mut other = after.clone();
    other.adopt(&world.engine, &at, &[], &world.counts());
    for engine in [&before, &other] {
        let snapshot = engine.snapshot(&at);
        let shown = snapshot.incident(draft).unwrap();
        assert_eq!((shown.state, shown.files[0].state), (IncidentState::Recorded, FileState::Waiting));
    }
    // The secret is that of the bytes that leave.
    let saved = |engine: &siaga_engine::Engine| serde_json::from_slice::<serde_json::Value>(&engine.save()).unwrap();
    assert_eq!(saved(&before)["incidents"][0]["secret"], saved(&after)["incidents"][0]["secret"]);
}
