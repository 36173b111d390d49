//! Answers of the tus endpoint.

use std::time::{Duration, UNIX_EPOCH};

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::problem::{self, Problem};
use super::super::write::receipted;
use crate::media::judge::TUS_VERSION;
use crate::media::{MediaRefusal, Outcome};
use crate::store::UploadRow;

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// Why a request is not done: refused, or the centre cannot.
pub(super) enum Stop {
    Refused(MediaRefusal),
    Failed(Problem),
    /// The body broke off; whoever still listens may go on from there.
    Cut,
}

impl From<MediaRefusal> for Stop {
    fn from(refusal: MediaRefusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop::Failed(problem)
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Stop::Refused(MediaRefusal::Busy) => Problem::Overloaded.into_response(),
            Stop::Refused(refusal) => refused(refusal),
            Stop::Failed(problem) => problem.into_response(),
            Stop::Cut => problem::generic(StatusCode::REQUEST_TIMEOUT, "The body broke off; what came counts"),
        }
    }
}

fn refused(refusal: MediaRefusal) -> Response {
    // Each of them has three digits, as a status has to.
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = match refusal.slug() {
        Some(slug) => problem::ours(slug, status, refusal.title()),
        None => problem::generic(status, refusal.title()),
    };
    if refusal == MediaRefusal::Version {
        response.headers_mut().insert("tus-version", HeaderValue::from_static(TUS_VERSION));
    }
    response
}

/// An upload as it stands: the answer to POST and HEAD.
pub(super) fn standing(status: StatusCode, row: &UploadRow) -> Response {
    progress(status, row.received, row.known.expires_ms(), row.known.receipt.as_deref())
}

/// The end of a piece.
pub(super) fn ended(status: StatusCode, outcome: Outcome, bytes: u64) -> Result<Response, Stop> {
    match outcome {
        Outcome::Partial { received, expires_ms } => Ok(progress(status, received, expires_ms, None)),
        Outcome::Confirmed { receipt } => Ok(progress(status, bytes, None, Some(&receipt))),
        Outcome::Cut => Err(Stop::Cut),
        Outcome::Refused(refusal) => Err(refusal.into()),
    }
}

/// The address of an upload, without the origin: behind a TLS proxy this server does not know it.
pub(super) fn located(mut response: Response, row: &UploadRow) -> Response {
    insert(&mut response, header::LOCATION, &format!("/v1/media/{}", row.upload));
    response
}

/// What only HEAD says.
pub(super) fn described(mut response: Response, row: &UploadRow) -> Response {
    insert(&mut response, LENGTH, &row.known.bytes.to_string());
    insert(&mut response, METADATA, &row.metadata);
    response
}

fn progress(status: StatusCode, received: u64, expires_ms: Option<i64>, receipt: Option<&str>) -> Response {
    let mut response = match receipt {
        Some(receipt) => receipted(status, receipt).unwrap_or_else(IntoResponse::into_response),
        None => status.into_response(),
    };
    insert(&mut response, OFFSET, &received.to_string());
    if let Some(expires_ms) = expires_ms {
        let since = Duration::from_millis(u64::try_from(expires_ms).unwrap_or_default());
        insert(&mut response, EXPIRES, &httpdate::fmt_http_date(UNIX_EPOCH + since));
    }
    response
}

fn insert(response: &mut Response, name: HeaderName, value: &str) {
    // Digits, dates, our own addresses, and what came as a header: each is a value.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
