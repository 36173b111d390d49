//! Problems: a refusal in the protocol's own words (RFC 9457). Anything else that refuses is a portal, a proxy or a firewall,
//! and proves nothing about the centre.

use serde::{Deserialize, Serialize};

use crate::wire::Reply;

/// What every `type` of a problem of this protocol begins with.
pub const PROBLEM_PREFIX: &str = "https://siaga.example/problems/";

/// A problem of this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemType {
    /// The same id with other bytes.
    OtherBytes,
    /// More than 32 KiB.
    TooLarge,
    /// The bytes do not have the digest that was stated (RFC 9530).
    DigestMismatch,
    /// An id in the path is no UUID.
    BadId,
    /// Too much to do.
    Overloaded,
    /// Nothing there.
    NotFound,
    /// The incident's secret is needed to read it.
    SecretNeeded,
    /// The centre asks who this is.
    NeedsIdentity,
    /// Not now and not later.
    Refused,
}

impl ProblemType {
    /// Reads a reply's problem; `None` when it does not speak the protocol.
    #[must_use]
    pub fn of(reply: &Reply) -> Option<Self> {
        #[derive(Deserialize)]
        struct Problem {
            r#type: String,
        }
        if reply.content_type.as_deref() != Some("application/problem+json") || reply.truncated {
            return None;
        }
        let problem: Problem = serde_json::from_slice(&reply.body).ok()?;
        let slug = problem.r#type.strip_prefix(PROBLEM_PREFIX)?;
        serde_json::from_value(serde_json::Value::String(slug.to_owned())).ok()
    }
}
