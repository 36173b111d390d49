//! The time that a connection may take to be made, per attempt, and where it went when it did not suffice.
//!
//! reqwest's own connect time-out belongs to the client. Here it belongs to the request: it is handed to the connector by a
//! task-local value, since the connector works inside the task of the request that asks for the connection.

use std::future::Future;
use std::net::ToSocketAddrs;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tower::{Layer, Service};

/// The most that name, TCP and TLS may take together. On a bad 2G link a handshake takes 5 to 8 s; what takes longer than
/// this is a black hole, and the other route should have its turn.
pub(crate) const MAX_CONNECT: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// The limit for the attempt that runs in this task.
    static LIMIT: Duration;
    /// Whether a name is being resolved for the connection that is being made.
    static RESOLVING: Arc<AtomicBool>;
}

/// Runs an attempt whose connection may take at most this long.
pub(crate) async fn limited<F: Future>(limit: Duration, attempt: F) -> F::Output {
    LIMIT.scope(limit, attempt).await
}

/// The limit for an attempt: half of its time, so that the rest suffices for the request, and never more than
/// [`MAX_CONNECT`].
pub(crate) fn limit_for(timeout: Duration) -> Duration {
    MAX_CONNECT.min(timeout / 2)
}

/// The connection took too long; found again in the error chain by `classify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConnectTimedOut {
    /// While the name was being resolved.
    #[error("the name was not resolved in time")]
    Resolving,
    /// While the connection was made or its TLS agreed on.
    #[error("the connection was not made in time")]
    Connecting,
}

/// The layer around reqwest's connector that applies the limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectLimit;

impl<S> Layer<S> for ConnectLimit {
    type Service = LimitedConnector<S>;

    fn layer(&self, connector: S) -> LimitedConnector<S> {
        LimitedConnector { connector }
    }
}

/// A connector under the limit.
#[derive(Clone, Debug)]
pub(crate) struct LimitedConnector<S> {
    connector: S,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<C> = Pin<Box<dyn Future<Output = Result<C, BoxError>> + Send>>;

impl<S, D> Service<D> for LimitedConnector<S>
where
    S: Service<D, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Connecting<S::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, destination: D) -> Self::Future {
        let limit = LIMIT.try_with(|limit| *limit).unwrap_or(MAX_CONNECT);
        let resolving = Arc::new(AtomicBool::new(false));
        let connecting = RESOLVING.scope(Arc::clone(&resolving), self.connector.call(destination));
        Box::pin(async move {
            match tokio::time::timeout(limit, connecting).await {
                Ok(result) => result,
                Err(_) if resolving.load(Ordering::Relaxed) => Err(ConnectTimedOut::Resolving.into()),
                Err(_) => Err(ConnectTimedOut::Connecting.into()),
            }
        })
    }
}

/// The system's resolver. It blocks, so each question has a thread of Tokio's; one that nobody waits for any more ends by
/// the system's own time-out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            set_resolving(true);
            let looked_up = tokio::task::spawn_blocking(move || (name.as_str(), 0).to_socket_addrs()).await;
            set_resolving(false);
            let addresses: Addrs = Box::new(looked_up??);
            Ok(addresses)
        })
    }
}

fn set_resolving(now: bool) {
    // Outside of a limited connector there is nobody to tell.
    let _ = RESOLVING.try_with(|resolving| resolving.store(now, Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_leaves_half_of_the_attempt_to_the_request() {
        assert_eq!(limit_for(Duration::from_secs(1)), Duration::from_millis(500));
        assert_eq!(limit_for(Duration::from_secs(60)), MAX_CONNECT, "a black hole costs no more (INV-6)");
    }
}
