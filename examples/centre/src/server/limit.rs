//! Limits on every request (INV-10): how many at once, and for how long.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Api;
use super::problem::Problem;

/// Longest request, from its head to its answer. A long poll takes up to 25 s; 32 KiB over the slowest mobile network that
/// still works (GPRS, about 2 KiB/s) take 16 s.
const REQUEST_LIMIT: Duration = Duration::from_secs(40);

/// Takes the request in, or says at once that it cannot. Nothing waits in a queue that a client cannot see.
pub(super) async fn bounded(State(api): State<Api>, request: Request, next: Next) -> Response {
    let places = if request.method() == Method::PUT { &api.writes } else { &api.reads };
    let mut response = match places.clone().try_acquire_owned() {
        Ok(_place) => match tokio::time::timeout(REQUEST_LIMIT, next.run(request)).await {
            Ok(response) => response,
            Err(_elapsed) => Problem::Overloaded.into_response(),
        },
        Err(_full) => Problem::Overloaded.into_response(),
    };
    // Receipts and timelines are for one phone; no cache on the way may keep or replay them.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
