//! Transfers: the same requests and replies for a carrier that is not ours: a platform's own transfer service, or the host's
//! own HTTP stack. Exact bytes out, the raw reply back (INV-4); what the reply says is read here, as that of our own wire is.

use std::fmt;

use siaga_engine::wire::{Failure, Method, Payload, Reply, Request, Route, Slice};
use siaga_vault::Digest;

use crate::address::Origin;
use crate::client::USER_AGENT;
use crate::config::{NetConfig, origins};
use crate::error::NetConfigError;
use crate::headers::{add_checksum, engine_headers};
use crate::reply;

/// One header. A name may come several times.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Header {
    /// The name, in any case.
    pub name: String,
    /// The value.
    pub value: String,
}

/// One request, whole, for a carrier outside this library. It has to arrive as it is: the receipt is signed over these very
/// bytes. A redirect must not be followed.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Transfer {
    /// Names the transfer, in this and in any later process. Opaque; printable ASCII, at most 256 bytes.
    pub id: String,
    /// `PUT`, `GET`, `POST`, `HEAD` or `PATCH`.
    pub method: String,
    /// The whole address. From the configuration in force when the transfer was made.
    pub url: String,
    /// The headers, without credentials: what says who asks is added by the host, who replaces none of these.
    pub headers: Vec<Header>,
    /// The exact bytes; empty for a read, and when they are in a file.
    pub body: Vec<u8>,
    /// The path of a file that has exactly the bytes, for a part of a photo or a video: too many to be held in memory. It is the
    /// library's own, to be read alone, and is there until the transfer has ended; who needs it for longer links it.
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub file: Option<String>,
    /// The whole time that the attempt may take in a process that runs, connection included. A platform that carries it
    /// while the process sleeps may take as long as it likes: a late receipt counts.
    pub timeout_ms: u32,
    /// What is left of its back-off, in milliseconds, when it was taken before that was over. A platform that has just been
    /// refused begins no sooner; any other begins at once.
    pub after_ms: u32,
    /// Whether it belongs to an SOS, or to what its receipt needs: to be sent without credentials when there are none, and
    /// before anything else.
    pub must_pass: bool,
    /// Only over a network that is not metered, however long that takes: a large file of a report. A carrier that cannot wait for
    /// one leaves it, and does not report it as failed.
    #[cfg_attr(feature = "uniffi", uniffi(default = false))]
    pub unmetered: bool,
}

/// The file that has the bytes of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartFile {
    /// Its path.
    pub path: String,
    /// The hash of its bytes, for a slice that is checked.
    pub checked: Option<Digest>,
}

/// What came back for a [`Transfer`], as it came.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RawReply {
    /// The HTTP status.
    pub status: u16,
    /// All headers, a name that came twice twice.
    pub headers: Vec<Header>,
    /// The body. Of a large one the first 64 KiB and one byte are enough: no more is kept, and the rest is a portal's.
    pub body: Vec<u8>,
}

/// The addresses of both routes: makes transfers of requests.
#[derive(Clone, Debug)]
pub struct Addresses {
    primary: Origin,
    second: Option<Origin>,
}

impl Addresses {
    /// The addresses of a configuration. Whom it trusts is the carrier's own matter.
    ///
    /// # Errors
    ///
    /// The address that cannot be used.
    pub fn new(config: &NetConfig) -> Result<Self, NetConfigError> {
        let (primary, second) = origins(config)?;
        Ok(Self { primary, second })
    }

    /// A request as a transfer with this id. `cut` makes a file with exactly the bytes of a part.
    ///
    /// # Errors
    ///
    /// [`Failure::NoRoute`] when the route has no address, [`Failure::Unavailable`] when the path is none of the protocol's:
    /// what our own wire would say. And what `cut` says.
    pub fn transfer(
        &self,
        id: String,
        request: &Request,
        cut: impl FnOnce(&Slice) -> Result<PartFile, Failure>,
    ) -> Result<Transfer, Failure> {
        let origin = match request.route {
            Route::Primary => Some(&self.primary),
            Route::Second => self.second.as_ref(),
        };
        let url = origin.ok_or(Failure::NoRoute)?.url(&request.path).ok_or(Failure::Unavailable)?;
        let (body, part) = match &request.body {
            Payload::Bytes(body) => (body.clone(), None),
            Payload::Slice(slice) => (Vec::new(), Some(cut(slice)?)),
        };
        let method = match request.method {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Head => "HEAD",
            Method::Patch => "PATCH",
        };
        let mut engine = engine_headers(&request.headers);
        if let Some(sha256) = part.as_ref().and_then(|part| part.checked.as_ref()) {
            add_checksum(&mut engine, sha256);
        }
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let engine = engine.iter().map(|(name, value)| Header { name: name.as_str().to_owned(), value: text(value) });
        // A platform's own would name the app, its version and the phone (INV-12).
        let agent = Header { name: "user-agent".to_owned(), value: USER_AGENT.to_owned() };
        Ok(Transfer {
            id,
            method: method.to_owned(),
            url: url.into(),
            headers: engine.chain([agent]).collect(),
            body,
            file: part.map(|part| part.path),
            timeout_ms: request.timeout_ms,
            after_ms: request.after_ms,
            must_pass: request.must_pass,
            unmetered: request.unmetered,
        })
    }

    /// What our own wire would have made of a reply.
    #[must_use]
    pub fn reply(&self, raw: RawReply) -> Reply {
        let headers = reply::header_map(raw.headers.iter().map(|header| (header.name.as_str(), header.value.as_str())));
        let here = |location: &str| {
            let second = || self.second.as_ref().and_then(|second| second.path_of(location));
            self.primary.path_of(location).or_else(second)
        };
        let mut read = reply::head(raw.status, &headers, here, false);
        let _ = reply::take_in(&mut read, &raw.body);
        read
    }
}

/// Names only what cannot tell anything about anybody (INV-12).
impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Names no value of a header, no byte of the body and no folder: there are secrets and positions among them (INV-12).
impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, method, url, headers, body, file, timeout_ms, after_ms, must_pass, unmetered } = self;
        write!(f, "{id}: {method} {url}, {headers:?}, {} bytes, in a file: {}, ", body.len(), file.is_some())?;
        write!(f, "{timeout_ms} ms after {after_ms} ms, must pass: {must_pass}, unmetered: {unmetered}")
    }
}

/// As for [`Transfer`].
impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, headers, body } = self;
        write!(f, "{status}, {headers:?}, {} bytes", body.len())
    }
}
