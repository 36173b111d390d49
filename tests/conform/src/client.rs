//! The HTTP clients: like a phone's, one for each version of HTTP.

use std::error::Error as _;
use std::sync::Arc;

use reqwest::{Client, redirect};
use rustls::ClientConfig;

use crate::{ConformError, Target};

/// Which HTTP is offered to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spoken {
    /// HTTP/2 and HTTP/1.1, as phones do.
    Either,
    /// HTTP/1.1 alone.
    Http1,
    /// HTTP/2 alone.
    Http2,
}

/// One client for each [`Spoken`].
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    either: Client,
    http1: Client,
    http2: Client,
}

impl Clients {
    pub(crate) fn new(target: &Target) -> Result<Clients, ConformError> {
        Ok(Clients {
            either: build(target, &[b"h2", b"http/1.1"])?,
            http1: build(target, &[b"http/1.1"])?,
            http2: build(target, &[b"h2"])?,
        })
    }

    pub(crate) fn get(&self, spoken: Spoken) -> &Client {
        match spoken {
            Spoken::Either => &self.either,
            Spoken::Http1 => &self.http1,
            Spoken::Http2 => &self.http2,
        }
    }
}

fn build(target: &Target, alpn: &[&[u8]]) -> Result<Client, ConformError> {
    // By hand, so that neither the process nor the platform has a say in who is trusted.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConformError::Client(error.to_string()))?
        .with_root_certificates(target.roots.clone())
        .with_no_client_auth();
    tls.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent("siaga-conform/1")
        // Phones follow none, and a rule wants to see it.
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(target.timeout)
        .build()
        .map_err(|error| ConformError::Client(chain(&error)))
}

/// What [`chain`] begins with when the time was up.
pub(crate) const TIMED_OUT: &str = "not in time";

/// All that an error says, from the outside in, each text once.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut texts = Vec::new();
    if error.is_timeout() {
        texts.push(TIMED_OUT.to_owned());
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !texts.iter().any(|known: &String| known.contains(&text)) {
            texts.push(text);
        }
        cause = error.source();
    }
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}
