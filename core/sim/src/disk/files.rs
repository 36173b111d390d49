//! What the store does with a disk beside SQLite.

use std::io;
use std::path::Path;
use std::sync::{Arc, MutexGuard};

use siaga_store::{FileLock, FileReader, FileWriter, Files};
use siaga_vfs::Refusal;

use super::handle::Handle;
use super::inner::Inner;
use super::process::Caller;
use super::state::{Id, State};

/// A process's view of a disk.
#[derive(Clone, Debug)]
pub(super) struct SimFiles {
    disk: Arc<Inner>,
    caller: Caller,
}

pub(super) fn io(refusal: Refusal) -> io::Error {
    let kind = match refusal {
        Refusal::Busy => io::ErrorKind::WouldBlock,
        Refusal::Full => io::ErrorKind::StorageFull,
        Refusal::NotFound => io::ErrorKind::NotFound,
        Refusal::Failed => io::ErrorKind::Other,
    };
    kind.into()
}

fn text(path: &Path) -> io::Result<&str> {
    path.to_str().ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

impl SimFiles {
    pub(super) fn new(disk: Arc<Inner>, process: u32) -> Self {
        let mut state = disk.lock();
        state.process(process);
        let caller = Caller { process, serial: state.next_serial() };
        drop(state);
        Self { disk, caller }
    }

    fn operate(&self) -> io::Result<MutexGuard<'_, State>> {
        self.disk.operate(self.caller).map_err(io)
    }

    /// The file of this name, made when it is missing.
    fn file(state: &mut State, path: &str) -> Result<Id, Refusal> {
        match state.find(path) {
            Some(id) => state.file(id).map(|_| id),
            None => {
                let at = state.place(path)?;
                state.make_file(at)
            }
        }
    }

    fn try_lock(&self, path: &str) -> io::Result<Option<Id>> {
        let mut state = self.operate()?;
        let id = Self::file(&mut state, path).map_err(io)?;
        let caller = Caller { serial: state.next_serial(), ..self.caller };
        let file = state.file(id).map_err(io)?;
        if file.locked_by.is_some() {
            return Ok(None);
        }
        file.locked_by = Some(caller);
        Ok(Some(id))
    }
}

impl Files for SimFiles {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        let path = text(folder)?;
        if self.is_folder(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
        }
        let mut state = self.operate()?;
        if state.find(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let at = state.place(path).map_err(io)?;
        state.make_folder(at).map_err(io)?;
        drop(state);
        folder.parent().map_or(Ok(()), |parent| self.sync_folder(parent))
    }

    fn is_folder(&self, folder: &Path) -> bool {
        let (Ok(path), Ok(mut state)) = (text(folder), self.operate()) else { return false };
        state.find_folder(path).is_ok()
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut state = self.operate()?;
        match state.find_folder(text(folder)?) {
            Ok(id) => Ok(state.folder(id).map_err(io)?.names.keys().cloned().collect()),
            Err(_) => Ok(Vec::new()),
        }
    }

    fn size(&self, file: &Path) -> Option<u64> {
        let mut state = self.operate().ok()?;
        let id = state.find_file(text(file).ok()?).ok()?;
        state.file(id).ok().map(|file| file.size())
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        self.read_start(file, usize::MAX)
    }

    fn read_start(&self, file: &Path, bytes: usize) -> io::Result<Vec<u8>> {
        let mut state = self.operate()?;
        let id = state.find_file(text(file)?).map_err(io)?;
        if state.faults.bites_read() {
            return Err(io::ErrorKind::Other.into());
        }
        let now = state.file(id).map_err(io)?.bytes.now();
        Ok(now.get(..bytes.min(now.len())).unwrap_or_default().to_vec())
    }

    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        // Three operations, as they are three calls of the kernel's.
        let mut state = self.operate()?;
        let id = Self::file(&mut state, text(file)?).map_err(io)?;
        state.truncate(id, 0).map_err(io)?;
        drop(state);

        let mut state = self.operate()?;
        if state.faults.bites_write() {
            return Err(io::ErrorKind::Other.into());
        }
        let counts = &mut state.process(self.caller.process).counts;
        counts.writes += 1;
        counts.other_bytes += bytes.len() as u64;
        state.write(id, 0, bytes).map_err(io)?;
        drop(state);

        let mut state = self.operate()?;
        state.process(self.caller.process).counts.syncs += 1;
        state.sync(id).map_err(io)
    }

    fn write_again(&self, file: &Path) -> io::Result<()> {
        let mut state = self.operate()?;
        let id = state.find_file(text(file)?).map_err(io)?;
        if state.faults.bites_read() || state.faults.bites_write() {
            return Err(io::ErrorKind::Other.into());
        }
        let now = state.file(id).map_err(io)?.bytes.now().to_vec();
        let counts = &mut state.process(self.caller.process).counts;
        counts.writes += 1;
        counts.other_bytes += now.len() as u64;
        state.write(id, 0, &now).map_err(io)?;
        drop(state);

        let mut state = self.operate()?;
        state.process(self.caller.process).counts.syncs += 1;
        state.sync(id).map_err(io)
    }

    fn create(&self, file: &Path) -> io::Result<Box<dyn FileWriter>> {
        let path = text(file)?;
        let mut state = self.operate()?;
        if state.find(path).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let at = state.place(path).map_err(io)?;
        let id = state.make_file(at).map_err(io)?;
        Ok(Box::new(Handle::new(&self.disk, state, id, self.caller)))
    }

    fn open(&self, file: &Path) -> io::Result<Box<dyn FileReader>> {
        let mut state = self.operate()?;
        let id = state.find_file(text(file)?).map_err(io)?;
        Ok(Box::new(Handle::new(&self.disk, state, id, self.caller)))
    }

    fn free_bytes(&self, _folder: &Path) -> Option<u64> {
        let state = self.operate().ok()?;
        state.capacity.map(|capacity| capacity.saturating_sub(state.used))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.operate()?.rename(text(from)?, text(to)?).map_err(io)
    }

    fn remove_file(&self, file: &Path) -> io::Result<()> {
        self.operate()?.remove_file(text(file)?).map_err(io)
    }

    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        self.operate()?.remove_folder(text(folder)?).map_err(io)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.operate()?;
        let id = state.find_folder(text(folder)?).map_err(io)?;
        state.process(self.caller.process).counts.syncs += 1;
        if state.faults.bites_sync() {
            return Err(io::ErrorKind::Other.into());
        }
        state.sync_names(id);
        Ok(())
    }

    fn lock(&self, file: &Path, wait_ms: u32) -> io::Result<Box<dyn FileLock>> {
        let path = text(file)?;
        let mut taken = self.try_lock(path)?;
        if taken.is_none() && wait_ms > 0 {
            self.disk.sleep(u64::from(wait_ms) * 1000);
            taken = self.try_lock(path)?;
        }
        let id = taken.ok_or(io::ErrorKind::WouldBlock)?;
        let caller = self.disk.lock().file(id).ok().and_then(|file| file.locked_by);
        let caller = caller.ok_or(io::ErrorKind::Other)?;
        Ok(Box::new(Held { disk: Arc::clone(&self.disk), id, serial: caller.serial }))
    }
}

/// A lock that this process holds.
#[derive(Debug)]
struct Held {
    disk: Arc<Inner>,
    id: Id,
    serial: u64,
}

impl FileLock for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        if let Ok(file) = self.disk.lock().file(self.id)
            && file.locked_by.is_some_and(|caller| caller.serial == self.serial)
        {
            file.locked_by = None;
        }
    }
}
