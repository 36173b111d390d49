//! What ends an attempt from outside: its time, or a change of the network.

use std::future::Future;
use std::time::Duration;

use siaga_engine::wire::Failure;
use tokio::sync::watch;
use tokio::time::Instant;

/// The bounds of one attempt. Every wait of the attempt goes through [`Bounds::hold`].
#[derive(Debug)]
pub(crate) struct Bounds {
    timeout: Duration,
    deadline: Instant,
    network: watch::Receiver<u64>,
}

impl Bounds {
    /// Bounds that begin now. `network` is a fresh receiver: a change after this moment ends the attempt.
    pub(crate) fn new(timeout_ms: u32, network: watch::Receiver<u64>) -> Self {
        let timeout = Duration::from_millis(u64::from(timeout_ms));
        Self { timeout, deadline: Instant::now() + timeout, network }
    }

    /// The whole time of the attempt.
    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits for one part of the attempt.
    ///
    /// A change of the network gives [`Failure::Broken`]: the old network's connection may hang until the time-out, while
    /// the engine could repeat the request on the new one at once. The repeat is harmless, the write being idempotent.
    pub(crate) async fn hold<F: Future>(&mut self, part: F) -> Result<F::Output, Failure> {
        // Also for parts that are always ready at once, such as the pieces of an endless body.
        if Instant::now() >= self.deadline {
            return Err(Failure::TimedOut);
        }
        tokio::select! {
            biased;
            output = part => Ok(output),
            changed = self.network.changed() => match changed {
                Ok(()) => Err(Failure::Broken),
                Err(_) => Err(Failure::Unavailable),
            },
            () = tokio::time::sleep_until(self.deadline) => Err(Failure::TimedOut),
        }
    }
}
