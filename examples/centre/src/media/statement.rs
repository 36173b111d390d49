//! Reading what a request about media states, before anything is looked up.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siaga_vault::Digest;

use super::{MediaRefusal, name};
use crate::accept::is_id;

/// The body's type of every request that brings bytes.
const CONTENT_TYPE: &str = "application/offset+octet-stream";

/// What a creation says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// The incident to which it belongs.
    pub incident: String,
    /// The file's own id; its receipt names it.
    pub file: String,
    /// The SHA-256 of the whole.
    pub sha256: Digest,
    /// Its size; above 0.
    pub bytes: u64,
    /// Its name, cleaned.
    pub name: String,
    /// Its media type, as the phone says; nothing when that is none.
    pub media_type: Option<String>,
    /// Whether it is practice; the receipt repeats it.
    pub drill: bool,
}

impl Creation {
    /// Reads `Upload-Length` and `Upload-Metadata`. `is_deferred`: there is an `Upload-Defer-Length`.
    ///
    /// Strict about what the receipt will say, lenient about all else: no evidence is refused for its name.
    ///
    /// # Errors
    /// [`MediaRefusal::BadLength`], [`MediaRefusal::BadId`].
    pub fn read(length: Option<&str>, is_deferred: bool, metadata: Option<&str>) -> Result<Creation, MediaRefusal> {
        let bytes = length.and_then(number).filter(|bytes| *bytes > 0 && !is_deferred);
        let bytes = bytes.ok_or(MediaRefusal::BadLength)?;
        let value = |key: &str| metadata.and_then(|pairs| metadata_value(pairs, key));
        let id = |key: &str| value(key).filter(|id| is_id(id)).ok_or(MediaRefusal::BadId);
        Ok(Creation {
            incident: id("incident")?,
            file: id("file")?,
            sha256: value("sha256").and_then(|hex| hex.parse().ok()).ok_or(MediaRefusal::BadId)?,
            bytes,
            name: name::clean(&value("name").unwrap_or_default()),
            media_type: value("type").and_then(|text| name::media_type(&text)),
            drill: value("drill").as_deref() == Some("true"),
        })
    }
}

/// A checksum over one piece: the SHA-256 of the request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checksum(pub Digest);

impl Checksum {
    /// Reads an `Upload-Checksum` header.
    ///
    /// # Errors
    /// [`MediaRefusal::BadChecksum`].
    pub fn read(header: &str) -> Result<Checksum, MediaRefusal> {
        let base64 = header.strip_prefix("sha256 ").ok_or(MediaRefusal::BadChecksum)?;
        let sum = STANDARD.decode(base64.trim()).ok().and_then(|sum| sum.try_into().ok());
        Ok(Checksum(Digest(sum.ok_or(MediaRefusal::BadChecksum)?)))
    }
}

/// What a request says of the piece in its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// Where the piece begins.
    pub offset: u64,
    /// What it has to hash to.
    pub checksum: Option<Checksum>,
    /// Its size, where `Content-Length` states it.
    pub bytes: Option<u64>,
}

impl Patch {
    /// Reads the headers of a PATCH. `bytes` is the body's stated size.
    ///
    /// # Errors
    /// [`MediaRefusal::ContentType`], [`MediaRefusal::BadOffset`], [`MediaRefusal::BadChecksum`].
    pub fn read(
        content_type: Option<&str>,
        offset: Option<&str>,
        checksum: Option<&str>,
        bytes: Option<u64>,
    ) -> Result<Patch, MediaRefusal> {
        if !content_type.is_some_and(brings_bytes) {
            return Err(MediaRefusal::ContentType);
        }
        let offset = offset.and_then(number).ok_or(MediaRefusal::BadOffset)?;
        Ok(Patch { offset, checksum: checksum.map(Checksum::read).transpose()?, bytes })
    }
}

/// Whether a body of this type is a piece of a file.
pub(crate) fn brings_bytes(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(CONTENT_TYPE)
}

/// A number in decimal digits and nothing else: `u64::from_str` takes a sign as well.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A value of tus metadata: `key base64,key base64,key`. A key that stands twice counts once, the first time.
fn metadata_value(pairs: &str, key: &str) -> Option<String> {
    let pair = pairs.split(',').map(str::trim).find(|pair| pair.split(' ').next() == Some(key))?;
    let base64 = pair.split_once(' ')?.1.trim();
    String::from_utf8(STANDARD.decode(base64).ok()?).ok()
}
