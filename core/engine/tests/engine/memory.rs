//! The outbox in memory: a change means there what it means in the store.

use siaga_engine::clock::T;
use siaga_engine::entropy::Entropy;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Kind, Lane, MemoryOutbox, Row, Slot};
use siaga_engine::{Event, Input, Source, Step};

use crate::world::World;

fn row(slot: Slot, number: u8) -> Row {
    Row {
        slot,
        incident: IncidentId::from_bytes([number; 16]),
        event: EventId::from_bytes([number; 16]),
        kind: Kind::Sos,
        drill: false,
        attempt: 1,
        content: Content::freeze(vec![number]),
    }
}

#[test]
fn the_end_of_a_delivery_takes_no_other_row_that_stands_in_its_place_inv_13() {
    let slot = Slot::new(Lane::Sos, T(5), 1);
    let (gone, other) = (row(slot, 1), row(slot, 2));
    let mut outbox = MemoryOutbox::default();
    outbox.apply(&[Change::Insert(other.clone()), Change::Delete { slot, event: gone.event }]);
    assert_eq!(outbox.rows().collect::<Vec<_>>(), [&other]);
    outbox.apply(&[Change::Delete { slot, event: other.event }]);
    assert!(outbox.is_empty());
}

/// What one step with the same input bears, in the store and in memory.
fn born_of(world: &World, source: Source) -> [Vec<Row>; 2] {
    let input = Input {
        at: world.reading(),
        entropy: Entropy([7; 32]),
        owner: world.owner,
        event: Event::Pressed(source.into()),
    };
    [world.engine.begin(&input), world.engine.begin_in_memory(&input)].map(|mut step| {
        let _ = step.decide(&input.event, None);
        step.take_changes().iter().filter_map(Change::born).cloned().collect()
    })
}

#[test]
fn what_memory_decides_anew_has_ids_of_its_own_and_an_incident_is_the_same_to_the_byte_inv_4() {
    // A commit that failed may stand after all, and its events may have been frozen with other bytes.
    let mut world = World::new();
    let _ = world.presses(2);
    world.since_boot_ms += 300;
    let [stored, remembered] = born_of(&world, Source::Screen);
    assert_eq!(stored.len(), 1);
    assert_eq!(stored, remembered, "never two of one emergency");
    let _ = world.press(Source::Screen);
    world.since_boot_ms += 300;
    let [stored, remembered] = born_of(&world, Source::Screen);
    assert_eq!((stored.len(), remembered.len()), (1, 1));
    assert_eq!(stored[0].incident, remembered[0].incident);
    assert_ne!(stored[0].event, remembered[0].event);
}

/// The ids under which a draft leaves, and those of the drafts that it takes away, in a step with this input.
fn leaves(mut step: Step, event: &Event, outbox: &MemoryOutbox) -> Vec<(EventId, Option<EventId>)> {
    let _ = step.decide(event, None);
    let mut changes = step.take_changes();
    let _ = step.plan(&outbox.heads());
    changes.extend(step.take_changes());
    let taken = changes.iter().find_map(|change| {
        let Change::Delete { event, .. } = change else { return None };
        Some(*event)
    });
    let frozen = changes.iter().filter_map(|change| {
        let Change::Write { event, content: Content::Frozen { .. }, .. } = change else { return None };
        Some((*event, taken))
    });
    frozen.collect()
}

#[test]
fn a_draft_that_is_frozen_in_memory_has_another_id_than_in_the_commit_that_failed_inv_4() {
    let mut world = World::new();
    let _ = world.presses(5);
    let drafts = || world.outbox.rows().filter(|row| matches!(row.content, Content::Draft(_)));
    let [draft] = drafts().collect::<Vec<_>>()[..] else { panic!("one draft waits") };
    // A platform takes all that may leave before the process sleeps.
    let event = Event::TransfersTaken;
    let input = Input { at: world.reading(), entropy: Entropy([7; 32]), owner: world.owner, event: event.clone() };
    let stored = leaves(world.engine.begin(&input), &event, &world.outbox);
    let remembered = leaves(world.engine.begin_in_memory(&input), &event, &world.outbox);
    assert_eq!(stored, [(draft.event, None)]);
    let [(id, Some(taken))] = remembered[..] else { panic!("{remembered:?}") };
    assert!(taken == draft.event && id != draft.event);
}
