//! Limits (INV-10), and both versions of HTTP on one port.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use fixture::*;
use siaga_centre::{Centre, CentreOptions, Limits, make_test_certificate};
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_32_kib_are_taken_and_one_byte_more_is_refused() {
    let centre = start();
    let full = vec![b' '; 32 * 1024];
    assert_eq!(centre.create(INCIDENT, &full).await.status(), 201);
    let over = vec![b' '; 32 * 1024 + 1];
    let reply = centre.create(OTHER, &over).await;
    assert_eq!(reply.status(), 413);
    assert_eq!(problem_of(reply).await, "too-large");
    assert_eq!(centre.handle.incidents().unwrap().len(), 1);
}

/// Speaks HTTP/1.1 in clear and returns the whole answer.
fn raw(centre: &siaga_centre::CentreHandle, request: &str) -> String {
    let mut stream = TcpStream::connect(centre.api_addr()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_stated_length_beyond_the_limit_is_refused_before_a_byte_of_the_body_is_read() {
    let folder = TempDir::new().unwrap();
    let centre = Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap();
    let answer = raw(
        &centre,
        &format!("PUT {} HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n", create_path(INCIDENT)),
    );
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("/too-large"), "{answer}");
}

#[test]
fn a_body_without_a_stated_length_is_cut_at_the_limit() {
    let folder = TempDir::new().unwrap();
    let centre = Centre::start(CentreOptions::new(folder.path(), CENTRE)).unwrap();
    let path = create_path(INCIDENT);
    // One byte over, and the body has not ended.
    let chunk = format!("8001\r\n{}\r\n", "x".repeat(0x8001));
    let answer = raw(&centre, &format!("PUT {path} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n{chunk}"));
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_centre_says_when_to_come_again_and_stores_nothing() {
    let limits = Limits { writes_at_once: 0, ..Limits::default() };
    let centre = start_in(TempDir::new().unwrap(), limits);
    let reply = centre.create(INCIDENT, &sos_bytes()).await;
    assert_eq!(reply.status(), 503);
    let wait_s: u64 = reply.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait_s));
    assert_eq!(problem_of(reply).await, "overloaded");
    assert_eq!(centre.handle.incidents().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_phones_never_keep_an_sos_out() {
    let limits = Limits { reads_at_once: 0, ..Limits::default() };
    let centre = start_in(TempDir::new().unwrap(), limits);
    assert_eq!(centre.client.get(centre.url("/v1/health")).send().await.unwrap().status(), 503);
    assert_eq!(centre.create(INCIDENT, &sos_bytes()).await.status(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_http_are_spoken_on_one_port() {
    let folder = TempDir::new().unwrap();
    let (ca_pem, identity) = make_test_certificate(&["localhost", "127.0.0.1"], 90).unwrap();
    let options = CentreOptions { tls: Some(identity), ..CentreOptions::new(folder.path(), CENTRE) };
    let centre = Centre::start(options).unwrap();
    let url = format!("https://{}/v1/health", centre.api_addr());
    for (alpn, version) in [
        (&[&b"h2"[..]][..], reqwest::Version::HTTP_2),
        (&[b"http/1.1"], reqwest::Version::HTTP_11),
        (&[], reqwest::Version::HTTP_11),
    ] {
        let reply = trusting(&ca_pem, alpn).get(&url).send().await.unwrap();
        assert_eq!((reply.status().as_u16(), reply.version()), (200, version));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_a_strange_authority_is_not_trusted() {
    let centre = start();
    let (strange, _) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let reply = trusting(&strange, &[b"h2"]).get(centre.url("/v1/health")).send().await;
    assert!(reply.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_test_certificate_is_valid_for_the_days_asked_for_and_no_longer() {
    // One that never expires would hide every fault in the handling of validity.
    let folder = TempDir::new().unwrap();
    let (ca_pem, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let options = CentreOptions { tls: Some(identity), ..CentreOptions::new(folder.path(), CENTRE) };
    let centre = Centre::start(options).unwrap();
    let url = format!("https://{}/v1/health", centre.api_addr());
    for (days, is_valid) in [(-2, false), (0, true), (89, true), (91, false)] {
        let reply = trusting_in_days(&ca_pem, &[b"h2"], days).get(&url).send().await;
        assert_eq!(reply.is_ok(), is_valid, "{days} days from now");
    }
}
