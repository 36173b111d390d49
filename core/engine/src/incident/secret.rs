//! The incident secret: made at the press, authorises later events and reads before any enrolment.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::entropy::Draws;

/// 32 random bytes. The create carries their SHA-256, every request the secret itself; it ends with its incident.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret([u8; 32]);

impl Secret {
    pub(crate) fn mint(draws: &mut Draws) -> Self {
        Self(draws.block())
    }

    pub(crate) fn sha256(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// As it stands in the `siaga-secret` header.
    pub(crate) fn header(&self) -> String {
        siaga_vault::to_base64url(&self.0)
    }

    /// The proof that a cancel carries: of the same size for a PIN, a duress PIN and none.
    pub(crate) fn cancel_auth(&self, auth: &CancelAuth, draws: &mut Draws) -> String {
        let bytes = match auth {
            CancelAuth::None => draws.block(),
            CancelAuth::Code(code) => siaga_vault::cancel_auth(&self.0, code),
        };
        siaga_vault::to_base64url(&bytes)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How the citizen authorises a cancel. The phone cannot tell a PIN from a duress PIN: only the centre can, and whoever looks
/// at the phone or at the wire sees the same.
#[derive(Clone, PartialEq, Eq)]
pub enum CancelAuth {
    /// No code was asked.
    None,
    /// What the citizen typed.
    Code(String),
}

impl std::fmt::Debug for CancelAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CancelAuth(..)")
    }
}
