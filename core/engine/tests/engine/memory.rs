//! The outbox in memory: a change means there what it means in the store.

use siaga_engine::clock::T;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Change, Content, Kind, Lane, MemoryOutbox, Row, Slot};

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
