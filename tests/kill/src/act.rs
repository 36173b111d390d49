//! What the phone is asked to do: one word of its command line each.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Press once, past the debounce.
    Press,
    /// Call the open SOS off.
    Cancel,
    /// Submit an ordinary report.
    Report,
    /// Write a draft of a report.
    Draft,
    /// Submit the newest draft, which has to say what was written.
    Submit,
    /// Add words to the newest incident.
    Note,
    /// Attach a photo to the newest incident.
    Attach,
    /// Attach a video to the newest incident: megabytes.
    Video,
    /// Deliver until nothing waits, for at most so many milliseconds.
    Deliver {
        /// The limit, in milliseconds.
        for_ms: u64,
    },
    /// Wait until the disk has everything.
    Durable,
    /// Wait to be killed.
    Stay,
}

/// A word that names nothing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadAct(String);

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Press => f.write_str("press"),
            Self::Cancel => f.write_str("cancel"),
            Self::Report => f.write_str("report"),
            Self::Draft => f.write_str("draft"),
            Self::Submit => f.write_str("submit"),
            Self::Note => f.write_str("note"),
            Self::Attach => f.write_str("attach"),
            Self::Video => f.write_str("video"),
            Self::Deliver { for_ms } => write!(f, "deliver:{for_ms}"),
            Self::Durable => f.write_str("durable"),
            Self::Stay => f.write_str("stay"),
        }
    }
}

impl FromStr for Act {
    type Err = BadAct;

    fn from_str(word: &str) -> Result<Self, BadAct> {
        let bad = || BadAct(word.to_owned());
        match word {
            "press" => Ok(Self::Press),
            "cancel" => Ok(Self::Cancel),
            "report" => Ok(Self::Report),
            "draft" => Ok(Self::Draft),
            "submit" => Ok(Self::Submit),
            "note" => Ok(Self::Note),
            "attach" => Ok(Self::Attach),
            "video" => Ok(Self::Video),
            "durable" => Ok(Self::Durable),
            "stay" => Ok(Self::Stay),
            _ => {
                let for_ms = word.strip_prefix("deliver:").ok_or_else(bad)?;
                Ok(Self::Deliver { for_ms: for_ms.parse().map_err(|_| bad())? })
            }
        }
    }
}

impl fmt::Display for BadAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is nothing to do; expected press, cancel, report, draft, submit, note, attach, video, durable, stay or \
             deliver:MILLISECONDS",
            self.0
        )
    }
}

impl Error for BadAct {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_is_read_as_it_was_written() {
        for act in [
            Act::Press,
            Act::Cancel,
            Act::Report,
            Act::Draft,
            Act::Submit,
            Act::Note,
            Act::Attach,
            Act::Video,
            Act::Deliver { for_ms: 300 },
            Act::Durable,
            Act::Stay,
        ] {
            assert_eq!(act.to_string().parse(), Ok(act));
        }
    }

    #[test]
    fn a_word_that_is_no_act_is_named_with_what_would_do() {
        for word in ["", "pres", "deliver", "deliver:", "deliver:-1", "deliver:soon"] {
            let said = word.parse::<Act>().unwrap_err().to_string();
            assert!(said.contains(&format!("`{word}`")) && said.contains("deliver:MILLISECONDS"), "{said}");
        }
    }
}
