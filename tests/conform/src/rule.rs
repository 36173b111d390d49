//! A rule, and what became of it.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;

use crate::run::Run;

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A centre that breaks it loses or doubles emergencies, or phones do not believe it.
    Must,
    /// A centre that breaks it works less well; the report warns.
    Should,
}

/// How much of the contract is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The two PUTs and the keys: what every centre has.
    Basic,
    /// Also what `GET /v1/capabilities` offers beyond that.
    All,
}

/// What was seen, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// The request.
    pub sent: String,
    /// The answer.
    pub came: String,
    /// What the contract asks for.
    pub expected: String,
    /// What to change on the server.
    pub remedy: String,
}

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It is broken.
    Fail(Account),
    /// It holds, or is no MUST, and something should be better.
    Warning(Account),
    /// It could not be judged, for this reason.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// The judging of one rule: no error is a pass.
pub(crate) type Judging<'a> = Pin<Box<dyn Future<Output = Result<(), Verdict>> + 'a>>;

/// One rule of the contract.
pub struct Rule {
    /// Its name in reports, which stays: a letter for its group and two digits.
    pub id: &'static str,
    /// The rule in one sentence.
    pub text: &'static str,
    /// The heading of `docs/PROTOCOL.md` under which it stands.
    pub section: &'static str,
    /// How binding it is.
    pub level: Level,
    /// With which profile it is judged.
    pub profile: Profile,
    /// Rules without which this one cannot be judged: when one of them did not hold, it is skipped.
    pub(crate) needs: &'static [&'static str],
    pub(crate) check: Check,
}

/// How a rule is judged.
pub(crate) type Check = for<'a> fn(&'a mut Run) -> Judging<'a>;

impl Rule {
    /// A MUST of the basic profile.
    pub(crate) const fn must(
        id: &'static str,
        section: &'static str,
        needs: &'static [&'static str],
        text: &'static str,
        check: Check,
    ) -> Rule {
        Rule { id, text, section, level: Level::Must, profile: Profile::Basic, needs, check }
    }

    /// The same as a SHOULD: broken, it warns.
    pub(crate) const fn should(self) -> Rule {
        Rule { level: Level::Should, ..self }
    }

    /// The same beyond the basic profile.
    pub(crate) const fn beyond(self) -> Rule {
        Rule { profile: Profile::All, ..self }
    }
}

impl Account {
    pub(crate) fn new(
        sent: impl Into<String>,
        came: impl Into<String>,
        expected: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Account {
        Account { sent: sent.into(), came: came.into(), expected: expected.into(), remedy: remedy.into() }
    }

    /// This account as the reason for a broken rule.
    pub(crate) fn fails<T>(self) -> Result<T, Verdict> {
        Err(Verdict::Fail(self))
    }
}

impl Verdict {
    pub(crate) fn skip<T>(reason: impl Into<String>) -> Result<T, Verdict> {
        Err(Verdict::Skipped { reason: reason.into() })
    }

    /// The verdict in one word, as in the JSON report.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail(_) => "fail",
            Verdict::Warning(_) => "warning",
            Verdict::Skipped { .. } => "skipped",
        }
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}
