//! Compact JWS (RFC 7515), cut down to the one form that a centre may use.
//!
//! The header is exactly `{"alg":"EdDSA","kid":"…","typ":"…"}`. The algorithm is no choice of the sender's: `alg` is
//! compared, never dispatched on, and an unknown header field (`crit`, `b64`, `jwk`, …) is refused, because a header that
//! we do not understand may change what the signature means (RFC 7515 section 4.1.11).

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::encoding::from_base64url;
use crate::{PublicKey, StatementFault};

/// The only algorithm (RFC 8037 section 3.1).
pub(crate) const ALG: &str = "EdDSA";
/// Longest statement that is looked at. A key set of [`crate::KEYS_LIMIT`] keys needs about 8 KiB; a receipt half a KiB.
const STATEMENT_LIMIT_BYTES: usize = 16 * 1024;
/// Longest key id: ids are a few characters; the bound keeps a hostile one out of logs and rows.
pub(crate) const KEY_ID_LIMIT_CHARS: usize = 64;

/// The protected header: these three fields and no other.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) alg: String,
    pub(crate) kid: String,
    pub(crate) typ: String,
}

/// A statement of the right form whose signature is not yet judged: the payload cannot be had before it is.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    key_id: String,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes the text apart and judges its header.
    pub(crate) fn parse(jws: &'a str, typ: &'static str) -> Result<Self, StatementFault> {
        if jws.len() > STATEMENT_LIMIT_BYTES {
            return Err(malformed("longer than any statement"));
        }
        let (signing_input, signature) = jws.rsplit_once('.').ok_or(malformed("not three parts"))?;
        let (header, payload) = signing_input.split_once('.').ok_or(malformed("not three parts"))?;
        // A further dot would be in one of the parts, where base64url refuses it.
        let header: Header = object(&bytes(header)?, "header")?;
        if header.alg != ALG {
            return Err(malformed("alg is not EdDSA"));
        }
        if header.typ != typ {
            return Err(malformed("typ is of another kind of statement"));
        }
        if header.kid.chars().count() > KEY_ID_LIMIT_CHARS {
            return Err(malformed("key id too long"));
        }
        Ok(Unverified { key_id: header.kid, signing_input, payload: bytes(payload)?, signature: bytes(signature)? })
    }

    /// Which key the sender says it used.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Judges the signature, then reads the payload. Fields that we do not know are ignored: a later centre may say more.
    pub(crate) fn payload<T: DeserializeOwned>(&self, key: &PublicKey) -> Result<T, StatementFault> {
        if !key.verifies(self.signing_input.as_bytes(), &self.signature) {
            return Err(StatementFault::BadSignature);
        }
        object(&self.payload, "payload")
    }
}

fn bytes(part: &str) -> Result<Vec<u8>, StatementFault> {
    from_base64url(part).ok_or(malformed("not canonical base64url without padding"))
}

/// Reads a JSON object. The first byte is looked at because serde would take an array for a struct as well.
fn object<T: DeserializeOwned>(json: &[u8], what: &'static str) -> Result<T, StatementFault> {
    if json.first() != Some(&b'{') {
        return Err(malformed(what));
    }
    serde_json::from_slice(json).map_err(|_| malformed(what))
}

pub(crate) fn malformed(what: &'static str) -> StatementFault {
    StatementFault::Malformed { what }
}
