//! Who is told that something changed.

use std::sync::Arc;

use crate::ports::{Failures, PortError};

/// Told that something changed; reads the snapshot separately.
#[uniffi::export(foreign)]
pub trait Listener: Send + Sync {
    /// The snapshot has this revision now. Called on a thread of the core that holds no lock: it may call back in. Revisions
    /// only grow, and some may be left out.
    ///
    /// # Errors
    /// Whatever is thrown is counted and ignored; the next change is told all the same.
    fn changed(&self, revision: u64) -> Result<(), PortError>;
}

/// A shell's listener.
pub(crate) struct ForeignListener {
    pub(crate) port: Arc<dyn Listener>,
    pub(crate) failures: Failures,
}

impl siaga::ports::Listener for ForeignListener {
    fn changed(&self, revision: u64) {
        let _ = self.failures.call(|| self.port.changed(revision));
    }
}
