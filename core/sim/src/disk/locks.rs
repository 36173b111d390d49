//! SQLite's locks on a database file, as the VFS for unix makes them of the kernel's.

use siaga_vfs::{Level, Refusal};

use super::process::Caller;

/// Who holds what.
#[derive(Debug, Default)]
pub(super) struct Locks {
    holders: Vec<(Caller, Level)>,
}

impl Locks {
    fn level(&self, caller: Caller) -> Level {
        let held = self.holders.iter().find(|(holder, _)| holder.serial == caller.serial);
        held.map_or(Level::None, |(_, level)| *level)
    }

    fn set(&mut self, caller: Caller, level: Level) {
        self.holders.retain(|(holder, _)| holder.serial != caller.serial);
        if level > Level::None {
            self.holders.push((caller, level));
        }
    }

    /// The strongest level that somebody else holds.
    fn others(&self, caller: Caller) -> Level {
        let others = self.holders.iter().filter(|(holder, _)| holder.serial != caller.serial);
        others.map(|(_, level)| *level).max().unwrap_or(Level::None)
    }

    pub(super) fn raise(&mut self, caller: Caller, wanted: Level) -> Result<(), Refusal> {
        let (held, others) = (self.level(caller), self.others(caller));
        if held >= wanted {
            return Ok(());
        }
        let free = match wanted {
            Level::None => true,
            Level::Shared => others < Level::Pending,
            Level::Reserved => others < Level::Reserved,
            Level::Pending | Level::Exclusive => {
                if held == Level::Reserved && others < Level::Pending {
                    // It stays when the readers are still there: no new one comes, so the next try will succeed.
                    self.set(caller, Level::Pending);
                }
                others == Level::None
            }
        };
        if !free {
            return Err(Refusal::Busy);
        }
        self.set(caller, wanted);
        Ok(())
    }

    pub(super) fn lower(&mut self, caller: Caller, wanted: Level) {
        if self.level(caller) > wanted {
            self.set(caller, wanted);
        }
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.holders.iter().any(|(_, level)| *level > Level::Shared)
    }

    pub(super) fn let_go_of(&mut self, process: u32) {
        self.holders.retain(|(holder, _)| holder.process != process);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: Caller = Caller { process: 1, serial: 1 };
    const THEIRS: Caller = Caller { process: 2, serial: 2 };

    #[test]
    fn a_refused_exclusive_lock_leaves_a_pending_one_that_keeps_new_readers_out() {
        let mut locks = Locks::default();
        locks.raise(THEIRS, Level::Shared).unwrap();
        locks.raise(MINE, Level::Shared).unwrap();
        locks.raise(MINE, Level::Reserved).unwrap();
        assert_eq!(locks.raise(MINE, Level::Exclusive), Err(Refusal::Busy));
        let third = Caller { process: 3, serial: 3 };
        assert_eq!(locks.raise(third, Level::Shared), Err(Refusal::Busy));
        locks.lower(THEIRS, Level::None);
        locks.raise(MINE, Level::Exclusive).unwrap();
        locks.lower(MINE, Level::None);
        locks.raise(third, Level::Shared).unwrap();
    }

    #[test]
    fn one_writer_at_a_time_beside_readers_and_a_dead_one_lets_go() {
        let mut locks = Locks::default();
        locks.raise(MINE, Level::Shared).unwrap();
        locks.raise(MINE, Level::Reserved).unwrap();
        locks.raise(THEIRS, Level::Shared).unwrap();
        assert_eq!(locks.raise(THEIRS, Level::Reserved), Err(Refusal::Busy));
        assert!(locks.is_reserved());
        locks.let_go_of(1);
        assert!(!locks.is_reserved());
        locks.raise(THEIRS, Level::Reserved).unwrap();
    }
}
