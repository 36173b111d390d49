//! The incident's secret: 32 random bytes of the phone's, of which the centre keeps the SHA-256 alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use siaga_vault::Digest;

/// The SHA-256 of the secret in a `Siaga-Secret` header; `None` when the header is not base64url of 32 bytes.
pub fn presented_digest(header: &str) -> Option<Digest> {
    let secret: [u8; 32] = URL_SAFE_NO_PAD.decode(header).ok()?.try_into().ok()?;
    Some(Digest::of(&secret))
}

/// Compares without telling by its duration how much agrees.
pub fn equal_in_constant_time(one: &Digest, other: &Digest) -> bool {
    let differing = one.0.iter().zip(&other.0).fold(0, |bits, (a, b)| bits | (a ^ b));
    std::hint::black_box(differing) == 0
}
