//! SHA-256: what a receipt names, and what chains the envelopes of an incident.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::VaultError;

/// Hashes bytes that come one after another, in memory that does not grow with them.
#[derive(Clone)]
pub struct Hasher(ring::digest::Context);

impl Hasher {
    /// Begins with no bytes.
    #[must_use]
    pub fn new() -> Hasher {
        Hasher(ring::digest::Context::new(&ring::digest::SHA256))
    }

    /// Goes on with these bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The SHA-256 of all of them.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest::from_ring(&self.0.finish())
    }
}

impl Default for Hasher {
    fn default() -> Hasher {
        Hasher::new()
    }
}

/// Nothing of what was hashed.
impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hasher")
    }
}

/// The SHA-256 of some bytes. Its text is 64 lower-case hexadecimal digits, in JSON too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The SHA-256 of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::from_ring(&ring::digest::digest(&ring::digest::SHA256, bytes))
    }

    fn from_ring(hashed: &ring::digest::Digest) -> Digest {
        let mut sum = [0; 32];
        for (to, from) in sum.iter_mut().zip(hashed.as_ref()) {
            *to = *from;
        }
        Digest(sum)
    }

    /// Its text. By a table, since several digests stand in what is written with every step.
    fn digits(&self) -> [u8; 64] {
        const DIGITS: [u8; 16] = *b"0123456789abcdef";
        let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 0xF)];
        }
        digits
    }

    /// The value of a `Content-Digest` header (RFC 9530 section 2): `sha-256=:BASE64:`.
    pub fn content_digest(&self) -> String {
        format!("sha-256=:{}:", STANDARD.encode(self.0))
    }

    /// The value of an `Upload-Checksum` header (tus 1.0.0, "Checksum"): `sha256`, and base64.
    #[must_use]
    pub fn upload_checksum(&self) -> String {
        format!("sha256 {}", STANDARD.encode(self.0))
    }

    /// Reads the `sha-256` member of a `Content-Digest` header; `None` when there is none that can be read.
    ///
    /// Other algorithms beside it are skipped; of two `sha-256` members the last one counts (RFC 9651 section 3.2).
    pub fn from_content_digest(header: &str) -> Option<Digest> {
        let value = header.split(',').filter_map(|member| member.trim().strip_prefix("sha-256=")).next_back()?;
        let base64 = value.strip_prefix(':')?.strip_suffix(':')?;
        STANDARD.decode(base64).ok()?.try_into().ok().map(Digest)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text(&self.digits()))
    }
}

/// Eight digits are enough to tell two digests apart in a log, and too few to look anything up by (INV-12).
impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        let (few, _) = digits.split_at(8);
        write!(f, "Digest({}…)", text(few))
    }
}

impl FromStr for Digest {
    type Err = VaultError;

    /// Reads 64 lower-case hexadecimal digits; upper case is refused, so that equal digests have equal texts.
    fn from_str(text: &str) -> Result<Digest, VaultError> {
        let mut sum = [0; 32];
        let mut digits = text.bytes();
        for byte in &mut sum {
            let high = digits.next().and_then(nibble).ok_or(VaultError::NotADigest)?;
            let low = digits.next().and_then(nibble).ok_or(VaultError::NotADigest)?;
            *byte = (high << 4) | low;
        }
        if digits.next().is_some() { Err(VaultError::NotADigest) } else { Ok(Digest(sum)) }
    }
}

/// Digits are ASCII.
fn text(digits: &[u8]) -> &str {
    str::from_utf8(digits).unwrap_or_default()
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text(&self.digits()))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
