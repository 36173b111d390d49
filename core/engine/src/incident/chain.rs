//! The two chains of an incident. That of its events says what was sent; that of its records says what was captured, and is
//! advanced in the step that captures, so that what is coalesced or evicted later leaves its hash.

use std::ops::Not;

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::snapshot::EvidenceView;
use crate::state::is_default;
use crate::wire::Record;

/// The incident's events in order: running number, and the hash of the newest; and its records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chain {
    pub(crate) next_seq: u32,
    pub(crate) newest: Option<Digest>,
    #[serde(default, skip_serializing_if = "is_default")]
    records: Records,
}

/// The newest record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Records {
    /// Its number; 0 before the first.
    n: u32,
    /// Its hash; `None` before the first.
    #[serde(default, skip_serializing_if = "is_default")]
    newest: Option<Digest>,
    /// Whether another record may have the same number: see [`Link::fork`].
    #[serde(default, skip_serializing_if = "is_default")]
    fork: bool,
}

/// Where a record stands in its chain (`docs/PROTOCOL.md`, Evidence).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    /// 1, 2, 3, … in the order of capture.
    pub(crate) n: u32,
    /// The hash of the record before. For the first that of the newest event: the create, or its cancel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prev: Option<Digest>,
    /// This record, or the one before, was made in memory alone (INV-2). Another step may have captured something else under the
    /// same number, in the store, and neither knows of the other.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub(crate) fork: bool,
}

impl Chain {
    /// An event follows.
    pub(crate) fn sent(&mut self, sha256: Digest) {
        self.next_seq = self.next_seq.saturating_add(1);
        self.newest = Some(sha256);
    }

    /// The place of the next record.
    pub(crate) fn link(&self, in_memory: bool) -> Link {
        let Records { n, newest, fork } = self.records;
        Link { n: n.saturating_add(1), prev: newest.or(self.newest), fork: in_memory || fork }
    }

    /// A record has taken that place.
    pub(crate) fn captured(&mut self, record: &Record, in_memory: bool) {
        let n = self.records.n.saturating_add(1);
        self.records = Records { n, newest: Some(record.sha256()), fork: in_memory };
    }

    /// The incident begins anew at the centre, with an event of its own. What was captured goes on.
    pub(crate) fn begin_anew(&mut self) {
        *self = Self { records: self.records, ..Self::default() };
    }

    /// Learns how far the same incident's chains got elsewhere. Of two records with one number both were captured: the chain goes
    /// on from one, and its next record says so.
    pub(crate) fn learn(&mut self, other: &Self) {
        let (ours, theirs) = (self.records, other.records);
        let mut records = if theirs.n > ours.n { theirs } else { ours };
        records.fork |= ours.n == theirs.n && ours.newest != theirs.newest;
        if other.next_seq > self.next_seq {
            *self = *other;
        }
        self.records = records;
    }

    /// What the history knows of a chain: its newest record.
    pub(crate) fn remembered(view: &EvidenceView) -> Self {
        let newest = view.newest.as_ref().and_then(|newest| newest.parse().ok());
        Self { records: Records { n: view.records, newest, fork: false }, ..Self::default() }
    }

    /// How many records there are, and the hash of the newest.
    pub(crate) fn head(&self) -> (u32, Option<Digest>) {
        (self.records.n, self.records.newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain with so many records; `what` makes them different from another one's.
    fn chain(what: &str, records: u32, in_memory: bool) -> Chain {
        let mut chain = Chain::default();
        chain.sent(Digest::of(b"the create"));
        for n in 1..=records {
            chain.captured(&Record::of(&(what, n)).unwrap(), in_memory);
        }
        chain
    }

    #[test]
    fn of_two_branches_the_longer_one_goes_on_and_only_one_that_may_have_a_twin_says_so_inv_2() {
        let (stored, remembered) = (chain("stored", 3, false), chain("remembered", 2, true));
        for (mut known, other, n, fork) in [
            (stored, remembered, 4, false),
            (remembered, stored, 4, false),
            (chain("stored", 1, false), remembered, 3, true),
            (chain("stored", 2, false), remembered, 3, true),
            (stored, stored, 4, false),
        ] {
            let heads = [known.head().1, other.head().1];
            known.learn(&other);
            let link = known.link(false);
            assert_eq!((link.n, link.fork), (n, fork));
            assert!(heads.contains(&link.prev));
        }
    }

    #[test]
    fn what_was_captured_goes_on_when_the_incident_begins_anew_at_the_centre_f63() {
        let mut known = chain("a fix", 2, false);
        let before = known.link(false);
        known.begin_anew();
        known.sent(Digest::of(b"the create, made anew"));
        assert_eq!((known.next_seq, known.link(false)), (1, before));
        let mut fresh = chain("", 0, false);
        fresh.begin_anew();
        fresh.sent(Digest::of(b"the create, made anew"));
        assert_eq!(fresh.link(false).prev, Some(Digest::of(b"the create, made anew")));
    }
}
