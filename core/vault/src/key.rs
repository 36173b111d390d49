//! Ed25519 public keys.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::VaultError;
use crate::encoding::{from_base64url, to_base64url};

/// An Ed25519 public key (RFC 8032). Its text, in JSON and in configuration, is base64url without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Takes the 32 bytes of RFC 8032 section 5.1.5. A point that is on no curve is found out at the first verification.
    pub fn from_bytes(bytes: [u8; 32]) -> PublicKey {
        PublicKey(bytes)
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`VaultError::NotAKey`] when the text is anything but 32 bytes in canonical base64url without padding.
    pub fn from_base64url(text: &str) -> Result<PublicKey, VaultError> {
        let bytes = from_base64url(text).ok_or(VaultError::NotAKey)?;
        bytes.try_into().map(PublicKey).map_err(|_| VaultError::NotAKey)
    }

    /// The text form.
    pub fn to_base64url(&self) -> String {
        to_base64url(&self.0)
    }

    /// Whether `signature` was made over `message` with this key's private half.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.to_base64url())
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64url())
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PublicKey, D::Error> {
        PublicKey::from_base64url(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::PublicKey;
    use crate::encoding::from_base64url;

    #[test]
    fn the_signature_of_rfc_8037_verifies() {
        // Appendix A.4 and A.5.
        let key = PublicKey::from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let signature = from_base64url(signature).unwrap();
        let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        assert!(key.verifies(message, &signature));
        assert!(!key.verifies(&message[1..], &signature));
    }
}
