//! The bare side's centre: a server that commits each body and sends it back, over the same TLS and HTTP/2 as the centre.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use siaga_centre::TlsIdentity;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::durable::Durable;
use crate::row::Stop;

/// A running echo; it ends when it is dropped.
pub(super) struct Echo {
    address: SocketAddr,
    disk: Disk,
    /// The server's tasks end with it.
    _runtime: Runtime,
}

type Disk = Arc<Mutex<Durable>>;

impl Echo {
    /// Serves on a free port of this machine; as many threads as the reference centre has.
    pub(super) fn start(folder: &Path, identity: &TlsIdentity) -> Result<Self, Stop> {
        std::fs::create_dir_all(folder)?;
        let disk = Arc::new(Mutex::new(Durable::open(&folder.join("echo.db"))?));
        let acceptor = TlsAcceptor::from(Arc::new(tls(identity)?));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/", post(store)).with_state(Arc::clone(&disk));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acceptor.clone(), router.clone()));
            }
        });
        Ok(Self { address, disk, _runtime: runtime })
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Between two measurements.
    pub(super) fn keep_house(&self) -> Result<(), Stop> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner).keep_house()
    }
}

fn tls(identity: &TlsIdentity) -> Result<ServerConfig, Stop> {
    let chain = CertificateDer::pem_slice_iter(identity.cert_chain_pem.as_bytes()).collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes())?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, router: Router) {
    let _ = stream.set_nodelay(true);
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let http = Builder::new(TokioExecutor::new()).http2_only();
    // An error is a client that went away.
    let _ = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await;
}

/// Commits the body away from the network's threads, as SQLite blocks; then sends it back.
async fn store(State(disk): State<Disk>, body: Bytes) -> (StatusCode, Bytes) {
    let kept = body.clone();
    let stored = tokio::task::spawn_blocking(move || {
        disk.lock().unwrap_or_else(PoisonError::into_inner).insert(&kept).map(drop)
    });
    match stored.await {
        Ok(Ok(())) => (StatusCode::CREATED, body),
        Ok(Err(_)) | Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Bytes::new()),
    }
}
