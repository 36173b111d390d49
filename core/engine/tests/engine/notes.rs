//! Words that the citizen adds to an incident.

use siaga_engine::ids::IncidentId;
use siaga_engine::outbox::Lane;
use siaga_engine::{Answer, Declined, Event, Report, ReportFault};

use crate::world::World;

fn note(world: &mut World, incident: IncidentId, text: &str) -> Answer {
    world.step(Event::NoteAdded { incident, text: text.to_owned() })
}

#[test]
fn words_are_added_to_a_report_an_sos_and_a_drill_each_as_an_event_of_its_own() {
    let mut world = World::new();
    let report = world.report();
    let _ = world.drill();
    let drill = world.snapshot().incidents.last().unwrap().id;
    world.deliver_all();
    let sos = world.sos();
    world.deliver_all();
    for (incident, drill) in [(report, false), (drill, true), (sos, false)] {
        world.advance(7_000);
        assert_eq!(note(&mut world, incident, "A second car"), Answer::Noted);
        world.deliver_all();
        let envelopes = world.centre.envelopes(&incident.to_string());
        let last = envelopes.last().unwrap();
        assert_eq!((last["kind"].as_str(), &last["drill"], &last["seq"]), (Some("note"), &drill.into(), &1.into()));
        assert_eq!(last["body"]["text"], "A second car");
        assert!(last["body"]["clock"]["since_trigger_ms"].as_u64() >= Some(7_000));
    }
}

#[test]
fn words_to_an_sos_wait_behind_its_presses_and_its_fix_inv_5() {
    let mut world = World::new();
    let sos = world.sos();
    assert_eq!(note(&mut world, sos, "Third floor"), Answer::Noted);
    assert_eq!(world.rows(Lane::Report).len(), 1);
    assert!(world.sent_in(Lane::Report).is_empty(), "the SOS is in flight");
    world.deliver_all();
    assert_eq!(world.sent_in(Lane::Report).len(), 1);
    assert!(world.incident(sos).complete);
}

#[test]
fn words_that_are_none_or_too_many_or_for_nobody_are_declined() {
    let mut world = World::new();
    let report = world.report();
    let Answer::Made(draft) = world.step(Event::Drafted(Report::default())) else { panic!("no draft") };
    let unknown = IncidentId::from_bytes([9; 16]);
    let long = "é".repeat(4_001);
    let cases = [
        (report, "", ReportFault::TextMissing),
        (report, " \n\t", ReportFault::TextMissing),
        (report, &long, ReportFault::TextTooLong { characters: 4_001 }),
        (unknown, "words", ReportFault::NoSuchIncident),
        (draft, "words", ReportFault::NoSuchIncident),
    ];
    for (incident, text, fault) in cases {
        assert_eq!(note(&mut world, incident, text), Answer::Declined(Declined::Report(fault)));
    }
    for _ in 1..200 {
        assert_eq!(note(&mut world, report, &"é".repeat(4_000)), Answer::Noted);
    }
    let full = Declined::Report(ReportFault::TooManyWaiting { waiting: 200 });
    assert_eq!(note(&mut world, report, "one more"), Answer::Declined(full));
}
