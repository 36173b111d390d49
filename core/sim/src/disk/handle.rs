//! A file that a process has open beside SQLite.

use std::io;
use std::sync::{Arc, MutexGuard};

use siaga_store::{FileReader, FileWriter};

use super::files::io;
use super::inner::Inner;
use super::process::Caller;
use super::state::{Id, State};

/// An open file: its blocks stay taken when its name is removed.
#[derive(Debug)]
pub(super) struct Handle {
    disk: Arc<Inner>,
    id: Id,
    caller: Caller,
    /// Where the next write goes.
    end: u64,
}

impl Handle {
    /// Opens a file for a process; takes the lock that it was found under.
    pub(super) fn new(disk: &Arc<Inner>, mut state: MutexGuard<'_, State>, id: Id, caller: Caller) -> Self {
        let caller = Caller { serial: state.next_serial(), ..caller };
        state.open(id, caller);
        drop(state);
        Self { disk: Arc::clone(disk), id, caller, end: 0 }
    }

    fn operate(&self) -> io::Result<MutexGuard<'_, State>> {
        self.disk.operate(self.caller).map_err(io)
    }
}

impl FileWriter for Handle {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.operate()?;
        if state.faults.bites_write() {
            return Err(io::ErrorKind::Other.into());
        }
        let counts = &mut state.process(self.caller.process).counts;
        counts.writes += 1;
        counts.other_bytes += bytes.len() as u64;
        let written = state.write(self.id, self.end, bytes).map_err(io);
        let end = state.file(self.id).map(|file| file.size()).map_err(io);
        drop(state);
        // Also when the disk was full: what fitted is there.
        self.end = end?;
        written
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut state = self.operate()?;
        state.process(self.caller.process).counts.syncs += 1;
        state.sync(self.id).map_err(io)
    }
}

impl FileReader for Handle {
    fn size(&self) -> io::Result<u64> {
        let mut state = self.operate()?;
        state.file(self.id).map(|file| file.size()).map_err(io)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut state = self.operate()?;
        if state.faults.bites_read() {
            return Err(io::ErrorKind::Other.into());
        }
        let offset = usize::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
        state.file(self.id).map(|file| file.bytes.read(offset, into)).map_err(io)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let (id, serial) = (self.id, self.caller.serial);
        self.disk.lock().change_holders(id, |file| file.open.retain(|opened| opened.serial != serial));
    }
}
