//! The dispatcher's page: one page, rendered here, on a loopback socket.
//!
//! It has no login, and so no other machine may reach it. It works without scripts by reloading itself; with its few lines
//! of script it is told of news and replaces its main part.

mod evidence;
mod files;
mod guard;
mod live;
mod view;
mod words;

use std::sync::Arc;

use askama::Template as _;
use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Deserialize;
use tokio::sync::watch;

use crate::CentreError;
use crate::desk::{Desk, now_ms};
use crate::step::Mark;
use view::PageView;

/// Largest form: one short word.
const FORM_LIMIT_BYTES: usize = 1024;

/// What the page's requests use.
#[derive(Clone)]
struct Page {
    desk: Arc<Desk>,
    stopped: watch::Receiver<bool>,
}

/// A button.
#[derive(Deserialize)]
struct Pressed {
    step: String,
}

/// The page and its parts.
pub(crate) fn router(desk: Arc<Desk>, stopped: watch::Receiver<bool>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/incidents/{incident}/steps", post(press))
        .route("/incidents/{incident}/files/{upload}", get(files::file))
        .route("/incidents/{incident}/evidence.jsonl", get(evidence::evidence))
        .route("/incidents/{incident}/previews/{event}", get(files::preview))
        .route("/news", get(live::news))
        .route("/page.css", get(|| asset("text/css; charset=utf-8", include_str!("../../templates/page.css"))))
        .route("/page.js", get(|| asset("text/javascript; charset=utf-8", include_str!("../../templates/page.js"))))
        .layer(DefaultBodyLimit::max(FORM_LIMIT_BYTES))
        .layer(middleware::from_fn(guard::guarded))
        .with_state(Page { desk, stopped })
}

async fn page(State(page): State<Page>) -> Response {
    let desk = page.desk;
    let rendered = tokio::task::spawn_blocking(move || {
        let view = PageView::of(&desk, now_ms()).ok()?;
        view.render().ok()
    });
    match rendered.await {
        Ok(Some(html)) => Html(html).into_response(),
        Ok(None) | Err(_) => said(StatusCode::SERVICE_UNAVAILABLE, "The database cannot be read."),
    }
}

async fn press(State(page): State<Page>, Path(incident): Path<String>, Form(pressed): Form<Pressed>) -> Response {
    let Some(mark) = Mark::from_word(&pressed.step) else {
        return said(StatusCode::BAD_REQUEST, "There is no such step.");
    };
    let id = incident.clone();
    match tokio::task::spawn_blocking(move || page.desk.mark(&id, mark)).await {
        Ok(Ok(())) => Redirect::to(&format!("/#i-{incident}")).into_response(),
        Ok(Err(CentreError::NoIncident)) => said(StatusCode::NOT_FOUND, "There is no such incident."),
        Ok(Err(CentreError::StepTooLate(_))) => {
            said(StatusCode::CONFLICT, "A later step stands already: the timeline does not go back.")
        }
        Ok(Err(_)) | Err(_) => said(StatusCode::SERVICE_UNAVAILABLE, "The step was not stored. Press again."),
    }
}

/// A plain answer; the browser's back button leads to the page.
fn said(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

async fn asset(content_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))], text).into_response()
}
