//! Requests, and waiting for what became of them.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use siaga_engine::wire::{Method, Outcome, Payload, Request, Route};
use siaga_net::{Net, NetConfig, Trust};

use crate::certificates::Authority;

/// A test that waits longer than this has failed; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(100);

/// The time-out of a request that is to succeed: never reached.
pub(crate) const AMPLE_MS: u32 = 60_000;

pub(crate) fn get(path: &str) -> Request {
    Request {
        route: Route::Primary,
        method: Method::Get,
        path: path.to_owned(),
        headers: Vec::new(),
        body: Payload::none(),
        apart: false,
        timeout_ms: AMPLE_MS,
        after_ms: 0,
        must_pass: false,
        unmetered: false,
    }
}

pub(crate) fn put(body: &[u8]) -> Request {
    Request {
        method: Method::Put,
        headers: vec![
            ("content-type".to_owned(), "application/vnd.siaga.v1+json".to_owned()),
            ("content-digest".to_owned(), "sha-256=:engine:".to_owned()),
        ],
        body: Payload::Bytes(body.to_vec()),
        ..get("/v1/incidents/a")
    }
}

pub(crate) fn sos() -> Request {
    Request { must_pass: true, ..put(b"sos") }
}

/// Begins a request; the outcome comes through the channel.
pub(crate) fn begin(net: &Net, request: Request) -> Receiver<Outcome> {
    let (sender, receiver) = channel();
    net.perform(request, Box::new(move |outcome| drop(sender.send(outcome))));
    receiver
}

/// Waits for something that must come.
pub(crate) fn await_one<T>(receiver: &Receiver<T>) -> T {
    receiver.recv_timeout(PATIENCE).expect("it comes in time")
}

/// Performs a request and waits for its outcome.
pub(crate) fn call(net: &Net, request: Request) -> Outcome {
    await_one(&begin(net, request))
}

/// A configuration with this address and the public roots.
pub(crate) fn config(primary: &str) -> NetConfig {
    NetConfig { primary: primary.to_owned(), second: None, trust: Trust::default() }
}

/// A network that trusts one agency and nobody else.
pub(crate) fn net(primary: &str, authority: &Authority) -> Net {
    Net::start(trusting(primary, authority), None, None).unwrap()
}

pub(crate) fn trusting(primary: &str, authority: &Authority) -> NetConfig {
    NetConfig { trust: Trust { public_roots: false, agency_cas_pem: vec![authority.pem()] }, ..config(primary) }
}
