//! Deliveries that somebody else carries: the phone's own transfer service, or the host's HTTP stack.

use siaga::{Error, Failure};
use siaga_net::{RawReply, Transfer};

use crate::guard::guarded;
use crate::siaga::Siaga;

#[uniffi::export]
impl Siaga {
    /// The deliveries under way, as plans that the platform's own transfer service carries while this process sleeps or is
    /// dead. Asked again, it names the same ones, so that they can be compared with what the system still has.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn take_transfers(&self) -> Result<Vec<Transfer>, Error> {
        guarded("take_transfers", || self.core.take_transfers())
    }

    /// Which transfers the system still carries, by their ids, when a process begins: parts of files that it has dropped are tried
    /// anew.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn reconcile_transfers(&self, carried: Vec<String>) -> Result<(), Error> {
        guarded("reconcile_transfers", || self.core.reconcile_transfers(&carried))
    }

    /// A transfer was answered, in this or in any later process. Whether it proves anything the core judges.
    ///
    /// # Errors
    /// `Transfer`: the id is none of ours. `Closed`.
    pub fn transfer_replied(&self, id: String, reply: RawReply) -> Result<(), Error> {
        guarded("transfer_replied", || self.core.transfer_replied(&id, reply))
    }

    /// A transfer ended without an answer, in this or in any later process.
    ///
    /// # Errors
    /// `Transfer`: the id is none of ours. `Closed`.
    pub fn transfer_failed(&self, id: String, failure: Failure) -> Result<(), Error> {
        guarded("transfer_failed", || self.core.transfer_failed(&id, failure))
    }
}
