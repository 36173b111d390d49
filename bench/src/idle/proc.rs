//! What the kernel says of this process.

use std::fs;

use crate::row::Stop;

/// The most memory that this process ever had, in MB of a million bytes.
pub(crate) fn peak_mb() -> Result<f64, Stop> {
    let status = fs::read_to_string("/proc/self/status").map_err(|_| no_proc())?;
    let kib: f64 = field(&status, "VmHWM:").ok_or_else(no_proc)?;
    Ok(kib * 1024.0 / 1e6)
}

/// How often the thread of this name gave up the processor or was made to.
pub(super) fn switches(thread: &str) -> Result<u64, Stop> {
    for task in fs::read_dir("/proc/self/task").map_err(|_| no_proc())? {
        let status = fs::read_to_string(task?.path().join("status"))?;
        if status.lines().next().is_some_and(|name| name.trim_start_matches("Name:").trim() == thread) {
            let count = |name: &str| field::<u64>(&status, name);
            return count("voluntary_ctxt_switches:")
                .zip(count("nonvoluntary_ctxt_switches:"))
                .map(|(gave, made)| gave.saturating_add(made))
                .ok_or_else(no_proc);
        }
    }
    Err(Stop::failed(format!("there is no thread {thread}")))
}

fn no_proc() -> Stop {
    Stop::Missing("this system has no /proc/self/status".to_owned())
}

fn field<T: std::str::FromStr>(status: &str, name: &str) -> Option<T> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
