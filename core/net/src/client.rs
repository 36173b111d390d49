//! The HTTP client: what it must not do by itself, and how it keeps its one connection.

use std::time::Duration;

use reqwest::{Client, redirect};
use rustls::ClientConfig;

use crate::connecting::{ConnectLimit, Names};
use crate::error::NetError;

/// Says which wire protocol speaks, and nothing about phone, app or version: it would single people out (INV-12).
pub(crate) const USER_AGENT: &str = "siaga/1";

/// Warm connections to one address. Text needs no second: HTTP/2 carries all lanes in one.
const WARM_CONNECTIONS: usize = 1;

/// How long an unused connection is kept. Mobile carriers' NAT forgets a silent TCP connection after one to some minutes
/// and tells nobody; an older one would cost the next request its dead time.
const WARM_TIME: Duration = Duration::from_secs(60);

/// Silence in an answer before the connection is asked whether it lives (HTTP/2 PING, RFC 9113, section 6.7).
const PING_AFTER: Duration = Duration::from_secs(5);

/// How long that question may wait: a round trip on a loaded GPRS link takes up to some 5 s, so twice that is dead.
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// A client with these TLS settings. It keeps its connections until it is dropped.
pub(crate) fn build(tls: ClientConfig) -> Result<Client, NetError> {
    Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        // A redirect is a portal's or a middlebox's; followed, it would carry the incident to a stranger (F76).
        .redirect(redirect::Policy::none())
        .referer(false)
        // Else `HTTPS_PROXY` and its like would be read from the environment of the host app.
        .no_proxy()
        // Nagle and delayed acknowledgements together cost 40 ms for a small request.
        .tcp_nodelay(true)
        .pool_max_idle_per_host(WARM_CONNECTIONS)
        .pool_idle_timeout(WARM_TIME)
        .http2_keep_alive_interval(PING_AFTER)
        .http2_keep_alive_timeout(PING_TIMEOUT)
        // An unused connection is not worth waking the radio for.
        .http2_keep_alive_while_idle(false)
        .dns_resolver(Names)
        .connector_layer(ConnectLimit)
        .build()
        .map_err(|_| NetError::Stack)
}
