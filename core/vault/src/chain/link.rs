//! One chain, whatever its links are: numbers that go up by one, each link with the hash of the one before.

use std::collections::BTreeMap;
use std::fmt;

use crate::Digest;

/// A link: where it stands, what it names, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) n: u32,
    /// The hash of the link before; `None` says nothing.
    pub(super) prev: Option<Digest>,
    pub(super) sha256: Digest,
    /// It says of itself that another link may have the same number, or that of the one before.
    pub(super) fork: bool,
}

/// What is present of a chain. Nothing is said of what may follow the newest link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chain {
    /// Different links that are present.
    pub seen: usize,
    /// Those among them that say of themselves that another link may have the same number.
    pub marked: usize,
    /// The highest number.
    pub newest: Option<u32>,
    /// The hashes of the links that have it: one, or several of a fork.
    pub heads: Vec<Digest>,
    /// What does not hold, in the order of the numbers; empty when the chain is whole.
    pub findings: Vec<Finding>,
}

/// What does not hold in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Links are missing: they were captured, because a later one names what came before it.
    Gap {
        /// The first of them.
        from: u32,
        /// The last of them.
        to: u32,
    },
    /// What stands under this number is not what its successor was linked to.
    Changed {
        /// The number.
        n: u32,
    },
    /// There was more than one link of this number: the phone could not save meanwhile, or there were two with one memory.
    Forked {
        /// The number.
        n: u32,
    },
}

impl Finding {
    const fn at(self) -> u32 {
        match self {
            Self::Gap { from: n, .. } | Self::Changed { n } | Self::Forked { n } => n,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { from, to } if from == to => write!(f, "number {from} is missing"),
            Self::Gap { from, to } => write!(f, "numbers {from} to {to} are missing"),
            Self::Changed { n } => write!(f, "number {n} was changed"),
            Self::Forked { n } => write!(f, "number {n} is forked"),
        }
    }
}

impl Chain {
    /// Whether nothing is missing between the links that are present, and each names the one before it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// Judges links in any order, doubled ones allowed. `first` is the number of the first link.
    pub(super) fn judge(links: impl IntoIterator<Item = Link>, first: u32) -> Chain {
        let mut places: BTreeMap<u32, BTreeMap<Digest, Link>> = BTreeMap::new();
        for link in links {
            let _ = places.entry(link.n).or_default().insert(link.sha256, link);
        }
        let mut findings = Vec::new();
        let mut before: Option<(u32, &BTreeMap<Digest, Link>)> = None;
        for (n, here) in &places {
            let expected = before.map_or(first, |(last, _)| last.saturating_add(1));
            match before {
                Some((_, last)) if *n == expected => findings.extend(compare(*n, here, last)),
                _ if *n > expected => findings.push(Finding::Gap { from: expected, to: n.saturating_sub(1) }),
                Some(_) | None => {}
            }
            if here.len() > 1 {
                findings.push(Finding::Forked { n: *n });
            }
            before = Some((*n, here));
        }
        findings.sort_by_key(|finding| (finding.at(), *finding));
        findings.dedup();
        let (newest, heads) = match places.last_key_value() {
            Some((n, here)) => (Some(*n), here.keys().copied().collect()),
            None => (None, Vec::new()),
        };
        let all = || places.values().flat_map(BTreeMap::values);
        Chain { seen: all().count(), marked: all().filter(|link| link.fork).count(), newest, heads, findings }
    }
}

/// Whether what stands at `n` was linked to what is present before it. An honest phone makes two links of one number only when
/// at least one of them, or its successor, says so: without that, the link before is another than it was.
fn compare(n: u32, here: &BTreeMap<Digest, Link>, last: &BTreeMap<Digest, Link>) -> impl Iterator<Item = Finding> {
    let may_fork = last.values().any(|link| link.fork);
    let n = n.saturating_sub(1);
    let broken = |link: &&Link| link.prev.is_some_and(|prev| !last.contains_key(&prev));
    let finding = move |link: &Link| if link.fork || may_fork { Finding::Forked { n } } else { Finding::Changed { n } };
    here.values().filter(broken).map(finding).collect::<Vec<_>>().into_iter()
}
