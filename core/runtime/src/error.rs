//! The one public error. Domain outcomes (a press that was too soon, a waiting delivery) are data, not errors.

use siaga_engine::ids::IncidentId;
use siaga_engine::media::AttachFault;
use siaga_engine::{Declined, ReportFault};
use siaga_net::NetError;
use siaga_store::StoreError;
use thiserror::Error as ThisError;

/// What a caller can do something about. Messages carry no personal data, position or token (INV-12).
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error), uniffi(name = "SiagaError"))]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be used.
    #[error("configuration: {why}")]
    Config {
        /// What, where, and what would do.
        why: String,
    },
    /// The transport could not be started.
    #[error("network: {why}")]
    Network {
        /// What, and what to do.
        why: String,
    },
    /// The store could not take it. An SOS does not end here: it goes on in memory.
    #[error("store: {why}")]
    Store {
        /// What, where, and what to do.
        why: String,
    },
    /// A port of the platform cannot work here.
    #[error("platform: {why}")]
    Platform {
        /// What is missing.
        why: String,
    },
    /// No drill while an emergency is open.
    #[error("an SOS is open ({incident}): a drill has to wait until it is over")]
    SosIsOpen {
        /// The emergency.
        incident: IncidentId,
    },
    /// There is nothing to call off.
    #[error("neither an SOS nor a drill is open: there is nothing to cancel")]
    NothingOpen,
    /// The report cannot be taken.
    #[error("report: {fault}")]
    Report {
        /// Why.
        fault: ReportFault,
    },
    /// The file cannot be attached.
    #[error("attachment: {fault}")]
    Attach {
        /// Why.
        fault: AttachFault,
    },
    /// The transfer is none of ours.
    #[error("transfer: {why}")]
    Transfer {
        /// What is wrong with its id; never the id itself.
        why: String,
    },
    /// A defect of ours. Nothing that was committed is lost: what is queued goes on at the next call.
    #[error("a defect in the core, please report it: {why}")]
    Bug {
        /// Where it showed; never what a person said or where they are.
        why: String,
    },
    /// The object was closed.
    #[error("closed: open it again")]
    Closed,
}

impl From<Declined> for Error {
    fn from(declined: Declined) -> Self {
        match declined {
            Declined::SosIsOpen(incident) => Self::SosIsOpen { incident },
            Declined::NothingOpen => Self::NothingOpen,
            Declined::Report(fault) => Self::Report { fault },
            Declined::Attach(fault) => Self::Attach { fault },
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store { why: error.to_string() }
    }
}

impl From<NetError> for Error {
    fn from(error: NetError) -> Self {
        match &error {
            NetError::Config(fault) => {
                Self::Config { why: format!("{} {}; expected {}", setting(&fault.field), fault.what, fault.expected) }
            }
            NetError::Stack | NetError::Thread | NetError::Closed => Self::Network { why: error.to_string() },
        }
    }
}

/// Where a field of the transport's configuration stands in [`crate::Config`].
fn setting(field: &str) -> String {
    match field {
        "trust" => "centre.public_roots".to_owned(),
        field => format!("centre.{}", field.strip_prefix("trust.").unwrap_or(field)),
    }
}
