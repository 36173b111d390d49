//! The export of an incident's evidence, to be saved: a citizen's bytes in it are as hostile as in a file.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::files::SANDBOX;
use super::{Page, said};
use crate::media::name;

/// `GET /incidents/{incident}/evidence.jsonl`.
pub(super) async fn evidence(State(page): State<Page>, Path(incident): Path<String>) -> Response {
    let name = name::disposition(&format!("evidence-{incident}.jsonl"));
    let Ok(Ok(lines)) = tokio::task::spawn_blocking(move || page.desk.evidence(&incident)).await else {
        return said(StatusCode::NOT_FOUND, "There is no such incident.");
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
    ];
    (headers, lines).into_response()
}
