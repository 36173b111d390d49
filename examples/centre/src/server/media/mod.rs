//! The tus 1.0.0 endpoint: <https://tus.io/protocols/resumable-upload>.

mod answer;
mod receive;
mod requests;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{head, options};
use siaga_vault::Digest;

use super::problem::{self, Problem};
use super::write::text;
use super::{Api, on_desk};
use crate::media::MediaRefusal;
use crate::media::judge::{FILE_LIMIT_BYTES, TUS_VERSION, judge_version};
use crate::secret::presented_digest;

const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";

/// The endpoint, with limits of its own.
pub(super) fn router(api: &Api) -> Router<Api> {
    Router::new()
        .route("/v1/media", options(offered).post(requests::create))
        .route("/v1/media/{upload}", head(requests::standing).patch(requests::patch).delete(requests::delete))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn_with_state(api.clone(), bounded))
}

/// Takes the request in, or says at once that it cannot.
///
/// What brings bytes has places of its own: as many slow files as there may be, they take nothing from an SOS. There is no
/// limit on the whole time here; `receive` has one on silence.
async fn bounded(State(api): State<Api>, request: Request, next: Next) -> Response {
    let brings_bytes = *request.method() == Method::POST || *request.method() == Method::PATCH;
    let places = if brings_bytes { &api.uploads } else { &api.reads };
    let mut response = match places.clone().try_acquire_owned() {
        Ok(_place) => next.run(request).await,
        Err(_full) => Problem::Overloaded.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS_VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `OPTIONS /v1/media`.
async fn offered() -> Response {
    let headers = [
        ("tus-version", TUS_VERSION.to_owned()),
        ("tus-extension", EXTENSIONS.to_owned()),
        ("tus-max-size", FILE_LIMIT_BYTES.to_string()),
        ("tus-checksum-algorithm", "sha256".to_owned()),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// What every request but OPTIONS has: our version of tus, and the SHA-256 of the secret, if it brings one.
fn spoken(headers: &HeaderMap) -> Result<Option<Digest>, MediaRefusal> {
    judge_version(text(headers, "tus-resumable").as_deref())?;
    Ok(text(headers, "siaga-secret").and_then(|secret| presented_digest(&secret)))
}
