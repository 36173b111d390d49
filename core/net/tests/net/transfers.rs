//! Transfers: what a carrier outside this library is given, and what is made of what it brings back, is what our own wire sends
//! and reads.

use siaga_engine::wire::{Failure, MAX_REPLY_BYTES, Reply, Request, Route};
use siaga_net::{Addresses, Header, Net, NetConfig, RawReply, Transfer, Trust};

use crate::calls::{call, config, get, put, sos};
use crate::raw::raw;
use crate::site::{Site, ok};

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn reply(headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
    let config = NetConfig { primary: "http://127.0.0.1:1".to_owned(), second: None, trust: Trust::default() };
    Addresses::new(&config).unwrap().reply(RawReply { status: 201, headers, body: body.to_vec() })
}

/// The same reply over our own wire.
fn live(headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("HTTP/1.1 201 Created\r\n{lines}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    let bytes: &'static [u8] = Box::leak([head.as_bytes(), body].concat().into_boxed_slice());
    call(&Net::start(config(&raw(bytes)), None, None).unwrap(), put(b"x")).unwrap()
}

#[test]
fn a_raw_reply_is_read_as_one_of_our_own_wire_inv_3() {
    let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    let tables: [&[(&str, &str)]; 12] = [
        &[("Siaga-Receipt", "a.b.c"), ("content-type", "application/json")],
        &[("siaga-receipt", "a.b.c"), ("SIAGA-RECEIPT", "a.b.c")],
        &[("siaga-receipt", "a.b.\u{e9}")],
        &[("siaga-receipt", "")],
        &[("siaga-receipt", "  a.b.c\t")],
        &[("Content-Type", "Application/Problem+JSON; charset=utf-8")],
        &[("retry-after", "120")],
        &[("Tus-Resumable", "1.0.0"), ("Upload-Offset", "70"), ("Location", "/v1/media/a")],
        &[("tus-resumable", "1.0.0"), ("upload-offset", "-1"), ("location", "https://other.example/v1/media/a")],
        &[date, ("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")],
        &[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")],
        &[],
    ];
    for headers in tables {
        assert_eq!(reply(headers, b"body"), live(headers, b"body"), "{headers:?}");
    }
    assert_eq!(reply(tables[0], b"").receipt.as_deref(), Some("a.b.c"));
    assert_eq!(reply(tables[1], b"").receipt, None, "of two one would be somebody else's");
    assert_eq!(reply(tables[9], b"").retry_after_ms, Some(30_000));
}

#[test]
fn a_large_body_is_cut_off_as_on_our_own_wire_inv_10() {
    for bytes in [MAX_REPLY_BYTES - 1, MAX_REPLY_BYTES, MAX_REPLY_BYTES + 1, 3 * MAX_REPLY_BYTES] {
        let body = vec![b'x'; bytes];
        let read = reply(&[], &body);
        assert_eq!((read.body.len(), read.truncated), (bytes.min(MAX_REPLY_BYTES), bytes > MAX_REPLY_BYTES));
        assert_eq!(read, live(&[], &body), "{bytes} bytes");
    }
}

#[test]
fn headers_that_no_http_could_carry_neither_count_nor_harm_inv_11() {
    let split = [("siaga-receipt", "a.b.c"), ("siaga-receipt", "x\r\nsiaga-receipt: y")];
    assert_eq!(reply(&split, b"").receipt, None, "two are none, whatever one of them says");
    assert_eq!(reply(&[("siaga-receipt", "a.b.c\0")], b"").receipt, None);
    assert_eq!(
        reply(&[("bad name", "x"), ("", ""), ("siaga-receipt", "a.b.c")], b"").receipt.as_deref(),
        Some("a.b.c")
    );
    let flood: Vec<(String, &str)> = (0..40_000).map(|n| (format!("x-{n}"), "v")).collect();
    let flood: Vec<(&str, &str)> = flood.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(reply(&flood, b"").status, 201);
}

fn transfer(origin: &str, request: &Request) -> Result<Transfer, Failure> {
    Addresses::new(&config(origin)).unwrap().transfer("id-1".to_owned(), request, |_| Err(Failure::NoCopy))
}

#[test]
fn a_transfer_says_what_our_own_wire_would_say_byte_for_byte_inv_4() {
    let site = Site::plain(ok);
    let secret = ("siaga-secret".to_owned(), "c2VjcmV0".to_owned());
    let forged = ("siaga-clock".to_owned(), "clamped".to_owned());
    let mut request = Request { must_pass: true, unmetered: true, ..put(b"{\"exact\": 1}") };
    request.headers.extend([secret, forged, ("bad name".to_owned(), "x".to_owned())]);
    assert!(call(&Net::start(config(&site.origin()), None, None).unwrap(), request.clone()).is_ok());
    let seen = site.only();
    let made = transfer(&site.origin(), &request).unwrap();
    assert_eq!(made.url, format!("{}/v1/incidents/a", site.origin()));
    assert_eq!((made.method.as_str(), made.body.as_slice()), ("PUT", seen.body.as_slice()));
    assert_eq!((made.id.as_str(), made.timeout_ms), ("id-1", request.timeout_ms));
    assert!(made.must_pass && made.unmetered);
    // What every stack adds by itself.
    let own = ["host", "accept", "content-length"];
    let mut sent: Vec<(&str, &str)> = seen
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .filter(|(name, _)| !own.contains(name))
        .collect();
    let mut named: Vec<(&str, &str)> = made.headers.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
    sent.sort_unstable();
    named.sort_unstable();
    assert_eq!(named, sent);
    assert_eq!(transfer(&site.origin(), &get("/v1/keys")).unwrap().method, "GET");
    assert!(!transfer(&site.origin(), &get("/v1/keys")).unwrap().unmetered);
}

#[test]
fn a_route_without_an_address_and_a_path_out_of_the_protocol_give_no_transfer() {
    let second = Request { route: Route::Second, ..sos() };
    assert_eq!(transfer("https://centre.example", &second), Err(Failure::NoRoute));
    assert_eq!(transfer("https://centre.example", &get("//other.example/v1/keys")), Err(Failure::Unavailable));
    let mut both = config("https://centre.example");
    both.second = Some("https://other.example".to_owned());
    let made = Addresses::new(&both).unwrap().transfer("x".to_owned(), &second, |_| Err(Failure::NoCopy)).unwrap();
    assert_eq!(made.url, "https://other.example/v1/incidents/a", "F3");
}

#[test]
fn addresses_are_as_strict_as_our_own_wire() {
    let mut both = config("https://centre.example");
    both.second = Some("https://centre.example/".to_owned());
    assert_eq!(Addresses::new(&both).unwrap_err().field, "second");
    assert_eq!(Addresses::new(&config("http://centre.example")).unwrap_err().field, "primary");
}

#[test]
fn debug_texts_hide_bodies_and_values_inv_12() {
    let mut request = put(b"position");
    request.headers.push(("siaga-secret".to_owned(), "hidden".to_owned()));
    let text = format!("{:?}", transfer("https://centre.example", &request).unwrap());
    assert!(!text.contains("position") && !text.contains("hidden"), "{text}");
    let raw = RawReply { status: 201, headers: vec![header("siaga-receipt", "hidden")], body: b"position".to_vec() };
    let text = format!("{raw:?}");
    assert!(!text.contains("position") && !text.contains("hidden") && text.contains("siaga-receipt"), "{text}");
}
