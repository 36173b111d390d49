//! Bodies that are sent piece by piece, without a stated length.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Interval, interval};

/// Sends its pieces one after the other, a pause between any two.
pub(crate) struct Pieces {
    left: std::vec::IntoIter<Bytes>,
    pause: Interval,
    end: End,
}

/// What follows the last piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The end of the body.
    Whole,
    /// Nothing at all.
    Never,
    /// The connection or the stream breaks.
    Break,
}

impl Pieces {
    /// The bytes in at most `count` pieces, `pause` apart.
    pub(crate) fn new(bytes: &[u8], count: usize, pause: Duration, end: End) -> Pieces {
        let size = bytes.len().div_ceil(count.max(1)).max(1);
        let pieces: Vec<Bytes> = bytes.chunks(size).map(Bytes::copy_from_slice).collect();
        Pieces { left: pieces.into_iter(), pause: interval(pause), end }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.pause.poll_tick(cx).is_pending() {
            return Poll::Pending;
        }
        match (self.left.next(), self.end) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, End::Whole) => Poll::Ready(None),
            // Nothing will ever wake it: it ends when its request is dropped.
            (None, End::Never) => Poll::Pending,
            (None, End::Break) => Poll::Ready(Some(Err(std::io::ErrorKind::BrokenPipe.into()))),
        }
    }
}
