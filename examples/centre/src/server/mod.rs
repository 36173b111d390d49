//! The centre's face towards phones: `docs/PROTOCOL.md` over HTTP/1.1 and HTTP/2.

mod limit;
mod listen;
mod media;
mod problem;
mod read;
mod write;

use std::sync::Arc;

use axum::routing::{get, put};
use axum::{Router, middleware};
use tokio::sync::{Semaphore, watch};

use crate::desk::Desk;
use crate::{CentreError, Limits};
pub(crate) use listen::{Listening, run};

/// What every request may use.
#[derive(Clone)]
struct Api {
    desk: Arc<Desk>,
    writes: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    stopped: watch::Receiver<bool>,
}

/// All endpoints for phones.
pub(crate) fn router(desk: Arc<Desk>, limits: Limits, stopped: watch::Receiver<bool>) -> Router {
    let writes = Arc::new(Semaphore::new(limits.writes_at_once));
    let reads = Arc::new(Semaphore::new(limits.reads_at_once));
    let uploads = Arc::new(Semaphore::new(limits.uploads_at_once));
    let api = Api { desk, writes, reads, uploads, stopped };
    Router::new()
        .route("/v1/incidents/{incident}", put(write::create).get(read::timeline))
        .route("/v1/incidents/{incident}/events/{event}", put(write::event))
        .route("/v1/keys", get(read::keys))
        .route("/v1/capabilities", get(read::capabilities))
        .route("/v1/health", get(read::health))
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(middleware::from_fn_with_state(api.clone(), limit::bounded))
        .merge(media::router(&api))
        .with_state(api)
}

/// Runs work on the store away from the network's threads.
async fn on_desk<T: Send + 'static>(
    desk: &Arc<Desk>,
    work: impl FnOnce(&Desk) -> Result<T, CentreError> + Send + 'static,
) -> Result<T, problem::Problem> {
    let desk = desk.clone();
    // Either the database failed or the work panicked: nothing was stored, and the phone will try again.
    let done = tokio::task::spawn_blocking(move || work(&desk)).await;
    done.ok().and_then(Result::ok).ok_or(problem::Problem::Overloaded)
}
