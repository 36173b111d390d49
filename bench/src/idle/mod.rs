//! What waiting costs: memory while rows wait, and wake-ups while nothing waits. Each is read of a process of its own.

pub(crate) mod proc;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::phone::Phone;
use crate::queue::backlog::{Due, build};
use crate::row::{Group, Setting, Spec, Stop, Value};
use crate::tool::quietly;

/// See the module.
pub(crate) const GROUP: Group = Group { name: "idle", rows: ROWS, run, children: &[("weigh", weigh), ("rest", rest)] };

const ROWS: &[Spec] = &[
    Spec {
        name: "memory-100k",
        compares: "peak memory with 100,000 waiting rows, above that with none : 12 MB",
        unit: "MB",
        limit: 1.0,
    },
    Spec {
        name: "wake-ups",
        compares: "wake-ups while nothing waits : 1, which would be one too many",
        unit: "wake-ups",
        limit: 0.0,
    },
];

const MEMORY_LIMIT_MB: f64 = 12.0;
/// The thread that waits for wake-ups.
const PUMP: &str = "siaga-pump";

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let folder = |name: &str| setting.disk.join("idle").join(name);
    for name in ["full", "empty", "rest"] {
        std::fs::create_dir_all(folder(name))?;
    }
    build(&folder("full"), if setting.smoke { 1_000 } else { 100_000 }, Due::Now)?;
    build(&folder("empty"), 0, Due::Now)?;
    let child = |name: &str, argument: &str, seconds: usize| -> Result<f64, Stop> {
        let mut command = Command::new(std::env::current_exe()?);
        let _ = command.args(["child", name]).arg(folder(argument)).arg(seconds.to_string());
        Ok(quietly(&mut command)?.trim().parse()?)
    };
    let (full, empty) = (child("weigh", "full", 0)?, child("weigh", "empty", 0)?);
    eprintln!("  peak memory: {full:.1} MB with rows, {empty:.1} MB without");
    let wake_ups = child("rest", "rest", setting.count(5, 1))?;
    Ok(vec![
        Value::Count { ours: full - empty, baseline: MEMORY_LIMIT_MB },
        Value::Count { ours: wake_ups, baseline: 1.0 },
    ])
}

/// Lives through what a phone lives through, and prints the most memory that it ever had, in MB.
fn weigh(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [folder, _] = arguments else { return Err(Stop::failed("weigh FOLDER 0")) };
    let phone = Phone::open_only(Path::new(folder), true, crate::phone::Centre::new()?)?;
    for _ in 0..200 {
        // One answer brings forth the next request, through all lanes.
        if let Some((request, done)) = phone.next_request() {
            done(phone.answer(&request));
        }
    }
    phone.siaga.network_changed()?;
    phone.press_twice()?;
    let _ = Phone::triggered(phone.press()?)?;
    phone.keep_house()?;
    println!("{}", proc::peak_mb()?);
    Ok(ExitCode::SUCCESS)
}

/// An SOS, delivered, cancelled and forgotten, and a report: then nothing waits. Prints how often the pump ran meanwhile, and
/// one more when a wake-up is still set.
fn rest(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [folder, seconds] = arguments else { return Err(Stop::failed("rest FOLDER SECONDS")) };
    let phone = Phone::open(Path::new(folder), true)?;
    phone.press_twice()?;
    let _ = Phone::triggered(phone.press()?)?;
    phone.settle();
    phone.cancel()?;
    phone.settle();
    let drained = phone.siaga.drain(10_000)?;
    if drained.waiting != 0 {
        return Err(Stop::failed(format!("{} rows still wait", drained.waiting)));
    }
    // Housekeeping and listeners of the last step come to their end.
    std::thread::sleep(Duration::from_millis(500));
    let before = proc::switches(PUMP)?;
    std::thread::sleep(Duration::from_secs(seconds.parse()?));
    let ran = proc::switches(PUMP)?.saturating_sub(before);
    println!("{}", ran.saturating_add(u64::from(phone.siaga.next_wake().is_some())));
    Ok(ExitCode::SUCCESS)
}
