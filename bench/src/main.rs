//! What an SOS costs, measured beside bare baselines and peers in the same run. `bench/README.md` says how to read it.

mod cli;
mod counts;
mod disk;
mod idle;
mod media;
mod pace;
mod phone;
mod place;
mod product;
mod queue;
mod row;
mod shells;
mod table;
mod tool;
mod wire;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Output};
use place::Place;
use row::{Group, Setting, Stop, Value};
use table::Judged;

/// Everything that is measured, in the order in which it is printed.
const GROUPS: &[Group] = &[
    disk::GROUP,
    counts::GROUP,
    queue::GROUP,
    idle::GROUP,
    wire::WARM,
    wire::COLD,
    wire::BYTES,
    wire::IDLE,
    media::SPEED,
    media::INTAKE,
    media::CUTS,
    media::MEMORY,
    media::SOS,
    shells::GROUP,
    product::GROUP,
];

/// A run that could not be made, or a row that failed instead of being measured.
const BROKEN: u8 = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((word, rest)) if word == "child" => child(rest),
        Some(_) | None => run(&Cli::parse()),
    };
    outcome.unwrap_or_else(|stop| {
        let (Stop::Missing(why) | Stop::Failed(why)) = stop;
        eprintln!("siaga-bench: {why}");
        ExitCode::from(BROKEN)
    })
}

/// This program as a part of a measurement.
fn child(arguments: &[String]) -> Result<ExitCode, Stop> {
    let (name, rest) = arguments.split_first().ok_or_else(|| Stop::failed("child of what?"))?;
    let children = GROUPS.iter().flat_map(|group| group.children);
    let found = children.into_iter().find(|(child, _)| child == name);
    let (_, child) = found.ok_or_else(|| Stop::failed(format!("no child is called {name}")))?;
    child(rest)
}

fn run(cli: &Cli) -> Result<ExitCode, Stop> {
    let groups = cli.chosen(GROUPS)?;
    if cli.list {
        for group in groups {
            group.rows.iter().for_each(|row| println!("{:<28} {:<8} {}", row.name, group.name, row.compares));
        }
        return Ok(ExitCode::SUCCESS);
    }
    if cfg!(debug_assertions) && !cli.smoke {
        return Err(Stop::failed("a debug build judges nothing: build with --release, or ask for --smoke"));
    }
    let place = match (&cli.folder, cli.image()) {
        (_, Some(image)) => Place::mounted(&image)?,
        (Some(folder), None) => Place::given(folder)?,
        (None, None) => match place::run_on_image(cli.smoke) {
            Ok(end) => return Ok(end),
            Err(why) => Place::temporary(&why)?,
        },
    };
    measure(cli, &groups, &place)
}

fn measure(cli: &Cli, groups: &[&Group], place: &Place) -> Result<ExitCode, Stop> {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let tools = home.parent().unwrap_or(Path::new(".")).join("target").join("bench-tools");
    let rounds = if cli.smoke { 1 } else { cli.rounds };
    let setting = Setting { rounds, smoke: cli.smoke, disk: place.folder.clone(), tools, home };
    eprintln!("siaga-bench: {rounds} rounds, in {}", place.says);
    let output = cli.output();
    if let Output::Markdown { date } = output {
        println!("{}", table::markdown_head(date, &place.says, rounds));
    }
    let (mut missed, mut broken) = (false, false);
    for group in groups {
        eprintln!("{}:", group.name);
        let values = values(group, &setting, &mut broken);
        for (spec, value) in group.rows.iter().zip(values) {
            if !cli.wants(group, spec) {
                continue;
            }
            if let Value::Skipped { why } = &value {
                eprintln!("  SKIPPED {}: {why}", spec.name);
            }
            let judged = Judged::new(*spec, value);
            missed |= judged.is_missed();
            match output {
                Output::Human => println!("{}", judged.human(!cli.smoke)),
                Output::Json => {
                    println!("{}", judged.json(!cli.smoke));
                    eprintln!("{}", judged.human(!cli.smoke));
                }
                Output::Markdown { .. } => {
                    println!("{}", judged.markdown(!cli.smoke));
                    eprintln!("{}", judged.human(!cli.smoke));
                }
            }
        }
    }
    Ok(match (broken, missed && !cli.smoke) {
        (true, _) => ExitCode::from(BROKEN),
        (false, true) => ExitCode::FAILURE,
        (false, false) => ExitCode::SUCCESS,
    })
}

/// One value for each row of the group, whatever happens.
fn values(group: &Group, setting: &Setting, broken: &mut bool) -> Vec<Value> {
    let skipped = |why: String| group.rows.iter().map(|_| Value::Skipped { why: why.clone() }).collect();
    match (group.run)(setting) {
        Ok(values) if values.len() == group.rows.len() => values,
        Ok(values) => {
            *broken = true;
            skipped(format!("the group gave {} values for {} rows", values.len(), group.rows.len()))
        }
        Err(Stop::Missing(why)) => skipped(why),
        Err(Stop::Failed(why)) => {
            *broken = true;
            skipped(format!("it failed: {why}"))
        }
    }
}
