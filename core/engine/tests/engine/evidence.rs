//! The chain of evidence: each press, fix and file names the one before from the moment of its capture, byte for byte (INV-4).

use serde_json::Value;
use siaga_engine::entropy::Entropy;
use siaga_engine::outbox::{Change, Content, Lane, Row};
use siaga_engine::wire::Failure;
use siaga_engine::{Engine, Event, IncidentView, Input, Source};
use siaga_vault::{Digest, Evidence, Finding, Root, StoredEvent};

use crate::rewound::other_bytes;
use crate::world::media::photo;
use crate::world::{World, delivers};

/// What everything that left the phone proves.
fn sent(world: &World) -> Evidence {
    let flights: Vec<_> =
        world.sent.iter().filter(|flight| flight.is_put()).map(|flight| (flight, flight.ids())).collect();
    let events = flights.iter().map(|(flight, (incident, event))| StoredEvent {
        incident,
        event,
        bytes: flight.request.body.bytes(),
    });
    let mut evidence = Evidence::of(events);
    assert_eq!(evidence.len(), 1);
    evidence.remove(0)
}

/// The phone remembers the record that the centre has last.
fn assert_remembered(world: &World, evidence: &Evidence) {
    let view = world.snapshot().incidents.pop().unwrap().evidence;
    assert_eq!(Some(view.records), evidence.records.newest);
    assert_eq!(evidence.records.heads.iter().map(Digest::to_string).collect::<Vec<_>>(), [view.newest.unwrap()]);
}

/// An SOS that the centre has.
fn active() -> World {
    let mut world = World::new();
    let _ = world.sos();
    let _ = world.land();
    world
}

#[test]
fn presses_fixes_and_files_are_one_chain_that_begins_with_the_create() {
    let mut world = World::new();
    let sos = world.sos();
    let create = world.land();
    assert_eq!((world.incident(sos).evidence.records, world.incident(sos).evidence.newest), (0, None));
    let _ = world.presses(1);
    world.fix(-6.2, 106.8);
    let _ = world.attach(sos, photo(1, 50));
    let _ = world.presses(2);
    world.run_until_quiet(60_000);
    let evidence = sent(&world);
    assert!(evidence.is_whole(), "{evidence}");
    assert_eq!((evidence.records.seen, evidence.unlinked, evidence.root), (5, 0, Root::Event));
    assert_remembered(&world, &evidence);
    let first = world.sent_in(Lane::Urgent)[0].json()["body"]["records"][0].clone();
    let prev = create.sha256().to_string();
    assert_eq!(first, serde_json::json!({ "n": 1, "prev": prev, "since_trigger_ms": 300 }));
}

#[test]
fn a_record_is_linked_in_the_step_that_captures_it_and_not_when_it_leaves() {
    let mut world = active();
    world.fix(-6.2, 106.8);
    let _ = world.fail(Failure::Offline);
    let before = world.snapshot().incidents[0].evidence.clone();
    world.advance(6_000);
    world.fix(-6.21, 106.8);
    let after = world.snapshot().incidents[0].evidence.clone();
    assert_eq!((before.records, after.records), (1, 2));
    world.kill_and_restart();
    assert_eq!(world.snapshot().incidents[0].evidence, after, "committed with the fix");
}

#[test]
fn an_overtaken_fix_keeps_its_bytes_through_backfill_and_a_batch() {
    let mut world = active();
    world.fix(-6.2, 106.8);
    let _ = world.fail(Failure::Offline);
    for n in 0..9 {
        world.advance(6_000);
        world.fix(-6.3 - f64::from(n) / 3.0, 106.7 + f64::from(n) / 7.0);
    }
    world.run_until_quiet(3_600_000);
    let evidence = sent(&world);
    assert_eq!((evidence.records.seen, evidence.is_whole()), (10, true), "{evidence}");
    assert!(world.sent_in(Lane::Backfill).iter().any(|batch| batch.json()["body"]["fixes"][1].is_object()));
    assert_remembered(&world, &evidence);
}

#[test]
fn a_fix_that_is_evicted_leaves_its_hash_and_a_gap() {
    let mut world = active();
    world.fix(-6.2, 106.8);
    let _ = world.fail(Failure::Offline);
    for n in 0..3 {
        world.advance(6_000);
        world.fix(-6.3 - f64::from(n), 106.8);
    }
    let evicted = Change::EvictOldest { lane: Lane::Backfill, rows: 2 };
    // One of the two is in flight, and arrives all the same.
    world.careful = false;
    world.outbox.apply(&[evicted]);
    world.engine.recount(&world.outbox.rows().collect());
    world.run_until_quiet(3_600_000);
    let evidence = sent(&world);
    assert_eq!(evidence.records.findings, [Finding::Gap { from: 3, to: 3 }]);
    assert_remembered(&world, &evidence);
}

#[test]
fn presses_of_one_escalation_are_each_a_record_and_too_many_leave_their_hash_inv_10() {
    let mut world = active();
    let _ = world.presses(1);
    let _ = world.land();
    // The next one waits for the presses of its gap; fixes come between them.
    for n in 0..16 {
        let _ = world.presses(1);
        if n % 5 == 0 {
            world.fix(-6.2 - f64::from(n), 106.8);
        }
    }
    world.run_until_quiet(60_000);
    let evidence = sent(&world);
    assert!(evidence.is_whole(), "{evidence}");
    let of_last = |world: &World| world.sent_in(Lane::Urgent).last().unwrap().json()["body"].clone();
    assert_eq!(
        of_last(&world)["records"].as_array().unwrap().len() as u64,
        of_last(&world)["presses"].as_u64().unwrap()
    );

    let mut world = World::with(|config| config.incident.escalation_gap_ms = 60_000);
    let _ = world.sos();
    let _ = world.land();
    let _ = world.presses(1);
    let _ = world.land();
    let _ = world.presses(40);
    world.run_for(120_000, delivers);
    assert_eq!(
        (of_last(&world)["presses"].as_u64(), of_last(&world)["records"].as_array().unwrap().len()),
        (Some(40), 32)
    );
    let _ = world.presses(1);
    world.run_for(120_000, delivers);
    let evidence = sent(&world);
    assert_eq!(evidence.records.findings, [Finding::Gap { from: 34, to: 41 }]);
    assert_remembered(&world, &evidence);
}

#[test]
fn a_draft_of_the_first_version_leaves_without_records_inv_14() {
    let mut world = active();
    let _ = world.presses(1);
    let _ = world.land();
    let _ = world.presses(1);
    let [row] = &world.rows(Lane::Urgent)[..] else { panic!("one draft") };
    let (slot, event) = (row.slot, row.event);
    world.outbox.apply(&[Change::Write { slot, event, content: Content::Draft(b"7".to_vec()) }]);
    world.run_for(10_000, delivers);
    let body = world.sent_in(Lane::Urgent).last().unwrap().json()["body"].clone();
    assert_eq!((&body["presses"], &body["records"]), (&7.into(), &Value::Null));
}

#[test]
fn an_incident_or_an_event_that_gets_another_id_keeps_every_record_byte_for_byte() {
    let mut world = World::new();
    let _ = world.sos();
    let create = world.flight();
    let _ = world.presses(1);
    let escalation = world.sent_in(Lane::Urgent)[0].clone();
    world.fix(-6.2, 106.8);
    world.reply(&create, other_bytes());
    world.reply(&escalation, other_bytes());
    world.run_until_quiet(60_000);
    // What the centre refused is a stranger's, as far as it knows.
    world.sent.retain(|flight| ![create.number(), escalation.number()].contains(&flight.number()));
    let evidence = sent(&world);
    assert_eq!((evidence.records.seen, evidence.is_whole(), evidence.root), (2, true, Root::EarlierId), "{evidence}");
    assert_remembered(&world, &evidence);
}

/// What a press bears after this engine's newest step, in the store or in memory.
fn escalated(world: &World, in_memory: bool) -> (Vec<Row>, Engine) {
    let event = Event::Pressed(Source::Screen.into());
    let input = Input { at: world.reading(), entropy: Entropy([7; 32]), owner: world.owner, event };
    let mut step = if in_memory { world.engine.begin_in_memory(&input) } else { world.engine.begin(&input) };
    let _ = step.decide(&input.event, None);
    let rows = step.take_changes().iter().filter_map(Change::born).cloned().collect();
    (rows, step.finish())
}

fn record(rows: &[Row]) -> Value {
    let [Row { content: Content::Draft(draft), .. }] = rows else { panic!("one draft") };
    serde_json::from_slice::<Value>(draft).unwrap()["records"][0].clone()
}

#[test]
fn a_record_that_is_made_in_memory_says_that_it_may_be_a_fork_and_so_does_the_next_inv_2() {
    let mut world = active();
    world.since_boot_ms += 300;
    let (stored, _) = escalated(&world, false);
    let (remembered, in_memory) = escalated(&world, true);
    assert_eq!((&record(&stored)["fork"], &record(&remembered)["fork"]), (&Value::Null, &true.into()));
    assert_eq!(record(&stored)["prev"], record(&remembered)["prev"]);

    // Another process captured something else under the same number meanwhile; then the two come together.
    world.fix(-6.2, 106.8);
    let at = world.reading();
    let counts = world.counts();
    world.engine.adopt(&in_memory, &at, &[], &counts);
    world.since_boot_ms += 300;
    let (next, _) = escalated(&world, false);
    assert_eq!((&record(&next)["n"], &record(&next)["fork"]), (&2.into(), &true.into()));
}

#[test]
fn the_history_remembers_the_newest_record() {
    let mut world = active();
    let _ = world.presses(1);
    world.run_for(60_000, delivers);
    let _ = world.cancel();
    world.run_for(60_000, delivers);
    let evidence = world.snapshot().incidents[0].evidence.clone();
    world.run_for(3_600_000, delivers);
    let _ = world.step(Event::Woke);
    let [(_, record)] = &world.archived[..] else { panic!("one incident") };
    let view: IncidentView = serde_json::from_slice(record).unwrap();
    assert_eq!((view.evidence, evidence.records), (evidence.clone(), 1));
}
