//! Why nothing could be checked.

/// The checker could not begin. A rule that is broken is no error but a part of the [`crate::Report`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConformError {
    /// The address is none of a centre.
    #[error("the address '{url}' {what}; expected an origin such as https://centre.example")]
    Url {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The centre's id cannot stand in a receipt.
    #[error("the centre's id '{0}' is none; expected 1 to 64 of a-z, 0-9, '.' and '-'")]
    CentreId(String),
    /// The root key is no key.
    #[error("the root key '{0}' is none; expected 32 bytes in base64url without padding, 43 characters")]
    RootKey(String),
    /// A certificate authority cannot be used.
    #[error("the certificate authority {what}; expected certificates in PEM (-----BEGIN CERTIFICATE-----)")]
    Authority {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The phone's configuration cannot be read.
    #[error("the phone's configuration: {0}")]
    Config(String),
    /// The HTTP or TLS stack refused to start.
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
    /// The server gave no answer to the very first request.
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// The address that was asked.
        url: String,
        /// What went wrong, as far as the network says.
        why: String,
    },
}
