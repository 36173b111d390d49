//! base64url as all statements and keys use it: no padding, one text for each byte string.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding (RFC 7515 section 2).
pub fn to_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes; padding, white space and non-zero trailing bits are refused, so that no second text stands for the same bytes.
/// `None` when the text is none of ours.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
