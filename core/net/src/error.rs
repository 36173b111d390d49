//! What can be wrong with a configuration, or with starting.

/// A configuration that cannot be used. It names the field, never its content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {what}; expected {expected}")]
pub struct NetConfigError {
    /// The field of [`NetConfig`](crate::NetConfig), for example `second` or `trust.agency_cas_pem[2]`.
    pub field: String,
    /// What is wrong with it.
    pub what: &'static str,
    /// What would be right.
    pub expected: &'static str,
}

/// Why the network could not be started or configured anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] NetConfigError),
    /// The TLS or HTTP stack refused the settings that this crate gives it.
    #[error("the TLS or HTTP stack could not be set up")]
    Stack,
    /// The system gave no thread, or no event queue for it.
    #[error("the network thread could not be started")]
    Thread,
    /// The network was closed, or its thread is gone.
    #[error("the network is closed")]
    Closed,
}
