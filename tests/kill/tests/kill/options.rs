//! How many kills, and which.

use std::env::VarError;

/// Enough to be met in every kind of moment, and a few seconds.
const KILLS: u32 = 60;
/// A night of them.
const MOST_KILLS: u32 = 1_000_000;

/// What the run was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// At least so many processes are killed.
    pub(crate) kills: u32,
    /// Decides what is done and when it is killed.
    pub(crate) seed: u64,
}

impl Options {
    /// As the environment says.
    ///
    /// # Errors
    /// What is wrong, where, and what would do.
    pub(crate) fn from_environment() -> Result<Self, String> {
        Self::read(|name| match std::env::var(name) {
            Ok(text) => Some(text),
            Err(VarError::NotPresent) => None,
            Err(VarError::NotUnicode(text)) => Some(text.to_string_lossy().into_owned()),
        })
    }

    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let kills = number(&variable, "SIAGA_KILLS", 1, u64::from(MOST_KILLS))?.unwrap_or(u64::from(KILLS));
        let seed = number(&variable, "SIAGA_KILL_SEED", 0, u64::MAX)?.unwrap_or(1);
        Ok(Self { kills: u32::try_from(kills).unwrap_or(MOST_KILLS), seed })
    }
}

fn number(
    variable: &impl Fn(&str) -> Option<String>,
    name: &str,
    least: u64,
    most: u64,
) -> Result<Option<u64>, String> {
    let Some(text) = variable(name) else { return Ok(None) };
    let good = text.parse().ok().filter(|number| (least..=most).contains(number));
    good.map(Some).ok_or_else(|| format!("{name} is {text:?}, but must be a whole number from {least} to {most}"))
}

#[test]
fn the_defaults_stand_where_nothing_is_asked() {
    assert_eq!(Options::read(|_| None), Ok(Options { kills: KILLS, seed: 1 }));
}

#[test]
fn an_option_out_of_range_is_named_with_what_would_do() {
    for (name, text) in [
        ("SIAGA_KILLS", "0"),
        ("SIAGA_KILLS", "1000001"),
        ("SIAGA_KILLS", "many"),
        ("SIAGA_KILLS", ""),
        ("SIAGA_KILL_SEED", "-1"),
        ("SIAGA_KILL_SEED", "18446744073709551616"),
    ] {
        let error = Options::read(|asked| (asked == name).then(|| text.to_owned())).unwrap_err();
        assert!(error.starts_with(&format!("{name} is {text:?}, but must be a whole number from ")), "{error}");
    }
    let read =
        Options::read(|name| Some(if name == "SIAGA_KILLS" { "500" } else { "18446744073709551615" }.to_owned()));
    assert_eq!(read, Ok(Options { kills: 500, seed: u64::MAX }));
}
