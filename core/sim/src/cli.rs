//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Runs the real core on simulated phones, networks and centres, one seed a run, and checks every invariant at every step.
#[derive(Parser, Debug)]
#[command(name = "siaga-sim", version)]
pub(crate) struct Cli {
    /// How many seeds to run.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub(crate) seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=1_000_000_000_000))]
    pub(crate) first: u64,
    /// Only this seed, with everything that happens in it.
    #[arg(long, conflicts_with_all = ["seeds", "first", "jobs", "plant"])]
    pub(crate) seed: Option<u64>,
    /// One JSON object on standard output, nothing else.
    #[arg(long)]
    pub(crate) json: bool,
    /// Breaks the code in this way, and ends well only when that is found. `list` names all ways, `all` tries each.
    #[arg(long, value_name = "NAME")]
    pub(crate) plant: Option<String>,
    /// How many processes run seeds at once; as many as there are cores when it is not given. SQLite's own randomness is one for
    /// a process, so two runs at once need two processes.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=256))]
    pub(crate) jobs: Option<u64>,
    /// Ends at the first seed that breaks something.
    #[arg(long)]
    pub(crate) until_found: bool,
    /// Writes the database of this version, with a full queue, and ends: kept for the tests when a schema is released.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seeds", "seed", "plant"])]
    pub(crate) keep_database: Option<PathBuf>,
}
