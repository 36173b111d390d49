//! Files at the test centre: tus 1.0.0 as far as a phone speaks it (`docs/PROTOCOL.md`, "Media"), with or without a signature.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siaga_vault::sign::SigningKey;
use siaga_vault::{Digest, ReceiptClaims};

use crate::replay::centre::{CENTRE_ID, empty, problem};
use crate::replay::command::{Begun, WholeReply};
use crate::replay::line::Files;

/// Where uploads are made.
const PLACE: &str = "/v1/media";

/// All uploads, by their paths.
#[derive(Default)]
pub(super) struct Uploads {
    /// What the centre does with files.
    pub(super) takes: Files,
    uploads: BTreeMap<String, Upload>,
}

struct Upload {
    claims: ReceiptClaims,
    bytes: usize,
    there: Vec<u8>,
    receipt: Option<String>,
}

impl Uploads {
    /// Whether a path is of a file.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.takes != Files::None && path.starts_with(PLACE)
    }

    /// Takes a request with these bytes. `stands` says whether the centre has an incident.
    pub(super) fn take(
        &mut self,
        (path, request): (&str, &Begun),
        bytes: &[u8],
        (key, wall_ms): (&SigningKey, i64),
        stands: impl Fn(&str) -> bool,
    ) -> WholeReply {
        let done = match request.method.as_str() {
            "POST" => self.create(request, stands).map(|(place, status)| (place, status, Some(0))),
            "HEAD" => Some((path.to_owned(), 200, None)),
            "PATCH" => Some((path.to_owned(), 204, request.header("upload-offset").and_then(|at| at.parse().ok()))),
            _ => None,
        };
        let Some((place, status, at)) = done else { return tus(problem(404, "not-found")) };
        let Some(upload) = self.uploads.get_mut(&place) else { return tus(empty(404)) };
        if status == 204 && at != Some(upload.there.len()) {
            return tus(empty(409));
        }
        if at == Some(upload.there.len()) {
            upload.there.extend_from_slice(bytes);
        }
        let is_whole = upload.there.len() == upload.bytes && Digest::of(&upload.there) == upload.claims.sha256;
        if is_whole && self.takes == Files::Signed && upload.receipt.is_none() {
            upload.receipt = Some(key.sign_receipt(&upload.claims, wall_ms));
        }
        let mut reply = tus(empty(status));
        reply.headers.push(("upload-offset".to_owned(), upload.there.len().to_string()));
        reply.headers.extend(upload.receipt.iter().map(|receipt| ("siaga-receipt".to_owned(), receipt.clone())));
        if request.method == "POST" {
            reply.headers.push(("location".to_owned(), place));
        }
        reply
    }

    /// How many files are whole.
    pub(super) fn whole(&self) -> usize {
        self.uploads.values().filter(|upload| upload.there.len() == upload.bytes).count()
    }

    fn create(&mut self, request: &Begun, stands: impl Fn(&str) -> bool) -> Option<(String, u16)> {
        let metadata = request.header("upload-metadata")?;
        let value = |name: &str| {
            let encoded = metadata.split(',').find_map(|pair| pair.strip_prefix(name)?.strip_prefix(' '))?;
            String::from_utf8(STANDARD.decode(encoded).ok()?).ok()
        };
        let claims = ReceiptClaims {
            incident: value("incident").filter(|incident| stands(incident))?,
            event: value("file")?,
            sha256: value("sha256")?.parse().ok()?,
            centre: CENTRE_ID.to_owned(),
            drill: value("drill").is_some(),
        };
        let bytes = request.header("upload-length")?.parse().ok()?;
        let place = format!("{PLACE}/{}.{}", claims.incident, claims.sha256);
        let status = if self.uploads.contains_key(&place) { 200 } else { 201 };
        let new = Upload { claims, bytes, there: Vec::new(), receipt: None };
        let _ = self.uploads.entry(place.clone()).or_insert(new);
        Some((place, status))
    }
}

fn tus(mut reply: WholeReply) -> WholeReply {
    reply.headers.push(("tus-resumable".to_owned(), "1.0.0".to_owned()));
    reply
}
