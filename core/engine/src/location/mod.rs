//! Where the citizen is: fixes, how far they are believed, and which of them an SOS carries. An SOS never waits for one.

mod fix;
mod latlon;
mod trust;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::clock::T;
pub(crate) use fix::Fix;
pub use fix::{FixReading, FixSource, Radius};
pub use latlon::{LatLon, NotAPosition};
pub use trust::Flag;

/// Why there is no fix. It goes over the wire, so that no stale place stays on a map (F46).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum NoFix {
    /// The platform was not asked yet.
    #[default]
    NotAsked,
    /// The citizen gave no permission.
    PermissionDenied,
    /// The phone's location switch is off.
    LocationOff,
    /// Asked, and nothing came so far.
    NoSignal,
}

/// What the platform's positioning reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum LocationReport {
    /// A fix.
    Fix(FixReading),
    /// It cannot give one, and why.
    Unable(NoFix),
}

/// Fixes that are kept: the best, and two to fall back on when it has aged. Each is some 250 bytes of every commit.
const MOST_CANDIDATES: usize = 3;

/// The fixes that are worth keeping, whichever positioning gave them: a coarse one never replaces a good one that is hardly
/// older.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Location {
    /// At most [`MOST_CANDIDATES`], the best first as of the newest arrival.
    candidates: Vec<Fix>,
    unable: NoFix,
    /// When the newest fix of all was taken.
    #[serde(default)]
    newest: Option<T>,
    /// When a fix alone last made a step worth a commit.
    saved: Option<T>,
}

/// How the newest fix relates to those before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arrival {
    pub(crate) fix: Fix,
    /// Taken after every other fix known so far: "now" on the dispatcher's map (F43).
    pub(crate) newest: bool,
    /// Leaves clearly less doubt than the best one so far: worth sending at once.
    pub(crate) better: bool,
}

impl Location {
    /// Takes in a fix.
    pub(crate) fn arrive(
        &mut self,
        reading: &FixReading,
        t: T,
        wall_ms: i64,
        boots: u32,
    ) -> Result<Arrival, NotAPosition> {
        /// A quarter less doubt is a difference that a dispatcher can see. The best one is taken as it was when it was new:
        /// who walks would otherwise have a better fix every few seconds, and the gap between fixes no meaning (F49).
        const CLEARLY: f64 = 0.75;
        let at = reading.at()?;
        let (flags, stated) = trust::judge(reading, at, t, wall_ms, self.best(t).filter(|best| best.trusted()));
        let reading = FixReading { stated_wall_ms: stated, ..reading.clone() };
        let fix = reading.keep(t, boots, flags);
        let newest = self.newest.is_none_or(|newest| newest < fix.taken);
        self.newest = self.newest.max(Some(fix.taken));
        let better = self.best(t).is_none_or(|best| {
            (fix.trusted(), best.trusted()) == (true, false)
                || (fix.trusted() >= best.trusted() && fix.doubt_m(t) < best.doubt_m(best.taken) * CLEARLY)
        });
        self.candidates.push(fix.clone());
        self.candidates.sort_by(|a, b| by_worth(a, b, t));
        self.candidates.truncate(MOST_CANDIDATES);
        self.unable = NoFix::NoSignal;
        Ok(Arrival { fix, newest, better })
    }

    /// Notes that the platform cannot give a fix, and why; says whether that is news: the reason stands where no fix does.
    pub(crate) fn unable(&mut self, why: NoFix) -> bool {
        std::mem::replace(&mut self.unable, why) != why && self.candidates.is_empty()
    }

    /// Notes that the platform is being asked.
    pub(crate) fn asked(&mut self) {
        if self.unable == NoFix::NotAsked {
            self.unable = NoFix::NoSignal;
        }
    }

    /// The fix that leaves the least doubt at `t`; one that is not believed only when there is no other.
    pub(crate) fn best(&self, t: T) -> Option<&Fix> {
        self.candidates.iter().min_by(|a, b| by_worth(a, b, t))
    }

    /// Whether the newest fix shall survive the process: once a minute, since each commit is a write to the flash, and a last
    /// known position is no better than its age.
    pub(crate) fn is_due_for_saving(&mut self, t: T) -> bool {
        const SAVED_EVERY_MS: u64 = 60_000;
        let due = self.saved.is_none_or(|saved| t.since(saved) >= SAVED_EVERY_MS);
        if due {
            self.saved = Some(t);
        }
        due
    }

    pub(crate) const fn why_none(&self) -> NoFix {
        self.unable
    }
}

/// A believed fix before one that is not; then the one that leaves less doubt at `t`.
fn by_worth(a: &Fix, b: &Fix, t: T) -> Ordering {
    b.trusted().cmp(&a.trusted()).then_with(|| a.doubt_m(t).total_cmp(&b.doubt_m(t)))
}
