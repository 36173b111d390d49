//! Ports: what the core needs of a platform. A shell implements those that it has, one file per capability; `platform` has
//! what a Rust shell needs. All are synchronous, and none may be slow: they are called after a commit, never before it.

use std::path::Path;

use siaga_engine::clock::Reading;
use siaga_engine::media::MediaType;
use siaga_engine::wire::{Outcome, Request, Ticket};

/// Reads the phone's clocks.
pub trait Clock: Send + Sync {
    /// What they say now.
    fn now(&self) -> Reading;
}

/// Gives randomness fit for keys.
pub trait Entropy: Send + Sync {
    /// 32 fresh bytes; `None` when the system has none to give. An SOS goes on without (INV-2).
    fn draw(&self) -> Option<[u8; 32]>;
}

/// Performs requests.
pub trait Network: Send + Sync {
    /// Performs a request. Never blocks. Its end is told once, at any later time and on any thread: by `done`, or, when
    /// something outside this process carries it, by [`crate::Siaga::transfer_ended`] with the same ticket, in this or in any
    /// later process; then `done` is dropped. One whose end nobody ever tells is made anew when its lease is over.
    fn perform(&self, ticket: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>);

    /// The phone's network is another one: connections of the old one are of no use.
    fn network_changed(&self);
}

/// Starts and stops positioning. Fixes come back through [`crate::Siaga::location`].
pub trait Location: Send + Sync {
    /// Fixes are wanted from now on. Called again while they already come: then it does nothing.
    fn start(&self);

    /// No more fixes are needed.
    fn stop(&self);
}

/// Makes small pictures of files: the one port that may be slow, because nothing waits for it.
pub trait Previews: Send + Sync {
    /// A JPEG, PNG or WebP of what the picture or video at this path shows: at most 320 pixels a side and 12 KiB. The file is our
    /// own copy, whose name says nothing, and whose bytes may be anybody's: whatever it is decoded with, a few of its bytes can
    /// stand for a picture that fills the memory. `None` when there is none; then none is sent, and the file all the same.
    fn preview(&self, path: &Path, media_type: MediaType) -> Option<Vec<u8>>;
}

/// Takes note of what happens inside. Nothing that it is given identifies a person or a place (INV-12).
pub trait Log: Send + Sync {
    /// Something happened.
    fn note(&self, note: Note);
}

/// What can be noted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Note {
    /// A commit failed; an emergency goes on in memory.
    WentOnInMemory {
        /// The store's words.
        why: String,
    },
    /// The disk takes commits again.
    DurableAgain,
    /// A database that could not be used was set aside.
    SetAside {
        /// Why.
        why: String,
    },
    /// Rows of a database that was set aside are back in the outbox.
    Salvaged {
        /// How many.
        rows: u32,
    },
    /// A row that could not be read went into quarantine (F18).
    Quarantined {
        /// How many.
        rows: u32,
    },
    /// Housekeeping between steps failed; it is tried again.
    HousekeepingFailed {
        /// The store's words.
        why: String,
    },
    /// The system gave no randomness; a step went on with what the clocks give.
    NoEntropy,
    /// INV-6 held only by its safety net: report it, with the version.
    WakeUpMissing,
}

/// Told that something changed; reads the [`crate::Snapshot`] separately.
pub trait Listener: Send + Sync {
    /// The snapshot has this revision now. Called on a thread of ours that holds no lock: it may call back in. Revisions
    /// only grow, and some may be left out.
    fn changed(&self, revision: u64);
}

/// A listener that is a closure.
impl<F: Fn(u64) + Send + Sync> Listener for F {
    fn changed(&self, revision: u64) {
        self(revision);
    }
}
