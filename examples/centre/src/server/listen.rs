//! Sockets, TLS and HTTP framing.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// Open connections per socket; more wait in the kernel's queue. An idle one costs about 20 KiB, all together 160 MiB.
const CONNECTIONS_LIMIT: usize = 8192;
/// How long a client may take for the TLS handshake and for each request's head. Three round trips on the worst satellite
/// link take 4 s.
const HEAD_LIMIT: Duration = Duration::from_secs(15);
/// A silent HTTP/2 connection is asked for a sign of life after this time. A phone keeps an unused one for 60 s, and each
/// question wakes its radio: so this asks only those that should be gone. A long poll is never silent for more than 25 s.
const KEEP_ALIVE: Duration = Duration::from_secs(150);
/// How long the answer may take: a phone that sleeps has to wake its radio first, and a loaded GPRS link adds some 5 s.
const KEEP_ALIVE_LIMIT: Duration = Duration::from_secs(30);
/// Requests at once on one HTTP/2 connection: a phone has one SOS, one poll and a few rows under way.
const STREAMS_LIMIT: u32 = 64;
/// Largest request head: ours have under 1 KiB, a host app's credentials a few more.
const HEAD_LIMIT_BYTES: usize = 16 * 1024;
/// How long a stopping server waits for answers that are under way.
const STOP_LIMIT: Duration = Duration::from_secs(5);
/// Pause after a failed `accept`, which happens when the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A bound socket and what is served on it.
pub(crate) struct Listening {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) router: Router,
}

/// Which HTTP the client speaks.
#[derive(Clone, Copy)]
enum Spoken {
    Http1,
    Http2,
    /// Without TLS there is no ALPN, and the first bytes tell.
    Either,
}

/// Serves all sockets until `stopped` turns true and the answers under way are out.
pub(crate) async fn run(listening: Vec<Listening>, stopped: watch::Receiver<bool>) {
    let mut sockets = JoinSet::new();
    for one in listening {
        sockets.spawn(serve(one, stopped.clone()));
    }
    while sockets.join_next().await.is_some() {}
}

async fn serve(listening: Listening, mut stopped: watch::Receiver<bool>) {
    let Listening { socket, tls, router } = listening;
    // Fails only for a socket that is no socket; ours was bound a moment ago.
    let Ok(listener) = tokio::net::TcpListener::from_std(socket) else { return };
    let tls = tls.map(TlsAcceptor::from);
    let connections = Arc::new(Semaphore::new(CONNECTIONS_LIMIT));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => break,
            accepted = async {
                let place = connections.clone().acquire_owned().await;
                (place, listener.accept().await)
            } => accepted,
        };
        let (Ok(place), accepted) = accepted else { break };
        let Ok((stream, _peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let (tls, router, watcher) = (tls.clone(), router.clone(), graceful.watcher());
        tokio::spawn(async move {
            connection(stream, tls, router, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(STOP_LIMIT, graceful.shutdown()).await;
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router, watcher: Watcher) {
    // Without it Nagle's algorithm and delayed acknowledgements add 40 ms to every small answer.
    let _ = stream.set_nodelay(true);
    match tls {
        Some(acceptor) => {
            let Ok(Ok(stream)) = tokio::time::timeout(HEAD_LIMIT, acceptor.accept(stream)).await else { return };
            let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            drive(stream, if is_h2 { Spoken::Http2 } else { Spoken::Http1 }, router, watcher).await;
        }
        None => {
            if let Ok(Ok(())) = tokio::time::timeout(HEAD_LIMIT, stream.readable()).await {
                drive(stream, Spoken::Either, router, watcher).await;
            }
        }
    }
}

async fn drive<S>(stream: S, spoken: Spoken, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT).max_buf_size(HEAD_LIMIT_BYTES);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_LIMIT)
        .max_concurrent_streams(STREAMS_LIMIT)
        .max_header_list_size(u32::try_from(HEAD_LIMIT_BYTES).unwrap_or(u32::MAX));
    let http = match spoken {
        Spoken::Http1 => http.http1_only(),
        Spoken::Http2 => http.http2_only(),
        Spoken::Either => http,
    };
    let served = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    // An error is a client that went away or spoke nonsense; there is nobody left to tell.
    let _ = watcher.watch(served).await;
}
