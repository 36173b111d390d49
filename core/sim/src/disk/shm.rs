//! The memory that all connections to a database share: the index of its write-ahead log.
//!
//! SQLite writes to it without asking. So when one of two processes dies, its connection, which lives on until it is dropped,
//! could still change what the other one reads. A real process cannot. Therefore shared memory that has such a *ghost* is put
//! back, whenever a living process begins to run, to what it was when a living one last ran.

use std::sync::Arc;

use siaga_vfs::{Refusal, Region, ShmLock};

use super::NOBODY;
use super::process::Caller;
use super::state::{Id, State};

/// The shared memory of one database.
#[derive(Debug, Default)]
pub(super) struct Shm {
    regions: Vec<Arc<Region>>,
    users: Vec<User>,
    /// Serials of dead connections that have the regions mapped.
    ghosts: Vec<u64>,
    /// What the living left, while there are ghosts.
    kept: Option<Vec<Vec<u64>>>,
    /// The file behind it.
    file: Id,
}

#[derive(Debug)]
struct User {
    caller: Caller,
    shared: u8,
    exclusive: u8,
}

impl Shm {
    fn keep(&mut self) {
        if !self.ghosts.is_empty() {
            self.kept = Some(self.regions.iter().map(|region| region.copy()).collect());
        }
    }

    fn restore(&self) {
        for (region, kept) in self.regions.iter().zip(self.kept.iter().flatten()) {
            region.restore(kept);
        }
    }

    fn lock(&mut self, caller: Caller, slots: u8, how: ShmLock) -> Result<(), Refusal> {
        let others = self.users.iter().filter(|user| user.caller.serial != caller.serial);
        let (shared, exclusive) = others.fold((0, 0), |held, user| (held.0 | user.shared, held.1 | user.exclusive));
        let mine = self.users.iter_mut().find(|user| user.caller.serial == caller.serial).ok_or(Refusal::Failed)?;
        match how {
            ShmLock::Unlock => {
                mine.shared &= !slots;
                mine.exclusive &= !slots;
            }
            ShmLock::Shared if exclusive & slots != 0 => return Err(Refusal::Busy),
            ShmLock::Shared => mine.shared |= slots,
            ShmLock::Exclusive if (shared | exclusive) & slots != 0 => return Err(Refusal::Busy),
            ShmLock::Exclusive => mine.exclusive |= slots,
        }
        Ok(())
    }
}

impl State {
    /// Maps a region of a database's shared memory; `path` is the database's when it was opened.
    pub(super) fn shm_map(
        &mut self,
        id: Id,
        caller: Caller,
        path: &str,
        region: usize,
        extend: bool,
    ) -> Result<Option<Arc<Region>>, Refusal> {
        if self.file(id)?.shm.is_none() {
            let file = self.open_index(path)?;
            self.file(id)?.shm = Some(Shm { file, ..Shm::default() });
        }
        let shm = self.shm(id)?;
        if !shm.users.iter().any(|user| user.caller.serial == caller.serial) {
            shm.users.push(User { caller, shared: 0, exclusive: 0 });
        }
        let (index, wanted) = (shm.file, region.saturating_add(1).saturating_sub(shm.regions.len()));
        if extend && wanted > 0 {
            let bytes = (wanted * Region::BYTES) as u64;
            if self.capacity.is_some_and(|capacity| capacity.saturating_sub(self.used) < bytes) {
                self.faults.count().full += 1;
                return Err(Refusal::Full);
            }
            if let Ok(file) = self.file(index) {
                file.index_bytes += bytes;
                self.used += bytes;
            }
            let more = std::iter::repeat_with(|| Arc::new(Region::zeroed())).take(wanted);
            self.shm(id)?.regions.extend(more);
        }
        Ok(self.shm(id)?.regions.get(region).cloned())
    }

    pub(super) fn shm_lock(&mut self, id: Id, caller: Caller, slots: u8, how: ShmLock) -> Result<(), Refusal> {
        self.shm(id)?.lock(caller, slots, how)
    }

    /// Lets go of the shared memory, which is gone with its last user; gives whether this was the last.
    pub(super) fn shm_unmap(&mut self, id: Id, caller: Caller) -> bool {
        let living = self.is_live(self.current);
        let Ok(shm) = self.shm(id) else { return false };
        let ghosts = shm.ghosts.len();
        shm.ghosts.retain(|ghost| *ghost != caller.serial);
        let laid = ghosts - shm.ghosts.len();
        if laid > 0 && shm.ghosts.is_empty() {
            if !living {
                shm.restore();
            }
            shm.kept = None;
        }
        let users = shm.users.len();
        shm.users.retain(|user| user.caller.serial != caller.serial);
        let last = users > 0 && shm.users.is_empty();
        self.ghosts -= laid;
        if last {
            self.drop_shm(id);
        }
        last
    }

    /// The connections of a process that died become ghosts.
    pub(super) fn haunt(&mut self, id: Id, process: u32) {
        let Ok(shm) = self.shm(id) else { return };
        let (dead, living): (Vec<_>, Vec<_>) =
            std::mem::take(&mut shm.users).into_iter().partition(|user| user.caller.process == process);
        shm.users = living;
        shm.ghosts.extend(dead.iter().map(|user| user.caller.serial));
        let last = shm.users.is_empty();
        self.ghosts += dead.len();
        if last {
            self.drop_shm(id);
        }
    }

    /// Nobody who is alive uses it: the next one begins with zeros. Ghosts keep their regions to themselves.
    fn drop_shm(&mut self, id: Id) {
        if let Ok(file) = self.file(id)
            && let Some(shm) = file.shm.take()
        {
            self.ghosts -= shm.ghosts.len();
        }
    }

    /// Whether what runs may change shared memory.
    pub(super) fn is_live(&mut self, process: u32) -> bool {
        process != NOBODY && !self.process(process).dead
    }

    /// To be called whenever who runs, or whether it is alive, has changed.
    pub(super) fn crossed(&mut self, was_live: bool) {
        if self.ghosts == 0 {
            return;
        }
        let live = self.is_live(self.current);
        for id in 0..self.nodes.len() {
            match (self.shm(id), was_live, live) {
                (Ok(shm), true, false) => shm.keep(),
                (Ok(shm), false, true) => shm.restore(),
                (Ok(_), true, true) | (Ok(_), false, false) | (Err(_), _, _) => {}
            }
        }
    }

    fn shm(&mut self, id: Id) -> Result<&mut Shm, Refusal> {
        self.file(id)?.shm.as_mut().ok_or(Refusal::Failed)
    }

    /// Opens the file behind shared memory, empty: its first user empties it.
    fn open_index(&mut self, path: &str) -> Result<Id, Refusal> {
        let (folder, name) = self.place(&format!("{path}-shm"))?;
        let id = match self.folder(folder)?.names.get(&name) {
            Some(id) => *id,
            None => self.make_file((folder, name))?,
        };
        let file = self.file(id)?;
        let freed = std::mem::take(&mut file.index_bytes);
        self.used = self.used.saturating_sub(freed);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: Caller = Caller { process: 1, serial: 1 };
    const THEIRS: Caller = Caller { process: 2, serial: 2 };

    /// A database that these have mapped.
    fn mapped(callers: &[Caller]) -> (State, Id) {
        let mut state = State::new();
        let at = state.place("/db").unwrap();
        let id = state.make_file(at).unwrap();
        for caller in callers {
            state.process(caller.process);
            state.shm_map(id, *caller, "/db", 0, true).unwrap().unwrap();
        }
        (state, id)
    }

    fn first_word(state: &mut State, id: Id, caller: Caller) -> u64 {
        state.shm_map(id, caller, "/db", 0, true).unwrap().unwrap().copy()[0]
    }

    #[test]
    fn slots_are_locked_alone_or_together_and_by_all_or_none() {
        let (mut state, id) = mapped(&[MINE, THEIRS]);
        state.shm_lock(id, MINE, 0b1000, ShmLock::Shared).unwrap();
        state.shm_lock(id, THEIRS, 0b1000, ShmLock::Shared).unwrap();
        assert_eq!(state.shm_lock(id, THEIRS, 0b1_1100, ShmLock::Exclusive), Err(Refusal::Busy));
        state.shm_lock(id, MINE, 0b1_0000, ShmLock::Exclusive).unwrap();
        assert_eq!(state.shm_lock(id, THEIRS, 0b1_0000, ShmLock::Shared), Err(Refusal::Busy));
        state.shm_lock(id, MINE, 0b1_0000, ShmLock::Unlock).unwrap();
        state.shm_lock(id, THEIRS, 0b1_0000, ShmLock::Shared).unwrap();
        state.kill(1);
        state.shm_lock(id, THEIRS, 0b1000, ShmLock::Unlock).unwrap();
        state.shm_lock(id, THEIRS, 0b1111, ShmLock::Exclusive).unwrap();
    }

    #[test]
    fn shared_memory_is_zeroed_when_the_last_one_leaves_or_dies() {
        for by_death in [false, true] {
            let (mut state, id) = mapped(&[MINE, THEIRS]);
            let region = state.shm_map(id, MINE, "/db", 0, true).unwrap().unwrap();
            region.restore(&[7]);
            state.kill(2);
            assert_eq!(first_word(&mut state, id, MINE), 7);
            if by_death {
                state.kill(1);
            } else {
                assert!(state.shm_unmap(id, MINE));
            }
            let next = Caller { process: 3, serial: 99 };
            assert_eq!(first_word(&mut state, id, next), 0);
            region.restore(&[8]);
            assert_eq!(first_word(&mut state, id, next), 0, "a ghost has its own");
            assert_eq!(state.ghosts, 0);
        }
    }

    #[test]
    fn what_a_ghost_writes_no_living_process_reads() {
        let (mut state, id) = mapped(&[MINE, THEIRS]);
        let region = state.shm_map(id, MINE, "/db", 0, true).unwrap().unwrap();
        state.current = 1;
        region.restore(&[7]);
        state.kill(1);
        region.restore(&[8]);
        state.current = 2;
        state.crossed(false);
        assert_eq!(first_word(&mut state, id, THEIRS), 7);
        region.restore(&[9]);
        state.current = 1;
        state.crossed(true);
        region.restore(&[10]);
        state.shm_unmap(id, MINE);
        assert_eq!((first_word(&mut state, id, THEIRS), state.ghosts), (9, 0));
    }
}
