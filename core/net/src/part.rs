//! A part of a file as a request's body: read from the disk while it is sent, so that memory does not grow with it. One whose hash
//! goes along is read before, as a whole, because its hash is said first: once from the disk, and what is hashed is what is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use siaga_engine::wire::{Failure, Slice};
use siaga_vault::Digest;
use tokio::task::JoinHandle;

/// Where our own copies of files are.
pub trait Copies: Send + Sync {
    /// Opens one.
    ///
    /// # Errors
    /// The disk's.
    fn open(&self, sha256: Digest) -> io::Result<Box<dyn Copy>>;
}

/// An open copy of a file.
pub trait Copy: Send {
    /// Reads from so many bytes after the beginning; gives how many were read, 0 at the end.
    ///
    /// # Errors
    /// The disk's.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize>;
}

/// What is read at once. Two of them are in memory: one is sent while the next is read.
const BLOCK_BYTES: usize = 256 * 1024;

/// Our own copy cannot be read; found again in the error chain by `classify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the copy of a file cannot be read")]
pub(crate) struct NoCopy;

/// The body that carries a part of a copy, and the hash of its bytes when that goes along.
///
/// # Errors
/// A part that is checked cannot be read; with any other that shows while it is sent.
pub(crate) async fn body(copies: &Arc<dyn Copies>, slice: Slice) -> Result<(reqwest::Body, Option<Digest>), Failure> {
    let copies = Arc::clone(copies);
    if !slice.checked {
        return Ok((streamed(copies, slice), None));
    }
    let read = tokio::task::spawn_blocking(move || held(copies.as_ref(), slice));
    // A reader that panicked has read nothing.
    let (bytes, sha256) = read.await.unwrap_or(Err(NoCopy)).map_err(|NoCopy| Failure::NoCopy)?;
    Ok((bytes.into(), Some(sha256)))
}

/// A part as a whole, and its hash. Never longer than `MAX_CHECKED_BYTES`.
fn held(copies: &dyn Copies, slice: Slice) -> Result<(Bytes, Digest), NoCopy> {
    let copy = copies.open(slice.sha256).map_err(|_| NoCopy)?;
    let bytes = read_whole(copy.as_ref(), slice.offset, usize::try_from(slice.length).map_err(|_| NoCopy)?)?;
    let sha256 = Digest::of(&bytes);
    Ok((bytes.into(), sha256))
}

fn streamed(copies: Arc<dyn Copies>, slice: Slice) -> reqwest::Body {
    let Slice { sha256, offset, length, checked: _ } = slice;
    let first = move || read(copies.open(sha256).map_err(|_| NoCopy)?, offset, length);
    reqwest::Body::wrap(Part { left: length, reading: Some(tokio::task::spawn_blocking(first)) })
}

/// Reading on threads of their own: a slow disk must not hold up what else the network's thread does.
type Reading = JoinHandle<Result<Block, NoCopy>>;

struct Block {
    bytes: Bytes,
    copy: Box<dyn Copy>,
    /// Where the next one begins.
    offset: u64,
}

struct Part {
    left: u64,
    reading: Option<Reading>,
}

impl Body for Part {
    type Data = Bytes;
    type Error = NoCopy;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let block = match Pin::new(reading).poll(cx) {
            Poll::Pending => return Poll::Pending,
            // A reader that panicked has read nothing.
            Poll::Ready(block) => block.unwrap_or(Err(NoCopy)),
        };
        self.reading = None;
        let Block { bytes, copy, offset } = match block {
            Ok(block) => block,
            Err(no_copy) => return Poll::Ready(Some(Err(no_copy))),
        };
        self.left = self.left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.left > 0 {
            let left = self.left;
            self.reading = Some(tokio::task::spawn_blocking(move || read(copy, offset, left)));
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Reads the next block.
fn read(copy: Box<dyn Copy>, offset: u64, left: u64) -> Result<Block, NoCopy> {
    let length = usize::try_from(left).unwrap_or(usize::MAX).min(BLOCK_BYTES);
    let bytes = read_whole(copy.as_ref(), offset, length)?;
    let offset = offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
    Ok(Block { bytes: bytes.into(), copy, offset })
}

/// Reads so many bytes, all of them: a copy that is shorter than it was is no copy.
fn read_whole(copy: &dyn Copy, offset: u64, length: usize) -> Result<Vec<u8>, NoCopy> {
    let mut bytes = vec![0; length];
    let mut at = offset;
    let mut rest = bytes.as_mut_slice();
    while !rest.is_empty() {
        let read = copy.read_at(at, rest).map_err(|_| NoCopy)?;
        if read == 0 {
            return Err(NoCopy);
        }
        rest = rest.get_mut(read..).unwrap_or_default();
        at = at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
    Ok(bytes)
}
