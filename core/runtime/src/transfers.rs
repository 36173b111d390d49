//! Transfers: deliveries that the platform's own transfer service, or the host's own HTTP stack, carries for us (F57).

use std::path::Path;

use siaga_engine::wire::{Failure, Request, Slice, Ticket};
use siaga_net::{Addresses, RawReply, Transfer};
use siaga_store::{MediaFolder, StoreOptions};

use crate::files::KEEP_FREE_BYTES;
use crate::{Config, Error};

/// The longest id that is read. Ours have at most some 100 bytes; this is what [`Transfer::id`] promises.
const MAX_ID_BYTES: usize = 256;

/// Makes transfers of requests: the addresses are those of a configuration, the parts of files those of one folder.
#[derive(Clone, Debug)]
pub struct Transfers {
    addresses: Addresses,
    media: MediaFolder,
}

impl Transfers {
    /// For a network port that carries the requests of a [`crate::Siaga`] on the same folder, on the platform's own disk.
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Network`]: the configuration cannot be used.
    pub fn new(folder: impl AsRef<Path>, config: &Config) -> Result<Self, Error> {
        // Files of copies do not depend on the boot.
        let options = StoreOptions::new(folder.as_ref(), "");
        Ok(Self::of(config.addresses()?, MediaFolder::new(&options)))
    }

    pub(crate) const fn of(addresses: Addresses, media: MediaFolder) -> Self {
        Self { addresses, media }
    }

    /// The request of this ticket as a transfer. A part of a file is copied into a file of its own, when it is not all of it:
    /// that takes as long as the disk does.
    ///
    /// # Errors
    /// What our own wire would say; [`Failure::NoCopy`] also when there is no room for such a file.
    pub fn make(&self, ticket: &Ticket, request: &Request) -> Result<Transfer, Failure> {
        self.addresses.transfer(transfer_id(ticket), request, |slice| self.file(slice))
    }

    pub(crate) fn reply(&self, raw: RawReply) -> siaga_engine::wire::Reply {
        self.addresses.reply(raw)
    }

    fn file(&self, slice: &Slice) -> Result<String, Failure> {
        let file = self.media.cut(slice, KEEP_FREE_BYTES).map_err(|_| Failure::NoCopy)?;
        file.into_os_string().into_string().map_err(|_| Failure::NoCopy)
    }
}

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
