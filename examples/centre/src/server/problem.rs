//! Refusals in the protocol's words: problem documents (RFC 9457) with our own types.
//!
//! The type is what tells the centre's word from that of a portal or a proxy that happens to use the same status.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// What every `type` of ours begins with.
const PREFIX: &str = "https://siaga.example/problems/";
/// When to come again, in seconds: long enough to let a burst pass, short enough for an SOS (INV-6 cuts at 60).
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("2");

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    OtherBytes,
    TooLarge,
    DigestMismatch,
    BadId,
    Overloaded,
    NotFound,
    SecretNeeded,
}

impl Problem {
    fn parts(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Problem::OtherBytes => ("other-bytes", StatusCode::CONFLICT, "Other bytes are stored under this id"),
            Problem::TooLarge => ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "The body has more than 32 KiB"),
            Problem::DigestMismatch => {
                ("digest-mismatch", StatusCode::BAD_REQUEST, "The body does not have the stated digest")
            }
            Problem::BadId => ("bad-id", StatusCode::BAD_REQUEST, "An id in the path is not a lower-case UUID"),
            Problem::Overloaded => ("overloaded", StatusCode::SERVICE_UNAVAILABLE, "Not now; try again"),
            Problem::NotFound => ("not-found", StatusCode::NOT_FOUND, "Nothing here"),
            Problem::SecretNeeded => ("secret-needed", StatusCode::FORBIDDEN, "The incident's secret is needed"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (slug, status, title) = self.parts();
        let mut response = ours(slug, status, title);
        if self == Problem::Overloaded {
            response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_S);
        }
        response
    }
}

/// A path that this centre does not have. A read learns in the protocol's words that it is not offered; a write gets the
/// generic type, because no phone may park a row on account of a wrong address.
pub(super) async fn no_such_path(method: Method) -> Response {
    if method == Method::GET { Problem::NotFound.into_response() } else { generic(StatusCode::NOT_FOUND, "Not Found") }
}

/// A method that the path does not have.
pub(super) async fn no_such_method() -> Response {
    generic(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}

/// A refusal in a word of ours: a row may stop for it.
pub(super) fn ours(slug: &str, status: StatusCode, title: &str) -> Response {
    document(&format!("{PREFIX}{slug}"), status, title)
}

/// A refusal without a type of ours: no row stops for it.
pub(super) fn generic(status: StatusCode, title: &str) -> Response {
    document("about:blank", status, title)
}

fn document(kind: &str, status: StatusCode, title: &str) -> Response {
    let body = json!({ "type": kind, "title": title, "status": status.as_u16() }).to_string();
    let content_type = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
