//! Hashing, the centre's signed statements (receipts, key sets, timeline steps), and the chain of evidence.
//!
//! Everything here is pure over bytes: keys and time come in as arguments, nothing is read or stored. All statements are
//! compact JWS (RFC 7515) signed with Ed25519 (`EdDSA`, RFC 8037); no other algorithm exists for this crate.
//!
//! ```text
//! the offline root key (in the phone's config)
//!   └─ signs a KeySet ── lists the centre's online keys
//!                          ├─ sign a receipt  "these bytes of this event are stored here"   (INV-3)
//!                          └─ sign a step     "a person opened it", "on scene", …
//! ```
//!
//! The feature `sign` adds the other half, `sign`, for centres and for tests.

mod cancel;
mod chain;
mod digest;
mod encoding;
mod fault;
mod jws;
mod key;
mod keyset;
mod receipt;
#[cfg(feature = "sign")]
pub mod sign;
mod step;

pub use cancel::cancel_auth;
pub use chain::{Chain, Evidence, Finding, Root, StoredEvent};
pub use digest::{Digest, Hasher};
pub use encoding::{from_base64url, to_base64url};
pub use fault::{StatementFault, VaultError};
pub use key::PublicKey;
pub use keyset::{KEYS_LIMIT, KeySet};
pub use receipt::{Receipt, ReceiptClaims, verify_receipt};
pub use step::{NOTE_LIMIT_CHARS, STEP_NAME_LIMIT_CHARS, Step, verify_step};
