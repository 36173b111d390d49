//! One attempt, from the request to its outcome.

use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use siaga_engine::wire::{Failure, Method, Outcome, Reply, Request};

use crate::bounds::Bounds;
use crate::classify::{Fault, fault};
use crate::clients::Clients;
use crate::connecting::{limit_for, limited};
use crate::credentials::Asker;
use crate::headers::{CLAMPED, CLOCK, add_credentials, engine_headers};
use crate::reply;

/// Performs a request within its bounds.
pub(crate) async fn perform(
    request: Request,
    clients: &Clients,
    asker: Option<&Asker>,
    bounds: &mut Bounds,
) -> Outcome {
    let origin = clients.config().origin(request.route).ok_or(Failure::NoRoute)?;
    let url = origin.url(&request.path).ok_or(Failure::Unavailable)?;
    let mut headers = engine_headers(&request.headers);
    if let Some(asker) = asker {
        let asking = asker.ask(bounds.timeout());
        add_credentials(&mut headers, &bounds.hold(asking).await?);
    }
    let (route, must_pass) = (request.route, request.must_pass);
    let sending = Sending { method: method(request.method), url, headers, body: request.body };
    if !must_pass {
        return sending.ordinary(clients, bounds).await;
    }
    // Where the clock was found wrong on this network, the handshake that must fail first is left out.
    if clients.is_clamped(route) {
        match sending.clamped(clients, bounds).await {
            Ok(reply) => return Ok(reply),
            Err(Fault::Failure(failure)) => return Err(failure),
            Err(Fault::ClampNotNeeded) => clients.set_clamped(route, false),
        }
    }
    match sending.ordinary(clients, bounds).await {
        Err(Failure::TlsValidity) => match sending.clamped(clients, bounds).await {
            Ok(reply) => {
                clients.set_clamped(route, true);
                Ok(reply)
            }
            Err(Fault::Failure(failure)) => Err(failure),
            // The clock was put right between the two tries.
            Err(Fault::ClampNotNeeded) => Err(Failure::TlsValidity),
        },
        outcome => outcome,
    }
}

/// What is sent, once or twice.
struct Sending {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sending {
    /// Sends over a connection whose certificate is valid now.
    async fn ordinary(&self, clients: &Clients, bounds: &mut Bounds) -> Outcome {
        self.send(clients.ordinary(), false, bounds).await.map_err(|fault| match fault {
            Fault::Failure(failure) => failure,
            // Only the clamped client says so.
            Fault::ClampNotNeeded => Failure::Tls,
        })
    }

    /// Sends over a connection whose certificate is valid at another time, and says so to the centre.
    async fn clamped(&self, clients: &Clients, bounds: &mut Bounds) -> Result<Reply, Fault> {
        self.send(clients.clamped(), true, bounds).await
    }

    async fn send(&self, client: &Client, clamped: bool, bounds: &mut Bounds) -> Result<Reply, Fault> {
        let mut headers = self.headers.clone();
        if clamped {
            headers.insert(CLOCK, CLAMPED);
        }
        let mut builder = client.request(self.method.clone(), self.url.clone()).headers(headers);
        if !self.body.is_empty() {
            builder = builder.body(self.body.clone());
        }
        let limit = limit_for(bounds.timeout());
        let response = bounds.hold(limited(limit, builder.send())).await?.map_err(|error| fault(&error))?;
        reply::read(response, clamped, bounds).await
    }
}

const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Put => reqwest::Method::PUT,
    }
}
