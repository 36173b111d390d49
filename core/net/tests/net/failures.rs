//! Attempts that reach nobody.

use std::net::TcpListener;

use futures_util::FutureExt;
use siaga_engine::wire::{Failure, Request};
use siaga_net::Net;

use crate::calls::{call, config, net, sos};
use crate::certificates::{Authority, When};
use crate::site::{Site, ok};

/// Short enough to wait for. What is tested here ends in no other way.
const SHORT_MS: u32 = 1_000;

#[test]
fn a_refused_connection_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(call(&Net::start(config(&origin), None, None).unwrap(), sos()), Err(Failure::Connect));
}

#[test]
fn a_name_that_does_not_resolve_is_a_failure_of_the_name() {
    // RFC 6761, section 6.4: never resolves.
    let net = Net::start(config("https://name.invalid"), None, None).unwrap();
    assert_eq!(call(&net, sos()), Err(Failure::Dns), "F25");
}

#[test]
fn a_black_hole_is_no_connection_before_the_attempts_time_is_up() {
    // The kernel takes the connection; nobody ever answers the first TLS message.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let net = Net::start(config(&origin), None, None).unwrap();
    assert_eq!(call(&net, Request { timeout_ms: SHORT_MS, ..sos() }), Err(Failure::Connect));
}

#[test]
fn a_server_that_never_answers_is_a_time_out() {
    let authority = Authority::new();
    let site = Site::slow(authority.server("127.0.0.1", When::Now), |seen| {
        if seen.method == axum::http::Method::GET {
            return futures_util::future::ready(ok(seen)).boxed();
        }
        futures_util::future::pending().boxed()
    });
    let net = net(&site.origin(), &authority);
    // A warm connection, so that the time-out is not the connection's.
    assert!(call(&net, crate::calls::get("/v1/health")).is_ok());
    assert_eq!(call(&net, Request { timeout_ms: SHORT_MS, ..sos() }), Err(Failure::TimedOut));
}

#[test]
fn a_server_that_speaks_no_tls_is_a_failure_of_tls() {
    let site = Site::plain(ok);
    let origin = site.origin().replace("http:", "https:");
    assert_eq!(call(&Net::start(config(&origin), None, None).unwrap(), sos()), Err(Failure::Tls));
}

#[test]
fn a_certificate_of_another_authority_or_for_another_name_is_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for tls in [stranger.server("127.0.0.1", When::Now), authority.server("other.example", When::Now)] {
        let site = Site::secure(tls, ok);
        assert_eq!(call(&net(&site.origin(), &authority), sos()), Err(Failure::Tls));
        assert_eq!((site.accepted(), site.seen().len()), (1, 0), "nor is it tried a second time");
    }
}

#[test]
fn an_attempt_without_time_ends_at_once() {
    let site = Site::plain(ok);
    let net = Net::start(config(&site.origin()), None, None).unwrap();
    assert_eq!(call(&net, Request { timeout_ms: 0, ..sos() }), Err(Failure::TimedOut));
    assert_eq!(site.accepted(), 0);
}
