//! What a report says, as it is typed.

use clap::Args;
use siaga::{Place, Report, Subject};

/// A report.
#[derive(Args, Clone, Debug)]
pub struct Written {
    /// Which kind of trouble: 1-64 of a-z, 0-9 and _; a draft may have none yet: ""
    category: String,
    /// What happened, at most 4,000 characters
    text: String,
    /// Where it happened, apart from where you are: degrees north and east, and how many metres around
    #[arg(long, value_name = "LAT,LON[,RADIUS]", value_parser = place, allow_hyphen_values = true)]
    place: Option<Place>,
    /// The same in words, beside --place
    #[arg(long, value_name = "WORDS", requires = "place")]
    place_words: Option<String>,
    /// Whom it concerns: me, other or witness
    #[arg(long, value_name = "WHOM", value_parser = subject)]
    subject: Option<Subject>,
    /// Whom it is for, in the agency's own words; up to four times
    #[arg(long = "for", value_name = "AGENCY")]
    agencies: Vec<String>,
}

impl Written {
    /// As the core takes it.
    pub(crate) fn report(&self) -> Report {
        let Self { category, text, place, place_words, subject, agencies } = self.clone();
        let place = place.map(|place| Place { words: place_words, ..place });
        Report { category, text, place, subject, agencies }
    }
}

fn place(text: &str) -> Result<Place, String> {
    let wrong = || "it must be LAT,LON or LAT,LON,RADIUS, such as -6.99,110.42,50".to_owned();
    let mut parts = text.split(',').map(str::trim);
    let mut degrees = || parts.next().and_then(|part| part.parse::<f64>().ok()).ok_or_else(wrong);
    let (lat, lon) = (degrees()?, degrees()?);
    let radius_m = parts.next().map(|part| part.parse().map_err(|_| wrong())).transpose()?;
    if parts.next().is_some() { Err(wrong()) } else { Ok(Place { lat, lon, radius_m, words: None }) }
}

fn subject(text: &str) -> Result<Subject, String> {
    let words = || Subject::ALL.map(Subject::word).join(", ");
    let known = Subject::ALL.into_iter().find(|subject| subject.word() == text);
    known.ok_or_else(|| format!("it must be one of {}", words()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_two_or_three_numbers() {
        let at = |lat, lon, radius_m| Ok(Place { lat, lon, radius_m, words: None });
        assert_eq!(place("-6.99,110.42"), at(-6.99, 110.42, None));
        assert_eq!(place("-6.99, 110.42, 50"), at(-6.99, 110.42, Some(50)));
        for wrong in ["", "-6.99", "-6.99,", "a,b", "1,2,x", "1,2,-3", "1,2,3,4"] {
            assert!(place(wrong).is_err(), "{wrong}");
        }
    }
}
