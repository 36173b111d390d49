//! What is on a disk, and who is using it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use siaga_vfs::Refusal;

use super::NOBODY;
use super::bytes::Bytes;
use super::faults::Faults;
use super::locks::Locks;
use super::names::Change;
use super::process::{Action, Caller, Process};
use super::shm::Shm;

/// The number of a file or folder.
pub(super) type Id = usize;

/// The folder in which every path begins.
pub(super) const ROOT: Id = 0;

/// What the file system allocates at once, in bytes.
const BLOCK: u64 = 4096;

/// Told how long somebody waits, in microseconds.
pub(super) type SleepHook = Arc<dyn Fn(u64) + Send + Sync>;

/// A file or a folder.
#[derive(Debug)]
pub(super) enum Node {
    Folder(Folder),
    File(Box<FileNode>),
}

/// Names, as processes see them and as they are durable.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) names: BTreeMap<String, Id>,
    pub(super) durable: BTreeMap<String, Id>,
}

/// A file, with all that the kernel keeps about it.
#[derive(Debug, Default)]
pub(super) struct FileNode {
    pub(super) bytes: Bytes,
    /// The process whose SQLite wrote to it last.
    pub(super) writer: u32,
    /// The size of the shared memory, when this is the file behind one; its bytes stand in [`Shm`].
    pub(super) index_bytes: u64,
    /// Whether a name leads here.
    pub(super) linked: bool,
    /// By whom it is open.
    pub(super) open: Vec<Caller>,
    pub(super) locks: Locks,
    pub(super) shm: Option<Shm>,
    /// Who holds the lock of `Files`.
    pub(super) locked_by: Option<Caller>,
}

impl FileNode {
    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64 + self.index_bytes
    }

    /// The blocks that it takes, in bytes.
    pub(super) fn blocks(&self) -> u64 {
        (self.bytes.len() as u64).next_multiple_of(BLOCK) + self.index_bytes
    }

    const fn holds_room(&self) -> bool {
        self.linked || !self.open.is_empty()
    }

    /// Every process that has it open is gone.
    pub(super) fn let_go(&mut self) {
        self.open.clear();
        self.locks = Locks::default();
        self.shm = None;
        self.locked_by = None;
    }
}

/// Everything.
pub(super) struct State {
    pub(super) nodes: Vec<Option<Node>>,
    pub(super) pending: Vec<Change>,
    pub(super) processes: BTreeMap<u32, Process>,
    /// Who runs on this thread now.
    pub(super) current: u32,
    /// Whether an [`super::Action::Run`] runs, so that no other begins.
    pub(super) running: bool,
    /// How many dead processes' connections may still write to shared memory that others use.
    pub(super) ghosts: usize,
    pub(super) faults: Faults,
    /// The size of the disk in bytes; `None` without an end.
    pub(super) capacity: Option<u64>,
    /// The blocks that are taken, in bytes.
    pub(super) used: u64,
    pub(super) removed: Vec<String>,
    /// Actions that will not happen. What they hold may be a connection, so they are dropped without the lock.
    pub(super) discarded: Vec<Action>,
    pub(super) sleep: Option<SleepHook>,
    pub(super) now_ms: i64,
    pub(super) power_cuts: u64,
    serial: u64,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("nodes", &self.nodes.len())
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Some(Node::Folder(Folder::default()))],
            pending: Vec::new(),
            processes: BTreeMap::new(),
            current: NOBODY,
            running: false,
            ghosts: 0,
            faults: Faults::default(),
            capacity: None,
            used: 0,
            removed: Vec::new(),
            discarded: Vec::new(),
            sleep: None,
            now_ms: 0,
            power_cuts: 0,
            serial: 0,
        }
    }

    pub(super) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    pub(super) fn process(&mut self, process: u32) -> &mut Process {
        self.processes.entry(process).or_default()
    }

    /// Refuses a process that is dead, and what belongs to an earlier life of it.
    pub(super) fn alive(&mut self, caller: Caller) -> Result<(), Refusal> {
        let process = self.process(caller.process);
        if process.dead || caller.serial < process.born { Err(Refusal::Failed) } else { Ok(()) }
    }

    pub(super) fn file(&mut self, id: Id) -> Result<&mut FileNode, Refusal> {
        match self.nodes.get_mut(id) {
            Some(Some(Node::File(file))) => Ok(file),
            Some(Some(Node::Folder(_)) | None) | None => Err(Refusal::Failed),
        }
    }

    pub(super) fn folder(&mut self, id: Id) -> Result<&mut Folder, Refusal> {
        match self.nodes.get_mut(id) {
            Some(Some(Node::Folder(folder))) => Ok(folder),
            Some(Some(Node::File(_)) | None) | None => Err(Refusal::Failed),
        }
    }

    /// Writes to a file as far as there is room.
    pub(super) fn write(&mut self, id: Id, offset: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let room = self.capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(self.used));
        let file = self.file(id)?;
        let offset = usize::try_from(offset).map_err(|_| Refusal::Full)?;
        let before = file.blocks();
        let most = before.saturating_sub(file.index_bytes).saturating_add(room / BLOCK * BLOCK);
        let fits = usize::try_from(most).unwrap_or(usize::MAX).saturating_sub(offset).min(bytes.len());
        if let Some(bytes) = bytes.get(..fits)
            && fits > 0
        {
            file.bytes.write(offset, bytes);
        }
        let taken = file.blocks() - before;
        self.used += taken;
        if fits < bytes.len() {
            self.faults.count().full += 1;
            return Err(Refusal::Full);
        }
        Ok(())
    }

    pub(super) fn truncate(&mut self, id: Id, size: u64) -> Result<(), Refusal> {
        let size = usize::try_from(size).map_err(|_| Refusal::Full)?;
        let file = self.file(id)?;
        let before = file.blocks();
        file.bytes.truncate(size);
        let after = file.blocks();
        self.used = (self.used + after).saturating_sub(before);
        Ok(())
    }

    pub(super) fn sync(&mut self, id: Id) -> Result<(), Refusal> {
        let failed = self.faults.bites_sync();
        let file = self.file(id)?;
        if failed {
            file.bytes.give_up();
            return Err(Refusal::Failed);
        }
        file.bytes.sync();
        Ok(())
    }

    /// Changes who holds a file, and gives its blocks back when nobody does any more.
    pub(super) fn change_holders(&mut self, id: Id, change: impl FnOnce(&mut FileNode)) {
        let Ok(file) = self.file(id) else { return };
        let held = file.holds_room();
        change(file);
        let (holds, blocks) = (file.holds_room(), file.blocks());
        match (held, holds) {
            (true, false) => self.used = self.used.saturating_sub(blocks),
            (false, true) => self.used += blocks,
            (true, true) | (false, false) => {}
        }
    }

    /// A process dies: what it wrote stays, its locks go.
    pub(super) fn kill(&mut self, process: u32) {
        let born = self.next_serial();
        let entry = self.process(process);
        if entry.dead {
            return;
        }
        entry.dead = process != NOBODY;
        entry.born = born;
        let actions = std::mem::take(&mut entry.actions);
        self.discarded.extend(actions.into_values());
        for id in 0..self.nodes.len() {
            if self.file(id).is_ok() {
                self.change_holders(id, |file| {
                    file.open.retain(|caller| caller.process != process);
                    file.locks.let_go_of(process);
                    if file.locked_by.is_some_and(|caller| caller.process == process) {
                        file.locked_by = None;
                    }
                });
                self.haunt(id, process);
            }
        }
        self.faults.count().kills += 1;
        self.crossed(true);
    }
}
