//! The incident secret: made at the press, authorises later events and reads before any enrolment.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use siaga_vault::Digest;

use crate::entropy::Draws;

/// 32 random bytes. The create carries their SHA-256, every request the secret itself; it ends with its incident. In the state
/// it stands as in the header.
#[derive(Clone, PartialEq, Eq)]
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

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.header())
    }
}

/// Also the form of the first version, an array of 32 numbers: every state that was ever saved is read (INV-14).
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BothForms)
    }
}

struct BothForms;

impl<'de> Visitor<'de> for BothForms {
    type Value = Secret;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("32 bytes in base64url, or 32 numbers")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        // What was found instead is not told: it may be most of a secret (INV-12).
        let bytes = siaga_vault::from_base64url(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Secret).ok_or_else(|| E::custom("a secret that is no secret"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Secret, A::Error> {
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = numbers.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &self))?;
        }
        match numbers.next_element::<u8>()? {
            None => Ok(Secret(bytes)),
            Some(_) => Err(A::Error::invalid_length(33, &self)),
        }
    }
}

/// How the citizen authorises a cancel. The phone cannot tell a PIN from a duress PIN: only the centre can, and whoever looks
/// at the phone or at the wire sees the same.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Secret> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn a_secret_is_saved_as_its_header_and_read_back() {
        let secret = Secret(std::array::from_fn(|index| index as u8 * 8));
        let text = serde_json::to_string(&secret).unwrap();
        assert_eq!(text, format!("\"{}\"", secret.header()));
        assert_eq!(read(&text), Some(secret));
    }

    #[test]
    fn a_secret_that_the_first_version_saved_as_numbers_is_read_inv_14() {
        let secret = Secret(std::array::from_fn(|index| 255 - index as u8));
        let numbers = serde_json::to_string(&secret.0).unwrap();
        assert_eq!(read(&numbers), Some(secret));
    }

    #[test]
    fn what_has_another_length_is_no_secret() {
        let numbers = |count: usize| serde_json::to_string(&vec![7_u8; count]).unwrap();
        let text = |count: usize| format!("\"{}\"", siaga_vault::to_base64url(&vec![7; count]));
        assert!(read(&numbers(32)).is_some() && read(&text(32)).is_some());
        for count in [0, 31, 33] {
            assert_eq!((read(&numbers(count)), read(&text(count))), (None, None), "{count}");
        }
        assert_eq!(read(&format!("[{}256]", "7,".repeat(31))), None);
        assert_eq!(read("7"), None);
    }
}
