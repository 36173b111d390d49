//! Small pictures of files.

use std::path::Path;
use std::sync::Arc;

use siaga::MediaType;
use siaga::ports::Previews;

use crate::ports::{Failures, PortError};

/// Makes small pictures of files with the platform's own decoders. It may be slow: nothing waits for it.
#[uniffi::export(foreign)]
pub trait PreviewPort: Send + Sync {
    /// A JPEG, PNG or WebP of what the picture or video at this path shows: at most 320 pixels a side and 12,288 bytes. The file
    /// is the core's own copy, whose name says nothing. Its bytes may be anybody's: look at its size before it is decoded.
    ///
    /// # Errors
    /// There is none: then none is sent, and the file all the same.
    fn preview(&self, path: String, media_type: MediaType) -> Result<Vec<u8>, PortError>;
}

/// A shell's pictures.
pub(crate) struct ForeignPreview {
    pub(crate) port: Arc<dyn PreviewPort>,
    pub(crate) failures: Failures,
}

impl Previews for ForeignPreview {
    fn preview(&self, path: &Path, media_type: MediaType) -> Option<Vec<u8>> {
        let path = path.to_str()?.to_owned();
        self.failures.call(|| self.port.preview(path, media_type))
    }
}
