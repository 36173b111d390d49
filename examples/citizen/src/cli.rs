//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use siaga::Source;

use crate::replay::FORMAT_HELP;
use crate::written::Written;

const AFTER_HELP: &str = "\
What stands in the configuration (only `centre` has to; your agency gives it out):
  { \"centre\": { \"id\": \"kota-1\", \"root_key\": \"<Ed25519 public key, base64url>\",
                \"primary\": \"https://centre.example\", \"second\": null,
                \"public_roots\": true, \"agency_cas_pem\": [] },
    \"press\": { \"presses\": 3, \"window_ms\": 3000, \"debounce_ms\": 80 },
    \"incident\": { \"grace_ms\": 10000, \"message\": null } }

Exit codes:
  0  done
  1  there was nothing to do, or it was declined; an expectation of a trace, or an export, did not hold
  2  the command line is wrong
  3  the configuration or a file cannot be used
  4  it was taken, but the disk does not hold it
  5  drain: something still waits

Every command begins as a phone does after a restart: what waits is tried at once, also during `status`.

Examples:
  citizen --config city.json                          the screen; the space bar presses SOS
  citizen --config city.json press --count 3          an SOS from a script
  citizen --config city.json drain --for 60           deliver what waits
  citizen --config city.json verify evidence.jsonl    what an export of the centre proves
  citizen --config city.json --json status | jq .snapshot.incidents";

/// A terminal with an SOS button: the smallest complete shell of Siaga. Three presses make an SOS, which stays on this
/// machine's disk until the dispatch centre has signed for it.
#[derive(Clone, Debug, Parser)]
#[command(name = "citizen", version, after_help = AFTER_HELP)]
pub struct Arguments {
    /// Where everything lies.
    #[command(flatten)]
    pub place: Place,

    /// Print one JSON object instead of words, errors included
    #[arg(long, global = true)]
    pub json: bool,

    /// What to do; the screen when nothing is named.
    #[command(subcommand)]
    command: Option<Verb>,
}

impl Arguments {
    /// What to do.
    #[must_use]
    pub fn command(&self) -> Verb {
        self.command.clone().unwrap_or(Verb::Run)
    }
}

/// Where everything lies.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Folder of this citizen's database; made when it is not there
    #[arg(long, global = true, value_name = "DIR", default_value = "citizen-data", env = "SIAGA_FOLDER")]
    pub folder: PathBuf,

    /// The agency's configuration (JSON)
    #[arg(long, global = true, value_name = "FILE", env = "SIAGA_CONFIG")]
    pub config: Option<PathBuf>,

    /// Play a GPX 1.1 recording as this machine's positioning: its first point now, the others as far apart as they were
    /// recorded (1 s where a point has no time)
    #[arg(long, global = true, value_name = "FILE")]
    pub track: Option<PathBuf>,

    /// Play the recording so many times as fast, 0.01 to 1000. Above 1 the citizen seems to move faster, and may seem to
    /// move faster than anybody can
    #[arg(long, global = true, value_name = "TIMES", default_value = "1", value_parser = speed)]
    pub track_speed: f64,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Show the screen (the default): space presses SOS, d drill, c cancel, r report, q quit
    Run,
    /// Press the SOS button
    Press {
        /// How often
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
        count: u32,
        /// Milliseconds between two presses
        #[arg(long, value_name = "MS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(0..=60_000))]
        gap_ms: u64,
        /// Which button: screen, volume_key, notification, tile, widget, headset, watch or keyboard
        #[arg(long, value_name = "SOURCE", default_value = "screen", value_parser = source)]
        source: Source,
    },
    /// Start a drill: the whole way of an SOS, which nobody can take for one
    Drill,
    /// Show what the screen would show, and end
    Status,
    /// Deliver what waits
    Drain {
        /// For at most so many seconds
        #[arg(long = "for", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(0..=86_400))]
        for_s: u64,
    },
    /// Stay awake and tell what happens, as a screen would show it
    Follow {
        /// For at most so many seconds
        #[arg(long = "for", value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(0..=86_400))]
        for_s: u64,
        /// End as soon as the newest incident has this signed step, such as opened; exit code 1 when it does not come
        #[arg(long, value_name = "STEP")]
        until: Option<String>,
    },
    /// Call the open SOS off, or else the open drill
    Cancel {
        /// The citizen's code. Others on this machine can see it in the list of processes: prefer --code-stdin
        #[arg(long, value_name = "CODE", conflicts_with = "code_stdin")]
        code: Option<String>,
        /// Read the code from the first line of standard input
        #[arg(long)]
        code_stdin: bool,
    },
    /// Send an ordinary report
    Report {
        /// What it says.
        #[command(flatten)]
        report: Written,
        /// Keep it here as a draft, to be edited and submitted later
        #[arg(long)]
        draft: bool,
    },
    /// Show the drafts of reports
    Drafts,
    /// Change what a draft says, all of it
    Edit {
        /// Which, as `citizen drafts` names it
        draft: siaga::IncidentId,
        /// What it says.
        #[command(flatten)]
        report: Written,
    },
    /// Send a draft as the report that it is now, with its files
    Submit {
        /// Which
        draft: siaga::IncidentId,
    },
    /// Throw a draft away, with the copies of its files
    Discard {
        /// Which
        draft: siaga::IncidentId,
    },
    /// Add words to an incident that was sent
    Note {
        /// The words, at most 4,000 characters
        text: String,
        /// To which incident; the newest that is shown when none is named
        #[arg(long, value_name = "INCIDENT")]
        to: Option<siaga::IncidentId>,
    },
    /// Attach a photo, a video or a sound recording
    Attach {
        /// The file. It is copied: the original may go afterwards
        file: PathBuf,
        /// To which incident; the newest that is shown when none is named
        #[arg(long, value_name = "INCIDENT")]
        to: Option<siaga::IncidentId>,
    },
    /// Show incidents that are over and have left the screen
    History {
        /// At most so many, the newest first
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
        newest: u32,
    },
    /// Verify an export of a centre: receipts, the chain of evidence, and that it ends where this phone remembers
    Verify {
        /// The export: evidence.jsonl, saved from the centre's page
        file: PathBuf,
    },
    /// Replay a trace of inputs against the real core, with a virtual clock and a scripted centre
    #[command(after_help = FORMAT_HELP)]
    Replay {
        /// The trace: JSON lines
        trace: PathBuf,
        /// Which core: this program's own, or one that answers commands over standard input and output
        #[arg(long, value_name = "CORE", default_value = "own")]
        core: CoreUnder,
    },
}

/// Which core a trace is replayed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CoreUnder {
    /// That of this program.
    Own,
    /// One on the other side of standard input and output.
    Stdio,
}

impl Verb {
    /// Whether standard output belongs to a core on its other side, so that nothing else may be said there.
    #[must_use]
    pub const fn lends_its_output(&self) -> bool {
        match self {
            Self::Replay { core, .. } => matches!(core, CoreUnder::Stdio),
            Self::Run
            | Self::Press { .. }
            | Self::Drill
            | Self::Status
            | Self::Drain { .. }
            | Self::Follow { .. }
            | Self::Cancel { .. }
            | Self::Report { .. }
            | Self::Drafts
            | Self::Edit { .. }
            | Self::Submit { .. }
            | Self::Discard { .. }
            | Self::Note { .. }
            | Self::Attach { .. }
            | Self::History { .. }
            | Self::Verify { .. } => false,
        }
    }

    /// Its name, as it is typed.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Press { .. } => "press",
            Self::Drill => "drill",
            Self::Status => "status",
            Self::Drain { .. } => "drain",
            Self::Follow { .. } => "follow",
            Self::Cancel { .. } => "cancel",
            Self::Report { .. } => "report",
            Self::Drafts => "drafts",
            Self::Edit { .. } => "edit",
            Self::Submit { .. } => "submit",
            Self::Discard { .. } => "discard",
            Self::Note { .. } => "note",
            Self::Attach { .. } => "attach",
            Self::History { .. } => "history",
            Self::Verify { .. } => "verify",
            Self::Replay { .. } => "replay",
        }
    }
}

fn source(text: &str) -> Result<Source, String> {
    let words = || Source::ALL.map(Source::word).join(", ");
    Source::ALL.into_iter().find(|source| source.word() == text).ok_or_else(|| format!("it must be one of {}", words()))
}

fn speed(text: &str) -> Result<f64, String> {
    let times = text.parse().ok().filter(|times: &f64| (0.01..=1_000.0).contains(times));
    times.ok_or_else(|| "it must be a number from 0.01 to 1000".to_owned())
}
