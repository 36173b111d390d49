//! What is made of a reply, whoever it comes from.

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::response::Response;
use futures_util::{StreamExt, stream};
use siaga_engine::wire::{Failure, MAX_REPLY_BYTES, Reply, Request};

use crate::calls::{call, config, get, net, put, sos};
use crate::certificates::{Authority, When};
use crate::raw::raw;
use crate::site::{Site, ok, with};

/// Long enough for a loaded machine to send the first bytes, short enough to wait for.
const SHORT_MS: u32 = 2_000;

/// The reply to a request to a site that answers so.
fn reply(answer: impl Fn() -> Response + Send + Sync + 'static) -> Reply {
    let site = Site::plain(move |_| answer());
    call(&siaga_net::Net::start(config(&site.origin()), None, None).unwrap(), put(b"x")).unwrap()
}

#[test]
fn a_redirect_comes_back_as_a_reply_and_nothing_goes_to_its_target() {
    let authority = Authority::new();
    let stranger = Site::plain(ok);
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/v1/incidents/a", stranger.origin());
        let site = Site::secure(authority.server("127.0.0.1", When::Now), move |_| {
            let mut response = with(&[("location", &target)], "");
            *response.status_mut() = axum::http::StatusCode::from_u16(status).unwrap();
            response
        });
        assert_eq!(call(&net(&site.origin(), &authority), sos()).unwrap().status, status);
    }
    assert_eq!(stranger.accepted(), 0, "F76");
}

#[test]
fn a_portals_page_is_a_reply_without_receipt() {
    let reply = reply(|| with(&[("content-type", "Text/HTML; charset=utf-8")], "<html>Welcome</html>"));
    assert_eq!((reply.status, reply.receipt), (200, None), "INV-3, F76");
    assert_eq!(reply.content_type.as_deref(), Some("text/html"));
    assert_eq!(reply.body, b"<html>Welcome</html>");
    assert!(!reply.truncated && !reply.clock_clamped);
}

#[test]
fn a_receipt_counts_when_it_comes_exactly_once_and_is_printable() {
    let once = reply(|| with(&[("siaga-receipt", "a.b.c")], ""));
    assert_eq!(once.receipt.as_deref(), Some("a.b.c"));

    let twice = reply(|| with(&[("siaga-receipt", "a.b.c"), ("siaga-receipt", "a.b.c")], ""));
    assert_eq!(twice.receipt, None);

    let odd = reply(|| {
        let mut response = with(&[], "");
        response.headers_mut().insert("siaga-receipt", HeaderValue::from_bytes(b"a.b.\xff").unwrap());
        response
    });
    assert_eq!(odd.receipt, None);
    assert_eq!(reply(|| with(&[("siaga-receipt", "")], "")).receipt, None);
}

#[test]
fn retry_after_is_read_against_the_replys_own_date() {
    // The phone's clock is some thirty years ahead of both.
    let reply = reply(|| {
        let mut response =
            with(&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT")], "");
        *response.status_mut() = axum::http::StatusCode::SERVICE_UNAVAILABLE;
        response
    });
    assert_eq!((reply.status, reply.retry_after_ms), (503, Some(30_000)));
}

#[test]
fn an_endless_body_is_cut_off_and_the_connection_goes_on() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), |seen| {
        if seen.path == "/v1/endless" {
            let pieces = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 1000])));
            return with(&[], Body::from_stream(pieces));
        }
        ok(seen)
    });
    let net = net(&site.origin(), &authority);
    let reply = call(&net, get("/v1/endless")).unwrap();
    assert_eq!((reply.body.len(), reply.truncated), (MAX_REPLY_BYTES, true), "INV-10");
    assert!(call(&net, sos()).is_ok());
    assert_eq!(site.accepted(), 1, "INV-5");
}

#[test]
fn a_body_of_exactly_the_limit_is_whole() {
    let reply = reply(|| with(&[], vec![b'x'; MAX_REPLY_BYTES]));
    assert_eq!((reply.body.len(), reply.truncated), (MAX_REPLY_BYTES, false));
}

/// A reply whose body begins and never ends.
fn unfinished(headers: &[(&str, &str)]) -> Response {
    let piece = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"part")) });
    with(headers, Body::from_stream(piece.chain(stream::pending())))
}

#[test]
fn a_body_that_does_not_end_in_time_is_a_time_out() {
    let site = Site::plain(|_| unfinished(&[]));
    let net = siaga_net::Net::start(config(&site.origin()), None, None).unwrap();
    assert_eq!(call(&net, Request { timeout_ms: SHORT_MS, ..sos() }), Err(Failure::TimedOut));
}

#[test]
fn a_receipt_counts_though_the_body_does_not_end() {
    let site = Site::plain(|_| unfinished(&[("siaga-receipt", "a.b.c")]));
    let net = siaga_net::Net::start(config(&site.origin()), None, None).unwrap();
    let reply = call(&net, Request { timeout_ms: SHORT_MS, ..sos() }).unwrap();
    assert_eq!(reply.receipt.as_deref(), Some("a.b.c"), "INV-3: the event is stored");
    assert_eq!((reply.body.as_slice(), reply.truncated), (b"part".as_slice(), true));
}

#[test]
fn a_body_that_breaks_off_is_broken_over_http2_too() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), |_| {
        let pieces = stream::iter([Ok(Bytes::from_static(b"part")), Err(std::io::Error::other("planned"))]);
        with(&[], Body::from_stream(pieces))
    });
    assert_eq!(call(&net(&site.origin(), &authority), sos()), Err(Failure::Broken));
}

#[test]
fn bytes_that_are_no_whole_reply_are_told_apart() {
    let table: [(&[u8], Failure); 6] = [
        (b"", Failure::Broken),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart", Failure::Broken),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n", Failure::Broken),
        (b"HTTP/1.1 200 OK\r\ncontent-", Failure::Broken),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n", Failure::Unreadable),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", Failure::Unreadable),
    ];
    for (bytes, failure) in table {
        let net = siaga_net::Net::start(config(&raw(bytes)), None, None).unwrap();
        assert_eq!(call(&net, get("/v1/keys")), Err(failure), "{}", String::from_utf8_lossy(bytes));
    }
}
