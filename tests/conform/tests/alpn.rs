//! Which versions of HTTP a server offers.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use siaga_centre::make_test_certificate;
use siaga_conform::{Report, Target, Trust, check};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::crooked::{CENTRE, Flaw, start};

/// Checks a server without a mistake behind a TLS proxy that offers these protocols.
async fn behind_tls(alpn: &[&[u8]]) -> Report {
    let crooked = start(Flaw::Nothing).await;
    let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
    let chain = CertificateDer::from_pem_slice(identity.cert_chain_pem.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem.as_bytes()).unwrap();
    let mut tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    tls.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let inside = crooked.url.strip_prefix("http://").unwrap().to_owned();
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        while let Ok((outer, _)) = listener.accept().await {
            let (acceptor, inside) = (acceptor.clone(), inside.clone());
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(outer).await else { return };
                let mut inner = TcpStream::connect(inside).await.unwrap();
                // An end of either side ends both.
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    check(&Target::new(&url, CENTRE, &crooked.root_key, Trust::Private(vec![authority])).unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_server_that_offers_both_is_not_warned() {
    let report = behind_tls(&[b"h2", b"http/1.1"]).await;
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec![]), "{}", report.text());
}

#[tokio::test]
async fn a_server_without_http_2_is_warned() {
    for alpn in [&[&b"http/1.1"[..]][..], &[]] {
        let report = behind_tls(alpn).await;
        assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec!["H03"]), "{}", report.text());
    }
}

#[tokio::test]
async fn a_server_without_http_1_1_is_warned() {
    let report = behind_tls(&[b"h2"]).await;
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec!["H02"]), "{}", report.text());
}
