//! The pump: one thread that waits for the next wake-up, keeps house, and calls the listeners.

use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use crate::core::Core;
use crate::error::Error;

/// The thread; dropping waits for it.
pub(crate) struct Pump {
    thread: Option<JoinHandle<()>>,
}

impl Pump {
    pub(crate) fn start(core: &Arc<Core>) -> Result<Self, Error> {
        let core = Arc::downgrade(core);
        let thread = std::thread::Builder::new()
            .name("siaga-pump".to_owned())
            .spawn(move || run(&core))
            .map_err(|error| Error::Platform { why: format!("no thread for wake-ups ({})", error.kind()) })?;
        Ok(Self { thread: Some(thread) })
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        // A listener may drop the object that it listens to: the thread must not wait for itself.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

fn run(core: &Weak<Core>) {
    while let Some(core) = core.upgrade() {
        let steps = core.life().steps;
        if !core.life().suspended && core.wake().is_err() {
            return;
        }
        let next = core.next_wake();
        let life = core.life();
        if life.closed {
            return;
        }
        // Something rang while we worked: look again before waiting.
        if life.steps != steps || (life.unheard && !life.suspended) {
            continue;
        }
        // No polling: without a wake-up only the bell ends the wait. The process's timer does not count sleep, so each
        // wake-up is judged again, and a suspended process waits for the bell alone.
        let for_ms = if life.suspended { None } else { next.map(|next| next.in_ms) };
        if for_ms != Some(0) {
            core.wait(life, for_ms);
        }
    }
}
