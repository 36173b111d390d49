//! Presses after the trigger, while nobody has claimed them: one escalation whose count may still grow.

use serde::{Deserialize, Serialize};

use crate::ids::EventId;
use crate::incident::Link;
use crate::outbox::Slot;
use crate::state::is_default;
use crate::wire::Record;

/// Records that one escalation carries; a press beyond them leaves its hash alone. So many within the gap of 5 s are faster than
/// a thumb, take 3.5 of an envelope's 32 KiB, and in the state at most 4 of its 64.
const MOST_RECORDS: usize = 32;

/// An escalation that may still grow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EscalationDraft {
    pub(crate) slot: Slot,
    pub(crate) event: EventId,
    #[serde(flatten)]
    pub(crate) notes: PressNotes,
}

/// Its presses, as small as the state needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PressNotes {
    presses: u32,
    /// Their records, without what can be computed: a press right behind another one of the same draft names its hash.
    #[serde(default, skip_serializing_if = "is_default")]
    records: Vec<PressNote>,
}

/// A press as it goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PressNote {
    #[serde(flatten)]
    pub(crate) link: Link,
    pub(crate) since_trigger_ms: u64,
}

/// The draft's own notation, in its row. The state has it too; the row makes it survive a lost state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Presses {
    pub(crate) presses: u32,
    #[serde(default)]
    pub(crate) records: Vec<Record>,
}

impl PressNotes {
    /// One press more.
    pub(crate) fn add(&mut self, mut note: PressNote) {
        self.presses = self.presses.saturating_add(1);
        if self.records.len() >= MOST_RECORDS {
            return;
        }
        if self.records.last().is_some_and(|last| last.link.n.checked_add(1) == Some(note.link.n)) {
            note.link.prev = None;
        }
        self.records.push(note);
    }

    /// What stands in the draft's row.
    pub(crate) fn presses(&self) -> Presses {
        let mut records: Vec<Record> = Vec::with_capacity(self.records.len());
        for note in &self.records {
            let prev = note.link.prev.or_else(|| records.last().map(Record::sha256));
            records.extend(Record::of(&PressNote { link: Link { prev, ..note.link }, ..*note }));
        }
        Presses { presses: self.presses, records }
    }
}

impl Presses {
    /// Reads a draft; those of the first versions are the number of presses alone (INV-14).
    pub(crate) fn read(draft: &[u8]) -> Option<Self> {
        let number = |draft| serde_json::from_slice(draft).ok().map(|presses| Self { presses, records: Vec::new() });
        serde_json::from_slice(draft).ok().or_else(|| number(draft))
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        // Serialising plain data into memory does not fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use siaga_vault::Digest;

    use super::*;

    /// A draft of 40 presses; every so many numbers are another record's.
    fn drafted(every: u32) -> PressNotes {
        let (mut notes, mut before) = (PressNotes::default(), Digest::of(b"the create"));
        for n in (1..).filter(|n| n % every != 0).take(40) {
            if (n - 1) % every == 0 {
                before = Digest::of(&n.to_be_bytes());
            }
            let note =
                PressNote { link: Link { n, prev: Some(before), fork: false }, since_trigger_ms: 100 * u64::from(n) };
            before = Record::of(&note).unwrap().sha256();
            notes.add(note);
        }
        notes
    }

    #[test]
    fn a_press_that_is_kept_short_in_the_state_is_a_whole_record_in_its_row() {
        for every in [2, 3, 1_000] {
            let presses = drafted(every).presses();
            assert_eq!((presses.presses, presses.records.len()), (40, MOST_RECORDS));
            let notes: Vec<PressNote> =
                presses.records.iter().map(|record| serde_json::from_slice(record.bytes()).unwrap()).collect();
            for (pair, record) in notes.windows(2).zip(&presses.records) {
                let follows = pair[0].link.n + 1 == pair[1].link.n;
                assert_eq!(pair[1].link.prev == Some(record.sha256()), follows, "{pair:?}");
            }
            assert_eq!(Presses::read(&presses.write()), Some(presses));
        }
    }

    #[test]
    fn a_full_draft_takes_little_of_the_state_inv_10() {
        let bytes = |every| serde_json::to_vec(&drafted(every)).unwrap().len();
        assert!(bytes(1_000) <= 1_500 && bytes(2) <= 4_096, "{} and {}", bytes(1_000), bytes(2));
    }

    #[test]
    fn what_is_no_draft_is_none() {
        for draft in [&b""[..], b"-1", b"[]", b"{}", b"{\"presses\":1,\"records\":7}", b"null"] {
            assert_eq!(Presses::read(draft), None);
        }
    }
}
