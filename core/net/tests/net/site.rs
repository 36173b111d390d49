//! A server over TLS or plain TCP that remembers what it saw.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Version};
use axum::response::Response;
use futures_util::future::BoxFuture;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Counted from 1, in the order of finished handshakes.
    pub(crate) connection: usize,
    pub(crate) version: Version,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

type Answer = dyn Fn(Seen) -> BoxFuture<'static, Response> + Send + Sync;

pub(crate) struct Site {
    address: SocketAddr,
    scheme: &'static str,
    notes: Arc<Notes>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Notes {
    accepted: AtomicUsize,
    connections: AtomicUsize,
    seen: Mutex<Vec<Seen>>,
    tls: Mutex<Option<Arc<ServerConfig>>>,
    answer: Box<Answer>,
}

impl Site {
    /// A site with TLS; each answer is made by the closure.
    pub(crate) fn secure(tls: Arc<ServerConfig>, answer: impl Fn(Seen) -> Response + Send + Sync + 'static) -> Self {
        Self::start(Some(tls), Box::new(move |seen| Box::pin(std::future::ready(answer(seen)))))
    }

    /// A site without TLS.
    pub(crate) fn plain(answer: impl Fn(Seen) -> Response + Send + Sync + 'static) -> Self {
        Self::start(None, Box::new(move |seen| Box::pin(std::future::ready(answer(seen)))))
    }

    /// A site whose answers may take their time.
    pub(crate) fn slow(
        tls: Arc<ServerConfig>,
        answer: impl Fn(Seen) -> BoxFuture<'static, Response> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(tls), Box::new(answer))
    }

    fn start(tls: Option<Arc<ServerConfig>>, answer: Box<Answer>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let notes = Arc::new(Notes {
            accepted: AtomicUsize::new(0),
            connections: AtomicUsize::new(0),
            seen: Mutex::default(),
            tls: Mutex::new(tls),
            answer,
        });
        let (stop, stopped) = oneshot::channel();
        let theirs = Arc::clone(&notes);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! { () = accept(listener, theirs) => {}, _ = stopped => {} }
            });
        });
        Self { address, scheme, notes, stop: Some(stop), thread: Some(thread) }
    }

    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// TCP connections, whether or not TLS was agreed on.
    pub(crate) fn accepted(&self) -> usize {
        self.notes.accepted.load(Ordering::SeqCst)
    }

    /// Connections over which HTTP could be spoken.
    pub(crate) fn connections(&self) -> usize {
        self.notes.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.notes.seen.lock().unwrap().clone()
    }

    /// The only request so far.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1);
        seen[0].clone()
    }

    /// Shows another certificate in handshakes from now on; sessions that began before can be resumed.
    pub(crate) fn show(&self, tls: Arc<ServerConfig>) {
        let mut shown = self.notes.tls.lock().unwrap();
        let mut tls = ServerConfig::clone(&tls);
        if let Some(before) = shown.as_ref() {
            tls.session_storage = Arc::clone(&before.session_storage);
        }
        *shown = Some(Arc::new(tls));
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || ended.is_some_and(|ended| ended.is_ok()), "the site panicked");
    }
}

async fn accept(listener: TcpListener, notes: Arc<Notes>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        notes.accepted.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(agree(stream, Arc::clone(&notes)));
    }
}

async fn agree(stream: TcpStream, notes: Arc<Notes>) {
    let tls = notes.tls.lock().unwrap().clone();
    match tls {
        None => serve(stream, notes).await,
        Some(tls) => {
            // A phone that refuses the certificate hangs up here.
            if let Ok(stream) = TlsAcceptor::from(tls).accept(stream).await {
                serve(stream, notes).await;
            }
        }
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, notes: Arc<Notes>) {
    let connection = notes.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let router = Router::new().fallback(move |request: axum::extract::Request| {
        let notes = Arc::clone(&notes);
        async move {
            let (parts, body) = request.into_parts();
            let seen = Seen {
                connection,
                version: parts.version,
                method: parts.method,
                path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
                headers: parts.headers,
                body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
            };
            notes.seen.lock().unwrap().push(seen.clone());
            (notes.answer)(seen).await
        }
    });
    // Ends with an error when the phone hangs up, as it does in many tests.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
        .await;
}

/// An empty 200.
pub(crate) fn ok(_: Seen) -> Response {
    Response::new(Body::empty())
}

/// A 200 with these headers and this body.
pub(crate) fn with(headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::builder();
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}
