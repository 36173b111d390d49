//! The bare side's phone: a row, a POST, and the row is gone. What everybody would write first.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use reqwest::{Client, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Runtime;

use super::durable::Durable;
use crate::row::Stop;

/// A database, a client of the same stack as Siaga's, and a runtime on this thread.
pub(super) struct Bare {
    disk: Durable,
    client: Client,
    runtime: Runtime,
    url: String,
}

impl Bare {
    /// Opens the database; nothing is connected yet.
    pub(super) fn open(database: &Path, echo: SocketAddr, authority_pem: &str) -> Result<Self, Stop> {
        let disk = Durable::open(database)?;
        let client =
            Client::builder().tls_backend_preconfigured(tls(authority_pem)?).tcp_nodelay(true).no_proxy().build()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { disk, client, runtime, url: format!("https://{echo}/") })
    }

    /// A commit; a POST of the same bytes that is answered after the echo's commit.
    pub(super) fn send(&self, body: &[u8]) -> Result<i64, Stop> {
        let row = self.disk.insert(body)?;
        let echoed = self.runtime.block_on(async {
            let request = self.client.post(&self.url).body(body.to_vec()).send();
            let response = request.await?;
            Ok::<_, reqwest::Error>((response.status(), response.bytes().await?))
        })?;
        if echoed.0 != StatusCode::CREATED || echoed.1 != body {
            return Err(Stop::failed(format!("the echo answered {}", echoed.0)));
        }
        Ok(row)
    }

    /// The second commit.
    pub(super) fn forget(&self, row: i64) -> Result<(), Stop> {
        self.disk.delete(row)
    }

    /// Between two measurements.
    pub(super) fn keep_house(&self) -> Result<(), Stop> {
        self.disk.keep_house()
    }
}

/// The settings of a client that trusts this authority alone.
pub(crate) fn tls(authority_pem: &str) -> Result<ClientConfig, Stop> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority_pem.as_bytes())?)?;
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    Ok(config)
}
