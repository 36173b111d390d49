//! Parts of files: streamed from the disk, on a connection of their own.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{Method as HttpMethod, Version};
use siaga_engine::wire::{Failure, Location, Method, Payload, Request, Slice, UploadReply};
use siaga_net::{Copies, Copy, Net};
use siaga_vault::Digest;

use crate::calls::{call, config, get, put, trusting};
use crate::certificates::{Authority, When};
use crate::site::{Seen, Site, ok, with};

/// More than one block of reading, and no multiple of one.
const FILE_BYTES: usize = 700_001;

type Headers = &'static [(&'static str, &'static str)];

/// A disk with one file, which gives at most so many bytes at once, and fails behind so many.
struct Disk {
    file: Vec<u8>,
    at_once: usize,
}

impl Disk {
    fn with(bytes: usize, at_once: usize) -> Arc<dyn Copies> {
        Arc::new(Self { file: file(bytes), at_once })
    }
}

fn file(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at % 251) as u8).collect()
}

impl Copies for Disk {
    fn open(&self, sha256: Digest) -> io::Result<Box<dyn Copy>> {
        if sha256 != Digest::of(b"the file") {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Box::new(Open { file: self.file.clone(), at_once: self.at_once }))
    }
}

struct Open {
    file: Vec<u8>,
    at_once: usize,
}

impl Copy for Open {
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.file.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(into.len()).min(self.at_once);
        into[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }
}

fn patch(offset: u64, length: u64) -> Request {
    let slice = Slice { sha256: Digest::of(b"the file"), offset, length, checked: false };
    Request { method: Method::Patch, body: Payload::Slice(slice), apart: true, ..get("/v1/media/a") }
}

fn checked(offset: u64, length: u64) -> Request {
    let slice = Slice { sha256: Digest::of(b"the file"), offset, length, checked: true };
    Request { body: Payload::Slice(slice), ..patch(offset, length) }
}

fn net_of(site: &Site, copies: Arc<dyn Copies>) -> Net {
    Net::start(config(&site.origin()), None, Some(copies)).unwrap()
}

#[test]
fn a_part_is_exactly_those_bytes_of_the_file_with_their_length_stated() {
    let site = Site::plain(ok);
    let net = net_of(&site, Disk::with(FILE_BYTES, 1_000));
    for (offset, length) in [(0, FILE_BYTES), (0, 1), (262_144, 262_144), (262_143, 2), (700_000, 1), (5, 600_000)] {
        assert_eq!(call(&net, patch(offset as u64, length as u64)).unwrap().status, 200);
        let seen = site.seen().pop().unwrap();
        assert_eq!(seen.method, HttpMethod::PATCH);
        assert!(seen.body == file(FILE_BYTES)[offset..offset + length], "{length} bytes from {offset} on");
        assert_eq!(seen.header("content-length"), Some(length.to_string().as_str()));
    }
}

#[test]
fn a_copy_that_is_gone_or_shorter_than_it_was_is_said_to_be_none() {
    let site = Site::plain(ok);
    let net = net_of(&site, Disk::with(FILE_BYTES, usize::MAX));
    let gone = Slice { sha256: Digest::of(b"another"), offset: 0, length: 1, checked: false };
    let outcome = call(&net, Request { body: Payload::Slice(gone), ..patch(0, 1) });
    assert_eq!(outcome, Err(Failure::NoCopy));
    assert_eq!(call(&net, patch(0, FILE_BYTES as u64 + 1)), Err(Failure::NoCopy));
    let without = Net::start(config(&site.origin()), None, None).unwrap();
    assert_eq!(call(&without, patch(0, 1)), Err(Failure::NoCopy));
    assert!(call(&net, put(b"text")).is_ok(), "text goes on");
}

#[test]
fn the_hash_that_goes_along_is_that_of_the_bytes_and_no_other_part_has_one() {
    let site = Site::plain(ok);
    let net = net_of(&site, Disk::with(FILE_BYTES, 1_000));
    for (offset, length) in [(0, FILE_BYTES), (0, 1), (262_143, 262_146), (700_000, 1)] {
        assert_eq!(call(&net, checked(offset as u64, length as u64)).unwrap().status, 200);
        let seen = site.seen().pop().unwrap();
        assert!(seen.body == file(FILE_BYTES)[offset..offset + length], "{length} bytes from {offset} on");
        assert_eq!(seen.header("content-length"), Some(length.to_string().as_str()));
        // Read by hand: a centre has no word of ours.
        let stated = seen.header("upload-checksum").and_then(|value| value.strip_prefix("sha256 ")).unwrap();
        let digest = format!("sha-256=:{stated}:");
        assert_eq!(Digest::from_content_digest(&digest), Some(Digest::of(&seen.body)));
    }
    assert!(call(&net, patch(0, 10)).is_ok());
    assert_eq!(site.seen().pop().unwrap().header("upload-checksum"), None);
}

/// A disk that says how much was read of it, and whose file changes whenever it was read.
#[derive(Clone, Default)]
struct Restless {
    read: Arc<AtomicUsize>,
}

impl Copies for Restless {
    fn open(&self, _: Digest) -> io::Result<Box<dyn Copy>> {
        Ok(Box::new(self.clone()))
    }
}

impl Copy for Restless {
    fn read_at(&self, _: u64, into: &mut [u8]) -> io::Result<usize> {
        let before = self.read.fetch_add(into.len(), Ordering::Relaxed);
        into.fill((before % 256) as u8 ^ (before / 256) as u8 ^ 1);
        Ok(into.len())
    }
}

#[test]
fn what_is_hashed_is_what_is_sent_because_it_is_read_once() {
    let site = Site::plain(ok);
    let disk = Restless::default();
    let net = net_of(&site, Arc::new(disk.clone()));
    for _ in 0..3 {
        assert!(call(&net, checked(0, 300_000)).is_ok());
        let seen = site.seen().pop().unwrap();
        assert_eq!(seen.header("upload-checksum"), Some(Digest::of(&seen.body).upload_checksum().as_str()));
    }
    assert_eq!(disk.read.load(Ordering::Relaxed), 900_000);
}

#[test]
fn a_checked_part_of_a_copy_that_is_gone_or_too_short_is_not_begun() {
    let site = Site::plain(ok);
    let net = net_of(&site, Disk::with(FILE_BYTES, usize::MAX));
    assert_eq!(call(&net, checked(700_000, 2)), Err(Failure::NoCopy));
    let gone = Slice { sha256: Digest::of(b"another"), offset: 0, length: 1, checked: true };
    assert_eq!(call(&net, Request { body: Payload::Slice(gone), ..checked(0, 1) }), Err(Failure::NoCopy));
    assert!(site.seen().is_empty(), "nothing left the phone");
}

#[test]
fn parts_have_a_connection_of_their_own_inv_5() {
    let authority = Authority::new();
    let site = Site::secure(authority.server("127.0.0.1", When::Now), ok);
    let copies = Disk::with(FILE_BYTES, usize::MAX);
    let net = Net::start(trusting(&site.origin(), &authority), None, Some(copies)).unwrap();
    assert!(call(&net, put(b"text")).is_ok());
    for _ in 0..3 {
        assert!(call(&net, patch(0, 500_000)).is_ok());
    }
    assert!(call(&net, put(b"text")).is_ok());
    let seen = site.seen();
    let of = |version| seen.iter().filter(move |seen| seen.version == version).map(|seen| seen.connection);
    assert!(of(Version::HTTP_11).eq([2, 2, 2]), "parts, one after the other");
    assert!(of(Version::HTTP_2).eq([1, 1]), "text");
}

#[test]
fn only_what_speaks_tus_says_anything_of_an_upload() {
    const TUS: (&str, &str) = ("tus-resumable", "1.0.0");
    let here = |path: &str| Some(Location::Here(path.to_owned()));
    let cases: [(Headers, Option<UploadReply>); 9] = [
        (&[("upload-offset", "70"), ("location", "/v1/media/b")], None),
        (&[("tus-resumable", "0.2.2"), ("upload-offset", "70")], None),
        (&[TUS, ("upload-offset", "70")], Some(UploadReply { offset: Some(70), location: None })),
        (&[TUS, ("upload-offset", "-1")], Some(UploadReply::default())),
        (&[TUS, ("upload-offset", "+1")], Some(UploadReply::default())),
        (&[TUS, ("upload-offset", "99999999999999999999")], Some(UploadReply::default())),
        (&[TUS, ("location", "b?c=d")], Some(UploadReply { offset: None, location: here("/v1/b?c=d") })),
        (
            &[TUS, ("location", "https://127.0.0.1:9/v1/media/b")],
            Some(UploadReply { offset: None, location: here("/v1/media/b") }),
        ),
        (
            &[TUS, ("location", "http://127.0.0.2/v1/media/b")],
            Some(UploadReply { offset: None, location: Some(Location::Elsewhere) }),
        ),
    ];
    for (headers, expected) in cases {
        let said: Vec<(String, String)> =
            headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let site = Site::plain(move |_: Seen| {
            let said: Vec<(&str, &str)> = said.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            with(&said, "")
        });
        let net = net_of(&site, Disk::with(1, 1));
        let head = Request { method: Method::Head, apart: true, ..get("/v1/media/a") };
        assert_eq!(call(&net, head).unwrap().upload, expected, "{headers:?}");
    }
}

#[test]
fn a_place_that_is_longer_than_anybody_keeps_is_none() {
    let long = format!("/v1/media/{}", "a".repeat(600));
    let site = Site::plain(move |_: Seen| with(&[("tus-resumable", "1.0.0"), ("location", &long)], ""));
    let net = net_of(&site, Disk::with(1, 1));
    let upload = call(&net, patch(0, 1)).unwrap().upload.unwrap();
    assert_eq!(upload.location, Some(Location::Elsewhere));
}
