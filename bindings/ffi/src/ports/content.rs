//! Another app's content: a photo of the gallery, a recording.

use std::io::{self, Read};
use std::sync::Arc;

use crate::ports::{Failures, PortError};

/// Reads a file that the citizen chose, from its beginning to its end. Read on the thread that attaches it, and never after that
/// call has returned: a permission for it may end with the process.
#[uniffi::export(foreign)]
pub trait ContentPort: Send + Sync {
    /// The next bytes, at most `most`; none at the end.
    ///
    /// # Errors
    /// It cannot be read any more: nothing is attached.
    fn read(&self, most: u32) -> Result<Vec<u8>, PortError>;
}

/// Most bytes that are asked for at once: each call crosses the boundary, and what it brings is copied there.
const MOST_BYTES: usize = 128 * 1024;

/// A shell's content, as a stream.
pub(crate) struct ForeignContent {
    port: Arc<dyn ContentPort>,
    failures: Failures,
}

impl ForeignContent {
    pub(crate) fn new(port: Arc<dyn ContentPort>, failures: Failures) -> Self {
        Self { port, failures }
    }
}

impl Read for ForeignContent {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(MOST_BYTES);
        let asked = u32::try_from(most).unwrap_or(u32::MAX);
        let unreadable = || io::Error::from(io::ErrorKind::Other);
        let bytes = self.failures.call(|| self.port.read(asked)).ok_or_else(unreadable)?;
        // More than was asked for would have to be kept or lost: such a port is broken.
        let room = into.get_mut(..bytes.len()).filter(|room| room.len() <= most).ok_or_else(unreadable)?;
        room.copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}
