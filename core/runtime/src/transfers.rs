//! Transfers: deliveries that the platform's own transfer service, or the host's own HTTP stack, carries for us (F57).

use siaga_engine::wire::{Failure, Request, Ticket};
use siaga_net::{Addresses, Transfer};

use crate::Error;

/// The longest id that is read. Ours have at most some 100 bytes; this is what [`Transfer::id`] promises.
const MAX_ID_BYTES: usize = 256;

/// The id of the transfer that carries the request of this ticket: the ticket as JSON, which outlives the process. Opaque to
/// hosts.
#[must_use]
pub fn transfer_id(ticket: &Ticket) -> String {
    // Serialising plain data into memory does not fail; an id that cannot be read would be refused when it comes back.
    serde_json::to_string(ticket).unwrap_or_default()
}

/// The ticket that an id names.
pub(crate) fn ticket(id: &str) -> Result<Ticket, Error> {
    let none_of_ours = |what: String| Error::Transfer { why: format!("{what}: hand back the id that was given") };
    if id.len() > MAX_ID_BYTES {
        return Err(none_of_ours(format!("an id of {} bytes is none of ours", id.len())));
    }
    // The reader's own words could quote a value (INV-12).
    serde_json::from_str(id).map_err(|error| none_of_ours(format!("the id cannot be read (column {})", error.column())))
}

/// Requests as transfers, and the tickets of those that no address can be made for.
pub(crate) fn transfers(
    addresses: &Addresses,
    requests: Vec<(Ticket, Request)>,
) -> (Vec<Transfer>, Vec<(Ticket, Failure)>) {
    let (mut made, mut failed) = (Vec::with_capacity(requests.len()), Vec::new());
    for (ticket, request) in requests {
        match addresses.transfer(transfer_id(&ticket), &request) {
            Ok(transfer) => made.push(transfer),
            Err(failure) => failed.push((ticket, failure)),
        }
    }
    (made, failed)
}
