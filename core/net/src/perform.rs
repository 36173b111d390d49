//! One attempt, from the request to its outcome.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::{Client, Url};
use siaga_engine::wire::{Failure, Method, Outcome, Payload, Reply, Request};

use crate::address::Origin;
use crate::bounds::Bounds;
use crate::classify::{Fault, fault};
use crate::clients::Clients;
use crate::connecting::{limit_for, limited};
use crate::credentials::Asker;
use crate::headers::{CLAMPED, CLOCK, add_checksum, add_credentials, engine_headers};
use crate::part::{self, Copies};
use crate::reply;

/// Performs a request within its bounds.
pub(crate) async fn perform(
    request: Request,
    clients: &Clients,
    copies: Option<&Arc<dyn Copies>>,
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
    let sending = Sending { method: method(request.method), url, headers, body: request.body, origin, copies };
    if request.apart {
        return sending.apart(clients, bounds).await;
    }
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
struct Sending<'a> {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    body: Payload,
    origin: &'a Origin,
    copies: Option<&'a Arc<dyn Copies>>,
}

impl Sending<'_> {
    /// Sends over the connection that carries nothing else. The phone's clock is right there, or there is no upload: an SOS
    /// does not wait for it.
    async fn apart(&self, clients: &Clients, bounds: &mut Bounds) -> Outcome {
        self.send(clients.apart(), false, bounds).await.map_err(ordinary_failure)
    }

    /// Sends over a connection whose certificate is valid now.
    async fn ordinary(&self, clients: &Clients, bounds: &mut Bounds) -> Outcome {
        self.send(clients.ordinary(), false, bounds).await.map_err(ordinary_failure)
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
        let mut builder = client.request(self.method.clone(), self.url.clone());
        match &self.body {
            Payload::Bytes(bytes) if bytes.is_empty() => {}
            Payload::Bytes(bytes) => builder = builder.body(bytes.clone()),
            Payload::Slice(slice) => {
                let reading = part::body(self.copies.ok_or(Failure::NoCopy)?, *slice);
                let (body, sha256) = bounds.hold(reading).await??;
                sha256.iter().for_each(|sha256| add_checksum(&mut headers, sha256));
                builder = builder.body(body);
            }
        }
        builder = builder.headers(headers);
        let limit = limit_for(bounds.timeout());
        let response = bounds.hold(limited(limit, builder.send())).await?.map_err(|error| fault(&error))?;
        reply::read(response, self.origin, clamped, bounds).await
    }
}

const fn ordinary_failure(fault: Fault) -> Failure {
    match fault {
        Fault::Failure(failure) => failure,
        // Only the clamped client says so.
        Fault::ClampNotNeeded => Failure::Tls,
    }
}

const fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Put => reqwest::Method::PUT,
        Method::Post => reqwest::Method::POST,
        Method::Head => reqwest::Method::HEAD,
        Method::Patch => reqwest::Method::PATCH,
    }
}
