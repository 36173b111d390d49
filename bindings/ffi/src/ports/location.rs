//! Positioning.

use std::sync::Arc;

use siaga::ports::Location;

use crate::ports::{Failures, PortError};

/// Starts and stops positioning. Fixes, and reasons why there are none, come back through `Siaga.location`.
#[uniffi::export(foreign)]
pub trait LocationPort: Send + Sync {
    /// Fixes are wanted from now on. Called again while they already come: then it does nothing.
    ///
    /// # Errors
    /// It cannot be started; the SOS goes without a position.
    fn start(&self) -> Result<(), PortError>;

    /// No more fixes are needed.
    ///
    /// # Errors
    /// It cannot be stopped.
    fn stop(&self) -> Result<(), PortError>;
}

/// A shell's positioning.
pub(crate) struct ForeignLocation {
    pub(crate) port: Arc<dyn LocationPort>,
    pub(crate) failures: Failures,
}

impl Location for ForeignLocation {
    fn start(&self) {
        let _ = self.failures.call(|| self.port.start());
    }

    fn stop(&self) {
        let _ = self.failures.call(|| self.port.stop());
    }
}
