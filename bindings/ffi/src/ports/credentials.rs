//! Who asks.

use std::sync::Arc;

use siaga::{Credentials, CredentialsUnavailable};
use siaga_net::Header;

use crate::ports::{Failures, PortError};

/// Gives the headers that identify the app or its user to the centre, such as `authorization`.
#[uniffi::export(foreign)]
pub trait CredentialsPort: Send + Sync {
    /// The headers for a request that is about to be sent. Called for each attempt, on a thread of its own, which may block
    /// for at most 2 s. They are never stored, and never logged.
    ///
    /// # Errors
    /// There are none now; an SOS goes without.
    fn headers(&self) -> Result<Vec<Header>, PortError>;
}

/// A shell's credentials.
pub(crate) struct ForeignCredentials {
    pub(crate) port: Arc<dyn CredentialsPort>,
    pub(crate) failures: Failures,
}

impl Credentials for ForeignCredentials {
    fn headers(&self) -> Result<Vec<(String, String)>, CredentialsUnavailable> {
        let headers = self.failures.call(|| self.port.headers()).ok_or(CredentialsUnavailable)?;
        Ok(headers.into_iter().map(|header| (header.name, header.value)).collect())
    }
}
