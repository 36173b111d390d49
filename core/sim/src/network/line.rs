//! The network port of one process: it takes requests down, and what stood on the disk at that moment.

use std::sync::{Arc, Mutex, PoisonError};

use siaga::ports::Network;
use siaga::{Failure, Outcome, Payload, Request, Ticket};
use siaga_store::{MediaFolder, StoreOptions};
use siaga_vault::Digest;

use crate::disk::SimDisk;
use crate::network::{Done, ProcessId};
use crate::phone::Platform;

/// A request that has just been handed over.
pub(crate) struct Sent {
    pub(crate) process: ProcessId,
    /// What it is; `None` when nobody can tell.
    pub(crate) ticket: Option<Ticket>,
    pub(crate) request: Request,
    /// Whether a platform carries it.
    pub(crate) handed: bool,
    pub(crate) done: Done,
    /// Whether the log had writes that no sync had reached yet, though the process did not say that its steps live in memory:
    /// then the step that sent this was not durable.
    pub(crate) too_early: bool,
}

/// The line of one process.
#[derive(Clone)]
pub(crate) struct Line {
    process: ProcessId,
    disk: SimDisk,
    platform: Arc<Platform>,
    said: Arc<Mutex<Said>>,
}

#[derive(Default)]
struct Said {
    sent: Vec<Sent>,
    renewals: u32,
}

impl Line {
    pub(crate) fn new(process: ProcessId, disk: SimDisk, platform: Arc<Platform>) -> Self {
        Self { process, disk, platform, said: Arc::default() }
    }

    /// What was handed over since it was last asked.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut self.said().sent)
    }

    /// Whether the process has asked for new connections since it was last asked.
    pub(crate) fn take_renewal(&self) -> bool {
        std::mem::take(&mut self.said().renewals) > 0
    }

    /// See [`Sent::too_early`].
    pub(crate) fn is_too_early(&self) -> bool {
        self.disk.log_is_dirty(self.process) && !self.platform.is_in_memory()
    }

    /// Reads the part of a file that goes along, as the network does while it sends.
    fn with_part(&self, request: Request) -> Option<Request> {
        let Payload::Slice(slice) = request.body else { return Some(request) };
        let disk = self.disk.of_process(self.process);
        let options = StoreOptions { disk, ..StoreOptions::new(self.disk.folder(), "") };
        let copy = MediaFolder::new(&options).slice(slice.sha256).ok()?;
        let mut part = vec![0; usize::try_from(slice.length).ok()?];
        let (mut read, mut rest) = (0_u64, part.as_mut_slice());
        while !rest.is_empty() {
            let count = copy.read_at(slice.offset + read, rest).ok().filter(|count| *count > 0)?;
            read += count as u64;
            rest = rest.get_mut(count..)?;
        }
        let mut headers = request.headers;
        if slice.checked {
            headers.push(("upload-checksum".to_owned(), Digest::of(&part).upload_checksum()));
        }
        Some(Request { headers, body: Payload::Bytes(part), ..request })
    }

    fn said(&self) -> std::sync::MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Line {
    fn perform(&self, ticket: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        // Whatever a killed process would still do, it does not.
        if self.disk.is_dead(self.process) {
            return;
        }
        let too_early = self.is_too_early();
        let Some(request) = self.with_part(request) else {
            if !self.disk.is_dead(self.process) {
                done(Err(Failure::NoCopy));
            }
            return;
        };
        let ticket = Some(ticket.clone());
        self.said().sent.push(Sent { process: self.process, ticket, request, handed: false, done, too_early });
    }

    fn network_changed(&self) {
        self.said().renewals += 1;
    }
}
