//! What the host app adds to a request to say who asks: never stored, never logged, and never a reason not to send.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

/// The longest that credentials are waited for. A token from memory takes microseconds; one that has to be fetched should
/// have been fetched before.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// Calls into the host app that may hang at once. Each holds a thread; beyond this the app is taken to have none to give,
/// and requests go without at once, until one of the calls returns.
const MAX_CALLS: usize = 4;

/// The host app cannot say now who asks: signed out, keys locked, token expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credentials are not available now")]
pub struct CredentialsUnavailable;

/// Gives the headers that identify the app or its user to the centre, such as `authorization`.
///
/// A request goes without them when they are unavailable, take longer than 2 s, or panic: an SOS must pass (INV-2), and any
/// other request is refused by a centre that wants them, with 401 and a problem type of ours, which parks the identity
/// where a person can see it (F31).
pub trait Credentials: Send + Sync {
    /// The headers for a request that is about to be sent. Called for each attempt, on a thread of its own, which may block;
    /// several calls may run at once.
    ///
    /// Left out of a request are: a header that HTTP cannot carry; one that the request already has; any that frames or
    /// describes the message (`content-*`, `host`, `connection`, …) or belongs to the protocol (`siaga-*`); and what is
    /// beyond 16 headers or 8 KiB.
    ///
    /// # Errors
    ///
    /// [`CredentialsUnavailable`] when there are none now.
    fn headers(&self) -> Result<Vec<(String, String)>, CredentialsUnavailable>;
}

/// Asks the host app, in bounded time and with a bounded number of threads.
#[derive(Clone)]
pub(crate) struct Asker {
    credentials: Arc<dyn Credentials>,
    calls: Arc<AtomicUsize>,
}

impl Asker {
    /// Asks these credentials.
    pub(crate) fn new(credentials: Arc<dyn Credentials>) -> Self {
        Self { credentials, calls: Arc::new(AtomicUsize::new(0)) }
    }

    /// The headers, or none. Waits at most 2 s, and at most a quarter of the attempt's time, so that a short attempt still
    /// has time to be one.
    pub(crate) async fn ask(&self, attempt: Duration) -> Vec<(String, String)> {
        let Some(call) = Call::begin(&self.calls) else { return Vec::new() };
        let (sender, receiver) = oneshot::channel();
        let credentials = Arc::clone(&self.credentials);
        let started = std::thread::Builder::new().name("siaga-credentials".to_owned()).spawn(move || {
            // Dropped in the opposite order, also by a panic: who hears of the end may begin another call.
            let sender = sender;
            let call = call;
            let answer = credentials.headers();
            drop(call);
            // Nobody listens when the time is up.
            let _ = sender.send(answer);
        });
        if started.is_err() {
            return Vec::new();
        }
        match tokio::time::timeout(MAX_WAIT.min(attempt / 4), receiver).await {
            Ok(Ok(Ok(headers))) => headers,
            Ok(Ok(Err(CredentialsUnavailable)) | Err(_)) | Err(_) => Vec::new(),
        }
    }
}

/// One call that is under way; also ended by a panic of the host app's code.
struct Call(Arc<AtomicUsize>);

impl Call {
    fn begin(calls: &Arc<AtomicUsize>) -> Option<Self> {
        // Only the network's own thread begins calls, so the count cannot grow between the two lines.
        if calls.load(Ordering::Relaxed) >= MAX_CALLS {
            return None;
        }
        calls.fetch_add(1, Ordering::Relaxed);
        Some(Self(Arc::clone(calls)))
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
