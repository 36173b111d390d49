//! The judge: what an outcome means. Only a receipt ends a delivery (INV-3); everything else is data for the back-off and for
//! the citizen's screen.

use serde::{Deserialize, Serialize};
use siaga_vault::{KeySet, Receipt, ReceiptClaims, StatementFault};

use crate::delivery::UploadFault;
use crate::plant::{self, Plant};

use crate::wire::{Failure, Outcome, ProblemType, Reply};

/// How far a failure reaches: which back-off it feeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// This row alone.
    Row,
    /// Everything over this route.
    Route,
    /// Everything that needs this citizen's identity.
    Identity,
    /// Everything.
    Network,
}

/// Why a delivery is not finished: the citizen sees it, and no row waits without one (F32).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// No whole reply came.
    NoReply(Failure),
    /// A success without a receipt: a captive portal, or a server that does not speak the protocol (F76).
    NoReceipt {
        /// The HTTP status.
        status: u16,
    },
    /// A receipt that proves nothing.
    BadReceipt {
        /// What is wrong with it.
        fault: String,
    },
    /// Signed with a key that is not known yet; the key set is being fetched.
    UnknownKey {
        /// The key's id.
        key_id: String,
    },
    /// A redirect: a portal. It is not followed.
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// The centre asks who this is.
    NeedsIdentity {
        /// The HTTP status.
        status: u16,
    },
    /// The centre is overloaded or broken.
    ServerError {
        /// The HTTP status.
        status: u16,
    },
    /// Refused by something that does not speak the protocol: a firewall, a proxy, a portal.
    Blocked {
        /// The HTTP status.
        status: u16,
    },
    /// Refused by the centre in the protocol's own words.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The problem type's last part.
        problem: ProblemType,
    },
    /// The upload of a file ran into something of its own.
    Upload {
        /// What it is.
        fault: UploadFault,
    },
}

/// What an outcome of a delivery means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The centre has signed for it.
    Delivered(Receipt),
    /// It is tried again.
    Retry { scope: Scope, trouble: Trouble, retry_after_ms: Option<u64> },
    /// The receipt may be good: its key has to be fetched first.
    KeyMissing { jws: String, trouble: Trouble },
    /// It waits until the host app has a new identity.
    NeedsIdentity { trouble: Trouble },
    /// The centre has other bytes under this id: this phone was cloned or rewound.
    OtherBytes { trouble: Trouble },
    /// The centre will not take it, now or later.
    Refused { trouble: Trouble },
}

/// Judges the outcome of a delivery.
pub(crate) fn judge(outcome: &Outcome, keys: Option<&KeySet>, expected: &ReceiptClaims) -> Verdict {
    match outcome {
        Err(failure) => {
            let (scope, trouble) = no_reply(*failure);
            retry(scope, trouble)
        }
        Ok(reply) => match &reply.receipt {
            Some(jws) => receipt(jws, keys, expected),
            None => status(reply),
        },
    }
}

/// Longest receipt that is looked at, and kept until its key is there: one is half a KiB, and nine can be held at once.
const RECEIPT_LIMIT_BYTES: usize = 4 * 1024;

/// Judges a receipt alone; also when its key came later than it.
pub(crate) fn receipt(jws: &str, keys: Option<&KeySet>, expected: &ReceiptClaims) -> Verdict {
    if jws.len() > RECEIPT_LIMIT_BYTES {
        return retry(Scope::Route, Trouble::BadReceipt { fault: "longer than any receipt".to_owned() });
    }
    let Some(keys) = keys else {
        return key_missing(jws, String::new());
    };
    match siaga_vault::verify_receipt(jws, keys, expected) {
        Ok(receipt) => Verdict::Delivered(receipt),
        Err(StatementFault::UnknownKey { key_id }) => key_missing(jws, key_id),
        Err(
            fault @ (StatementFault::Malformed { .. } | StatementFault::BadSignature | StatementFault::Mismatch { .. }),
        ) => {
            plant::panic_when(Plant::PanicOnReceipt);
            retry(Scope::Route, Trouble::BadReceipt { fault: fault.to_string() })
        }
    }
}

fn key_missing(jws: &str, key_id: String) -> Verdict {
    Verdict::KeyMissing { jws: jws.to_owned(), trouble: Trouble::UnknownKey { key_id } }
}

/// How far a failure without a reply reaches.
pub(super) const fn no_reply(failure: Failure) -> (Scope, Trouble) {
    let scope = match failure {
        Failure::Offline | Failure::Unavailable => Scope::Network,
        Failure::NoCopy => Scope::Row,
        // DNS and TLS failures are often a Wi-Fi without Internet (F25), but the other route may still pass.
        Failure::Dns
        | Failure::Connect
        | Failure::TlsValidity
        | Failure::Tls
        | Failure::TimedOut
        | Failure::Broken
        | Failure::Unreadable
        | Failure::NoRoute => Scope::Route,
    };
    (scope, Trouble::NoReply(failure))
}

fn status(reply: &Reply) -> Verdict {
    let status = reply.status;
    match status {
        0..=299 => retry(Scope::Route, Trouble::NoReceipt { status }),
        300..=399 => retry(Scope::Route, Trouble::Redirected { status }),
        408 | 425 | 429 | 500.. => Verdict::Retry {
            scope: Scope::Route,
            trouble: Trouble::ServerError { status },
            retry_after_ms: reply.retry_after_ms,
        },
        400..=499 => match ProblemType::of(reply) {
            None => retry(Scope::Route, Trouble::Blocked { status }),
            Some(problem) => refused(status, problem),
        },
    }
}

fn refused(status: u16, problem: ProblemType) -> Verdict {
    match problem {
        ProblemType::NeedsIdentity => Verdict::NeedsIdentity { trouble: Trouble::NeedsIdentity { status } },
        ProblemType::OtherBytes => Verdict::OtherBytes { trouble: Trouble::Refused { status, problem } },
        ProblemType::Overloaded => retry(Scope::Route, Trouble::ServerError { status }),
        // Bytes that were damaged on the way: the next attempt may pass.
        ProblemType::DigestMismatch => retry(Scope::Row, Trouble::Refused { status, problem }),
        ProblemType::TooLarge
        | ProblemType::BadId
        | ProblemType::NotFound
        | ProblemType::SecretNeeded
        | ProblemType::Refused => Verdict::Refused { trouble: Trouble::Refused { status, problem } },
    }
}

const fn retry(scope: Scope, trouble: Trouble) -> Verdict {
    Verdict::Retry { scope, trouble, retry_after_ms: None }
}
