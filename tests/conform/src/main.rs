//! The `siaga-conform` program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use siaga_conform::{LEAVES, PhoneConfig, Profile, Report, Target, Trust, check, listing, rules};

const AFTER_HELP: &str = "\
Examples:
  siaga-conform --url https://centre.example --centre kota-1 --root-key iojj3XQJ…
  siaga-conform --config phone.json --profile all
  siaga-conform --url https://127.0.0.1:8443 --ca test-ca.pem --centre kota-1 --root-key iojj3XQJ… --json

Exit codes:
  0  no rule is broken (warnings and skipped rules break nothing)
  1  at least one rule is broken
  2  wrong usage, an input that cannot be used, or a server that cannot be reached";

/// Checks a dispatch centre against Siaga's wire contract (docs/PROTOCOL.md), rule by rule, from outside.
#[derive(Parser)]
#[command(name = "siaga-conform", version, after_help = AFTER_HELP)]
struct Arguments {
    /// Address of the centre, an origin; with --config its `primary` unless given
    #[arg(long, value_name = "URL", required_unless_present_any = ["config", "list"])]
    url: Option<String>,

    /// The configuration that the phones carry (JSON): address, id, root key and authorities are taken from it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Public root key of the centre, base64url
    #[arg(long, value_name = "KEY", required_unless_present_any = ["config", "list"])]
    root_key: Option<String>,

    /// Id of the centre, as it stands in every receipt
    #[arg(long, value_name = "ID", required_unless_present_any = ["config", "list"])]
    centre: Option<String>,

    /// Trust the certificate authorities of this file (PEM), and no others
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// How much to check: the basic profile, or also what the capabilities offer
    #[arg(long, value_name = "PROFILE", default_value = "basic")]
    profile: ProfileName,

    /// Leave out the one rule that takes 25 s (T08)
    #[arg(long)]
    quick: bool,

    /// How long one answer may take
    #[arg(long, value_name = "MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=300_000))]
    timeout_ms: u64,

    /// Print the report as one JSON object on standard output
    #[arg(long)]
    json: bool,

    /// Print every rule with its id, level, profile and section of docs/PROTOCOL.md, and check nothing
    #[arg(long)]
    list: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum ProfileName {
    Basic,
    All,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        print!("{}", listing(rules()));
        return ExitCode::SUCCESS;
    }
    match run(&arguments) {
        Ok(report) if arguments.json => {
            println!("{}", report.json());
            code(&report)
        }
        Ok(report) => {
            print!("{}", report.text());
            code(&report)
        }
        Err(error) => {
            eprintln!("siaga-conform: {error}");
            ExitCode::from(2)
        }
    }
}

fn code(report: &Report) -> ExitCode {
    if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(arguments: &Arguments) -> Result<Report, String> {
    let target = target(arguments)?;
    let url = arguments.url.as_deref().unwrap_or("the address of the configuration");
    eprintln!("Checking {url}. {LEAVES}");
    if target.is_plain() {
        eprintln!(
            "!!! PLAIN HTTP: nothing is encrypted, and phones refuse such an address. Good only for tests behind a proxy."
        );
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(check(&target)).map_err(|error| error.to_string())
}

fn target(arguments: &Arguments) -> Result<Target, String> {
    let config = match &arguments.config {
        Some(path) => {
            let config = PhoneConfig::from_json(&read(path)?);
            Some(config.map_err(|error| format!("{}: {error}", path.display()))?)
        }
        None => None,
    };
    let of_config = |field: fn(&PhoneConfig) -> &String| config.as_ref().map(field).cloned();
    // Clap has seen to it that each of them is given in one of the two ways.
    let url = arguments.url.clone().or_else(|| of_config(|config| &config.centre.primary)).unwrap_or_default();
    let centre = arguments.centre.clone().or_else(|| of_config(|config| &config.centre.id)).unwrap_or_default();
    let root_key =
        arguments.root_key.clone().or_else(|| of_config(|config| &config.centre.root_key)).unwrap_or_default();
    let trust = match (&arguments.ca, &config) {
        (Some(path), Some(_) | None) => Trust::Private(vec![read(path)?]),
        (None, Some(config)) => config.trust(),
        (None, None) => Trust::Public,
    };
    let target = Target::new(&url, &centre, &root_key, trust).map_err(|error| error.to_string())?;
    let profile = match arguments.profile {
        ProfileName::Basic => Profile::Basic,
        ProfileName::All => Profile::All,
    };
    let target = target.with_profile(profile).with_timeout(Duration::from_millis(arguments.timeout_ms));
    Ok(if arguments.quick { target.quick() } else { target })
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
