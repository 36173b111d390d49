//! The outbox as a queue: heads, slots, limits, rows that cannot be read.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod stage;

use siaga_engine::clock::T;
use siaga_engine::ids::EventId;
use siaga_engine::outbox::{BACKFILL_BATCH, Change, Content, HeadContent, Lane, Row, RowKey, Slot};
use siaga_store::{QUARANTINE_ROWS_MAX, Store};
use stage::{Stage, bytes, draft, event, heads_of, incident, insert, lane_rows, row, step};

#[test]
fn a_step_sees_the_first_rows_of_every_lane_and_no_more() {
    // INV-5: a backlog in one lane hides no other.
    let stage = Stage::new();
    let mut store = stage.open();
    let mut rows: Vec<Row> = (0..300).map(|number| draft(Lane::Backfill, 10, number)).collect();
    rows.extend((300..310).map(|number| row(Lane::Sos, 1_000 - number, number)));
    rows.push(row(Lane::Report, 99_999, 400));
    insert(&mut store, &rows);
    let first: Vec<EventId> = (302..310).rev().map(event).collect();
    assert_eq!(first.len(), Lane::Sos.head_rows());
    assert_eq!(heads_of(&mut store, Lane::Sos), first, "earliest due first");
    assert_eq!(heads_of(&mut store, Lane::Report), [event(400)], "a row that is not due names the next wake-up");
    assert_eq!(heads_of(&mut store, Lane::Backfill).len(), BACKFILL_BATCH);
    let slots: Vec<Slot> = store.begin().unwrap().heads().unwrap().heads.iter().map(|head| head.slot).collect();
    assert!(slots.is_sorted(), "most urgent lane first");
}

#[test]
fn the_first_and_the_last_slot_of_every_lane_are_seen_and_parked_rows_and_drafts_of_reports_are_not() {
    let stage = Stage::new();
    let mut store = stage.open();
    let ends = Lane::ALL.into_iter().flat_map(|lane| <[Slot; 2]>::from(Slot::range(lane)));
    let expected: Vec<Slot> = ends.collect();
    let parked = [Slot::parked_range().0, Slot::parked_range().1];
    let drafts = [Slot::draft_range().0, Slot::draft_range().1];
    let slots = expected.iter().chain(&drafts).chain(&parked);
    let rows: Vec<Row> =
        slots.zip(1..).map(|(slot, number)| Row { slot: *slot, ..draft(Lane::Fix, 0, number) }).collect();
    insert(&mut store, &rows);
    let seen = |store: &mut Store| -> Vec<Slot> {
        store.begin().unwrap().heads().unwrap().heads.iter().map(|head| head.slot).collect()
    };
    assert_eq!(seen(&mut store), expected);
    let counts = store.begin().unwrap().counts().unwrap();
    assert_eq!((counts.parked, counts.incidents.len()), (2, expected.len()), "a draft of a report is counted nowhere");
    // Lanes without rows between those that have some.
    for row in rows.iter().filter(|row| matches!(row.slot.lane(), Some(Lane::Sos | Lane::Drill | Lane::Media))) {
        step(&mut store, &[Change::Delete { slot: row.slot, event: row.event }]);
    }
    let left = |slot: &&Slot| !matches!(slot.lane(), Some(Lane::Sos | Lane::Drill | Lane::Media));
    assert_eq!(seen(&mut store), expected.iter().filter(left).copied().collect::<Vec<_>>());
    // Of each lane its first slot alone.
    for row in rows.iter().filter(|row| row.slot.lane().is_some_and(|lane| row.slot == Slot::range(lane).1)) {
        step(&mut store, &[Change::Delete { slot: row.slot, event: row.event }]);
    }
    assert_eq!(seen(&mut store), expected.iter().filter(left).step_by(2).copied().collect::<Vec<_>>());
}

#[test]
fn a_head_carries_a_drafts_bytes_and_a_frozen_rows_digest() {
    let stage = Stage::new();
    let mut store = stage.open();
    let frozen = row(Lane::Sos, 0, 2);
    insert(&mut store, &[draft(Lane::Fix, 0, 1), frozen.clone()]);
    let heads = store.begin().unwrap().heads().unwrap().heads;
    let Content::Frozen { sha256, .. } = frozen.content else { panic!("the row is frozen") };
    assert_eq!(heads[0].content, HeadContent::Frozen(sha256));
    assert_eq!(heads[1].content, HeadContent::Draft(bytes(1)));
}

/// One step that takes in rows from memory.
fn take_in(store: &mut Store, rows: &[&Row]) {
    let mut tx = store.begin().unwrap();
    tx.take_in(rows).unwrap();
    tx.save(&stage::state()).unwrap();
    tx.commit().unwrap();
}

#[test]
fn a_row_that_is_here_already_gives_way_to_its_copy_from_memory_inv_4() {
    // A commit that failed may stand after all; the bytes from memory may have left the phone.
    let stage = Stage::new();
    let mut store = stage.open();
    let other = row(Lane::Sos, 5, 2);
    insert(&mut store, &[draft(Lane::Urgent, 5, 1), other.clone()]);
    let sent = Row { attempt: 3, ..row(Lane::Urgent, 9, 1) };
    take_in(&mut store, &[&sent]);
    let tx = store.begin().unwrap();
    assert_eq!(tx.lane_rows(Lane::Urgent).unwrap(), 1);
    assert_eq!(tx.find(&RowKey { lane: Lane::Urgent, event: event(1) }).unwrap(), Some(sent));
    assert_eq!(tx.find(&RowKey { lane: Lane::Sos, event: event(2) }).unwrap(), Some(other));
}

#[test]
fn a_row_that_is_taken_in_from_memory_gets_the_next_free_slot_when_its_own_is_taken() {
    let stage = Stage::new();
    let mut store = stage.open();
    let slot = Slot::new(Lane::Sos, T(5), 0);
    let last_of_the_moment = Slot::new(Lane::Sos, T(5), u64::MAX);
    let at = |slot, number| Row { slot, ..row(Lane::Sos, 5, number) };
    insert(&mut store, &[row(Lane::Sos, 8, 9), at(slot, 1)]);
    take_in(&mut store, &[&at(slot, 2), &at(last_of_the_moment, 3), &at(last_of_the_moment, 4), &at(slot, 5)]);
    assert_eq!(lane_rows(&mut store, Lane::Sos), 6);
    let mut tx = store.begin().unwrap();
    let stands = |tx: &siaga_store::Tx<'_>, number| {
        tx.find(&RowKey { lane: Lane::Sos, event: event(number) }).unwrap().unwrap().slot
    };
    assert_eq!(stands(&tx, 1), slot);
    assert_eq!(stands(&tx, 2), Slot::new(Lane::Sos, T(5), 1));
    assert_eq!(stands(&tx, 4), Slot::new(Lane::Sos, T(6), 0), "the moment is full: it is due one millisecond later");
    assert!(stands(&tx, 5) > stands(&tx, 4));
    assert_eq!(tx.heads().unwrap().quarantined, 0);
}

#[test]
fn a_new_row_gets_exactly_its_slot_and_a_row_in_its_way_steps_aside() {
    // The engine remembers where a draft stands that may still grow.
    let stage = Stage::new();
    let mut store = stage.open();
    let (before, new) = (row(Lane::Urgent, 5, 1), row(Lane::Urgent, 5, 2));
    let new = Row { slot: before.slot, ..new };
    insert(&mut store, &[before.clone(), new.clone()]);
    let tx = store.begin().unwrap();
    assert_eq!(tx.body(new.slot).unwrap(), Some(bytes(2)));
    let aside = tx.find(&RowKey { lane: Lane::Urgent, event: before.event }).unwrap().unwrap();
    assert!(aside.slot > before.slot);
    assert_eq!(Row { slot: before.slot, ..aside }, before);
}

#[test]
fn a_claim_gets_exactly_its_slot_and_a_row_in_its_way_steps_aside() {
    let stage = Stage::new();
    let mut store = stage.open();
    let (from, to) = (Slot::new(Lane::Sos, T(0), 1), Slot::new(Lane::Sos, T(9), 1));
    insert(&mut store, &[row(Lane::Sos, 0, 1), Row { slot: to, ..row(Lane::Sos, 0, 2) }]);
    step(&mut store, &[Change::Move { from, to, attempt: 3 }]);
    let tx = store.begin().unwrap();
    assert_eq!(tx.body(to).unwrap(), Some(bytes(1)));
    let claimed = tx.find(&RowKey { lane: Lane::Sos, event: event(1) }).unwrap().unwrap();
    assert_eq!((claimed.slot, claimed.attempt), (to, 3));
    assert!(tx.find(&RowKey { lane: Lane::Sos, event: event(2) }).unwrap().unwrap().slot > to);
}

#[test]
fn a_change_whose_row_is_gone_does_nothing() {
    // INV-13: a doubled step is harmless.
    let stage = Stage::new();
    let mut store = stage.open();
    let (gone, other) = (Slot::new(Lane::Sos, T(0), 9), row(Lane::Sos, 0, 1));
    insert(&mut store, std::slice::from_ref(&other));
    step(
        &mut store,
        &[
            Change::Delete { slot: gone, event: event(9) },
            Change::Delete { slot: other.slot, event: event(9) },
            Change::Move { from: gone, to: other.slot, attempt: 1 },
            Change::Write { slot: gone, event: event(9), content: Content::Draft(b"late".to_vec()) },
            Change::Write { slot: other.slot, event: event(9), content: Content::Draft(b"late".to_vec()) },
        ],
    );
    let tx = store.begin().unwrap();
    assert_eq!(tx.find(&RowKey { lane: Lane::Sos, event: event(1) }).unwrap(), Some(other));
    assert_eq!(tx.lane_rows(Lane::Sos).unwrap(), 1);
}

#[test]
fn a_late_receipt_finds_its_row_among_the_parked_ones() {
    // INV-3: a valid receipt always counts.
    let stage = Stage::new();
    let mut store = stage.open();
    let parked = Slot::parked(T(3), 1);
    insert(&mut store, &[row(Lane::Report, 0, 1)]);
    step(&mut store, &[Change::Move { from: row(Lane::Report, 0, 1).slot, to: parked, attempt: 1 }]);
    assert_eq!(heads_of(&mut store, Lane::Report), [], "a parked row blocks nobody (F17)");
    let mut tx = store.begin().unwrap();
    assert_eq!(tx.parked(10).unwrap().heads[0].event, event(1));
    assert_eq!(tx.find(&RowKey { lane: Lane::Report, event: event(1) }).unwrap().unwrap().slot, parked);
    assert_eq!(tx.find(&RowKey { lane: Lane::Report, event: event(2) }).unwrap(), None);
}

#[test]
fn only_the_drafts_of_an_incident_go_to_the_one_that_replaces_it() {
    // INV-4: frozen bytes name the old incident for ever.
    let stage = Stage::new();
    let mut store = stage.open();
    let mine = |row: Row| Row { incident: incident(1), ..row };
    let rows = [mine(draft(Lane::Fix, 0, 1)), mine(row(Lane::Urgent, 0, 2)), draft(Lane::Fix, 0, 3)];
    insert(&mut store, &rows);
    step(&mut store, &[Change::Reassign { from: incident(1), to: incident(8) }]);
    let heads = store.begin().unwrap().heads().unwrap().heads;
    let incidents: Vec<_> = heads.iter().map(|head| (head.event, head.incident)).collect();
    assert_eq!(incidents, [(event(2), incident(1)), (event(1), incident(8)), (event(3), incident(3))]);
}

#[test]
fn the_oldest_backfill_goes_first_and_never_the_newest_nor_an_sos() {
    // INV-10.
    let stage = Stage::new();
    let mut store = stage.open();
    let rows: Vec<Row> = (1..=5).flat_map(|n| [draft(Lane::Backfill, n, n), row(Lane::Sos, n, 10 + n)]).collect();
    insert(&mut store, &rows);
    step(&mut store, &[Change::EvictOldest { lane: Lane::Backfill, rows: 2 }]);
    assert_eq!(heads_of(&mut store, Lane::Backfill), [event(3), event(4), event(5)]);
    let all = |lane| Change::EvictOldest { lane, rows: u32::MAX };
    step(&mut store, &[all(Lane::Backfill), all(Lane::Sos), all(Lane::Urgent)]);
    assert_eq!(heads_of(&mut store, Lane::Backfill), [event(5)]);
    assert_eq!(lane_rows(&mut store, Lane::Sos), 5);
}

#[test]
fn rows_that_were_set_aside_are_the_last_of_their_lane_and_are_recalled_together() {
    let stage = Stage::new();
    let mut store = stage.open();
    let lane = Lane::Media;
    insert(&mut store, &[draft(lane, 1, 1), draft(lane, 2, 2), draft(lane, 3, 3), draft(Lane::Backfill, 4, 4)]);
    let aside = |n: u64| Change::Move { from: Slot::new(lane, T(n), n), to: Slot::aside(lane, 10 + n), attempt: 5 };
    step(&mut store, &[aside(1), aside(2)]);
    assert_eq!(heads_of(&mut store, lane), [event(3), event(1)]);
    step(&mut store, &[Change::Recall { lane, due: T(2) }]);
    assert_eq!(heads_of(&mut store, lane), [event(1), event(2)]);
    let found = store.begin().unwrap().find(&RowKey { lane, event: event(2) }).unwrap().unwrap();
    assert_eq!((found.slot, found.attempt), (Slot::new(lane, T(2), 12), 5));
    assert_eq!((lane_rows(&mut store, lane), lane_rows(&mut store, Lane::Backfill)), (3, 1));
}

/// Makes the row at a slot unreadable, past the store.
fn poison(stage: &Stage, slot: Slot, sql: &str) {
    assert_eq!(
        stage.sqlite().execute(&format!("UPDATE outbox SET {sql} WHERE slot = ?1"), [slot.number()]).unwrap(),
        1
    );
}

#[test]
fn a_row_that_cannot_be_read_leaves_the_queue_is_kept_and_blocks_nobody() {
    // F18: one undecodable row stopped a whole queue.
    for sql in [
        "kind = 99",
        "incident = x'01'",
        "event = x''",
        "sha256 = x'0102'",
        "attempt = -1",
        "drill = 7",
        "bearer = 2",
        "recipient = 'moon'",
    ] {
        let stage = Stage::new();
        let mut store = stage.open();
        insert(&mut store, &[row(Lane::Sos, 0, 1), row(Lane::Sos, 0, 2), row(Lane::Sos, 0, 3), row(Lane::Sos, 0, 4)]);
        poison(&stage, row(Lane::Sos, 0, 1).slot, sql);
        poison(&stage, row(Lane::Sos, 0, 2).slot, sql);
        let mut tx = store.begin().unwrap();
        let heads = tx.heads().unwrap();
        let events: Vec<_> = heads.heads.iter().map(|head| head.event).collect();
        assert_eq!((heads.quarantined, events), (2, vec![event(3), event(4)]), "{sql}");
        assert_eq!(tx.heads().unwrap().quarantined, 0);
        tx.commit().unwrap();
        assert_eq!(store.quarantined().unwrap(), 2);
        let kept: Vec<u8> =
            stage.sqlite().query_row("SELECT body FROM quarantine ORDER BY id", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, bytes(1), "its bytes are kept");
    }
}

#[test]
fn the_quarantine_keeps_its_newest_rows_and_every_row_of_an_sos() {
    // INV-10.
    let stage = Stage::new();
    let mut store = stage.open();
    let over = QUARANTINE_ROWS_MAX + 10;
    let sos = Slot::new(Lane::Sos, T(0), 1).number();
    let sqlite = stage.sqlite();
    let report = Slot::new(Lane::Report, T(0), 1).number();
    sqlite
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
             INSERT INTO quarantine (origin, reason, slot) SELECT 'outbox', 'kind', iif(i = 1, ?2, ?3) FROM n",
            (over, sos, report),
        )
        .unwrap();
    retain(&mut store, T(0));
    assert_eq!(store.quarantined().unwrap(), QUARANTINE_ROWS_MAX);
    let oldest: i64 = sqlite.query_row("SELECT slot FROM quarantine ORDER BY id", [], |row| row.get(0)).unwrap();
    assert_eq!(oldest, sos);
}

#[test]
fn the_history_keeps_its_newest_records_and_none_older_than_its_limit() {
    // INV-10.
    use siaga_store::{HISTORY_AGE_MAX_MS, HISTORY_RECORDS_MAX};
    let stage = Stage::new();
    let mut store = stage.open();
    let archive = |store: &mut Store, t: u64, number: u64, text: &str| {
        let mut tx = store.begin().unwrap();
        tx.apply(T(t), &[Change::Archive { incident: incident(number), record: text.into() }]).unwrap();
        tx.commit().unwrap();
    };
    for number in 0..u64::from(HISTORY_RECORDS_MAX) + 20 {
        archive(&mut store, number, number, &format!("record {number}"));
    }
    archive(&mut store, 1_000, 30, "again");
    retain(&mut store, T(1_000));
    let records = store.history(u32::MAX).unwrap();
    assert_eq!(records.len(), HISTORY_RECORDS_MAX as usize);
    assert_eq!(store.history(1).unwrap(), [b"again".to_vec()], "a newer record of an incident replaces the older");
    assert!(!records.contains(&b"record 30".to_vec()), "it was replaced");
    assert!(!records.contains(&b"record 0".to_vec()), "the oldest went");
    retain(&mut store, T(1_000 + HISTORY_AGE_MAX_MS));
    assert_eq!(store.history(u32::MAX).unwrap(), [b"again".to_vec()]);
}

fn retain(store: &mut Store, t: T) {
    let mut tx = store.begin().unwrap();
    tx.retain(t).unwrap();
    tx.commit().unwrap();
}
