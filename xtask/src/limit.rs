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
    let mut family = vec![process];
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    for thread in threads {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        family.extend(children.split_whitespace().filter_map(|child| child.parse().ok()).flat_map(self::family));
    }
    family
}

fn end(processes: &[u32]) {
    let mut command = Command::new("sh");
    command.args(["-c", "kill -KILL \"$@\"", "sh"]).args(processes.iter().map(u32::to_string));
    // Some of them may have ended by now, and the shell would complain.
    if let Err(error) = command.stderr(Stdio::null()).status() {
        println!("what hangs could not be ended: {error}");
    }
}
