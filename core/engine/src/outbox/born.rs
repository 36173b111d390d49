//! Rows that are born in a step: written once, as the step leaves them.

use crate::outbox::{Change, Content, Row};

/// Folds what a step does to a row that it bears itself into the row's one insert. The store need not have seen it before.
#[must_use]
pub fn fold(changes: Vec<Change>) -> Vec<Change> {
    let mut folded: Vec<Change> = Vec::with_capacity(changes.len());
    for change in changes {
        if !follow(&mut folded, &change) {
            folded.push(change);
        }
    }
    folded
}

/// Does to a born row what a change says of it; says whether there was one and the change is done.
fn follow(folded: &mut Vec<Change>, change: &Change) -> bool {
    match change {
        Change::Move { from, to, attempt } => born(folded, |row| row.slot == *from).is_some_and(|row| {
            (row.slot, row.attempt) = (*to, *attempt);
            true
        }),
        Change::Write { slot, event, content } => born(folded, |row| row.slot == *slot && row.event == *event)
            .is_some_and(|row| {
                row.content = content.clone();
                true
            }),
        Change::Delete { slot, event } => {
            let before = folded.len();
            folded.retain(|change| !matches!(change, Change::Insert(row) if row.slot == *slot && row.event == *event));
            folded.len() < before
        }
        Change::Reassign { from, to } => {
            while let Some(row) = born(folded, |row| row.incident == *from && matches!(row.content, Content::Draft(_)))
            {
                row.incident = *to;
            }
            // The store's own drafts go as well.
            false
        }
        Change::Insert(_)
        | Change::EvictOldest { .. }
        | Change::Recall { .. }
        | Change::Archive { .. }
        | Change::KeepFile { .. }
        | Change::ReleaseFile { .. }
        | Change::SaveKeys { .. } => false,
    }
}

fn born(folded: &mut [Change], which: impl Fn(&Row) -> bool) -> Option<&mut Row> {
    folded.iter_mut().filter_map(Change::born_mut).find(|row| which(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::T;
    use crate::entropy::{Draws, Entropy};
    use crate::ids::{EventId, IncidentId};
    use crate::outbox::{Kind, Lane, MemoryOutbox, Slot};

    fn row(serial: u64) -> Row {
        let mut draws = Draws::new(&Entropy([u8::try_from(serial).unwrap(); 32]));
        Row {
            slot: slot(serial),
            incident: IncidentId::mint(0, &mut draws),
            event: EventId::mint(0, &mut draws),
            kind: Kind::Escalation,
            drill: false,
            attempt: 0,
            content: Content::Draft(b"1".to_vec()),
        }
    }

    fn slot(serial: u64) -> Slot {
        Slot::new(Lane::Urgent, T(1_000 + serial), serial)
    }

    #[test]
    fn folded_changes_leave_the_same_rows_with_one_write_for_each_born_row() {
        let (old, new, gone) = (row(1), row(2), row(3));
        let other = IncidentId::mint(1, &mut Draws::new(&Entropy([9; 32])));
        let frozen = Content::freeze(b"{}".to_vec());
        let changes = vec![
            Change::Insert(new.clone()),
            Change::Insert(gone.clone()),
            Change::Reassign { from: new.incident, to: other },
            Change::Write { slot: new.slot, event: new.event, content: frozen.clone() },
            Change::Move { from: old.slot, to: slot(4), attempt: 1 },
            Change::Move { from: new.slot, to: slot(5), attempt: 1 },
            Change::Delete { slot: gone.slot, event: gone.event },
            // Another row's event in a born row's place: nothing of it is meant.
            Change::Delete { slot: slot(5), event: gone.event },
        ];
        let mut plain = MemoryOutbox::default();
        plain.apply(&[Change::Insert(old.clone())]);
        let mut once = plain.clone();
        plain.apply(&changes);
        let folded = fold(changes);
        once.apply(&folded);
        assert_eq!(once, plain);
        assert_eq!(
            folded,
            [
                Change::Insert(Row { slot: slot(5), incident: other, attempt: 1, content: frozen, ..new.clone() }),
                Change::Reassign { from: new.incident, to: other },
                Change::Move { from: old.slot, to: slot(4), attempt: 1 },
                Change::Delete { slot: slot(5), event: gone.event },
            ]
        );
    }
}
