//! The network's one thread, and the handle that gives it orders.

use std::sync::Arc;
use std::thread::JoinHandle;

use siaga_engine::wire::{Outcome, Request};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use crate::bounds::Bounds;
use crate::clients::Clients;
use crate::config::NetConfig;
use crate::credentials::{Asker, Credentials};
use crate::done::Done;
use crate::error::NetError;
use crate::part::Copies;
use crate::perform::perform;

/// Blocking threads, for name look-ups and for reading files, the only work that blocks. Each look-up that hangs holds one until the system gives
/// up on it (some 10 to 40 s); the engine has far fewer requests under way than this.
const MAX_LOOKUPS: usize = 32;

/// The network: one thread, `siaga-net`, that performs requests until it is closed or dropped.
#[derive(Debug)]
pub struct Net {
    orders: UnboundedSender<Order>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Perform(Request, Done),
    NetworkChanged,
    Reconfigure(Box<Clients>),
    Close,
}

impl Net {
    /// Starts the thread. Nothing is connected yet. Without `copies` no part of a file can be sent.
    ///
    /// # Errors
    ///
    /// A configuration that cannot be used, or a system that gives no thread.
    pub fn start(
        config: NetConfig,
        credentials: Option<Arc<dyn Credentials>>,
        copies: Option<Arc<dyn Copies>>,
    ) -> Result<Self, NetError> {
        let clients = Clients::new(config.check()?)?;
        // Made here, so that nobody has to wait for the thread to hear whether it could be.
        let runtime = build_runtime().map_err(|_| NetError::Thread)?;
        let (orders, waiting) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("siaga-net".to_owned())
            .spawn(move || run(runtime, clients, copies, credentials.map(Asker::new), waiting))
            .map_err(|_| NetError::Thread)?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Performs a request. Never blocks.
    ///
    /// `done` is called exactly once, at the latest when the request's time is up: on the network's thread, or on the
    /// caller's, with [`Failure::Unavailable`](siaga_engine::wire::Failure), when that thread is gone. It must not block:
    /// everything else waits behind it.
    pub fn perform(&self, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        // An order that cannot be sent is dropped here, and its `Done` calls back.
        let _ = self.orders.send(Order::Perform(request, Done::new(done)));
    }

    /// To be called when the phone's default network is another one, or has another address: not for a change of signal,
    /// for it ends every request that is under way with [`Failure::Broken`](siaga_engine::wire::Failure) (they would hang
    /// on a dead connection) and closes all connections. Orders given afterwards use new ones (F23).
    pub fn network_changed(&self) {
        // A network that is closed has no connections.
        let _ = self.orders.send(Order::NetworkChanged);
    }

    /// Uses another configuration for requests given from now on (F3). Those under way end where they began: a receipt from
    /// the old address still counts.
    ///
    /// # Errors
    ///
    /// A configuration that cannot be used (the one in force stays), or a thread that is gone.
    pub fn reconfigure(&self, config: NetConfig) -> Result<(), NetError> {
        let clients = Clients::new(config.check()?)?;
        self.orders.send(Order::Reconfigure(Box::new(clients))).map_err(|_| NetError::Closed)
    }

    /// Closes the connections and waits for the thread. Requests under way end with
    /// [`Failure::Unavailable`](siaga_engine::wire::Failure) before this returns. The same as dropping.
    pub fn close(self) {}
}

impl Drop for Net {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Close);
        let Some(thread) = self.thread.take() else { return };
        // Dropped inside a call-back, the thread would wait for itself; it ends by itself after the call-back.
        if thread.thread().id() != std::thread::current().id() {
            // A thread that panicked has nothing left to tell: its requests were called back when it unwound.
            let _ = thread.join();
        }
    }
}

/// The thread: works until it is closed.
fn run(
    runtime: Runtime,
    clients: Clients,
    copies: Option<Arc<dyn Copies>>,
    asker: Option<Asker>,
    orders: UnboundedReceiver<Order>,
) {
    runtime.block_on(work(clients, copies, asker, orders));
    // Drops the requests under way, which calls them back, and waits for no look-up that hangs.
    runtime.shutdown_background();
}

fn build_runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(MAX_LOOKUPS)
        .thread_name("siaga-lookup")
        .build()
}

/// Takes orders until it is told to close or the handle is gone.
async fn work(
    clients: Clients,
    copies: Option<Arc<dyn Copies>>,
    asker: Option<Asker>,
    mut orders: UnboundedReceiver<Order>,
) {
    let mut clients = Arc::new(clients);
    let (network, _) = watch::channel(0_u64);
    while let Some(order) = orders.recv().await {
        match order {
            Order::Perform(request, done) => {
                let clients = Arc::clone(&clients);
                let (asker, copies) = (asker.clone(), copies.clone());
                let mut bounds = Bounds::new(request.timeout_ms, network.subscribe());
                tokio::spawn(async move {
                    let outcome = perform(request, &clients, copies.as_ref(), asker.as_ref(), &mut bounds).await;
                    done.call(outcome);
                });
            }
            Order::NetworkChanged => {
                // Should the stack refuse what it accepted before, the old clients stay: their connections are found dead
                // by pings.
                if let Ok(renewed) = clients.renewed() {
                    clients = Arc::new(renewed);
                }
                network.send_modify(|changes| *changes = changes.wrapping_add(1));
            }
            Order::Reconfigure(configured) => clients = Arc::new(*configured),
            Order::Close => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use siaga_engine::wire::{Failure, Method, Payload, Route};

    use super::*;

    #[test]
    fn a_request_to_a_thread_that_is_gone_is_called_back_at_once() {
        let (orders, _) = unbounded_channel();
        let net = Net { orders, thread: None };
        let (sender, outcomes) = channel();
        let request = Request {
            route: Route::Primary,
            method: Method::Get,
            path: "/v1/keys".to_owned(),
            headers: Vec::new(),
            body: Payload::none(),
            apart: false,
            timeout_ms: 1,
            after_ms: 0,
            must_pass: false,
            unmetered: false,
        };
        net.perform(request, Box::new(move |outcome| sender.send(outcome).unwrap()));
        net.network_changed();
        assert_eq!(outcomes.try_iter().collect::<Vec<_>>(), [Err(Failure::Unavailable)]);
    }
}
