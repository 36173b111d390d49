//! The host's own HTTP stack.

use std::sync::Arc;

use siaga::ports::Network;
use siaga::{Config, Error, Failure, Outcome, Payload, Request, Ticket, Transfers};
use siaga_net::Transfer;

use crate::ports::{Failures, PortError};

/// Sends requests over the host's own HTTP stack: for hosts that must use theirs. Exact bytes out, the raw reply back; a port
/// that answered a bare "sent" could prove nothing.
#[uniffi::export(foreign)]
pub trait TransportPort: Send + Sync {
    /// Begins a transfer, and returns at once. It goes out byte for byte as it is, its body from the file when there is one;
    /// redirects are not followed. Its end comes
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

/// Parts of files up to this size are cut where they are asked for, which takes a disk some milliseconds; larger ones on a thread
/// of their own, because a press may be waiting for the step that asks.
const AT_ONCE_BYTES: u64 = 256 * 1024;

/// A shell's HTTP stack.
#[derive(Clone)]
pub(crate) struct ForeignTransport {
    port: Arc<dyn TransportPort>,
    transfers: Transfers,
    failures: Failures,
}

impl ForeignTransport {
    /// With the addresses of a configuration, and the files of a folder.
    ///
    /// # Errors
    /// [`Error::Config`]: an address cannot be used.
    pub(crate) fn new(
        port: Arc<dyn TransportPort>,
        (folder, config): (&str, &Config),
        failures: Failures,
    ) -> Result<Self, Error> {
        Ok(Self { port, transfers: Transfers::new(folder, config)?, failures })
    }

    fn begin(&self, ticket: &Ticket, request: &Request) -> Result<(), Failure> {
        let transfer = self.transfers.make(ticket, request)?;
        self.failures.call(|| self.port.begin(transfer)).ok_or(Failure::Unavailable)
    }
}

impl Network for ForeignTransport {
    fn perform(&self, ticket: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        let (transport, ticket) = (self.clone(), ticket.clone());
        let cuts = matches!(&request.body, Payload::Slice(slice) if slice.length > AT_ONCE_BYTES);
        // What has begun ends by its id.
        let begin = move || {
            if let Err(failure) = transport.begin(&ticket, &request) {
                done(Err(failure));
            }
        };
        if cuts {
            // Without a thread its lease ends, and it is tried again.
            let _ = std::thread::Builder::new().name("siaga-cut".to_owned()).spawn(begin);
        } else {
            begin();
        }
    }

    fn network_changed(&self) {
        let _ = self.failures.call(|| self.port.network_changed());
    }
}
