//! The processes of a disk: who is alive, what each has done, and what shall happen in the middle of it.

use std::collections::BTreeMap;
use std::fmt;

/// What happens at an operation, before it has its effect.
pub enum Action {
    /// The process dies: this call and all later ones of it fail without effect. What it wrote stays.
    Kill,
    /// The power goes, with these dice: every process dies, and what was not synced is lost in part.
    PowerCut(fastrand::Rng),
    /// Somebody else acts in the middle of this process's step. While one of these runs, no other begins.
    Run(Box<dyn FnOnce() + Send>),
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kill => f.write_str("Kill"),
            Self::PowerCut(_) => f.write_str("PowerCut"),
            Self::Run(_) => f.write_str("Run"),
        }
    }
}

/// What a process has done on a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that touch the disk, SQLite's and those of `Files`; the number that [`super::SimDisk::at_operation`] counts.
    pub operations: u64,
    /// Files that were synced.
    pub syncs: u64,
    /// Writes to files.
    pub writes: u64,
    /// Bytes written to databases.
    pub database_bytes: u64,
    /// Bytes written to write-ahead logs.
    pub log_bytes: u64,
    /// Bytes written to any other file.
    pub other_bytes: u64,
}

/// One process.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub(super) counts: Counts,
    pub(super) dead: bool,
    /// Whatever has a smaller serial belongs to an earlier life.
    pub(super) born: u64,
    /// By the operation's number.
    pub(super) actions: BTreeMap<u64, Action>,
}

impl Process {
    /// Counts an operation and gives what happens at it.
    pub(super) fn operate(&mut self, running: bool) -> Option<Action> {
        self.counts.operations += 1;
        let due = self.actions.first_entry()?;
        if *due.key() > self.counts.operations || (running && matches!(due.get(), Action::Run(_))) {
            return None;
        }
        Some(due.remove())
    }
}

/// Who calls: a process, and the serial of what it calls through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller {
    pub(super) process: u32,
    pub(super) serial: u64,
}
