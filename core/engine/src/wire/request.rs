//! Requests and replies: what the engine asks of a transport, and what comes back. Plain data, so that a phone's own
//! transfer service can carry them as well as `siaga-net` (see `docs/ARCHITECTURE.md`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::IncidentId;
use crate::outbox::RowKey;

/// A way to the centre. A row names none; the transport turns a route into an address from the configuration in force, so
/// that a change of the configuration redirects every waiting row (F3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The first HTTPS address.
    Primary,
    /// The second HTTPS address, best under another certificate authority (F74).
    Second,
}

/// An HTTP method that the protocol uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A read.
    Get,
    /// An idempotent write.
    Put,
}

/// One HTTP request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Which address.
    pub route: Route,
    /// The method.
    pub method: Method,
    /// Path and query, beginning with `/v1/`.
    pub path: String,
    /// Header names in lower case, and values. The transport adds `content-length`, `siaga-clock` and what the host app's
    /// credentials give.
    pub headers: Vec<(String, String)>,
    /// The exact bytes; empty for a read.
    pub body: Vec<u8>,
    /// The whole time that the attempt may take, connection included.
    pub timeout_ms: u32,
    /// What is left of its back-off, in milliseconds, when it was handed over before that was over; else 0.
    pub after_ms: u32,
    /// Whether it belongs to an SOS, or to what its receipt needs: sent without credentials when those fail, and repeated with
    /// a clamped time when the certificate's validity alone stands in the way (INV-2, INV-8).
    pub must_pass: bool,
}

/// Names no value of a header and no byte of the body: there are secrets and positions among them (INV-12).
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { route, method, path, headers, body, timeout_ms, after_ms, must_pass } = self;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "{method:?} {path} over {route:?}, {names:?}, {} bytes, ", body.len())?;
        write!(f, "{timeout_ms} ms after {after_ms} ms, must pass: {must_pass}")
    }
}

/// Which request a reply belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ticket {
    /// A delivery of a row.
    Delivery {
        /// The row.
        row: RowKey,
        /// The attempt; a failure must match it.
        attempt: u32,
    },
    /// The centre's key set.
    Keys,
    /// What the centre offers.
    Capabilities,
    /// An incident's timeline.
    Timeline(IncidentId),
}

/// A whole reply. Only what the engine judges by is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `siaga-receipt` header, when it came exactly once and is printable ASCII.
    pub receipt: Option<String>,
    /// The `content-type` header without parameters, in lower case.
    pub content_type: Option<String>,
    /// The `retry-after` header, in milliseconds from now. Seconds or an IMF-fixdate (RFC 9110, section 10.2.3); a date is
    /// read against the reply's own `date` header, never against the phone's clock.
    pub retry_after_ms: Option<u64>,
    /// The body, at most [`MAX_REPLY_BYTES`]; a longer one is cut off and `truncated` set.
    pub body: Vec<u8>,
    /// Whether the body was cut off.
    pub truncated: bool,
    /// Whether the certificate's validity was judged with a clamped time.
    pub clock_clamped: bool,
}

/// The most that is read of a reply: a timeline of 100 signed steps is some 40 KiB; a portal's page may be any size.
pub const MAX_REPLY_BYTES: usize = 64 * 1024;

/// Why no whole reply came. Data for the citizen's screen and for the back-off's scope; never an address or a token (INV-12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case", tag = "failure")]
pub enum Failure {
    /// The platform says that there is no network at all, and the attempt failed.
    Offline,
    /// The name was not resolved.
    Dns,
    /// No connection: refused, unreachable, or not answered in time.
    Connect,
    /// The certificate is not valid at the phone's time, and that is all that is wrong with it.
    TlsValidity,
    /// Any other failure of TLS: unknown authority, wrong name, broken handshake.
    Tls,
    /// The time-out of the attempt passed.
    TimedOut,
    /// The connection broke after the request began; the centre may have stored it.
    Broken,
    /// The reply was no HTTP that can be read.
    Unreadable,
    /// The route has no address in the configuration.
    NoRoute,
    /// The transport itself is unable to work (it could not be started, or was closed).
    Unavailable,
}

/// What became of a request.
pub type Outcome = Result<Reply, Failure>;
