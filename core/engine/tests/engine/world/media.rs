//! Files: our own copies, and a tus server that signs. It reads the wire by itself.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siaga_engine::clock::T;
use siaga_engine::ids::{FileId, IncidentId};
use siaga_engine::media::{Attachment, MediaType, Stated, Taken};
use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Location, Method, Reply, Slice, UploadReply};
use siaga_engine::{Answer, Event};
use siaga_vault::sign::SigningKey;
use siaga_vault::{Digest, ReceiptClaims};

use super::centre::{self, problem, status};
use super::{Flight, World};

/// The copies on the phone's disk.
#[derive(Default)]
pub(crate) struct Copies {
    bytes: BTreeMap<Digest, Vec<u8>>,
    pub(crate) kept: BTreeMap<FileId, (Digest, Option<T>)>,
}

impl Copies {
    pub(crate) fn slice(&self, slice: &Slice) -> Vec<u8> {
        let copy = &self.bytes[&slice.sha256];
        let (from, to) = (slice.offset as usize, (slice.offset + slice.length) as usize);
        copy[from..to].to_vec()
    }

    /// The disk changes a byte of every copy.
    pub(crate) fn damage(&mut self) {
        self.bytes.values_mut().for_each(|copy| copy[0] ^= 1);
    }

    pub(super) fn keep(&mut self, file: FileId, sha256: Digest) {
        let _ = self.kept.insert(file, (sha256, None));
    }

    pub(super) fn release(&mut self, file: FileId, until: T) {
        self.kept.get_mut(&file).expect("a file that is kept").1 = Some(until);
    }
}

/// A file of so many bytes; no two of different seeds are the same.
pub(crate) fn photo(seed: u8, bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at / 251) as u8 ^ (at % 251) as u8 ^ seed).collect()
}

impl World {
    /// Attaches a file, as the runtime does it: a step, the copy, a step.
    #[track_caller]
    pub(crate) fn attach(&mut self, incident: IncidentId, bytes: Vec<u8>) -> FileId {
        let file = self.attach_begun(incident);
        self.attach_taken(file, bytes)
    }

    #[track_caller]
    pub(crate) fn attach_begun(&mut self, incident: IncidentId) -> FileId {
        let answer = self.step(Event::AttachBegun(attachment(incident)));
        let Answer::Attached(file) = answer else { panic!("no file, but {answer:?}") };
        file
    }

    #[track_caller]
    pub(crate) fn attach_taken(&mut self, file: FileId, bytes: Vec<u8>) -> FileId {
        let taken = taken(&bytes);
        let _ = self.copies.bytes.insert(taken.sha256, bytes);
        let answer = self.step(Event::AttachTaken { file, taken });
        let Answer::Attached(file) = answer else { panic!("no file, but {answer:?}") };
        file
    }
}

impl World {
    /// The only request of an upload in flight.
    #[track_caller]
    pub(crate) fn upload(&self) -> Flight {
        let is_one = |flight: &&Flight| flight.lane() == Some(Lane::Media);
        let uploads: Vec<&Flight> = self.flights.iter().filter(is_one).collect();
        assert_eq!(uploads.len(), 1, "one request of an upload is in flight: {uploads:?}");
        uploads[0].clone()
    }

    /// Everything in flight arrives but parts of files.
    #[track_caller]
    pub(crate) fn deliver_all_texts(&mut self) {
        for _ in 0..10_000 {
            let is_text = |flight: &&Flight| !flight.is_poll() && flight.lane() != Some(Lane::Media);
            let Some(flight) = self.flights.iter().find(is_text).cloned() else { return };
            self.deliver(&flight);
        }
        panic!("there is no end to the requests");
    }
}

pub(crate) fn attachment(incident: IncidentId) -> Attachment {
    Attachment { incident, name: "IMG_1.jpg".to_owned(), path: None }
}

pub(crate) fn taken(bytes: &[u8]) -> Taken {
    let stated = Stated { captured_at: Some("2026-11-22T08:00:00+07:00".to_owned()), ..Stated::default() };
    Taken { sha256: Digest::of(bytes), bytes: bytes.len() as u64, media_type: MediaType::Jpeg, stated }
}

/// The centre's endpoint for media.
pub(crate) struct MediaDesk {
    /// By incident and SHA-256.
    pub(crate) uploads: BTreeMap<(String, String), Stored>,
    /// Whether it signs.
    pub(crate) signs: bool,
    /// Bytes that arrived, also those that arrived twice.
    pub(crate) arrived: usize,
}

impl Default for MediaDesk {
    fn default() -> Self {
        Self { uploads: BTreeMap::new(), signs: true, arrived: 0 }
    }
}

/// One upload.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) drill: bool,
    pub(crate) length: usize,
    pub(crate) bytes: Vec<u8>,
}

impl MediaDesk {
    /// The only upload.
    #[track_caller]
    pub(crate) fn only(&self) -> &Stored {
        assert_eq!(self.uploads.len(), 1);
        self.uploads.values().next().unwrap()
    }

    #[track_caller]
    pub(super) fn reply(&mut self, flight: &Flight, key: &SigningKey, wall_ms: i64) -> Reply {
        self.reply_to_part(flight, &flight.part, key, wall_ms)
    }

    /// Takes in only a beginning of what flew: the connection broke.
    #[track_caller]
    pub(crate) fn take_in(&mut self, flight: &Flight, bytes: usize, key: &SigningKey) {
        let _ = self.reply_to_part(flight, &flight.part[..bytes], key, 0);
    }

    #[track_caller]
    fn reply_to_part(&mut self, flight: &Flight, part: &[u8], key: &SigningKey, wall_ms: i64) -> Reply {
        assert_eq!(flight.header("tus-resumable"), Some("1.0.0"));
        assert!(flight.request.apart && !flight.request.must_pass, "INV-5");
        let _ = flight.secret();
        self.arrived += part.len();
        if !part.is_empty() {
            assert_eq!(flight.header("content-type"), Some("application/offset+octet-stream"));
        }
        let is_damaged = flight.checksum.is_some_and(|checksum| checksum != Digest::of(part));
        if is_damaged {
            // What came of a creation counts, but for the bytes.
            if flight.request.method == Method::Post {
                let _ = self.create(flight, &[], key, wall_ms);
            }
            return Reply { upload: Some(UploadReply::default()), ..status(460) };
        }
        match flight.request.method {
            Method::Post => self.create(flight, part, key, wall_ms),
            Method::Head => self.look(flight, key, wall_ms),
            Method::Patch => self.take(flight, part, key, wall_ms),
            Method::Get | Method::Put => panic!("no method of tus"),
        }
    }

    fn create(&mut self, flight: &Flight, part: &[u8], key: &SigningKey, wall_ms: i64) -> Reply {
        assert_eq!(flight.request.path, "/v1/media");
        let said = metadata(flight.header("upload-metadata").unwrap());
        let ids = (said["incident"].clone(), said["sha256"].clone());
        let is_new = !self.uploads.contains_key(&ids);
        let length = flight.header("upload-length").unwrap().parse().unwrap();
        let stored = self.uploads.entry(ids.clone()).or_insert_with(|| Stored {
            file: said["file"].clone(),
            name: said["name"].clone(),
            drill: said.get("drill").is_some_and(|drill| drill == "true"),
            length,
            bytes: part.to_vec(),
        });
        assert_eq!((&stored.file, stored.length), (&said["file"], length), "INV-4");
        self.state(&ids, if is_new { 201 } else { 200 }, key, wall_ms)
    }

    fn look(&self, flight: &Flight, key: &SigningKey, wall_ms: i64) -> Reply {
        match Self::ids(flight) {
            Some(ids) if self.uploads.contains_key(&ids) => self.state(&ids, 200, key, wall_ms),
            Some(_) | None => problem(404, "not-found"),
        }
    }

    fn take(&mut self, flight: &Flight, part: &[u8], key: &SigningKey, wall_ms: i64) -> Reply {
        let ids = Self::ids(flight).filter(|ids| self.uploads.contains_key(ids));
        let Some(ids) = ids else { return problem(404, "not-found") };
        let stored = self.uploads.get_mut(&ids).unwrap();
        if flight.header("upload-offset") != Some(stored.bytes.len().to_string().as_str()) {
            return tus(409, stored.bytes.len());
        }
        stored.bytes.extend_from_slice(part);
        assert!(stored.bytes.len() <= stored.length);
        if stored.bytes.len() == stored.length && Digest::of(&stored.bytes).to_string() != ids.1 {
            let _ = self.uploads.remove(&ids);
            return Reply { upload: Some(UploadReply::default()), ..problem(460, "digest-mismatch") };
        }
        self.state(&ids, 204, key, wall_ms)
    }

    fn state(&self, ids: &(String, String), code: u16, key: &SigningKey, wall_ms: i64) -> Reply {
        let stored = &self.uploads[ids];
        let is_whole = stored.bytes.len() == stored.length && self.signs;
        let claims = ReceiptClaims {
            incident: ids.0.clone(),
            event: stored.file.clone(),
            sha256: Digest::of(&stored.bytes),
            centre: centre::NAME.to_owned(),
            drill: stored.drill,
        };
        let receipt = is_whole.then(|| key.sign_receipt(&claims, wall_ms));
        let location = (code < 204).then(|| Location::Here(format!("/v1/media/{}.{}", ids.0, ids.1)));
        let upload = Some(UploadReply { offset: Some(stored.bytes.len() as u64), location });
        Reply { receipt, upload, ..status(code) }
    }

    fn ids(flight: &Flight) -> Option<(String, String)> {
        let (incident, sha256) = flight.request.path.strip_prefix("/v1/media/")?.split_once('.')?;
        Some((incident.to_owned(), sha256.to_owned()))
    }
}

/// A tus server's reply with this offset.
pub(crate) fn tus(code: u16, offset: usize) -> Reply {
    let upload = Some(UploadReply { offset: Some(offset as u64), location: None });
    Reply { upload, ..status(code) }
}

fn metadata(header: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (key, value) = pair.split_once(' ').unwrap();
        (key.to_owned(), String::from_utf8(STANDARD.decode(value).unwrap()).unwrap())
    };
    header.split(',').map(pair).collect()
}
