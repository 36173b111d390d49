//! Seeds over processes.

use std::process::{Command, Stdio};

use siaga_sim::{Plant, Report};

use crate::cli::Cli;

/// A run of at least so many seeds must see every fault and every checker at work.
const COVERAGE_FROM_SEEDS: u64 = 2_000;
/// A planted bug is found within so many seeds.
const PLANT_SEEDS: u64 = 1_000;

/// Does what the command line asks; says whether everything held.
pub(crate) fn run(cli: &Cli) -> Result<bool, String> {
    if let Some(file) = &cli.keep_database {
        let bytes = siaga_sim::released_database()?;
        return std::fs::write(file, bytes).map(|()| true).map_err(|error| format!("{}: {error}", file.display()));
    }
    if let Some(seed) = cli.seed {
        return one(seed, cli.json);
    }
    match cli.plant.as_deref() {
        None => many(cli, None).map(|report| judge(cli, &report)),
        Some("list") => {
            Plant::ALL.iter().for_each(|plant| println!("{}", plant.name()));
            Ok(true)
        }
        Some("all") => every_plant(cli),
        Some(name) => planted(cli, plant_named(name)?),
    }
}

fn plant_named(name: &str) -> Result<Plant, String> {
    Plant::named(name).ok_or_else(|| format!("there is no planted bug {name:?}; `--plant list` names all"))
}

fn one(seed: u64, json: bool) -> Result<bool, String> {
    let ran = siaga_sim::run(seed, true)?;
    let mut report = Report::default();
    report.take(&ran);
    say(&ran);
    if json {
        print(&report)?;
    }
    Ok(ran.violation.is_none())
}

/// Tries every planted bug, as many at once as there are jobs; says whether each was found.
fn every_plant(cli: &Cli) -> Result<bool, String> {
    let mut all_found = true;
    for some in Plant::ALL.chunks(usize::try_from(jobs(cli)).unwrap_or(1)) {
        let children: Result<Vec<_>, String> = some.iter().map(|plant| start(&["--plant", plant.name()])).collect();
        for child in children? {
            let output = child.wait_with_output().map_err(|error| format!("a process cannot be heard: {error}"))?;
            print!("{}", String::from_utf8_lossy(&output.stdout));
            all_found &= output.status.success();
        }
    }
    Ok(all_found)
}

fn jobs(cli: &Cli) -> u64 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    cli.jobs.unwrap_or(cores as u64)
}

/// Starts this program again.
fn start(arguments: &[&str]) -> Result<std::process::Child, String> {
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let child = Command::new(program).args(arguments).stdout(Stdio::piped()).spawn();
    child.map_err(|error| format!("cannot start a process: {error}"))
}

/// Whether a planted bug is found in time.
fn planted(cli: &Cli, plant: Plant) -> Result<bool, String> {
    if !siaga_sim::PLANTING {
        return Err("this build has no planted bugs: build it with the feature `plant`".to_owned());
    }
    let seeds = cli.seeds.min(PLANT_SEEDS);
    let report = many(&Cli { seeds, until_found: true, json: cli.json, ..blank(cli) }, Some(plant))?;
    match report.first_failing_seed {
        Some(seed) => {
            println!("{:<24} found by seed {seed}", plant.name());
            Ok(true)
        }
        None => {
            println!("{:<24} NOT FOUND in {} seeds", plant.name(), report.seeds);
            Ok(false)
        }
    }
}

const fn blank(cli: &Cli) -> Cli {
    Cli {
        seeds: cli.seeds,
        first: cli.first,
        seed: None,
        json: cli.json,
        plant: None,
        jobs: cli.jobs,
        until_found: false,
        keep_database: None,
    }
}

/// Runs seeds, here or in as many processes as are wanted.
fn many(cli: &Cli, plant: Option<Plant>) -> Result<Report, String> {
    let jobs = jobs(cli).min(cli.seeds);
    if jobs <= 1 || plant.is_some() {
        return here(cli, plant);
    }
    let share = cli.seeds.div_ceil(jobs);
    let mut children = Vec::new();
    for job in 0..jobs {
        let first = job * share;
        let seeds = share.min(cli.seeds.saturating_sub(first));
        if seeds == 0 {
            break;
        }
        let (first, seeds) = ((cli.first + first).to_string(), seeds.to_string());
        let arguments = ["--json", "--jobs", "1", "--first", &first, "--seeds", &seeds, "--until-found"];
        let given =
            if cli.until_found { &arguments[..] } else { arguments.split_last().map_or(&[][..], |(_, rest)| rest) };
        children.push(start(given)?);
    }
    let mut report = Report::default();
    for child in children {
        let output = child.wait_with_output().map_err(|error| format!("a process cannot be heard: {error}"))?;
        let part =
            serde_json::from_slice(&output.stdout).map_err(|_| "a process ended without its report".to_owned())?;
        report.add(&part);
    }
    Ok(report)
}

fn here(cli: &Cli, plant: Option<Plant>) -> Result<Report, String> {
    siaga_sim::plant(plant);
    let mut report = Report::default();
    for seed in cli.first..cli.first.saturating_add(cli.seeds) {
        let ran = siaga_sim::run(seed, false)?;
        report.take(&ran);
        if ran.violation.is_some() {
            if plant.is_none() {
                say(&ran);
            }
            if cli.until_found {
                break;
            }
        }
    }
    siaga_sim::plant(None);
    Ok(report)
}

/// Prints the report; says whether everything held. A child's part is judged by its parent.
fn judge(cli: &Cli, report: &Report) -> bool {
    let silent = report.silent();
    let covered = report.seeds < COVERAGE_FROM_SEEDS || silent.is_empty();
    if cli.json {
        let _ = print(report);
    } else {
        println!("{} seeds, {} steps, {} violations", report.seeds, report.steps, report.violations);
        for (name, times) in report.faults.iter().chain(&report.checkers) {
            println!("  {name:<24} {times}");
        }
    }
    if !covered {
        eprintln!("never fired in {} seeds, so nothing is proved about: {}", report.seeds, silent.join(", "));
    }
    report.violations == 0 && covered
}

fn print(report: &Report) -> Result<(), String> {
    let text = serde_json::to_string(report).map_err(|error| format!("the report cannot be written: {error}"))?;
    println!("{text}");
    Ok(())
}

/// Prints what is needed to see a violation again: the seed and the commit.
fn say(ran: &siaga_sim::Ran) {
    match &ran.violation {
        None => eprintln!("seed {}: {} steps, every invariant held, print {}", ran.seed, ran.steps, ran.print),
        Some(violation) => {
            eprintln!("seed {} at commit {}: {violation}", ran.seed, commit());
            eprintln!("  to see it again: cargo xtask sim --seed {}", ran.seed);
        }
    }
}

fn commit() -> String {
    let output =
        Command::new("git").args(["describe", "--always", "--dirty", "--abbrev=12"]).stderr(Stdio::null()).output();
    let text =
        output.ok().filter(|output| output.status.success()).map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
