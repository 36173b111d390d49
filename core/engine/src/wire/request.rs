//! Requests and replies: what the engine asks of a transport, and what comes back. Plain data, so that a phone's own
//! transfer service can carry them as well as `siaga-net` (see `docs/ARCHITECTURE.md`).

use std::fmt;

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::ids::IncidentId;
use crate::outbox::{Lane, RowKey};

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
    /// Creates an upload (tus 1.0.0, "Creation").
    Post,
    /// How much of an upload is there.
    Head,
    /// More of an upload.
    Patch,
}

/// What a request carries.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// These exact bytes; none for a read.
    Bytes(Vec<u8>),
    /// A part of one of our own copies, read from the disk while it is sent.
    Slice(Slice),
}

/// A part of one of our own copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Which copy.
    pub sha256: Digest,
    /// Where it begins, in bytes.
    pub offset: u64,
    /// Its length in bytes; at least 1.
    pub length: u64,
    /// Whether its hash goes along (`upload-checksum`), so that a centre can refuse it when it was damaged on its way. The engine
    /// reads no file: who sends the bytes hashes them, the very ones. Never more than [`MAX_CHECKED_BYTES`].
    pub checked: bool,
}

/// Names no byte: there are positions among them (INV-12).
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Slice(slice) => write!(f, "{} bytes of a file from {} on", slice.length, slice.offset),
        }
    }
}

impl Payload {
    /// No bytes.
    #[must_use]
    pub const fn none() -> Self {
        Self::Bytes(Vec::new())
    }

    /// The bytes in hand: none of a slice.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Slice(_) => &[],
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Slice(slice) => slice.length,
        }
    }
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
    /// Header names in lower case, and values. The transport adds `content-length`, `siaga-clock`, the `upload-checksum` of a
    /// part that is checked, and what the host app's credentials give.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub body: Payload,
    /// On a connection of its own: media never stands in an SOS's way (INV-5).
    pub apart: bool,
    /// The whole time that the attempt may take, connection included.
    pub timeout_ms: u32,
    /// What is left of its back-off, in milliseconds, when it was handed over before that was over; else 0.
    pub after_ms: u32,
    /// Whether it belongs to an SOS, or to what its receipt needs: sent without credentials when those fail, and repeated with
    /// a clamped time when the certificate's validity alone stands in the way (INV-2, INV-8).
    pub must_pass: bool,
    /// Only over a network that is not metered: for a platform that carries it while the process sleeps. What is sent at once is
    /// asked for when the network is right.
    pub unmetered: bool,
}

/// Names no value of a header and no byte of the body: there are secrets and positions among them (INV-12).
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { route, method, path, headers, body, apart: _, timeout_ms, after_ms, must_pass, unmetered } = self;
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        write!(f, "{method:?} {path} over {route:?}, {names:?}, {} bytes, ", body.length())?;
        write!(f, "{timeout_ms} ms after {after_ms} ms, must pass: {must_pass}, unmetered: {unmetered}")
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

impl Ticket {
    /// Whether it is of a file's upload.
    #[must_use]
    pub fn is_of_file(&self) -> bool {
        match self {
            Self::Delivery { row, .. } => row.lane == Lane::Media,
            Self::Keys | Self::Capabilities | Self::Timeline(_) => false,
        }
    }
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
    /// What a tus server says of an upload; `None` when nothing that speaks tus 1.0.0 replied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadReply>,
}

/// What a tus server says of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadReply {
    /// `Upload-Offset`: how many bytes are there. `None` also when it is no whole number: it proves nothing then.
    pub offset: Option<u64>,
    /// `Location`.
    pub location: Option<Location>,
}

/// Where an upload is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// At the centre that was asked: path and query, beginning with `/v1/`, at most [`MAX_LOCATION_BYTES`].
    Here(String),
    /// Somewhere else, or at nothing that can be an address: nobody goes there.
    Elsewhere,
}

/// The longest place of an upload that is kept: it stands in a row, and in each saved state while a part is in flight.
pub const MAX_LOCATION_BYTES: usize = 512;

/// The longest part of a file whose hash goes along. The hash goes before the bytes, so such a part is held in memory, of which an
/// upload may take 12 MB, or the disk would have to read it twice. And it counts as a whole or not at all: this is the most that a
/// cut costs. A link that carries more in a second sends a damaged file again soon.
pub const MAX_CHECKED_BYTES: u64 = 1024 * 1024;

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
    /// Our own copy of a file cannot be read.
    NoCopy,
    /// The transport itself is unable to work (it could not be started, or was closed).
    Unavailable,
}

/// What became of a request.
pub type Outcome = Result<Reply, Failure>;
