//! Notes about what happens inside.

use std::sync::Arc;

use siaga::ports::{Log, Note};

use crate::ports::{Failures, PortError};

/// Takes note of what happens inside. Nothing that it is given identifies a person or a place.
#[uniffi::export(foreign)]
pub trait LogPort: Send + Sync {
    /// Something happened.
    ///
    /// # Errors
    /// It could not be noted; it is not noted again.
    fn note(&self, note: Note) -> Result<(), PortError>;
}

/// A shell's log.
pub(crate) struct ForeignLog {
    pub(crate) port: Arc<dyn LogPort>,
    pub(crate) failures: Failures,
}

impl Log for ForeignLog {
    fn note(&self, note: Note) {
        let _ = self.failures.call(|| self.port.note(note));
    }
}
