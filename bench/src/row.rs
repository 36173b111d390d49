//! Rows of the result, and the groups that measure them. Everything that measures gives these: `disk`, `queue`, `wire`, …

use std::path::PathBuf;
use std::process::ExitCode;

/// What is measured together, because it must be measured side by side: one run gives all of its rows.
pub(crate) struct Group {
    /// Selects the whole group with `--only`: lower-case words joined by `-`.
    pub(crate) name: &'static str,
    /// The rows that it gives, in the order in which they are printed.
    pub(crate) rows: &'static [Spec],
    /// Measures all of the group's rows. The answer has one value for each of `rows`, in the same order.
    pub(crate) run: fn(&Setting) -> Result<Vec<Value>, Stop>,
    /// What this program can be started as by the group itself, `siaga-bench child NAME ARGUMENTS…`: a process of its own that
    /// is traced, weighed or timed from its start.
    pub(crate) children: &'static [(&'static str, Child)],
}

/// What a child does with its arguments.
pub(crate) type Child = fn(&[String]) -> Result<ExitCode, Stop>;

/// One row, before it is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    /// Its stable name in `--json` and for `--only`: lower-case words joined by `-`.
    pub(crate) name: &'static str,
    /// What is compared, in a few words, for the human table: "third press : append + fdatasync".
    pub(crate) compares: &'static str,
    /// The unit of `ours` and `baseline`: "us", "ms", "bytes", "syncs", "MB", "wake-ups", "lines", …
    pub(crate) unit: &'static str,
    /// What `ours / baseline` may be at most. Where the promise is a plain number, that number is the baseline and the limit
    /// is 1.
    pub(crate) limit: f64,
}

/// What was measured for one row, in its unit.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Two sides that took turns in each round.
    Sides {
        /// Siaga's.
        ours: Side,
        /// What it is compared with.
        baseline: Side,
    },
    /// What ours takes above the other side, which took turns with it, in each round; judged beside the number of the promise.
    Above {
        /// Siaga's.
        ours: Side,
        /// What it contains.
        base: Side,
        /// The number of the promise.
        promised: f64,
    },
    /// A time beside the number of the promise.
    Within {
        /// Siaga's.
        ours: Side,
        /// The number of the promise.
        promised: f64,
    },
    /// A count, which no noise can touch, or a size; `baseline` is what the limit is a multiple of.
    Count {
        /// Siaga's.
        ours: f64,
        /// The number of the promise, or a count of the other side.
        baseline: f64,
    },
    /// Not measured on this machine, and why: a tool that is missing.
    Skipped {
        /// What is missing, and what it would be good for.
        why: String,
    },
}

/// The measurements of one side: a list for each round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Side {
    rounds: Vec<Vec<f64>>,
}

impl Side {
    /// Adds one round.
    pub(crate) fn push(&mut self, round: Vec<f64>) {
        self.rounds.push(round);
    }

    /// The figure that is judged: the median over the rounds of each round's p50. One bad round moves it little.
    pub(crate) fn p50(&self) -> f64 {
        quantile(&self.each(0.5), 0.5)
    }

    /// The median over the rounds of each round's p99; printed, never judged.
    pub(crate) fn p99(&self) -> f64 {
        quantile(&self.each(0.99), 0.5)
    }

    /// What each round's p50 is above that of another side in the same round.
    pub(crate) fn above(&self, base: &Self) -> Self {
        let pairs = self.each(0.5).into_iter().zip(base.each(0.5));
        Self { rounds: pairs.map(|(ours, base)| vec![ours - base]).collect() }
    }

    /// The best and the worst round's p50.
    pub(crate) fn span(&self) -> (f64, f64) {
        let each = self.each(0.5);
        (quantile(&each, 0.0), quantile(&each, 1.0))
    }

    fn each(&self, part: f64) -> Vec<f64> {
        self.rounds.iter().map(|round| quantile(round, part)).collect()
    }
}

/// The value below which `part` (0–1) of the values lie, by the nearest rank; the mean of the two middle ones for an even
/// median. Not a number when there are no values.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    // Counts of samples are far below 2⁵², and the product lies between 0 and `last`.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let (low, high) = ((last as f64 * part).floor() as usize, (last as f64 * part).ceil() as usize);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(f64::NAN);
    f64::midpoint(at(low), at(high))
}

/// How a run is to be made.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Rounds; in each, every side of a group has its turn.
    pub(crate) rounds: usize,
    /// Everything once with tiny counts: shows that it works, and judges nothing.
    pub(crate) smoke: bool,
    /// An empty folder on the disk that is measured. Each group makes its own folder in it.
    pub(crate) disk: PathBuf,
    /// Where programs of others are built and kept between runs: below the workspace's `target`.
    pub(crate) tools: PathBuf,
    /// The folder of this crate in the repository: programs of others lie in `peers`.
    pub(crate) home: PathBuf,
}

impl Setting {
    /// The repository.
    ///
    /// # Errors
    /// None but for a crate at the root of the file system.
    pub(crate) fn root(&self) -> Result<PathBuf, Stop> {
        self.home.parent().map(PathBuf::from).ok_or_else(|| Stop::failed("this crate lies in no repository"))
    }

    /// `full`, or `tiny` in a smoke run.
    pub(crate) const fn count(&self, full: usize, tiny: usize) -> usize {
        if self.smoke { tiny } else { full }
    }
}

/// Why a group gives no values.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A tool is missing: its rows are skipped, loudly.
    Missing(String),
    /// It went wrong: the run ends with an error, after the other groups.
    Failed(String),
}

impl Stop {
    /// Something went wrong in our own words.
    pub(crate) fn failed(what: impl Into<String>) -> Self {
        Self::Failed(what.into())
    }
}

/// Any error ends the group. `Stop` itself is no error type, so that `?` can do this.
impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_nearest_rank_and_the_mean_of_two_in_the_middle() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!((quantile(&values, 0.5), quantile(&values, 0.0), quantile(&values, 1.0)), (2.5, 1.0, 4.0));
        assert_eq!(quantile(&[7.0], 0.99), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn what_a_side_takes_above_another_is_told_round_by_round() {
        let (mut ours, mut base) = (Side::default(), Side::default());
        for (slow, fast) in [([9.0, 7.0, 8.0], [5.0, 1.0, 6.0]), ([30.0, 20.0, 40.0], [10.0, 20.0, 30.0])] {
            ours.push(slow.to_vec());
            base.push(fast.to_vec());
        }
        let above = ours.above(&base);
        assert_eq!((above.p50(), above.span()), (6.5, (3.0, 10.0)));
    }

    #[test]
    fn one_bad_round_does_not_move_the_figure_that_is_judged() {
        let mut side = Side::default();
        for round in [vec![1.0, 2.0, 3.0], vec![900.0, 950.0, 990.0], vec![2.0, 2.0, 9.0]] {
            side.push(round);
        }
        assert_eq!(side.p50(), 2.0);
        assert_eq!(side.span(), (2.0, 950.0));
    }
}
