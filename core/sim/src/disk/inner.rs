//! The disk behind its lock, and the one way in: an operation.

use std::sync::{Mutex, MutexGuard, PoisonError};

use siaga_vfs::Refusal;

use super::process::{Action, Caller};
use super::slots;
use super::state::State;

/// A disk and the VFS under which SQLite finds it.
#[derive(Debug)]
pub(super) struct Inner {
    state: Mutex<State>,
    pub(super) slot: usize,
    pub(super) vfs_name: String,
}

impl Inner {
    pub(super) fn new(state: State, slot: usize) -> Self {
        Self { state: Mutex::new(state), slot, vfs_name: slots::name(slot) }
    }

    /// The state, also after a panic in a test.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the state; what it discards is dropped without the lock.
    pub(super) fn change<V>(&self, change: impl FnOnce(&mut State) -> V) -> V {
        let mut state = self.lock();
        let changed = change(&mut state);
        let discarded = std::mem::take(&mut state.discarded);
        drop(state);
        drop(discarded);
        changed
    }

    /// Begins an operation of a process: counts it, and lets happen what shall happen before it. The lock is not held while
    /// somebody else acts.
    pub(super) fn operate(&self, caller: Caller) -> Result<MutexGuard<'_, State>, Refusal> {
        let mut state = self.lock();
        state.alive(caller)?;
        let running = state.running;
        let Some(action) = state.process(caller.process).operate(running) else { return Ok(state) };
        state.running |= matches!(action, Action::Run(_));
        drop(state);
        match action {
            Action::Kill => self.change(|state| state.kill(caller.process)),
            Action::PowerCut(mut dice) => {
                self.change(|state| state.cut_power(&mut dice));
            }
            Action::Run(act) => {
                let ends = Ends(self);
                act();
                drop(ends);
            }
        }
        let mut state = self.lock();
        state.alive(caller)?;
        Ok(state)
    }

    /// Waits: nobody sleeps, but who asked for it is told.
    pub(super) fn sleep(&self, wait_us: u64) {
        let hook = self.lock().sleep.clone();
        if let Some(hook) = hook {
            hook(wait_us);
        }
    }

    /// Another process runs from now on; gives the one that ran.
    pub(super) fn switch(&self, process: u32) -> u32 {
        let mut state = self.lock();
        let before = state.current;
        let was_live = state.is_live(before);
        // Known from now on, so that a power cut takes it.
        state.process(process);
        state.current = process;
        state.crossed(was_live);
        before
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        slots::free(self.slot);
    }
}

/// Notes that an action is over, also when it panics.
struct Ends<'disk>(&'disk Inner);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.lock().running = false;
    }
}
