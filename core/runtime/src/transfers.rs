//! Transfers: deliveries that the platform's own transfer service, or the host's own HTTP stack, carries for us (F57).

use std::path::Path;
use std::sync::PoisonError;

use siaga_engine::wire::{Failure, Outcome, Request, Slice, Ticket};
use siaga_net::{Addresses, PartFile, RawReply, Transfer};
use siaga_store::{MediaFolder, StoreOptions};

use crate::files::KEEP_FREE_BYTES;
use crate::siaga::Siaga;
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

    fn file(&self, slice: &Slice) -> Result<PartFile, Failure> {
        let file = self.media.cut(slice, KEEP_FREE_BYTES).map_err(|_| Failure::NoCopy)?;
        let hash = || self.media.hash(&file).map_err(|_| Failure::NoCopy);
        let checked = slice.checked.then(hash).transpose()?;
        let path = file.into_os_string().into_string().map_err(|_| Failure::NoCopy)?;
        Ok(PartFile { path, checked })
    }
}

impl Siaga {
    /// Hands the deliveries to a transfer service of the platform's own, for a process that is about to be suspended: all that
    /// may leave now, and all that is in flight here, whose connections the suspension breaks. It may arrive twice, and is one
    /// (INV-4). [`Siaga::prepare_suspend`] comes next.
    ///
    /// Of a file goes all the rest at once, in a file of its own. The part that is under way has a moment to end before, so that it
    /// is known what the rest is: this call waits for it for at most 1.5 s. Without a thread of its own the core does not wait, and
    /// the host calls again a moment later. No part goes while an SOS is in flight: a platform carries both at once, and on a
    /// thin link a file's bytes are an SOS's seconds (INV-5).
    ///
    /// Asked again it gives the same ones again, each under its id: the shell begins those that the system does not carry yet. One
    /// that the system carries and that is not among them has ended, or is of an earlier attempt, whose receipt still counts.
    /// A process that sleeps cannot wait for a back-off, so those of an SOS are cut short, and the platform's own pauses take
    /// their place: this is for the moment before a suspension, and nothing to be called in a loop.
    ///
    /// The end of each comes back by [`Siaga::transfer_replied`] or [`Siaga::transfer_failed`], in this or in any later process.
    /// One that the system forgot is made anew when its lease is over, or, for an SOS, when the next process opens, or, for a part
    /// of a file, at [`Siaga::reconcile_transfers`].
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn take_transfers(&self) -> Result<Vec<Transfer>, Error> {
        let has_thread = self.pump.lock().unwrap_or_else(PoisonError::into_inner).is_some();
        let requests = self.core.take_transfers(has_thread)?;
        let mut made = Vec::with_capacity(requests.len());
        for (ticket, request) in requests {
            match self.transfers.make(&ticket, &request) {
                Ok(transfer) => made.push(transfer),
                Err(failure) => self.core.transfer_ended(ticket, Err(failure))?,
            }
        }
        Ok(made)
    }

    /// Compares the parts of files that earlier processes have handed over with the ids that the platform still carries, once
    /// when a process begins: what it has dropped, as when the citizen swiped the app away, has failed, and is tried anew at
    /// once instead of after its lease. Those of this process are left as they are.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn reconcile_transfers(&self, carried: &[String]) -> Result<(), Error> {
        let dropped = |ticket: &Ticket| !carried.contains(&transfer_id(ticket));
        for ticket in self.core.handed_by_others().into_iter().filter(dropped) {
            self.core.transfer_ended(ticket, Err(Failure::Broken))?;
        }
        Ok(())
    }

    /// What a carrier outside this process has carried came to an end. A receipt counts whenever it comes; a failure only for
    /// the attempt that is under way. While suspended the database is opened for this alone.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn transfer_ended(&self, ticket: Ticket, outcome: Outcome) -> Result<(), Error> {
        self.core.transfer_ended(ticket, outcome)
    }

    /// [`Siaga::transfer_ended`] with a whole reply to the transfer of this id, judged as one of our own wire.
    ///
    /// # Errors
    /// [`Error::Transfer`] when the id is none of ours, [`Error::Closed`].
    pub fn transfer_replied(&self, id: &str, reply: RawReply) -> Result<(), Error> {
        self.transfer_ended(ticket(id)?, Ok(self.transfers.reply(reply)))
    }

    /// [`Siaga::transfer_ended`] without a whole reply to the transfer of this id.
    ///
    /// # Errors
    /// [`Error::Transfer`] when the id is none of ours, [`Error::Closed`].
    pub fn transfer_failed(&self, id: &str, failure: Failure) -> Result<(), Error> {
        self.transfer_ended(ticket(id)?, Err(failure))
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
    serde_json::from_slice(id.as_bytes())
        .map_err(|error| none_of_ours(format!("the id cannot be read (column {})", error.column())))
}
