//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::place::Image;
use crate::row::{Group, Spec, Stop};

/// Measures what an SOS costs beside bare baselines and peers, side by side in the same rounds.
///
/// Exit code 0: every row that could be measured holds; 1: a row is missed; 2: something could not be measured.
#[derive(Parser)]
#[command(name = "siaga-bench", version)]
pub(crate) struct Cli {
    /// One JSON object a line for each row: name, ours, baseline, unit, ratio, limit, holds.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// The table of docs/BENCHMARKS.md.
    #[arg(long, requires = "date")]
    markdown: bool,
    /// The date that stands above that table, as 2026-11-22.
    #[arg(long, value_parser = date)]
    date: Option<String>,
    /// Rounds in which all sides take turns, 5 to 20.
    #[arg(long, default_value_t = 5, value_parser = rounds)]
    pub(crate) rounds: usize,
    /// Only this row, group or kind of groups; can be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Names every row and measures nothing.
    #[arg(long)]
    pub(crate) list: bool,
    /// Measures in this folder instead of on a loop-mounted image of its own.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Runs everything once with tiny counts and judges nothing: shows that the bench works, in any build.
    #[arg(long)]
    pub(crate) smoke: bool,
    /// The program itself says so to its inner half.
    #[arg(long, hide = true, requires = "mount_at")]
    image: Option<PathBuf>,
    /// See `image`.
    #[arg(long, hide = true)]
    mount_at: Option<PathBuf>,
}

/// How rows are printed.
#[derive(Clone, Copy)]
pub(crate) enum Output<'a> {
    Human,
    Json,
    Markdown { date: &'a str },
}

impl Cli {
    pub(crate) fn output(&self) -> Output<'_> {
        match (&self.date, self.markdown, self.json) {
            (Some(date), true, _) => Output::Markdown { date },
            (_, _, true) => Output::Json,
            (_, _, false) => Output::Human,
        }
    }

    pub(crate) fn image(&self) -> Option<Image> {
        Some(Image { file: self.image.clone()?, at: self.mount_at.clone()? })
    }

    /// The groups that have to be measured.
    ///
    /// # Errors
    /// A name that is neither a row's nor a group's.
    pub(crate) fn chosen<'a>(&self, groups: &'a [Group]) -> Result<Vec<&'a Group>, Stop> {
        let known =
            |name: &str| groups.iter().any(|group| is_called(group, name) || names(group).any(|row| row == name));
        if let Some(unknown) = self.only.iter().find(|name| !known(name)) {
            let all: Vec<&str> = groups.iter().flat_map(|group| [group.name].into_iter().chain(names(group))).collect();
            return Err(Stop::failed(format!("--only {unknown}: there is {}", all.join(", "))));
        }
        Ok(groups.iter().filter(|group| group.rows.iter().any(|row| self.wants(group, row))).collect())
    }

    /// Whether a row was asked for.
    pub(crate) fn wants(&self, group: &Group, row: &Spec) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| is_called(group, name) || name == row.name)
    }
}

/// Whether a group has this name, or it is one of several groups of a kind: `wire` is `wire-warm`, `wire-cold`, …
fn is_called(group: &Group, name: &str) -> bool {
    group.name == name || group.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
}

fn names(group: &Group) -> impl Iterator<Item = &'static str> {
    group.rows.iter().map(|row| row.name)
}

/// Fewer than 5 rounds prove nothing; beyond 20 the phone of the bench would live longer than its clock can count.
fn rounds(text: &str) -> Result<usize, String> {
    let rounds = text.parse().map_err(|_| "must be a whole number, 5 to 20".to_owned())?;
    if (5..=20).contains(&rounds) { Ok(rounds) } else { Err("must be 5 to 20".to_owned()) }
}

fn date(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let digits = parts.iter().all(|part| part.chars().all(|c| c.is_ascii_digit()));
    if lengths == [4, 2, 2] && digits { Ok(text.to_owned()) } else { Err("must look like 2026-11-22".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once(&"siaga-bench").chain(arguments))
    }

    #[test]
    fn options_out_of_range_are_refused() {
        for wrong in [&["--rounds", "4"][..], &["--rounds", "21"], &["--rounds", "many"], &["--json", "--markdown"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        for wrong in [&["--markdown"][..], &["--markdown", "--date", "today"], &["--date", "22-11-2026"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(parse(&["--rounds", "20"]).unwrap().rounds, 20);
    }

    #[test]
    fn a_name_that_nothing_bears_is_refused_with_the_names_that_there_are() {
        let wrong = parse(&["--only", "pres"]).unwrap().chosen(crate::GROUPS);
        let Err(Stop::Failed(why)) = wrong else { panic!("it was taken") };
        assert!(why.contains("press-raw"), "{why}");
    }

    #[test]
    fn a_kind_of_groups_stands_for_all_of_them_and_for_no_other() {
        let chosen = |only: &str| parse(&["--only", only]).unwrap().chosen(crate::GROUPS).map(|groups| groups.len());
        let media = crate::GROUPS.iter().filter(|group| group.name.starts_with("media-")).count();
        assert!(media > 1);
        assert_eq!((chosen("media").unwrap(), chosen("media-cuts").unwrap()), (media, 1));
        assert!(chosen("med").is_err() && chosen("media-").is_err());
        let cli = parse(&["--only", "media"]).unwrap();
        assert!(cli.wants(&crate::media::CUTS, &crate::media::CUTS.rows[0]));
        assert!(!cli.wants(&crate::idle::GROUP, &crate::idle::GROUP.rows[0]));
    }

    #[test]
    fn every_row_and_every_group_has_a_name_of_its_own() {
        let mut all: Vec<&str> = crate::GROUPS.iter().map(|group| group.name).collect();
        all.extend(crate::GROUPS.iter().flat_map(names));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
