//! The reads: an incident's timeline with its long poll, the keys, what this centre offers, and its health.

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use siaga_vault::Digest;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::problem::Problem;
use super::write::text;
use super::{Api, on_desk};
use crate::CentreError;
use crate::accept::{SignedStep, is_id};
use crate::desk::{Desk, now_ms, opens};
use crate::secret::presented_digest;

/// Longest wait of a long poll: proxies and carriers' NATs cut silent connections from about 30 s on.
const WAIT_LIMIT_S: u64 = 25;

/// `GET /v1/incidents/{incident}?after=N&wait_s=W`.
pub(super) async fn timeline(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(incident) = path.map_err(|_| Problem::BadId)?;
    if !is_id(&incident) {
        return Err(Problem::BadId);
    }
    // Listening starts before the first look, so that no step falls between the two.
    let mut news = api.desk.listen();
    let query = query.unwrap_or_default();
    let after = number(&query, "after").and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
    let wait_s = number(&query, "wait_s").unwrap_or(0).min(WAIT_LIMIT_S);
    let seen = text(&headers, "if-none-match").unwrap_or_default();
    let secret = text(&headers, "siaga-secret").and_then(|header| presented_digest(&header));
    let deadline = Instant::now() + Duration::from_secs(wait_s);
    let mut stopped = api.stopped.clone();
    let mut is_first_look = true;
    loop {
        let id = incident.clone();
        let (newest, steps) = on_desk(&api.desk, move |desk| look(desk, &id, secret.as_ref(), after)).await??;
        let etag = format!("\"{newest}\"");
        let is_seen = names(&seen, &etag);
        if !steps.is_empty() && !is_seen {
            return Ok(found(&incident, &steps, etag));
        }
        if wait_s == 0 && !is_seen {
            return Ok(found(&incident, &[], etag));
        }
        if wait_s == 0 || (!is_first_look && Instant::now() >= deadline) {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
        }
        is_first_look = false;
        loop {
            tokio::select! {
                // A poll that ends early is asked again; the phone is not told that the server restarts.
                _ = stopped.wait_for(|stopped| *stopped) => {
                    return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response());
                }
                () = tokio::time::sleep_until(deadline) => break,
                heard = news.recv() => match heard {
                    Ok(news) if news.incident != incident => {}
                    Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                },
            }
        }
    }
}

/// The number of the newest step, and the steps above `after`: for whoever has the secret.
fn look(
    desk: &Desk,
    incident: &str,
    secret: Option<&Digest>,
    after: u32,
) -> Result<Result<(u32, Vec<SignedStep>), Problem>, CentreError> {
    let Some(known) = desk.incident(incident)? else { return Ok(Err(Problem::NotFound)) };
    if !opens(&known, secret) {
        return Ok(Err(Problem::SecretNeeded));
    }
    Ok(Ok((known.steps, desk.steps_after(incident, &known, after)?)))
}

fn found(incident: &str, steps: &[SignedStep], etag: String) -> Response {
    let steps: Vec<&str> = steps.iter().map(|step| step.jws.as_str()).collect();
    ([(header::ETAG, etag)], Json(json!({ "incident": incident, "steps": steps }))).into_response()
}

/// Reads a number from the query; anything else in its place counts as absent.
fn number(query: &str, name: &str) -> Option<u64> {
    let value = |pair: &str| pair.split_once('=').filter(|(key, _)| *key == name)?.1.parse().ok();
    query.split('&').find_map(value)
}

/// Whether an `If-None-Match` header names this tag (RFC 9110 section 13.1.2, weak comparison).
fn names(header: &str, etag: &str) -> bool {
    header.split(',').map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

/// `GET /v1/keys`.
pub(super) async fn keys(State(api): State<Api>) -> Json<serde_json::Value> {
    Json(json!({ "keys": api.desk.key_set() }))
}

/// `GET /v1/capabilities`.
pub(super) async fn capabilities() -> Json<serde_json::Value> {
    Json(
        json!({ "v": 1, "profile": "full", "offers": ["timeline", "long-poll", "keys", "health", "media", "media-checksum"] }),
    )
}

/// `GET /v1/health`. It looks into the store: a centre that cannot is not well.
pub(super) async fn health(State(api): State<Api>) -> Result<Json<serde_json::Value>, Problem> {
    let key_ids = on_desk(&api.desk, |desk| {
        desk.check()?;
        Ok(desk.key_ids())
    });
    let key_ids = key_ids.await?;
    let centre = api.desk.centre();
    Ok(Json(json!({ "status": "ok", "time": now_ms(), "versions": [1], "key_ids": key_ids, "centre": centre })))
}
