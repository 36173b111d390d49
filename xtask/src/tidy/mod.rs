//! Our own style as tests. Each rule is a pure function over the repository's files, with a test that plants a finding.

mod length;
mod links;
mod names;
mod product;
mod safety;
mod sleeps;
mod tree;
mod tree_block;
mod unfinished;

use std::fmt;

pub(crate) use tree::Tree;

/// One place that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    /// From 1; 0 for a finding about the whole file.
    line: usize,
    what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Every finding of every rule.
pub(crate) fn findings(tree: &Tree) -> Vec<Finding> {
    let rules = [
        length::judge,
        links::judge,
        names::judge,
        product::judge,
        safety::judge,
        sleeps::judge,
        tree_block::judge,
        unfinished::judge,
    ];
    rules.into_iter().flat_map(|rule| rule(tree)).collect()
}
