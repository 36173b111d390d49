//! The chain of evidence: what of the things that were captured for an incident is present, and whether it is what was captured
//! (`docs/PROTOCOL.md`, Evidence).
//!
//! A record (a press after the trigger, a fix, a file) carries its number and the SHA-256 of the record before, from the moment
//! of its capture. So a record that is missing leaves a gap, and one that was changed is not what its successor names. The newest
//! has no successor: only the phone's own memory of it can tell.

mod link;
mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::Digest;
use link::Link;
pub use link::{Chain, Finding};
use read::Read;

/// An event as a centre stores it.
#[derive(Debug, Clone, Copy)]
pub struct StoredEvent<'a> {
    /// The incident's id, as in the path.
    pub incident: &'a str,
    /// The event's id, as in the path; the incident's own for its create.
    pub event: &'a str,
    /// The envelope, byte for byte.
    pub bytes: &'a [u8],
}

/// What the events of one incident prove. An incident that replaces another one is the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The chain of its envelopes, for each id that it had. It shows what was sent, in which order. Its gaps and forks are ordinary: an
    /// event may be on its way, or got another id.
    pub envelopes: BTreeMap<String, Chain>,
    /// The chain of its records.
    pub records: Chain,
    /// What the first record names.
    pub root: Root,
    /// Records without a place in the chain: of a phone whose app is older than the chain.
    pub unlinked: usize,
    /// Events that are no JSON.
    pub unreadable: usize,
}

/// What the first record names: the newest event of that moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Root {
    /// The first record, or what it names, is not there; or the record names nothing.
    #[default]
    Unknown,
    /// An event that is there, byte for byte: mostly the create.
    Event,
    /// An event that stood under an earlier id, and is not there: it went on under another one.
    EarlierId,
    /// None of the events up to then, all of which are there: one of them was changed.
    Changed,
}

impl Evidence {
    /// Judges events in any order, doubled ones allowed; gives the evidence of each incident.
    pub fn of<'a>(events: impl IntoIterator<Item = StoredEvent<'a>>) -> Vec<Evidence> {
        let mut incidents: BTreeMap<&str, Gathered> = BTreeMap::new();
        for event in events {
            incidents.entry(event.incident).or_default().add(&event);
        }
        groups(&incidents).iter().map(|ids| judge(ids, &incidents)).collect()
    }

    /// Whether all records from the first to the newest that is present are there, and are what was captured.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.records.is_whole() && self.root != Root::Changed && self.unreadable == 0
    }
}

/// One line for people.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.records.seen {
            0 => f.write_str("no records")?,
            1 => f.write_str("1 record")?,
            seen => write!(f, "{seen} records")?,
        }
        if self.is_whole() && self.records.seen > 0 {
            f.write_str(", whole")?;
        }
        let findings = self.records.findings.iter().map(Finding::to_string);
        let create = (self.root == Root::Changed).then(|| "the event before the first record was changed".to_owned());
        let earlier = (self.root == Root::EarlierId).then(|| "begun under another id".to_owned());
        let unlinked = (self.unlinked > 0).then(|| format!("{} without a link", self.unlinked));
        let unreadable = (self.unreadable > 0).then(|| format!("{} unreadable", self.unreadable));
        findings
            .chain(create)
            .chain(earlier)
            .chain(unlinked)
            .chain(unreadable)
            .try_for_each(|part| write!(f, "; {part}"))
    }
}

/// What is gathered of one id.
#[derive(Default)]
struct Gathered {
    envelopes: Vec<Link>,
    records: Vec<Link>,
    replaces: BTreeSet<String>,
    /// Whether an event has been given another id: what names its bytes names those before.
    is_renewed: bool,
    unlinked: usize,
    unreadable: usize,
    known: BTreeSet<(String, Digest)>,
}

impl Gathered {
    fn add(&mut self, event: &StoredEvent<'_>) {
        let (sha256, is_create) = (Digest::of(event.bytes), event.event == event.incident);
        if !self.known.insert((event.event.to_owned(), sha256)) {
            return;
        }
        let Some(Read { envelope, records, unlinked, replaces }) = read::read(event.bytes, is_create) else {
            self.unreadable = self.unreadable.saturating_add(1);
            return;
        };
        self.envelopes.extend(envelope);
        self.records.extend(records);
        self.is_renewed |= replaces.is_some();
        self.replaces.extend(replaces.filter(|_| is_create));
        self.unlinked = self.unlinked.saturating_add(unlinked);
    }
}

/// Which ids are one incident: those that are connected by `replaces`.
fn groups(incidents: &BTreeMap<&str, Gathered>) -> Vec<BTreeSet<String>> {
    let mut neighbours: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, gathered) in incidents {
        for other in &gathered.replaces {
            let _ = neighbours.entry(id).or_default().insert(other);
            let _ = neighbours.entry(other).or_default().insert(id);
        }
    }
    let mut groups = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for id in incidents.keys() {
        let mut group = BTreeSet::new();
        let mut next = vec![*id];
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                let _ = group.insert(id.to_owned());
                next.extend(neighbours.get(id).into_iter().flatten());
            }
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    groups
}

fn judge(ids: &BTreeSet<String>, incidents: &BTreeMap<&str, Gathered>) -> Evidence {
    let of = || ids.iter().filter_map(|id| Some((id, incidents.get(id.as_str())?)));
    let records: Vec<Link> = of().flat_map(|(_, gathered)| gathered.records.iter().copied()).collect();
    let envelopes: BTreeMap<String, Chain> =
        of().map(|(id, it)| (id.clone(), Chain::judge(it.envelopes.iter().copied(), 0))).collect();
    Evidence {
        root: root(&records, &envelopes, of().map(|(_, gathered)| gathered)),
        envelopes,
        records: Chain::judge(records, 1),
        unlinked: of().map(|(_, gathered)| gathered.unlinked).sum(),
        unreadable: of().map(|(_, gathered)| gathered.unreadable).sum(),
    }
}

fn root<'a>(records: &[Link], envelopes: &BTreeMap<String, Chain>, of: impl Iterator<Item = &'a Gathered>) -> Root {
    let (mut events, mut is_renewed) = (BTreeSet::new(), false);
    for gathered in of {
        events.extend(gathered.known.iter().map(|(_, sha256)| *sha256));
        is_renewed |= gathered.is_renewed;
    }
    let firsts: Vec<&Link> = records.iter().filter(|link| link.n == 1 && link.prev.is_some()).collect();
    if firsts.is_empty() {
        return Root::Unknown;
    }
    if firsts.iter().all(|link| link.prev.is_some_and(|prev| events.contains(&prev))) {
        return Root::Event;
    }
    if is_renewed {
        return Root::EarlierId;
    }
    let is_gap = |finding: &Finding| matches!(finding, Finding::Gap { .. });
    let may_be_missing = envelopes.values().any(|chain| chain.seen == 0 || chain.findings.iter().any(is_gap));
    if may_be_missing || firsts.iter().any(|link| link.fork) { Root::Unknown } else { Root::Changed }
}
