//! What can be wrong with a statement or a key.

/// Why a signed statement proves nothing.
///
/// The variants are told apart because the phone acts differently: an unknown key means "fetch the key set, judge again";
/// all others mean "this is no receipt", and the delivery goes on (INV-3).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    /// The statement names a key that the key set does not list.
    #[error("signed with a key that the key set does not list: {key_id}")]
    UnknownKey {
        /// The key id as the statement names it; at most 64 characters.
        key_id: String,
    },
    /// Not a statement of the expected form; a captive portal's page ends here.
    #[error("malformed statement: {what}")]
    Malformed {
        /// Which part is wrong, in fixed words.
        what: &'static str,
    },
    /// The signature does not belong to these bytes and this key.
    #[error("the signature does not verify")]
    BadSignature,
    /// Truly signed, but about something else.
    #[error("the statement is about another {field}")]
    Mismatch {
        /// The payload's field that differs from what was expected.
        field: &'static str,
    },
}

/// Why a key or a secret could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The text is not the unpadded base64url form of 32 bytes.
    #[error("a key is 32 bytes in base64url without padding")]
    NotAKey,
    /// The text is not 64 lower-case hexadecimal digits.
    #[error("a digest is 64 lower-case hexadecimal digits")]
    NotADigest,
    /// The operating system gave no random bytes.
    #[error("the system gave no random bytes")]
    NoRandomness,
}
