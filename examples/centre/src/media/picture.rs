//! Small pictures: shown only when their own bytes say that they are one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::envelope::Body;

/// Largest picture, decoded: what fits into an event beside its envelope.
const LIMIT_BYTES: usize = 12 * 1024;
/// The same in base64.
const LIMIT_CHARS: usize = LIMIT_BYTES.div_ceil(3) * 4;

/// A picture with the type that its bytes have, whatever was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) media_type: &'static str,
    pub(crate) bytes: Vec<u8>,
}

impl Picture {
    /// Reads the picture of a `preview`; `None` for anything that is not surely a small picture.
    pub(crate) fn read(body: &Body) -> Option<Picture> {
        let text = body.data.as_deref().filter(|text| text.len() <= LIMIT_CHARS)?;
        let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() <= LIMIT_BYTES)?;
        Some(Picture { media_type: media_type(&bytes)?, bytes })
    }
}

/// The type of a picture by its first bytes.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        return Some("image/jpeg");
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Some("image/png");
    }
    (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")).then_some("image/webp")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<&'static str> {
        let body = Body { data: Some(STANDARD.encode(bytes)), ..Body::default() };
        Picture::read(&body).map(|picture| picture.media_type)
    }

    fn long(first: &[u8], bytes: usize) -> Vec<u8> {
        let mut all = first.to_vec();
        all.resize(bytes, 0);
        all
    }

    #[test]
    fn only_the_bytes_say_what_is_a_picture() {
        assert_eq!(read(b"\xFF\xD8\xFF\xE0rest"), Some("image/jpeg"));
        assert_eq!(read(b"\x89PNG\r\n\x1A\nrest"), Some("image/png"));
        assert_eq!(read(b"RIFF\0\0\0\0WEBPrest"), Some("image/webp"));
        for other in [&b""[..], b"\xFF\xD8", b"<svg onload=alert(1)>", b"GIF89a", b"RIFF\0\0\0\0WAVE", b"RIFF"] {
            assert_eq!(read(other), None, "{other:?}");
        }
    }

    #[test]
    fn twelve_kib_are_shown_and_one_byte_more_is_not() {
        assert!(read(&long(b"\xFF\xD8\xFF", LIMIT_BYTES)).is_some());
        assert_eq!(read(&long(b"\xFF\xD8\xFF", LIMIT_BYTES + 1)), None);
    }
}
