//! Files: copied on the caller's thread, without any lock of the engine, between two steps.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use siaga_engine::ids::{FileId, IncidentId};
use siaga_engine::media::{AttachFault, Attachment, MediaType, Stated, Taken};
use siaga_engine::{Answer, Event};
use siaga_net::{Copies, Copy};
use siaga_store::{Copied, FileReader, MediaFolder, TakeFault, TakeLimits, open_source};
use siaga_vault::Digest;

use crate::core::Core;
use crate::error::Error;
use crate::previews;

/// Room that a copy, or a part of one, leaves on the disk: a database with an SOS and its log need a few MB, the system and the
/// camera the rest.
pub(crate) const KEEP_FREE_BYTES: u64 = 64_000_000;

/// Where a file's bytes come from.
pub(crate) enum Source<'a> {
    /// A path, which another process can open again.
    Path(&'a Path),
    /// A stream, which nobody can.
    Stream(&'a mut dyn Read),
}

/// Attaches a file: known first, then copied, then announced (F13).
pub(crate) fn attach(core: &Arc<Core>, incident: IncidentId, name: &str, source: Source<'_>) -> Result<FileId, Error> {
    let path = match &source {
        Source::Path(path) => path.to_str().map(str::to_owned),
        Source::Stream(_) => None,
    };
    let file = attached(core.step(Event::AttachBegun(Attachment { incident, name: name.to_owned(), path }))?)?;
    take(core, file, source)
}

/// Takes up what other processes had begun to copy, and which they cannot have finished: none of them holds its file.
pub(crate) fn take_up(core: &Arc<Core>) -> Result<(), Error> {
    for (file, path) in core.copies_of_others() {
        let taken = match path {
            Some(path) => take(core, file, Source::Path(Path::new(&path))).map(drop),
            None => interrupted(core, file),
        };
        match taken {
            // It is noted, and shown.
            Ok(()) | Err(Error::Attach { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// On a thread of its own, when there is anything: a video takes a while, and nobody waits for it.
pub(crate) fn take_up_apart(core: &Arc<Core>) {
    if core.copies_of_others().is_empty() {
        return;
    }
    let core = Arc::downgrade(core);
    let take_up = move || core.upgrade().map_or(Ok(()), |core| take_up(&core));
    // Without a thread they wait for the next start.
    let _ = std::thread::Builder::new().name("siaga-copy".to_owned()).spawn(take_up);
}

/// Nobody can read the stream again. Whoever still copies it holds the file.
fn interrupted(core: &Arc<Core>, file: FileId) -> Result<(), Error> {
    let limits = TakeLimits { file_bytes: 0, keep_free_bytes: 0, head_bytes: 0 };
    match core.media().take(file.event(), &mut io::empty(), limits) {
        Err(TakeFault::Busy) => Ok(()),
        Ok(_) | Err(_) => core.step(Event::AttachFailed { file, why: AttachFault::Interrupted }).map(drop),
    }
}

fn take(core: &Arc<Core>, file: FileId, source: Source<'_>) -> Result<FileId, Error> {
    match copy(core, file, source) {
        Ok(Ok((taken, copied))) => {
            let answer = core.step(Event::AttachTaken { file, taken });
            // The row is committed, or will never be: a sweep may judge the copy by it.
            drop(copied.hold);
            let known = attached(answer?)?;
            // Of bytes that the incident has already the picture is made.
            if known == file {
                previews::ask(core, file);
            }
            Ok(known)
        }
        // Whoever copies it tells.
        Err(TakeFault::Busy) => Ok(file),
        Ok(Err(fault)) => failed(core, file, fault),
        Err(fault) => failed(core, file, attach_fault(&fault)),
    }
}

fn failed(core: &Arc<Core>, file: FileId, why: AttachFault) -> Result<FileId, Error> {
    let _ = core.step(Event::AttachFailed { file, why })?;
    core.sweep_soon();
    Err(Error::Attach { fault: why })
}

/// Copies the bytes, and looks at what they are.
fn copy(core: &Arc<Core>, file: FileId, source: Source<'_>) -> Result<Result<(Taken, Copied), AttachFault>, TakeFault> {
    let (media, limits) = (core.media(), core.media_limits());
    let refused = |error: io::Error| TakeFault::Io { what: "adding up the copies", kind: error.kind() };
    let kept = media.bytes_kept().map_err(refused)?;
    let room = limits.total_max_bytes().saturating_sub(kept);
    if room == 0 {
        return Ok(Err(AttachFault::TooMuchWaiting { most_bytes: limits.total_max_bytes() }));
    }
    let file_bytes = limits.file_max_bytes().min(room);
    let take = TakeLimits { file_bytes, keep_free_bytes: KEEP_FREE_BYTES, head_bytes: siaga_media::HEAD_BYTES };
    let copied = match source {
        Source::Path(path) => media.take_file(file.event(), open_source(path)?, take),
        Source::Stream(stream) => media.take(file.event(), stream, take),
    };
    let copied = match copied {
        Err(TakeFault::TooLarge { .. }) if room < limits.file_max_bytes() => {
            return Ok(Err(AttachFault::TooMuchWaiting { most_bytes: limits.total_max_bytes() }));
        }
        copied => copied?,
    };
    let Some(media_type) = siaga_media::sniff(&copied.head) else { return Ok(Err(AttachFault::UnknownType)) };
    let (media_type, stated) = look(media, copied.sha256, media_type);
    let taken = Taken { sha256: copied.sha256, bytes: copied.bytes, media_type, stated };
    Ok(Ok((taken, copied)))
}

/// What the copy is and says of itself, where its first bytes were of this type.
fn look(media: &MediaFolder, sha256: Digest, by_head: MediaType) -> (MediaType, Stated) {
    // A disk that cannot read says nothing; the upload will meet it again.
    let Ok(copy) = media.slice(sha256) else { return (by_head, Stated::default()) };
    siaga_media::look(by_head, &mut |at, into| copy.read_at(at, into).unwrap_or_default())
}

/// What the citizen decided of a file.
pub(crate) fn decided(core: &Arc<Core>, event: Event) -> Result<(), Error> {
    attached(core.step(event)?).map(drop)
}

fn attached(answer: Answer) -> Result<FileId, Error> {
    match answer {
        Answer::Attached(file) => Ok(file),
        Answer::Declined(declined) => Err(declined.into()),
        // What is attached is answered as such.
        Answer::Noted | Answer::Press(_) | Answer::Made(_) | Answer::Cancelled(_) => {
            Err(Error::Attach { fault: AttachFault::NoSuchFile })
        }
    }
}

const fn attach_fault(fault: &TakeFault) -> AttachFault {
    match fault {
        TakeFault::Empty => AttachFault::Empty,
        TakeFault::TooLarge { limit_bytes } => AttachFault::TooLarge { most_bytes: *limit_bytes },
        TakeFault::Full => AttachFault::DiskFull,
        TakeFault::Gone | TakeFault::SourceFailed { .. } => AttachFault::Unreadable,
        TakeFault::NotAFile { .. } => AttachFault::NotAFile,
        TakeFault::Changed => AttachFault::Changed,
        TakeFault::Busy | TakeFault::Io { .. } | _ => AttachFault::DiskFailed,
    }
}

/// Our own copies, as the network reads them.
pub(crate) struct OwnCopies(pub(crate) MediaFolder);

impl Copies for OwnCopies {
    fn open(&self, sha256: Digest) -> io::Result<Box<dyn Copy>> {
        Ok(Box::new(OwnCopy(self.0.slice(sha256)?)))
    }
}

struct OwnCopy(Box<dyn FileReader>);

impl Copy for OwnCopy {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, into)
    }
}
