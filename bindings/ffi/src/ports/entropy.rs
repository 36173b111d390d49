//! Randomness.

use std::sync::Arc;

use siaga::ports::Entropy;

use crate::ports::{Failures, PortError};

/// Gives randomness fit for keys.
#[uniffi::export(foreign)]
pub trait EntropyPort: Send + Sync {
    /// Exactly 32 fresh bytes.
    ///
    /// # Errors
    /// The system has none to give; an SOS goes on without.
    fn draw(&self) -> Result<Vec<u8>, PortError>;
}

/// A shell's randomness.
pub(crate) struct ForeignEntropy {
    pub(crate) port: Arc<dyn EntropyPort>,
    pub(crate) failures: Failures,
}

impl Entropy for ForeignEntropy {
    fn draw(&self) -> Option<[u8; 32]> {
        self.failures.call(|| self.port.draw()?.try_into().map_err(|_| PortError::Unavailable))
    }
}
