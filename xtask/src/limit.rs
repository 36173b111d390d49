//! An end for programs that hang: a stage that never ends says nothing about what is wrong.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Ends a program, and all that it started, when it goes on for too long.
pub(crate) struct Limit {
    limit: Duration,
    /// Dropped when the program has ended by itself.
    running: Sender<()>,
    /// Whether it had to end the program.
    watcher: JoinHandle<bool>,
}

impl Limit {
    /// Begins to count for the process with this id.
    pub(crate) fn start(process: u32, limit: Duration) -> Self {
        let (running, ended) = mpsc::channel();
        let watcher = thread::spawn(move || {
            let is_late = ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if is_late {
                end(&family(process));
            }
            is_late
        });
        Self { limit, running, watcher }
    }

    /// To be asked when the program has ended: the limit, when that is what ended it.
    pub(crate) fn exceeded(self) -> Option<Duration> {
        drop(self.running);
        self.watcher.join().unwrap_or(false).then_some(self.limit)
    }
}

/// A process and those that it started, as far as the system tells; Linux does. They are not a process group of their own: an
/// interrupt from the keyboard would no longer reach them.
fn family(process: u32) -> Vec<u32> {
    let parents = parents();
    let mut family = vec![process];
    let mut next = 0;
    while let Some(parent) = family.get(next).copied() {
        let children = parents.iter().filter(|(child, of)| *of == parent && !family.contains(child));
        let children: Vec<u32> = children.map(|(child, _)| *child).collect();
        family.extend(children);
        next += 1;
    }
    family
}

/// Each process of the system, with the one that started it.
fn parents() -> Vec<(u32, u32)> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            // Its name stands in brackets and may have any; its state and its parent follow.
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((process, parent))
        })
        .collect()
}

fn end(processes: &[u32]) {
    let mut command = Command::new("sh");
    command.args(["-c", "kill -KILL \"$@\"", "sh"]).args(processes.iter().map(u32::to_string));
    // Some of them may have ended by now, and the shell would complain.
    if let Err(error) = command.stderr(Stdio::null()).status() {
        println!("what hangs could not be ended: {error}");
    }
}
