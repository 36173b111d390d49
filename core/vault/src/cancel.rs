//! The proof inside a cancel: the same length for a PIN, a duress PIN and no PIN.

use ring::hmac;

/// Separates this use of the incident secret from every other; the version allows another derivation later.
const CANCEL_CONTEXT: &[u8] = b"siaga-cancel-v1";

/// HMAC-SHA-256 over the code that was typed, keyed with the incident secret.
///
/// Always 32 bytes, so that a cancel under duress looks like any other to whoever watches the phone or the wire. `code` is
/// what was typed: PIN, duress PIN, or empty where none is set.
pub fn cancel_auth(secret: &[u8; 32], code: &str) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    context.update(CANCEL_CONTEXT);
    context.update(&[0]);
    context.update(code.as_bytes());
    let mut auth = [0; 32];
    for (to, from) in auth.iter_mut().zip(context.sign().as_ref()) {
        *to = *from;
    }
    auth
}
