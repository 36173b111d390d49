//! Files, over tus 1.0.0.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Response};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body::Body as _;
use siaga_vault::Digest;

use super::sign::About;
use super::{Desk, Flaw, is_id};

const LIMIT_BYTES: usize = 1_000_000;

/// A file as it stands.
#[derive(Clone)]
pub(super) struct Upload {
    incident: String,
    file: String,
    sha256: String,
    length: usize,
    drill: bool,
    bytes: Vec<u8>,
    receipt: Option<String>,
}

/// Why a part does not count.
type Refused = (u16, &'static str);

impl Desk {
    pub(super) async fn media(&self, upload: Option<&str>, request: Request) -> Response<Body> {
        let is_head = request.method() == "HEAD";
        let mut response = match (request.method().as_str(), upload) {
            ("OPTIONS", None) => self.offer(),
            ("POST", None) => self.create(request).await,
            ("HEAD", Some(upload)) => self.look(upload, request.headers()),
            ("PATCH", Some(upload)) => self.part(upload, request).await,
            _ => self.problem(404, "not-found"),
        };
        if response.status() == 412 {
            response.headers_mut().insert("tus-version", HeaderValue::from_static("1.0.0"));
        }
        if response.status().is_success() || self.flaw != Flaw::HidesTusOnRefusals {
            response.headers_mut().insert("tus-resumable", HeaderValue::from_static("1.0.0"));
        }
        if is_head {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn offer(&self) -> Response<Body> {
        let beginnings = if self.flaw == Flaw::OffersNoBeginnings { "" } else { ",creation-with-upload" };
        let checksum = if self.flaw == Flaw::OffersChecksumsToPhonesAlone { "" } else { ",checksum" };
        let response = Response::builder().status(204).header("tus-version", "1.0.0");
        let response = response.header("tus-extension", format!("creation{beginnings}{checksum}"));
        let response = response.header("tus-checksum-algorithm", "sha256").header("tus-max-size", LIMIT_BYTES);
        response.body(Body::empty()).unwrap()
    }

    /// What refuses any request about this incident.
    fn spoken(&self, incident: &str, headers: &HeaderMap) -> Result<(), Refused> {
        if headers.get("tus-resumable").is_none_or(|version| version != "1.0.0") && self.flaw != Flaw::SpeaksAnyTus {
            return Err((412, ""));
        }
        let secret = headers.get("siaga-secret").and_then(|value| value.to_str().ok());
        let presented = secret.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).map(|secret| Digest::of(&secret));
        match self.secrets.lock().unwrap().get(incident).cloned().flatten() {
            None if self.flaw == Flaw::TakesFilesBeforeTheirIncident => Ok(()),
            None => Err((404, "not-found")),
            Some(_) if self.flaw == Flaw::OpensFilesToAll => Ok(()),
            Some(stated) if presented.is_some_and(|presented| presented.to_string() == stated) => Ok(()),
            Some(_) => Err((403, "secret-needed")),
        }
    }

    async fn create(&self, request: Request) -> Response<Body> {
        let (name, is_new) = match self.placed(request.headers()) {
            Ok(placed) => placed,
            Err((status, slug)) => return self.problem(status, slug),
        };
        let begins = self.uploads.lock().unwrap()[&name].bytes.is_empty() && self.flaw != Flaw::IgnoresBeginnings;
        if request.headers().contains_key("content-type") && begins {
            let checksum = checksum(request.headers()).filter(|_| self.flaw != Flaw::IgnoresChecksumsOfBeginnings);
            let body = request.into_body();
            if let Err((status, slug)) = self.take(&name, 0, checksum, body).await {
                return self.problem(status, slug);
            }
        }
        let host = if self.flaw == Flaw::PlacesElsewhere { "https://elsewhere.example" } else { "" };
        let mut response = self.standing(if is_new { 201 } else { 200 }, &name);
        response.headers_mut().insert("location", format!("{host}/v1/media/{name}").parse().unwrap());
        response
    }

    /// The upload of a creation, and whether it is new.
    fn placed(&self, headers: &HeaderMap) -> Result<(String, bool), Refused> {
        let stated = metadata(headers);
        let value = |key: &str| stated.get(key).cloned().unwrap_or_default();
        let (incident, file, sha256) = (value("incident"), value("file"), value("sha256"));
        let is_read = is_id(&incident) && is_id(&file) && sha256.parse::<Digest>().is_ok();
        if !is_read && (self.flaw != Flaw::TakesIdsOfFilesAsTheyAre || incident.is_empty() || file == "foto") {
            return Err((400, "bad-id"));
        }
        self.spoken(&incident, headers)?;
        let length: usize = headers["upload-length"].to_str().unwrap().parse().unwrap();
        if length > LIMIT_BYTES && self.flaw != Flaw::TakesFilesOfAnySize {
            return Err((413, "too-large"));
        }
        let drill = value("drill") == "true";
        let mut uploads = self.uploads.lock().unwrap();
        let mut name = Digest::of(format!("{incident} {sha256}").as_bytes()).to_string();
        if let Some(known) = uploads.get(&name) {
            let is_other_file = known.file != file && self.flaw != Flaw::IgnoresOtherFiles;
            let is_other_length = known.length != length && self.flaw != Flaw::IgnoresOtherLengths;
            if is_other_file || is_other_length || known.drill != drill {
                return Err((409, "other-bytes"));
            }
            if self.flaw != Flaw::CreatesAnew {
                return Ok((name, false));
            }
            name = Digest::of(name.as_bytes()).to_string();
        } else if self.flaw != Flaw::IgnoresOtherHashes && uploads.values().any(|known| known.file == file) {
            return Err((409, "other-bytes"));
        }
        uploads
            .insert(name.clone(), Upload { incident, file, sha256, length, drill, bytes: Vec::new(), receipt: None });
        Ok((name, true))
    }

    fn look(&self, name: &str, headers: &HeaderMap) -> Response<Body> {
        let found = self.uploads.lock().unwrap().get(name).cloned();
        let Some(upload) = found else { return self.problem(404, "not-found") };
        if let Err((status, slug)) = self.spoken(&upload.incident, headers) {
            return self.problem(status, slug);
        }
        let mut response = self.standing(200, name);
        if self.flaw != Flaw::HidesLengths {
            response.headers_mut().insert("upload-length", upload.length.into());
        }
        if self.flaw == Flaw::ForgetsReceipts {
            response.headers_mut().remove("siaga-receipt");
        }
        if self.flaw == Flaw::SignsFilesAnew && upload.receipt.is_some() {
            response.headers_mut().insert("siaga-receipt", self.file_receipt(&upload).parse().unwrap());
        }
        response
    }

    /// The answer to whoever may know how an upload stands.
    fn standing(&self, status: u16, name: &str) -> Response<Body> {
        let upload = self.uploads.lock().unwrap()[name].clone();
        let mut response = Response::builder().status(status).header("upload-offset", upload.bytes.len());
        if let Some(receipt) = upload.receipt {
            response = response.header("siaga-receipt", receipt);
        }
        response.header("cache-control", "no-store").body(Body::empty()).unwrap()
    }

    async fn part(&self, name: &str, request: Request) -> Response<Body> {
        let headers = request.headers().clone();
        let found = self.uploads.lock().unwrap().get(name).cloned();
        let Some(upload) = found else { return self.problem(404, "not-found") };
        if let Err((status, slug)) = self.spoken(&upload.incident, &headers) {
            return self.problem(status, slug);
        }
        let is_piece = headers.get("content-type").is_some_and(|kind| kind == "application/offset+octet-stream");
        if !is_piece && self.flaw != Flaw::IgnoresTypesOfParts {
            return self.problem(415, "");
        }
        let stated = headers["upload-offset"].to_str().unwrap().parse().unwrap();
        let offset = if self.flaw == Flaw::IgnoresOffsets { upload.bytes.len() } else { stated };
        let checksum = checksum(&headers);
        let _line = if self.flaw == Flaw::HoldsTextBack { Some(self.line.lock().await) } else { None };
        match self.take(name, offset, checksum, request.into_body()).await {
            Ok(()) => self.standing(204, name),
            Err((status, slug)) => self.problem(status, slug),
        }
    }

    /// Takes what comes, and signs when it is all.
    async fn take(&self, name: &str, offset: usize, sum: Option<String>, mut body: Body) -> Result<(), Refused> {
        if self.uploads.lock().unwrap()[name].bytes.len() != offset {
            return Err((409, ""));
        }
        let mut part = Vec::new();
        let mut is_cut = false;
        while let Some(piece) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            let Ok(piece) = piece else {
                is_cut = true;
                break;
            };
            let piece = piece.into_data().unwrap();
            part.extend_from_slice(&piece);
            // What comes counts at once, unless something is still to be judged or is lost with the connection.
            if sum.is_none() && self.flaw != Flaw::DropsWhatWasCut {
                self.uploads.lock().unwrap().get_mut(name).unwrap().bytes.extend_from_slice(&piece);
            }
        }
        if is_cut {
            return Err((408, ""));
        }
        let mut uploads = self.uploads.lock().unwrap();
        let upload = uploads.get_mut(name).unwrap();
        upload.bytes.truncate(offset);
        let is_damaged = sum.is_some_and(|sum| sum != format!("sha256 {}", STANDARD.encode(Digest::of(&part).0)));
        // What comes beside a creation has a flaw of its own.
        let flaw = if offset > 0 { self.flaw } else { Flaw::Nothing };
        if is_damaged && flaw == Flaw::CountsDamagedParts {
            upload.bytes.extend_from_slice(&part[..1]);
        }
        if is_damaged && flaw == Flaw::DropsAllBehindDamage {
            upload.bytes.clear();
        }
        if is_damaged && flaw != Flaw::IgnoresChecksums {
            return Err((460, ""));
        }
        upload.bytes.extend_from_slice(&part);
        let is_half = self.flaw == Flaw::SignsHalves && upload.bytes.len() + 1 == upload.length;
        if upload.bytes.len() != upload.length && !is_half {
            return Ok(());
        }
        let is_right = Digest::of(&upload.bytes).to_string() == upload.sha256 || is_half;
        if !is_right && self.flaw != Flaw::SignsDamagedFiles {
            if self.flaw != Flaw::KeepsDamagedFiles {
                uploads.remove(name);
            }
            return Err((460, "digest-mismatch"));
        }
        if self.flaw != Flaw::NeverSignsFiles {
            upload.receipt = Some(self.file_receipt(upload));
        }
        Ok(())
    }

    fn file_receipt(&self, upload: &Upload) -> String {
        let event = if self.flaw == Flaw::SignsFilesForTheIncident { &upload.incident } else { &upload.file };
        let drill = upload.drill && self.flaw != Flaw::SignsFilesAsReal;
        let (incident, sha256) = (&upload.incident, upload.sha256.clone());
        self.keys.receipt(self.flaw, &About { incident, event, sha256, at: self.next_at(), drill })
    }
}

/// What a creation says of its file.
fn metadata(headers: &HeaderMap) -> BTreeMap<String, String> {
    let pairs = headers.get("upload-metadata").map(|value| value.to_str().unwrap()).unwrap_or_default();
    let pairs = pairs.split(',').map(|pair| pair.split_once(' ').unwrap_or((pair, "")));
    let text = |base64: &str| String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap();
    pairs.map(|(key, base64)| (key.to_owned(), text(base64))).collect()
}

fn checksum(headers: &HeaderMap) -> Option<String> {
    headers.get("upload-checksum").map(|value| value.to_str().unwrap().to_owned())
}
