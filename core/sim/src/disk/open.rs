//! What SQLite does with a disk: the calls of its VFS, and the file that it has open.

use std::sync::{Arc, MutexGuard};

use siaga_vfs::{File, Level, Opening, Purpose, Refusal, Region, ShmLock};

use super::inner::Inner;
use super::process::Caller;
use super::state::{Id, State};

/// A caller without a handle, on behalf of the process that runs now.
fn current(disk: &Inner) -> Caller {
    Caller { process: disk.lock().current, serial: u64::MAX }
}

/// Opens a file.
pub(super) fn open(disk: &Arc<Inner>, path: Option<&str>, how: Opening) -> Result<Box<dyn File>, Refusal> {
    let who = current(disk);
    let mut state = disk.operate(who)?;
    let caller = Caller { process: who.process, serial: state.next_serial() };
    let path = path.unwrap_or_default().to_owned();
    let nameless = path.is_empty();
    let id = if nameless { state.make_nameless() } else { open_named(&mut state, &path, how)? };
    state.open(id, caller);
    if how.delete_on_close && !nameless {
        state.remove_file(&path)?;
    }
    drop(state);
    // As the VFS for unix: the name of a log or journal that may be new is made durable with its first bytes.
    let name_unsynced = how.create && matches!(how.purpose, Purpose::Log | Purpose::Journal);
    Ok(Box::new(OpenFile { disk: Arc::clone(disk), id, caller, path, purpose: how.purpose, nameless, name_unsynced }))
}

fn open_named(state: &mut State, path: &str, how: Opening) -> Result<Id, Refusal> {
    match state.find(path) {
        Some(_) if how.exclusive => Err(Refusal::Failed),
        Some(id) => state.file(id).map(|_| id),
        None if how.create => {
            let at = state.place(path)?;
            state.make_file(at)
        }
        None => Err(Refusal::NotFound),
    }
}

/// Removes a file.
pub(super) fn delete(disk: &Inner, path: &str, sync_folder: bool) -> Result<(), Refusal> {
    let mut state = disk.operate(current(disk))?;
    let (folder, _) = state.place(path)?;
    state.remove_file(path)?;
    if sync_folder {
        state.sync_names(folder);
    }
    Ok(())
}

/// Whether there is a file.
pub(super) fn exists(disk: &Inner, path: &str, empty_too: bool) -> Result<bool, Refusal> {
    let mut state = disk.operate(current(disk))?;
    let Ok(id) = state.find_file(path) else { return Ok(false) };
    Ok(empty_too || state.file(id)?.size() > 0)
}

/// A file that SQLite has open.
#[derive(Debug)]
struct OpenFile {
    disk: Arc<Inner>,
    id: Id,
    caller: Caller,
    /// Its path when it was opened.
    path: String,
    purpose: Purpose,
    nameless: bool,
    name_unsynced: bool,
}

impl OpenFile {
    fn operate(&self) -> Result<MutexGuard<'_, State>, Refusal> {
        self.disk.operate(self.caller)
    }
}

impl File for OpenFile {
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<usize, Refusal> {
        let mut state = self.operate()?;
        if state.faults.bites_read() {
            // Never a short read: SQLite takes what is missing for zeros.
            return Err(Refusal::Failed);
        }
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(state.file(self.id)?.bytes.read(offset, into))
    }

    fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Refusal> {
        let mut state = self.operate()?;
        if state.faults.bites_write() {
            return Err(Refusal::Failed);
        }
        let counts = &mut state.process(self.caller.process).counts;
        counts.writes += 1;
        *match self.purpose {
            Purpose::Database => &mut counts.database_bytes,
            Purpose::Log => &mut counts.log_bytes,
            Purpose::Journal | Purpose::Temporary => &mut counts.other_bytes,
        } += bytes.len() as u64;
        state.file(self.id)?.writer = self.caller.process;
        state.write(self.id, offset, bytes)
    }

    fn truncate(&mut self, size: u64) -> Result<(), Refusal> {
        self.operate()?.truncate(self.id, size)
    }

    fn sync(&mut self) -> Result<(), Refusal> {
        let mut state = self.operate()?;
        state.process(self.caller.process).counts.syncs += 1;
        state.sync(self.id)?;
        if self.name_unsynced {
            // Into the folder of its name, even when the file has been moved since.
            if let Ok((folder, _)) = state.place(&self.path) {
                state.sync_names(folder);
            }
            drop(state);
            self.name_unsynced = false;
        }
        Ok(())
    }

    fn size(&mut self) -> Result<u64, Refusal> {
        Ok(self.operate()?.file(self.id)?.size())
    }

    fn lock(&mut self, level: Level) -> Result<(), Refusal> {
        self.operate()?.file(self.id)?.locks.raise(self.caller, level)
    }

    fn unlock(&mut self, level: Level) -> Result<(), Refusal> {
        self.operate()?.file(self.id)?.locks.lower(self.caller, level);
        Ok(())
    }

    fn is_reserved(&mut self) -> Result<bool, Refusal> {
        Ok(self.operate()?.file(self.id)?.locks.is_reserved())
    }

    fn has_moved(&mut self) -> Result<bool, Refusal> {
        Ok(self.operate()?.find(&self.path) != Some(self.id))
    }

    fn shm_map(&mut self, region: usize, extend: bool) -> Result<Option<Arc<Region>>, Refusal> {
        self.operate()?.shm_map(self.id, self.caller, &self.path, region, extend)
    }

    fn shm_lock(&mut self, slots: u8, how: ShmLock) -> Result<(), Refusal> {
        self.operate()?.shm_lock(self.id, self.caller, slots, how)
    }

    fn shm_unmap(&mut self, delete: bool) {
        let mut state = self.disk.lock();
        let living = state.alive(self.caller).is_ok();
        if state.shm_unmap(self.id, self.caller) && delete && living {
            // Nothing depends on it: the next user makes it anew.
            let _ = state.remove_file(&format!("{}-shm", self.path));
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        self.disk.lock().close(self.id, self.caller, self.nameless);
    }
}
