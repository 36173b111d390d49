//! The host's own HTTP stack.

use std::sync::Arc;

use siaga::ports::Network;
use siaga::{Addresses, Config, Error, Failure, Outcome, Request, Ticket, transfer_id};
use siaga_net::Transfer;

use crate::ports::{Failures, PortError};

/// Sends requests over the host's own HTTP stack: for hosts that must use theirs. Exact bytes out, the raw reply back; a port
/// that answered a bare "sent" could prove nothing.
#[uniffi::export(foreign)]
pub trait TransportPort: Send + Sync {
    /// Begins a transfer, and returns at once. It goes out byte for byte as it is; redirects are not followed. Its end comes
    /// back by `transfer_replied` or `transfer_failed` with its id, at any later time, in this process or a later one.
    ///
    /// # Errors
    /// It could not be begun; it is tried again as after any failure.
    fn begin(&self, transfer: Transfer) -> Result<(), PortError>;

    /// The phone's network is another one: connections of the old one are of no use.
    ///
    /// # Errors
    /// Counted and ignored.
    fn network_changed(&self) -> Result<(), PortError>;
}

/// A shell's HTTP stack.
pub(crate) struct ForeignTransport {
    port: Arc<dyn TransportPort>,
    addresses: Addresses,
    failures: Failures,
}

impl ForeignTransport {
    /// With the addresses of a configuration.
    ///
    /// # Errors
    /// [`Error::Config`]: an address cannot be used.
    pub(crate) fn new(port: Arc<dyn TransportPort>, config: &Config, failures: Failures) -> Result<Self, Error> {
        Ok(Self { port, addresses: config.addresses()?, failures })
    }
}

impl Network for ForeignTransport {
    fn perform(&self, ticket: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        let begun = self
            .addresses
            .transfer(transfer_id(ticket), &request)
            .and_then(|transfer| self.failures.call(|| self.port.begin(transfer)).ok_or(Failure::Unavailable));
        // What has begun ends by its id.
        if let Err(failure) = begun {
            done(Err(failure));
        }
    }

    fn network_changed(&self) {
        let _ = self.failures.call(|| self.port.network_changed());
    }
}
