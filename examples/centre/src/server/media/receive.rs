//! A body on its way to the disk: the network's threads pass its frames on, and a thread of its own hashes and writes them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use http_body_util::BodyExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout, timeout_at};

use super::super::problem::Problem;
use super::Api;
use super::answer::Stop;
use crate::CentreError;
use crate::desk::Desk;
use crate::media::{Outcome, Session};

/// Most bytes that are written at once.
const BLOCK_BYTES: usize = 256 * 1024;
/// Frames that wait for the disk: of 16 KiB each, as both versions of HTTP bring them, a block.
const FRAMES_LIMIT: usize = 16;
/// A body that is silent for so long is cut, or a dead connection would lock its upload. A phone that changes its network
/// is back within seconds; what came counts, so a cut costs one request.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);
/// Longest body: the largest file at 1 Mbit/s. Whoever needs longer goes on in the next request.
const BODY_LIMIT: Duration = Duration::from_secs(5 * 60 * 60);
/// What is read of a refused body so that its sender reads the answer: a connection that is closed on unread bytes takes the
/// answer with it.
const DISCARD_BYTES: usize = 1024 * 1024;
const DISCARD_LIMIT: Duration = Duration::from_secs(5);

/// What the writer is told.
enum Piece {
    Frame(Bytes),
    /// The body did not break off. Without it, it did.
    End,
}

/// How the body ended.
enum Fed {
    Ended,
    /// The centre stops.
    Stopped,
}

/// Takes the body into the storage.
///
/// When the connection breaks, this future may be dropped while frames of the body still wait to be read: so a task of its own
/// reads them, to the last byte that came, and the writer ends after it.
pub(super) async fn receive(api: &Api, session: Session, body: Body) -> Result<Outcome, Stop> {
    let (pieces, arriving) = mpsc::channel(FRAMES_LIMIT);
    let desk = api.desk.clone();
    let writer = tokio::task::spawn_blocking(move || write(&desk, session, arriving));
    let mut stopped = api.stopped.clone();
    let feeder = tokio::spawn(async move {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => Fed::Stopped,
            () = feed(body, pieces) => Fed::Ended,
        }
    });
    let fed = feeder.await.unwrap_or(Fed::Ended);
    let outcome = writer.await.ok().and_then(Result::ok).ok_or(Problem::Overloaded)?;
    match (fed, outcome) {
        (Fed::Stopped, Outcome::Cut) => Err(Problem::Overloaded.into()),
        (Fed::Stopped | Fed::Ended, outcome) => Ok(outcome),
    }
}

async fn feed(mut body: Body, pieces: mpsc::Sender<Piece>) {
    let deadline = Instant::now() + BODY_LIMIT;
    loop {
        let Ok(Ok(frame)) = timeout_at(deadline, timeout(SILENCE_LIMIT, body.frame())).await else { return };
        let piece = match frame {
            Some(Ok(frame)) => match frame.into_data() {
                Ok(bytes) => Piece::Frame(bytes),
                Err(_trailers) => continue,
            },
            Some(Err(_broken)) => return,
            None => Piece::End,
        };
        let is_end = matches!(piece, Piece::End);
        // Nobody takes it any more when the body is too long or the disk failed.
        if pieces.send(piece).await.is_err() || is_end {
            return;
        }
    }
}

/// Runs away from the network's threads until the body ends.
fn write(desk: &Arc<Desk>, mut session: Session, mut pieces: mpsc::Receiver<Piece>) -> Result<Outcome, CentreError> {
    let mut is_whole = false;
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    while let Some(first) = pieces.blocking_recv() {
        let mut next = Some(first);
        // A fast line fills a block, a slow one does not wait for that.
        while let Some(piece) = next.take() {
            match piece {
                Piece::Frame(bytes) => block.extend_from_slice(&bytes),
                Piece::End => is_whole = true,
            }
            if block.len() < BLOCK_BYTES {
                next = pieces.try_recv().ok();
            }
        }
        match write_block(&mut session, &block) {
            Ok(true) => block.clear(),
            Ok(false) => break,
            Err(error) => {
                session.give_up();
                return Err(error.into());
            }
        }
        if is_whole {
            break;
        }
    }
    desk.end(session, is_whole)
}

fn write_block(session: &mut Session, block: &[u8]) -> std::io::Result<bool> {
    for part in block.chunks(BLOCK_BYTES) {
        if !session.write(part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads a little of a body that is not wanted. A client that asked before sending it gets its answer in place of a "go on".
pub(super) async fn discard(body: &mut Body, headers: &HeaderMap) {
    if headers.contains_key("expect") {
        return;
    }
    let deadline = Instant::now() + DISCARD_LIMIT;
    let mut left = DISCARD_BYTES;
    while let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        match left.checked_sub(bytes) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}
