//! The name of an upload: in its address, and of its file.

use std::fmt;

use siaga_vault::Digest;

/// What a hash begins with here, so that no other hash of the same words is an upload's name.
const DOMAIN: &str = "siaga-upload-v1";
/// Hexadecimal digits of a name: 128 bits, so that no two pairs ever share one.
const DIGITS: usize = 32;

/// An upload's name: 32 lower-case hexadecimal digits, and so a safe file name.
///
/// It follows from the pair (incident, SHA-256), so that the same creation always leads to the same place. It is no secret:
/// whoever asks for it needs the incident's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UploadId(String);

impl UploadId {
    /// The name for these bytes in this incident.
    pub fn of(incident: &str, sha256: &Digest) -> UploadId {
        let digest = Digest::of(format!("{DOMAIN}\0{incident}\0{sha256}").as_bytes());
        UploadId(digest.to_string().chars().take(DIGITS).collect())
    }

    /// Reads a name; `None` when the text is none.
    pub fn parse(text: &str) -> Option<UploadId> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (text.len() == DIGITS && text.bytes().all(is_digit)).then(|| UploadId(text.to_owned()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_of_our_own_form_is_ever_a_file_name() {
        let own = UploadId::of("an incident", &Digest::of(b"bytes"));
        assert_eq!(UploadId::parse(own.as_str()), Some(own.clone()));
        let short = &own.as_str()[1..];
        for text in ["", "../../etc/passwd", short, &own.as_str().to_uppercase(), &format!("{short}/"), "é"] {
            assert_eq!(UploadId::parse(text), None, "{text}");
        }
        assert_ne!(UploadId::of("another", &Digest::of(b"bytes")), own);
        assert_ne!(UploadId::of("an incident", &Digest::of(b"other")), own);
    }
}
