//! What a run of many seeds found, for people and for machines.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Checker, Coverage, Fault, Ran};

/// The sum of many seeds. Its JSON form is stable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// How many seeds were run.
    pub seeds: u64,
    /// Calls of the core, over all seeds.
    pub steps: u64,
    /// How many seeds broke an invariant.
    pub violations: u64,
    /// The smallest of them.
    pub first_failing_seed: Option<u64>,
    /// How often each fault fired.
    pub faults: BTreeMap<String, u64>,
    /// How often each checker judged.
    pub checkers: BTreeMap<String, u64>,
}

impl Report {
    /// Adds one seed.
    pub fn take(&mut self, ran: &Ran) {
        self.seeds += 1;
        self.steps += ran.steps;
        if ran.violation.is_some() {
            self.violations += 1;
            self.first_failing_seed = Some(self.first_failing_seed.map_or(ran.seed, |first| first.min(ran.seed)));
        }
        self.count(&ran.coverage);
    }

    /// Adds another report.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.steps += other.steps;
        self.violations += other.violations;
        let first = [self.first_failing_seed, other.first_failing_seed].into_iter().flatten().min();
        self.first_failing_seed = first;
        for (name, times) in &other.faults {
            *self.faults.entry(name.clone()).or_default() += times;
        }
        for (name, times) in &other.checkers {
            *self.checkers.entry(name.clone()).or_default() += times;
        }
    }

    /// Faults that never fired and checkers that never judged: what they stand for was not tried.
    #[must_use]
    pub fn silent(&self) -> Vec<&str> {
        let counts = self.faults.iter().chain(&self.checkers);
        counts.filter(|(_, times)| **times == 0).map(|(name, _)| name.as_str()).collect()
    }

    fn count(&mut self, coverage: &Coverage) {
        for fault in Fault::ALL {
            *self.faults.entry(fault.name().to_owned()).or_default() += coverage.of_fault(fault);
        }
        for checker in Checker::ALL {
            *self.checkers.entry(checker.name().to_owned()).or_default() += coverage.of_checker(checker);
        }
    }
}
