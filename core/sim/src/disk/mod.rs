//! The disk of the simulator: an in-memory file system under the real SQLite, which knows what is durable.
//!
//! A [`SimDisk`] is used by *processes*, which are numbers. SQLite's calls belong to the process that opened the file, and
//! opening to the one that runs now ([`SimDisk::run_as`]); the calls of [`siaga_store::Files`] to the process whose handle it
//! is ([`SimDisk::files`]). A process that was killed, or that a power cut took, is refused every call until
//! [`SimDisk::start`]; its connections are then to be dropped.
//!
//! Bytes are durable after a sync of their file, names after a sync of their folder, or of a log or journal that SQLite made in
//! it. Everything is in one lock, which is never held while a hook or an [`Action`] runs. With the same calls and the same dice
//! everything is the same; SQLite's own randomness is [`siaga_vfs::seed_randomness`]'s, one for the whole process.

mod bytes;
mod faults;
mod files;
mod handle;
mod image;
mod inner;
mod locks;
mod names;
mod open;
mod phone;
mod power;
mod process;
mod shm;
mod slots;
mod state;
mod tree;

use std::sync::Arc;

use siaga_store::{Disk, Files};

pub use faults::Fired;
pub use image::Image;
pub use power::Lost;
pub use process::{Action, Counts};

use inner::Inner;
use state::State;

/// The process that runs when none was named: the hand of who runs the simulation. It does not die in a power cut, though the
/// files that it had open do. With two processes on one database neither may be this one.
pub const NOBODY: u32 = 0;

/// A disk. Clones are handles of the same one.
#[derive(Clone, Debug)]
pub struct SimDisk {
    inner: Arc<Inner>,
}

impl Default for SimDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl SimDisk {
    /// A disk without an end, on which there is nothing but the folder that the platform gives an app.
    #[must_use]
    pub fn new() -> Self {
        let mut state = State::new();
        phone::prepare(&mut state);
        Self::with(state)
    }

    /// A disk with this on it, all of it durable.
    #[must_use]
    pub fn from_image(image: &Image) -> Self {
        Self::with(image.restore())
    }

    fn with(state: State) -> Self {
        let slot = slots::take();
        let inner = Arc::new(Inner::new(state, slot));
        slots::serve(slot, &inner);
        Self { inner }
    }

    /// What is on it, as processes see it; no connection needs to be closed for that.
    #[must_use]
    pub fn image(&self) -> Image {
        Image::of(&self.inner.lock())
    }

    /// The VFS under which SQLite finds this disk.
    #[must_use]
    pub fn vfs_name(&self) -> &str {
        &self.inner.vfs_name
    }

    /// The files as this process has them.
    #[must_use]
    pub fn files(&self, process: u32) -> Arc<dyn Files> {
        Arc::new(files::SimFiles::new(Arc::clone(&self.inner), process))
    }

    /// The disk as the store of this process wants it.
    #[must_use]
    pub fn of_process(&self, process: u32) -> Disk {
        Disk::of(self.vfs_name(), self.files(process))
    }
}

/// Processes.
impl SimDisk {
    /// A process begins its life, or begins anew after its death; what it had open before stays dead.
    pub fn start(&self, process: u32) {
        self.inner.lock().process(process).dead = false;
    }

    /// Runs something as this process: what SQLite opens meanwhile belongs to it. Do not enter a process that is in the middle
    /// of a call ([`Action::Run`]).
    pub fn run_as<V>(&self, process: u32, run: impl FnOnce() -> V) -> V {
        let _back = Back { disk: &self.inner, to: self.inner.switch(process) };
        run()
    }

    /// Whether a process is refused everything.
    #[must_use]
    pub fn is_dead(&self, process: u32) -> bool {
        self.inner.lock().process(process).dead
    }

    /// Kills a process: what it wrote stays, its locks and its shared memory go.
    pub fn kill(&self, process: u32) {
        self.inner.change(|state| state.kill(process));
    }

    /// At the `k`-th operation of a process from now on, before it has its effect (1 is the next one), something happens.
    pub fn at_operation(&self, process: u32, k: u64, action: Action) {
        self.inner.change(|state| {
            let process = state.process(process);
            let replaced = process.actions.insert(process.counts.operations + k.max(1), action);
            state.discarded.extend(replaced);
        });
    }

    /// Forgets what has not happened yet; gives how much that was.
    pub fn disarm(&self, process: u32) -> usize {
        // Dropped without the lock: what they hold may be a connection.
        let actions = std::mem::take(&mut self.inner.lock().process(process).actions);
        actions.len()
    }

    /// What a process has done since the disk was made.
    #[must_use]
    pub fn counts(&self, process: u32) -> Counts {
        self.inner.lock().process(process).counts
    }

    /// Is told whenever somebody waits, in microseconds: SQLite for a lock, and [`Files::lock`], which then tries once more.
    pub fn on_sleep(&self, hook: impl Fn(u64) + Send + Sync + 'static) {
        let before = self.inner.lock().sleep.replace(Arc::new(hook));
        drop(before);
    }

    /// Sets the date that SQLite sees, in unix milliseconds.
    pub fn set_now_ms(&self, now_ms: i64) {
        self.inner.lock().now_ms = now_ms;
    }
}

/// Faults.
impl SimDisk {
    /// Cuts the power: every process is dead, and of what was not synced a part is lost, sector by sector and name by name.
    pub fn power_cut(&self, dice: &mut fastrand::Rng) -> Lost {
        self.inner.change(|state| state.cut_power(dice))
    }

    /// Leaves so much room for new blocks, in bytes; `None` without an end. Removing a file gives its blocks back.
    pub fn set_room(&self, room_bytes: Option<u64>) {
        let mut state = self.inner.lock();
        state.capacity = room_bytes.map(|room| state.used.saturating_add(room));
    }

    /// The next syncs fail, of files and of folders. A file's bytes that were to be synced stay readable, and no later sync
    /// writes them unless they are written again first: as on Linux.
    pub fn fail_syncs(&self, count: u64) {
        self.inner.lock().faults.syncs = count;
    }

    /// The next reads fail.
    pub fn fail_reads(&self, count: u64) {
        self.inner.lock().faults.reads = count;
    }

    /// The next writes fail and write nothing.
    pub fn fail_writes(&self, count: u64) {
        self.inner.lock().faults.writes = count;
    }

    /// Fills a page of 4,096 bytes, the first being 1, with noise; says whether there is such a page.
    pub fn overwrite_page(&self, path: &str, page: usize, dice: &mut fastrand::Rng) -> bool {
        self.rot(path, |bytes| {
            let page = bytes.chunks_exact_mut(4096).nth(page.checked_sub(1)?)?;
            page.fill_with(|| dice.u8(..));
            Some(())
        })
    }

    /// Flips a bit of the byte at this offset; says whether there is such a byte.
    pub fn flip(&self, path: &str, offset: usize) -> bool {
        self.rot(path, |bytes| {
            *bytes.get_mut(offset)? ^= 0x10;
            Some(())
        })
    }

    fn rot(&self, path: &str, rot: impl FnOnce(&mut [u8]) -> Option<()>) -> bool {
        let mut state = self.inner.lock();
        let rotted = state.find_file(path).ok().and_then(|id| rot(state.file(id).ok()?.bytes.rot())).is_some();
        state.faults.count().rotted += u64::from(rotted);
        rotted
    }

    /// Switches every fault off that has not bitten yet, and gives the disk room without an end.
    pub fn heal(&self) {
        self.inner.change(|state| {
            state.capacity = None;
            state.faults.heal();
            for process in state.processes.values_mut() {
                state.discarded.extend(std::mem::take(&mut process.actions).into_values());
            }
        });
    }

    /// How often each fault really bit.
    #[must_use]
    pub fn fired(&self) -> Fired {
        self.inner.lock().faults.fired()
    }

    /// The same, since it was last taken.
    #[must_use]
    pub fn take_fired(&self) -> Fired {
        std::mem::take(self.inner.lock().faults.count())
    }

    /// How many power cuts there were; not set back by [`SimDisk::take_fired`].
    #[must_use]
    pub fn power_cuts(&self) -> u64 {
        self.inner.lock().power_cuts
    }
}

/// A look at it, past every process: nothing is counted.
impl SimDisk {
    /// The bytes of a file.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        let mut state = self.inner.lock();
        let id = state.find_file(path).ok()?;
        state.file(id).ok().map(|file| file.bytes.now().to_vec())
    }

    /// The size of a file in bytes.
    #[must_use]
    pub fn size(&self, path: &str) -> Option<u64> {
        let mut state = self.inner.lock();
        let id = state.find_file(path).ok()?;
        state.file(id).ok().map(|file| file.size())
    }

    /// The names in a folder, sorted; none when there is no such folder.
    #[must_use]
    pub fn names(&self, path: &str) -> Vec<String> {
        let mut state = self.inner.lock();
        let Ok(id) = state.find_folder(path) else { return Vec::new() };
        state.folder(id).map(|folder| folder.names.keys().cloned().collect()).unwrap_or_default()
    }

    /// Whether a power cut could take something of a file's bytes.
    #[must_use]
    pub fn unsynced(&self, path: &str) -> bool {
        let mut state = self.inner.lock();
        state.find_file(path).and_then(|id| state.file(id).map(|file| file.bytes.is_unsynced())).unwrap_or(false)
    }

    /// How many changes of names a power cut could take.
    #[must_use]
    pub fn unsynced_names(&self) -> usize {
        self.inner.lock().pending.len()
    }

    /// The paths of the files that were removed, or replaced by a rename, in their order. A file with no more in it than the
    /// header of a write-ahead log counts as nothing.
    #[must_use]
    pub fn removed(&self) -> Vec<String> {
        self.inner.lock().removed.clone()
    }
}

/// Goes back to who ran before.
struct Back<'disk> {
    disk: &'disk Inner,
    to: u32,
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        self.disk.switch(self.to);
    }
}
