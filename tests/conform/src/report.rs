//! What a run found, for people and for machines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::phone::set;
use crate::rule::{Account, Level, Profile, Verdict};
use crate::run::Left;
use crate::{Rule, Target};

/// What only the inside of a server can show.
pub const NOT_SEEN: &str = "Not seen from outside: whether bytes and receipt are on the disk before the answer, and whether they \
survive a power cut. Only the server's own code and tests can show that.";

/// What a run leaves behind, said before it begins.
pub const LEAVES: &str = "It leaves about 35 incidents with 130 events and 20 files of a few KiB under random ids. Two of the incidents are not marked as \
drills: a report, and a create that cannot be read. Run it against a test system, or tell the dispatchers.";

/// A rule with its verdict.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The rule.
    pub rule: &'static Rule,
    /// What became of it.
    pub verdict: Verdict,
}

/// What a run found.
#[derive(Debug, Clone)]
pub struct Report {
    /// Every rule of the profile, in the order in which it was judged.
    pub judged: Vec<Judged>,
    /// How many incidents it left on the server.
    pub left: usize,
    /// How many of them the server does not know for drills.
    pub left_without_drill: usize,
    url: String,
    centre: String,
    profile: Profile,
}

impl Report {
    pub(crate) fn new(target: &Target, judged: Vec<Judged>, left: &BTreeMap<String, Left>) -> Report {
        Report {
            judged,
            left: left.len(),
            left_without_drill: left.values().filter(|left| !left.is_drill()).count(),
            url: target.at(""),
            centre: target.centre.clone(),
            profile: target.profile,
        }
    }

    /// Whether no rule is broken. Warnings and skipped rules break nothing.
    pub fn holds(&self) -> bool {
        self.ids("fail").is_empty()
    }

    /// The ids of all rules with this verdict: `pass`, `fail`, `warning` or `skipped`.
    pub fn ids(&self, word: &str) -> Vec<&'static str> {
        let with = self.judged.iter().filter(|judged| judged.verdict.word() == word);
        with.map(|judged| judged.rule.id).collect()
    }

    /// The report for people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Judged { rule, verdict } in &self.judged {
            let (mark, more) = match verdict {
                Verdict::Pass => ("pass", String::new()),
                Verdict::Fail(account) => ("FAIL", told(rule, account)),
                Verdict::Warning(account) => ("WARN", told(rule, account)),
                Verdict::Skipped { reason } => ("skip", format!("            because   {reason}\n")),
            };
            // Writing to a text has no failing path.
            let _ = writeln!(text, "{mark}  {}  {}", rule.id, rule.text);
            text.push_str(&more);
        }
        let count = |word| self.ids(word).len();
        let _ = writeln!(
            text,
            "\n{} rules: {} hold, {} broken, {} warnings, {} skipped",
            self.judged.len(),
            count("pass"),
            count("fail"),
            count("warning"),
            count("skipped")
        );
        let _ = writeln!(
            text,
            "Left behind: {} incidents, {} of them not known as drills.",
            self.left, self.left_without_drill
        );
        let _ = writeln!(text, "{NOT_SEEN}");
        text
    }

    /// The report for machines: one object.
    pub fn json(&self) -> Value {
        let rules = self.judged.iter().map(|Judged { rule, verdict }| {
            let mut one = json!({
                "id": rule.id, "rule": rule.text, "section": rule.section, "level": rule.level, "profile": rule.profile,
                "verdict": verdict.word()
            });
            match verdict {
                Verdict::Pass => {}
                Verdict::Fail(account) | Verdict::Warning(account) => set(&mut one, "account", json!(account)),
                Verdict::Skipped { reason } => set(&mut one, "reason", json!(reason)),
            }
            one
        });
        json!({
            "url": self.url, "centre": self.centre, "profile": self.profile, "holds": self.holds(),
            "passed": self.ids("pass").len(), "failed": self.ids("fail").len(), "warnings": self.ids("warning").len(),
            "skipped": self.ids("skipped").len(), "left_incidents": self.left,
            "left_without_drill": self.left_without_drill, "rules": rules.collect::<Vec<_>>()
        })
    }
}

/// The list of all rules, a line each.
pub fn listing(rules: &[&'static Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let level = match rule.level {
            Level::Must => "MUST",
            Level::Should => "SHOULD",
        };
        let profile = match rule.profile {
            Profile::Basic => "basic",
            Profile::All => "all",
        };
        let _ = writeln!(text, "{}  {level:<6}  {profile:<5}  {:<27}  {}", rule.id, rule.section, rule.text);
    }
    text
}

fn told(rule: &Rule, account: &Account) -> String {
    let Account { sent, came, expected, remedy } = account;
    let section = rule.section;
    let lines = [("section", section), ("sent", sent), ("came", came), ("expected", expected), ("do", remedy)];
    lines.into_iter().fold(String::new(), |mut text, (name, what)| {
        let _ = writeln!(text, "            {name:<8}  {what}");
        text
    })
}
