//! The VFS of the simulator: each is registered once for the life of the process, and serves one disk after the other. So a
//! path is the same on every disk, and two disks in one run have a VFS each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use siaga_vfs::{File, Opening, Refusal, Vfs};

use super::inner::Inner;

/// A VFS and the disk that it serves now.
#[derive(Default)]
struct Slot {
    disk: Mutex<Weak<Inner>>,
}

/// All slots there ever were, and which of them serve nobody.
struct Slots {
    all: Vec<Arc<Slot>>,
    free: Vec<usize>,
}

static SLOTS: Mutex<Slots> = Mutex::new(Slots { all: Vec::new(), free: Vec::new() });

fn slots() -> MutexGuard<'static, Slots> {
    SLOTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of a slot's VFS.
pub(super) fn name(slot: usize) -> String {
    format!("siaga-sim-{slot}")
}

/// A slot that serves nobody.
pub(super) fn take() -> usize {
    let mut slots = slots();
    if let Some(slot) = slots.free.pop() {
        return slot;
    }
    let (number, slot) = (slots.all.len(), Arc::new(Slot::default()));
    slots.all.push(Arc::clone(&slot));
    // It fails only without memory; then no database can be opened on this disk, which whoever opens one is told.
    let _ = siaga_vfs::register(&name(number), false, slot);
    number
}

/// Lets a slot serve a disk.
pub(super) fn serve(slot: usize, disk: &Arc<Inner>) {
    if let Some(slot) = slots().all.get(slot) {
        *slot.disk() = Arc::downgrade(disk);
    }
}

/// The disk is gone, and so is every file that was open on it: each holds the disk.
pub(super) fn free(slot: usize) {
    slots().free.push(slot);
}

impl Slot {
    fn disk(&self) -> MutexGuard<'_, Weak<Inner>> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn served(&self) -> Option<Arc<Inner>> {
        self.disk().upgrade()
    }
}

impl Vfs for Slot {
    fn open(&self, path: Option<&str>, how: Opening) -> Result<Box<dyn File>, Refusal> {
        super::open::open(&self.served().ok_or(Refusal::Failed)?, path, how)
    }

    fn delete(&self, path: &str, sync_folder: bool) -> Result<(), Refusal> {
        super::open::delete(&*self.served().ok_or(Refusal::Failed)?, path, sync_folder)
    }

    fn exists(&self, path: &str, empty_too: bool) -> Result<bool, Refusal> {
        super::open::exists(&*self.served().ok_or(Refusal::Failed)?, path, empty_too)
    }

    fn randomness(&self, into: &mut [u8]) {
        // SQLite asks the default VFS alone, which none of these is.
        into.fill(0);
    }

    fn sleep(&self, wait_us: u64) {
        if let Some(disk) = self.served() {
            disk.sleep(wait_us);
        }
    }

    fn now_ms(&self) -> i64 {
        self.served().map_or(0, |disk| disk.lock().now_ms)
    }
}
