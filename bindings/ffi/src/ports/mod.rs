//! Ports: what a platform gives to the core, and what the core tells it. A shell implements those that it has, one file per
//! capability, and leaves the others out.

mod clock;
mod content;
mod credentials;
mod entropy;
mod failures;
mod listener;
mod location;
mod log;
mod preview;
mod transport;

use std::sync::Arc;

pub use clock::ClockPort;
pub(crate) use clock::ForeignClock;
pub use content::ContentPort;
pub(crate) use content::ForeignContent;
pub use credentials::CredentialsPort;
pub(crate) use credentials::ForeignCredentials;
pub use entropy::EntropyPort;
pub(crate) use entropy::ForeignEntropy;
pub(crate) use failures::Failures;
pub(crate) use listener::ForeignListener;
pub use listener::Listener;
pub(crate) use location::ForeignLocation;
pub use location::LocationPort;
pub(crate) use log::ForeignLog;
pub use log::LogPort;
pub(crate) use preview::ForeignPreview;
pub use preview::PreviewPort;
pub(crate) use transport::ForeignTransport;
pub use transport::TransportPort;

/// What a platform gives. A port that is left out is the core's own.
#[derive(uniffi::Record)]
pub struct Ports {
    /// The clocks. Needed on Apple systems; on Linux and Android the core reads the kernel's own.
    #[uniffi(default = None)]
    pub clock: Option<Arc<dyn ClockPort>>,
    /// Randomness; without it the system's own.
    #[uniffi(default = None)]
    pub entropy: Option<Arc<dyn EntropyPort>>,
    /// Positioning; without it an SOS says that nobody asked for a position.
    #[uniffi(default = None)]
    pub location: Option<Arc<dyn LocationPort>>,
    /// Where notes go.
    #[uniffi(default = None)]
    pub log: Option<Arc<dyn LogPort>>,
    /// Headers that identify the citizen to the centre.
    #[uniffi(default = None)]
    pub credentials: Option<Arc<dyn CredentialsPort>>,
    /// Small pictures of files; without it none are sent.
    #[uniffi(default = None)]
    pub preview: Option<Arc<dyn PreviewPort>>,
    /// The host's own HTTP stack; without it the core's.
    #[uniffi(default = None)]
    pub transport: Option<Arc<dyn TransportPort>>,
    /// Whether a thread of the core waits for its wake-ups and calls listeners. Without it the shell calls `wake`.
    #[uniffi(default = true)]
    pub own_thread: bool,
}

/// A port could not do what it was asked. What exactly stays on the platform's side: a foreign exception may hold a name, a
/// place or a token (INV-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum PortError {
    /// It has nothing to give now.
    #[error("the platform could not do it now")]
    Unavailable,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PortError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}
