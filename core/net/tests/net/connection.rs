//! One warm HTTP/2 connection, and what ends it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::channel;

use axum::http::{Method, Version};
use futures_util::FutureExt;
use siaga_engine::wire::Failure;
use tokio::sync::Barrier;

use crate::calls::{await_one, begin, call, get, net, put, sos};
use crate::certificates::{Authority, When};
use crate::site::{Site, ok};

#[test]
fn http2_is_negotiated_and_requests_in_a_row_share_one_connection() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let net = net(&site.origin(), &authority);
    for _ in 0..5 {
        assert_eq!(call(&net, put(b"x")).unwrap().status, 200);
    }
    assert!(site.seen().iter().all(|seen| seen.version == Version::HTTP_2));
    assert_eq!((site.accepted(), site.connections()), (1, 1));
}

#[test]
fn requests_at_the_same_time_share_the_warm_connection() {
    let authority = Authority::new();
    // Each of the eight is answered only when all eight are there.
    let barrier = Arc::new(Barrier::new(8));
    let site = Site::slow(authority.server("127.0.0.1", When::Now), move |seen| {
        let barrier = Arc::clone(&barrier);
        async move {
            if seen.path == "/v1/together" {
                barrier.wait().await;
            }
            ok(seen)
        }
        .boxed()
    });
    let net = net(&site.origin(), &authority);
    assert!(call(&net, get("/v1/first")).is_ok());
    let waiting: Vec<_> = (0..8).map(|_| begin(&net, get("/v1/together"))).collect();
    assert!(waiting.iter().all(|one| await_one(one).is_ok()));
    assert_eq!(site.accepted(), 1);
}

#[test]
fn a_server_without_http2_is_spoken_to_in_http1() {
    let authority = Authority::new();
    let site = Site::secure(authority.http1_server("127.0.0.1", When::Now), ok);
    let net = net(&site.origin(), &authority);
    assert!(call(&net, put(b"1")).is_ok());
    assert!(call(&net, put(b"2")).is_ok());
    assert!(site.seen().iter().all(|seen| seen.version == Version::HTTP_11));
    assert_eq!(site.accepted(), 1);
}

#[test]
fn the_request_arrives_as_the_engine_asked_for_it() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let net = net(&site.origin(), &authority);
    let mut request = put(b"{\"v\":1}\0\xff");
    request.path = "/v1/incidents/a/events/b?x=1".to_owned();
    assert!(call(&net, request).is_ok());

    let seen = site.only();
    assert_eq!((seen.method, seen.path.as_str()), (Method::PUT, "/v1/incidents/a/events/b?x=1"));
    assert_eq!(seen.body, b"{\"v\":1}\0\xff", "INV-4: byte for byte");
    let mut names: Vec<_> = seen.headers.keys().map(|name| name.as_str().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["accept", "content-digest", "content-length", "content-type", "user-agent"], "and nothing more");
    assert_eq!(seen.headers["user-agent"], "siaga/1");
    assert_eq!(seen.headers["content-digest"], "sha-256=:engine:");
}

#[test]
fn no_process_wide_tls_provider_is_needed_or_left_behind() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    assert!(call(&net(&site.origin(), &authority), sos()).is_ok());
    assert!(rustls::crypto::CryptoProvider::get_default().is_none(), "F61");
}

#[test]
fn a_change_of_network_leads_to_a_new_connection() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let net = net(&site.origin(), &authority);
    assert!(call(&net, put(b"1")).is_ok());
    net.network_changed();
    assert!(call(&net, put(b"2")).is_ok());
    let connections: Vec<_> = site.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [1, 2], "F23");
}

#[test]
fn a_change_of_network_ends_what_is_under_way_so_that_it_can_be_repeated_at_once() {
    let authority = Authority::new();
    let (arrived, arrivals) = channel();
    let arrived = Mutex::new(arrived);
    let site = Site::slow(authority.server("127.0.0.1", When::Now), move |seen| {
        if seen.path == "/v1/never" {
            arrived.lock().unwrap().send(()).unwrap();
            return futures_util::future::pending().boxed();
        }
        futures_util::future::ready(ok(seen)).boxed()
    });
    let net = net(&site.origin(), &authority);
    let waiting = begin(&net, get("/v1/never"));
    await_one(&arrivals);
    net.network_changed();
    assert_eq!(await_one(&waiting), Err(Failure::Broken));
    assert!(call(&net, sos()).is_ok());
    assert_eq!(site.connections(), 2);
}
