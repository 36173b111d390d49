//! A centre in memory, over plain HTTP, that can be started with one mistake. Without one it keeps to the contract.

#![allow(clippy::wildcard_enum_match_arm, reason = "each place knows its own mistakes, and none of the sixty others")]

mod flaw;
mod media;
mod read;
mod sign;
mod write;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, Response};
use axum::response::IntoResponse as _;
use serde_json::json;
use siaga_vault::Digest;

pub(crate) use flaw::Flaw;
use sign::Keys;

/// The id of the centre.
pub(crate) const CENTRE: &str = "kota-miring";

const OFFERS: [&str; 6] = ["timeline", "long-poll", "keys", "health", "media", "media-checksum"];

/// A running server; it ends with the test's runtime.
pub(crate) struct Crooked {
    pub(crate) url: String,
    pub(crate) root_key: String,
}

/// An event in memory.
#[derive(Clone)]
struct Stored {
    sha256: Digest,
    receipt: String,
    /// Its place in the order of all that was stored.
    number: u64,
}

struct Desk {
    flaw: Flaw,
    keys: Keys,
    stored: Mutex<BTreeMap<(String, String), Stored>>,
    /// Every incident, with what its create states as the hash of its secret.
    secrets: Mutex<BTreeMap<String, Option<String>>>,
    writes: AtomicU64,
    reads: AtomicU64,
    last_at: AtomicI64,
    /// Files, by the name of their upload.
    uploads: Mutex<BTreeMap<String, media::Upload>>,
    /// Held by whoever brings a part, when texts have to wait for it.
    line: tokio::sync::Mutex<()>,
    /// Two who are at the same place at once.
    both: tokio::sync::Barrier,
}

/// Starts a server with a mistake.
pub(crate) async fn start(flaw: Flaw) -> Crooked {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let keys = Keys::make(flaw);
    let root_key = keys.root.public().to_base64url();
    let desk = Arc::new(Desk {
        flaw,
        keys,
        stored: Mutex::default(),
        secrets: Mutex::default(),
        writes: AtomicU64::new(0),
        reads: AtomicU64::new(0),
        last_at: AtomicI64::new(0),
        uploads: Mutex::default(),
        line: tokio::sync::Mutex::new(()),
        both: tokio::sync::Barrier::new(2),
    });
    let router = Router::new().fallback(answer).with_state(desk);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Crooked { url, root_key }
}

async fn answer(State(desk): State<Arc<Desk>>, request: Request) -> Response<Body> {
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (request.method(), parts.as_slice()) {
        (&Method::PUT, ["v1", "incidents", incident]) => desk.put(incident, incident, request).await,
        (&Method::PUT, ["v1", "incidents", incident, "events", event]) => desk.put(incident, event, request).await,
        (&Method::GET, ["v1", "keys"]) => {
            let number = desk.reads.fetch_add(1, Ordering::SeqCst);
            desk.keys.served(desk.flaw, number)
        }
        (&Method::GET, ["v1", "capabilities"]) => {
            let profile = if desk.flaw == Flaw::UnknownProfile { "everything" } else { "full" };
            axum::Json(json!({ "v": 1, "profile": profile, "offers": OFFERS })).into_response()
        }
        (&Method::GET, ["v1", "health"]) => desk.health(),
        (&Method::GET, ["v1", "incidents", incident]) => desk.timeline(incident, &headers, &query).await,
        (_, ["v1", "media"]) => desk.media(None, request).await,
        (_, ["v1", "media", upload]) => desk.media(Some(upload), request).await,
        (&Method::PUT, _) if desk.flaw != Flaw::TypesOnUnknownPaths => {
            Response::builder().status(404).body(Body::empty()).unwrap()
        }
        _ => desk.problem(404, "not-found"),
    }
}

impl Desk {
    /// A refusal.
    fn problem(&self, status: u16, slug: &str) -> Response<Body> {
        let slug = if self.flaw == Flaw::WrongTypes && status == 409 { "too-large" } else { slug };
        let kind = if self.flaw == Flaw::NoTypes { "text/plain" } else { "application/problem+json" };
        let body = json!({ "type": format!("https://siaga.example/problems/{slug}"), "title": slug, "status": status });
        Response::builder().status(status).header("content-type", kind).body(body.to_string().into()).unwrap()
    }

    /// Now, and later than ever before, so that two receipts always differ.
    fn next_at(&self) -> i64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
        let now = i64::try_from(now).unwrap();
        let before = self.last_at.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(now.max(last + 1)));
        now.max(before.unwrap() + 1)
    }
}

/// Whether the text is a UUID in lower case with hyphens.
fn is_id(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || is_digit(c))
}
