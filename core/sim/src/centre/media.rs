//! Files at the centre: what the server does, with a memory in place of its disk. What a request means is judged by the very
//! functions that the server calls.

use std::collections::BTreeMap;

use siaga::{Method, Payload, Reply, Request, UploadLocation, UploadReply};
use siaga_centre::accept::Signer;
use siaga_centre::media::judge::{
    CreationDecision, KnownMedia, KnownUpload, PatchDecision, judge_creation, judge_patch, judge_secret, judge_whole,
};
use siaga_centre::media::{Checksum, Creation, MediaRefusal, Patch};
use siaga_centre::secret::presented_digest;
use siaga_vault::Digest;

use crate::centre::{CENTRE, Centre, header, reads};

/// One upload.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) known: KnownUpload,
    bytes: Vec<u8>,
}

/// All uploads, by their paths.
#[derive(Debug, Default)]
pub(crate) struct Uploads(BTreeMap<String, Upload>);

impl Uploads {
    /// The signed upload of a file of one of these incidents.
    pub(crate) fn confirmed(&self, incidents: &[String], file: &str) -> Option<&Upload> {
        let of = |upload: &&Upload| upload.known.file == file && incidents.contains(&upload.known.incident);
        self.0.values().filter(of).find(|upload| upload.known.receipt.is_some())
    }

    /// The centre forgets what is not complete; says whether there was such an upload.
    pub(crate) fn forget(&mut self, path: &str) -> bool {
        let is_incomplete = self.0.get(path).is_some_and(|upload| upload.known.receipt.is_none());
        is_incomplete && self.0.remove(path).is_some()
    }

    /// The length of the whole; 0 when there is no such upload.
    pub(crate) fn length(&self, path: &str) -> u64 {
        self.0.get(path).map_or(0, |upload| upload.known.bytes)
    }

    /// A byte of what is not complete changes; says whether there was one.
    pub(crate) fn damage(&mut self, path: &str) -> bool {
        let incomplete = self.0.get_mut(path).filter(|upload| upload.known.receipt.is_none());
        let byte = incomplete.and_then(|upload| upload.bytes.first_mut());
        byte.map(|byte| *byte ^= 1).is_some()
    }
}

impl Centre {
    pub(super) fn media(&mut self, request: &Request, now_ms: i64) -> Reply {
        if !self.full {
            return reads::problem(404, "not-found");
        }
        let done = match request.method {
            Method::Post => self.create_upload(request, now_ms),
            Method::Head => self.look_at_upload(request),
            Method::Patch => self.take_part(request, now_ms),
            Method::Get | Method::Put => Err(MediaRefusal::NotFound),
        };
        done.unwrap_or_else(refused)
    }

    fn create_upload(&mut self, request: &Request, now_ms: i64) -> Result<Reply, MediaRefusal> {
        let creation = Creation::read(header(request, "upload-length"), false, header(request, "upload-metadata"))?;
        let path = format!("/v1/media/{}.{}", creation.incident, creation.sha256);
        let known = KnownMedia {
            incident: self.incidents.get(&creation.incident).cloned(),
            same_bytes: self.uploads.0.get(&path).map(|upload| upload.known.clone()),
            ..KnownMedia::default()
        };
        let presented = header(request, "siaga-secret").and_then(presented_digest);
        let part = request.body.bytes();
        let status = match judge_creation(&creation, Some(part.len() as u64), presented.as_ref(), &known) {
            CreationDecision::Refuse(refusal) => return Err(refusal),
            CreationDecision::Continue => 200,
            CreationDecision::Create => {
                let Creation { incident, file, sha256, bytes, drill, .. } = creation;
                let known = KnownUpload { incident, file, sha256, bytes, drill, touched_ms: now_ms, receipt: None };
                let _ = self.uploads.0.insert(path.clone(), Upload { known, bytes: Vec::new() });
                201
            }
        };
        if let Some(upload) = self.uploads.0.get_mut(&path).filter(|upload| upload.bytes.is_empty()) {
            check(header(request, "upload-checksum").map(Checksum::read).transpose()?, part)?;
            upload.bytes.extend_from_slice(part);
        }
        self.settle_upload(&path, now_ms)?;
        self.state_of(&path, status)
    }

    fn look_at_upload(&self, request: &Request) -> Result<Reply, MediaRefusal> {
        self.judge_upload_secret(request)?;
        self.state_of(&request.path, 200)
    }

    fn take_part(&mut self, request: &Request, now_ms: i64) -> Result<Reply, MediaRefusal> {
        self.judge_upload_secret(request)?;
        let part = request.body.bytes();
        let (kind, offset) = (header(request, "content-type"), header(request, "upload-offset"));
        let patch = Patch::read(kind, offset, header(request, "upload-checksum"), Some(part.len() as u64))?;
        let upload = self.uploads.0.get_mut(&request.path).ok_or(MediaRefusal::NotFound)?;
        match judge_patch(&patch, &upload.known, upload.bytes.len() as u64) {
            PatchDecision::Take { .. } => {
                check(patch.checksum, part)?;
                upload.bytes.extend_from_slice(part);
            }
            PatchDecision::Finished { .. } => {}
            PatchDecision::Refuse(refusal) => return Err(refusal),
        }
        self.settle_upload(&request.path, now_ms)?;
        self.state_of(&request.path, 204)
    }

    fn judge_upload_secret(&self, request: &Request) -> Result<(), MediaRefusal> {
        let upload = self.uploads.0.get(&request.path).ok_or(MediaRefusal::NotFound)?;
        let presented = header(request, "siaga-secret").and_then(presented_digest);
        judge_secret(self.incidents.get(&upload.known.incident), presented.as_ref())
    }

    /// Signs for what is whole; forgets what is other bytes than were announced.
    fn settle_upload(&mut self, path: &str, now_ms: i64) -> Result<(), MediaRefusal> {
        let Some(upload) = self.uploads.0.get_mut(path) else { return Err(MediaRefusal::NotFound) };
        let is_whole = upload.bytes.len() as u64 == upload.known.bytes;
        let Some(key) = self.keys.last().filter(|_| is_whole && upload.known.receipt.is_none()) else { return Ok(()) };
        let signer = Signer { centre: CENTRE, key, at_ms: now_ms };
        match judge_whole(&upload.known, &Digest::of(&upload.bytes), &signer) {
            Ok(receipt) => upload.known.receipt = Some(receipt),
            Err(refusal) => {
                let _ = self.uploads.0.remove(path);
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn state_of(&self, path: &str, status: u16) -> Result<Reply, MediaRefusal> {
        let upload = self.uploads.0.get(path).ok_or(MediaRefusal::NotFound)?;
        let location = (status == 200 || status == 201).then(|| UploadLocation::Here(path.to_owned()));
        let said = UploadReply { offset: Some(upload.bytes.len() as u64), location };
        Ok(Reply {
            receipt: upload.known.receipt.clone(),
            upload: Some(said),
            ..reads::reply(status, None, Vec::new())
        })
    }
}

/// Whether a part is what its hash says.
fn check(checksum: Option<Checksum>, part: &[u8]) -> Result<(), MediaRefusal> {
    let differs = checksum.is_some_and(|Checksum(sha256)| sha256 != Digest::of(part));
    if differs { Err(MediaRefusal::PieceDiffers) } else { Ok(()) }
}

fn refused(refusal: MediaRefusal) -> Reply {
    let reply = match refusal.slug() {
        Some(slug) => reads::problem(refusal.status(), slug),
        None => reads::reply(refusal.status(), None, Vec::new()),
    };
    Reply { upload: Some(UploadReply::default()), ..reply }
}

/// A server that says what cannot be true.
pub(crate) fn lie(bytes: u64) -> Reply {
    let said = UploadReply { offset: Some(bytes), location: None };
    Reply { upload: Some(said), ..reads::reply(204, None, Vec::new()) }
}

/// A request of which a byte changed on its way, when it is a part whose hash went along: of any other nobody could tell.
pub(crate) fn damaged(request: &Request) -> Option<Request> {
    let _ = header(request, "upload-checksum")?;
    let mut bytes = request.body.bytes().to_vec();
    *bytes.first_mut()? ^= 1;
    Some(Request { body: Payload::Bytes(bytes), ..request.clone() })
}

/// The beginning of a request: what arrived before the connection broke.
pub(crate) fn beginning(request: &Request, bytes: usize) -> Request {
    let kept = request.body.bytes().get(..bytes).unwrap_or_default().to_vec();
    Request { body: Payload::Bytes(kept), ..request.clone() }
}
