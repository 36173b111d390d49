//! Counts, which no noise can touch: how often a step syncs, and how much it writes to SQLite's log.
//!
//! A process of its own lives through 1,000 incidents (see `disk::ours`) under strace, and marks when a measured step begins
//! and ends. Each step bears its share of the checkpoints between steps, by what it wrote to the log.

mod trace;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::disk::ours::Ours;
use crate::row::{Group, Setting, Spec, Stop, Value};
use crate::tool::{find, quietly};
use trace::{Counted, Trace};

/// See the module.
pub(crate) const GROUP: Group = Group { name: "counts", rows: ROWS, run, children: &[("incidents", incidents)] };

/// Two pages of 4,096 bytes with their headers of 24, and what starting the log over costs.
const LOG_BYTES: f64 = 8_300.0;

const ROWS: &[Spec] = &[
    Spec {
        name: "press-syncs",
        compares: "syncs of a third press, with its share of checkpoints : 1",
        unit: "syncs",
        limit: 1.05,
    },
    Spec {
        name: "ack-syncs",
        compares: "syncs of an ack, with its share of checkpoints : 1",
        unit: "syncs",
        limit: 1.05,
    },
    Spec { name: "press-log-bytes", compares: "log written by a third press : 8.3 KB", unit: "bytes", limit: 1.0 },
    Spec { name: "ack-log-bytes", compares: "log written by an ack : 8.3 KB", unit: "bytes", limit: 1.0 },
];

const PRESS: &str = "press";
const ACK: &str = "ack";
const END: &str = "end";

/// Files of this name are never there: asking for one is a mark in the trace.
const MARK: &str = "/siaga-bench-mark/";

const CALLS: &str =
    "fsync,fdatasync,sync_file_range,sync,syncfs,msync,write,writev,pwrite64,pwritev,pwritev2,statx,stat,newfstatat";

fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let strace = find("strace")?;
    let folder = setting.disk.join("counts");
    fs::create_dir_all(&folder)?;
    let (log, count) = (folder.join("trace"), setting.count(1_000, 5));
    let mut traced = Command::new(strace);
    // `-y` names the file of each call, `-s 0` keeps what is written out of the trace.
    let _ = traced.args(["-f", "-y", "-s", "0", "-e", &format!("trace={CALLS}"), "-o"]).arg(&log);
    let _ = traced.arg(std::env::current_exe()?).args(["child", "incidents"]);
    let _ = quietly(traced.arg(folder.join("phone")).arg(count.to_string()))?;
    let trace = Trace::read(&fs::read_to_string(&log)?);
    let (press, ack) = (trace.of(PRESS), trace.of(ACK));
    if (press.steps, ack.steps) != (count, count) {
        return Err(Stop::failed(format!("{} presses and {} acks of {count} were traced", press.steps, ack.steps)));
    }
    let syncs = |counted: Counted| Value::Count { ours: trace.syncs_a_step(counted), baseline: 1.0 };
    let bytes = |counted: Counted| Value::Count { ours: Trace::log_bytes_a_step(counted), baseline: LOG_BYTES };
    Ok(vec![syncs(press), syncs(ack), bytes(press), bytes(ack)])
}

/// The traced process: FOLDER COUNT.
fn incidents(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [folder, count] = arguments else { return Err(Stop::failed("incidents FOLDER COUNT")) };
    let mark = |word: &str| {
        // Nobody wants to know whether it is there.
        let _ = fs::metadata(format!("{MARK}{word}"));
    };
    let ours = Ours::open(Path::new(folder))?;
    for _ in 0..count.parse::<usize>()? {
        ours.before_the_press()?;
        mark(PRESS);
        let _ = ours.press()?;
        mark(END);
        ours.between()?;
        let ack = ours.ack()?;
        mark(ACK);
        ack();
        mark(END);
        ours.after_the_ack()?;
    }
    Ok(ExitCode::SUCCESS)
}
