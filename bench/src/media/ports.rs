//! The two ports that are the bench's own: the real network, which tells the end of each request, and our own copies, of which
//! each byte that is read is counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::time::Instant;

use siaga::ports::Network;
use siaga::{Outcome, Payload, Request, Ticket};
use siaga_net::{Copies, Net};
use siaga_store::{FileReader, MediaFolder};
use siaga_vault::Digest;

/// A request ended, and the step that judged it is committed.
pub(super) struct Ended {
    /// When it was asked for.
    pub(super) began: Instant,
    /// When that step was over.
    pub(super) at: Instant,
    /// Whether it was one of an upload.
    pub(super) is_of_upload: bool,
    /// How many bytes of a file it carried.
    pub(super) part_bytes: u64,
    /// Whether it brought a receipt.
    pub(super) has_receipt: bool,
}

/// The real network.
pub(super) struct Watched {
    pub(super) net: Net,
    pub(super) ended: Sender<Ended>,
}

impl Network for Watched {
    fn perform(&self, _: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        let (began, is_of_upload, ended) = (Instant::now(), request.apart, self.ended.clone());
        let part_bytes = match &request.body {
            Payload::Slice(slice) => slice.length,
            Payload::Bytes(_) => 0,
        };
        let done = move |outcome: Outcome| {
            let has_receipt = outcome.as_ref().is_ok_and(|reply| reply.receipt.is_some());
            // Judges the outcome and commits, on this thread.
            done(outcome);
            let at = Instant::now();
            // Nobody listens any more when the bench is over.
            let _ = ended.send(Ended { began, at, is_of_upload, part_bytes, has_receipt });
        };
        self.net.perform(request, Box::new(done));
    }

    fn network_changed(&self) {
        self.net.network_changed();
    }
}

/// Our own copies, as the runtime gives them to the network.
pub(super) struct Counted {
    pub(super) folder: MediaFolder,
    pub(super) read_bytes: Arc<AtomicU64>,
}

impl Copies for Counted {
    fn open(&self, sha256: Digest) -> io::Result<Box<dyn siaga_net::Copy>> {
        Ok(Box::new(CountedCopy { file: self.folder.slice(sha256)?, read_bytes: Arc::clone(&self.read_bytes) }))
    }
}

struct CountedCopy {
    file: Box<dyn FileReader>,
    read_bytes: Arc<AtomicU64>,
}

impl siaga_net::Copy for CountedCopy {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(offset, into)?;
        let _ = self.read_bytes.fetch_add(read as u64, Ordering::SeqCst);
        Ok(read)
    }
}
