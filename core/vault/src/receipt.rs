//! The receipt: the only thing that ends a delivery to a centre (INV-3, F76).

use serde::{Deserialize, Serialize};

use crate::jws::{Unverified, malformed};
use crate::{Digest, KeySet, StatementFault};

/// `typ` of a receipt.
pub(crate) const TYP: &str = "siaga-receipt";

/// What a receipt must say to be ours. The time of the receipt is the centre's own statement and is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptClaims {
    /// The incident's id, as UUID text.
    pub incident: String,
    /// The event's id, as UUID text; the incident's own id for its create.
    pub event: String,
    /// The SHA-256 of exactly the bytes that were sent (INV-4).
    pub sha256: Digest,
    /// The id of the centre that is asked to sign.
    pub centre: String,
    /// Whether the event belongs to a drill: a drill's receipt never closes an SOS.
    pub drill: bool,
}

/// A receipt that was verified and compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// When the centre stored the bytes, in Unix milliseconds by the centre's clock.
    pub at_ms: i64,
    /// The key that signed.
    pub key_id: String,
    /// The statement itself, to be kept as evidence.
    pub jws: String,
}

/// The payload as it is on the wire: six fields.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) incident: String,
    pub(crate) event: String,
    pub(crate) sha256: Digest,
    pub(crate) centre: String,
    pub(crate) at: i64,
    pub(crate) drill: bool,
}

/// Judges the value of a `Siaga-Receipt` header: signed by a listed key, and about exactly what was sent.
///
/// # Errors
/// [`StatementFault`]; the first field that differs is named, in the order of the payload.
pub fn verify_receipt(jws: &str, keys: &KeySet, expected: &ReceiptClaims) -> Result<Receipt, StatementFault> {
    let statement = Unverified::parse(jws, TYP)?;
    let payload: Payload = statement.payload(keys.key_of(&statement)?)?;
    let ReceiptClaims { incident, event, sha256, centre, drill } = expected;
    let compared = [
        ("incident", payload.incident == *incident),
        ("event", payload.event == *event),
        ("sha256", payload.sha256 == *sha256),
        ("centre", payload.centre == *centre && keys.centre() == centre),
        ("drill", payload.drill == *drill),
    ];
    if let Some((field, _)) = compared.into_iter().find(|(_, equal)| !equal) {
        return Err(StatementFault::Mismatch { field });
    }
    // Nothing to compare the time with (INV-8), but a centre that stored something did so after 1970.
    if payload.at <= 0 {
        return Err(malformed("at is not a time"));
    }
    Ok(Receipt { at_ms: payload.at, key_id: statement.key_id().to_owned(), jws: jws.to_owned() })
}
