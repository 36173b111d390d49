//! What a request about media means: pure functions, with no clock and no I/O, like [`crate::accept`].
//!
//! The server looks up what is known and calls them; a simulator can do the same with a memory of its own.

use siaga_vault::{Digest, ReceiptClaims};

use super::{Creation, MediaRefusal, Patch};
use crate::accept::{KnownIncident, Signer};
use crate::desk::opens;

/// The version of tus that is spoken.
pub const TUS_VERSION: &str = "1.0.0";
/// Largest file: 2 GiB. A quarter of an hour of a phone's best video; over 256 kbit/s it takes 19 hours.
pub const FILE_LIMIT_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Most files of one incident: four full manifests. A page with more is looked at by nobody.
pub const INCIDENT_LIMIT_FILES: u64 = 64;
/// Most bytes of one incident, as announced: four of the largest. One stolen phone must not fill the disk.
pub const INCIDENT_LIMIT_BYTES: u64 = 4 * FILE_LIMIT_BYTES;
/// How long an upload is kept after its last byte: a week, which a phone may be without a network or a battery.
pub const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A stored upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUpload {
    /// The incident to which it belongs.
    pub incident: String,
    /// The file's id.
    pub file: String,
    /// What the whole has to hash to.
    pub sha256: Digest,
    /// Size of the whole.
    pub bytes: u64,
    /// Whether it is practice.
    pub drill: bool,
    /// When the last byte came, in Unix milliseconds by the centre's clock; up to an hour earlier than it was.
    pub touched_ms: i64,
    /// The receipt, to be repeated byte for byte; `None` while it is not complete.
    pub receipt: Option<String>,
}

impl KnownUpload {
    /// When it may be forgotten, in Unix milliseconds; `None` for what is complete.
    pub fn expires_ms(&self) -> Option<i64> {
        self.receipt.is_none().then(|| self.touched_ms.saturating_add(KEPT_MS))
    }

    /// Whether it is as good as gone.
    pub fn is_expired(&self, now_ms: i64) -> bool {
        self.expires_ms().is_some_and(|expires| expires <= now_ms)
    }
}

/// What is stored already about the ids of a creation; without what has expired.
#[derive(Debug, Clone, Default)]
pub struct KnownMedia {
    /// The incident, as soon as anything of it is stored.
    pub incident: Option<KnownIncident>,
    /// The upload of the same pair (incident, SHA-256).
    pub same_bytes: Option<KnownUpload>,
    /// The hash for which the file's id stands in this incident.
    pub same_file: Option<Digest>,
    /// How many uploads the incident has.
    pub files: u64,
    /// How many bytes they announce.
    pub bytes: u64,
}

/// What a creation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreationDecision {
    /// Make the upload: 201.
    Create,
    /// It is there: 200, with the receipt when it is complete.
    Continue,
    /// Store nothing.
    Refuse(MediaRefusal),
}

/// What a PATCH comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchDecision {
    /// Take at most `limit_bytes` of the body.
    Take {
        /// What is missing to the whole.
        limit_bytes: u64,
    },
    /// It is complete, and the piece is where it ends: 204 with the stored receipt.
    Finished {
        /// The receipt, byte for byte.
        receipt: String,
    },
    /// Take nothing.
    Refuse(MediaRefusal),
}

/// Whether the request speaks our version of tus.
///
/// # Errors
/// [`MediaRefusal::Version`].
pub fn judge_version(tus_resumable: Option<&str>) -> Result<(), MediaRefusal> {
    if tus_resumable == Some(TUS_VERSION) { Ok(()) } else { Err(MediaRefusal::Version) }
}

/// Whether `presented`, the SHA-256 of the secret that came with the request, opens the incident.
///
/// # Errors
/// [`MediaRefusal::NotFound`] before the create is stored, [`MediaRefusal::SecretNeeded`].
pub fn judge_secret(incident: Option<&KnownIncident>, presented: Option<&Digest>) -> Result<(), MediaRefusal> {
    match incident {
        None => Err(MediaRefusal::NotFound),
        Some(known) if !known.created => Err(MediaRefusal::NotFound),
        Some(known) if !opens(known, presented) => Err(MediaRefusal::SecretNeeded),
        Some(_) => Ok(()),
    }
}

/// Judges a creation. `beginning_bytes` is the stated size of the piece that came with it, if one did.
pub fn judge_creation(
    creation: &Creation,
    beginning_bytes: Option<u64>,
    presented: Option<&Digest>,
    known: &KnownMedia,
) -> CreationDecision {
    if let Err(refusal) = judge_secret(known.incident.as_ref(), presented) {
        return CreationDecision::Refuse(refusal);
    }
    if let Some(upload) = &known.same_bytes {
        let is_same = (&upload.file, upload.bytes, upload.drill) == (&creation.file, creation.bytes, creation.drill);
        return if is_same { CreationDecision::Continue } else { CreationDecision::Refuse(MediaRefusal::OtherBytes) };
    }
    // A receipt names the file's id: it never stands for two contents.
    if known.same_file.is_some_and(|sha256| sha256 != creation.sha256) {
        return CreationDecision::Refuse(MediaRefusal::OtherBytes);
    }
    let is_too_large = creation.bytes > FILE_LIMIT_BYTES
        || known.files >= INCIDENT_LIMIT_FILES
        || known.bytes.saturating_add(creation.bytes) > INCIDENT_LIMIT_BYTES
        || beginning_bytes.is_some_and(|bytes| bytes > creation.bytes);
    if is_too_large { CreationDecision::Refuse(MediaRefusal::TooLarge) } else { CreationDecision::Create }
}

/// Judges a piece against the `received` bytes that are there.
pub fn judge_patch(patch: &Patch, upload: &KnownUpload, received: u64) -> PatchDecision {
    if patch.offset != received {
        return PatchDecision::Refuse(MediaRefusal::OtherOffset);
    }
    let limit_bytes = upload.bytes.saturating_sub(received);
    if patch.bytes.is_some_and(|bytes| bytes > limit_bytes) {
        return PatchDecision::Refuse(MediaRefusal::TooLarge);
    }
    match &upload.receipt {
        Some(receipt) => PatchDecision::Finished { receipt: receipt.clone() },
        None => PatchDecision::Take { limit_bytes },
    }
}

/// Judges a request to delete.
///
/// # Errors
/// [`MediaRefusal::Complete`].
pub fn judge_deletion(upload: &KnownUpload) -> Result<(), MediaRefusal> {
    if upload.receipt.is_some() { Err(MediaRefusal::Complete) } else { Ok(()) }
}

/// Judges the whole: the receipt when the bytes that are there hash to what was announced.
///
/// # Errors
/// [`MediaRefusal::WholeDiffers`].
pub fn judge_whole(upload: &KnownUpload, found: &Digest, signer: &Signer<'_>) -> Result<String, MediaRefusal> {
    if *found != upload.sha256 {
        return Err(MediaRefusal::WholeDiffers);
    }
    let claims = ReceiptClaims {
        incident: upload.incident.clone(),
        event: upload.file.clone(),
        sha256: upload.sha256,
        centre: signer.centre.to_owned(),
        drill: upload.drill,
    };
    Ok(signer.key.sign_receipt(&claims, signer.at_ms))
}
