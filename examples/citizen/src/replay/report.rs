//! What a replay has to say.

use serde_json::{Value, json};

use crate::replay::expect::Difference;

/// A trace that was replayed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Line by line.
    pub lines: Vec<ReplayedLine>,
}

/// One line of a trace, and the view after it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplayedLine {
    /// From 1, as it stands in the trace.
    pub number: usize,
    /// Since the beginning.
    pub at_ms: u64,
    /// The line itself.
    pub text: String,
    /// The Snapshot and what stands beside it.
    pub view: Value,
    /// The same as the screen draws it.
    pub drawn: Vec<String>,
    /// Of an expectation: where the view differs from it.
    pub differences: Option<Vec<Difference>>,
}

impl Replayed {
    /// Whether every expectation holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.lines.iter().filter_map(|line| line.differences.as_ref()).all(Vec::is_empty)
    }

    /// For people: each input with the view after it where it changed, each expectation with its differences.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut said = Vec::new();
        let mut drawn_before: &[String] = &[];
        for line in &self.lines {
            let at = format!("{:>9} ms", line.at_ms);
            match &line.differences {
                None => {
                    said.push(format!("{at}  {}", line.text));
                    if line.drawn != drawn_before {
                        said.extend(line.drawn.iter().map(|drawn| format!("            | {drawn}")));
                    }
                    drawn_before = &line.drawn;
                }
                Some(differences) if differences.is_empty() => {
                    said.push(format!("{at}  ✓ as expected (line {})", line.number));
                }
                Some(differences) => {
                    said.push(format!("{at}  ✗ not as expected (line {})", line.number));
                    for Difference { path, expected, found } in differences {
                        said.push(format!("              {path}"));
                        said.push(format!("                - {expected}"));
                        said.push(format!("                + {found}"));
                    }
                }
            }
        }
        let expectations = self.lines.iter().filter_map(|line| line.differences.as_ref());
        let (all, held) = (expectations.clone().count(), expectations.filter(|found| found.is_empty()).count());
        said.push(format!("{held} of {all} expectations hold"));
        said
    }

    /// For scripts.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let lines = self.lines.iter().map(|line| {
            json!({ "line": line.number, "at_ms": line.at_ms, "text": line.text, "view": line.view,
                    "differences": line.differences })
        });
        json!({ "passed": self.passed(), "lines": lines.collect::<Vec<_>>() })
    }
}
