//! The TLS settings, put together by hand: provider, roots, verifier and ALPN are ours, nothing comes from the process or
//! the platform (F61).

use std::sync::Arc;

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{ClientConfig, Error, RootCertStore};

use crate::error::NetError;
use crate::validity::{ValidityRule, ValidityVerifier};

/// The settings for each [`ValidityRule`]. Kept over a change of network, so that TLS sessions can be resumed on it.
#[derive(Clone, Debug)]
pub(crate) struct TlsSettings {
    /// For every request.
    pub(crate) ordinary: ClientConfig,
    /// For a request that must pass when the validity alone stands in its way.
    pub(crate) clamped: ClientConfig,
    /// For parts of files, one at a time: HTTP/1.1, which has no flow control of its own above that of TCP.
    pub(crate) apart: ClientConfig,
}

impl TlsSettings {
    /// Settings that trust these roots.
    pub(crate) fn new(roots: &Arc<RootCertStore>) -> Result<Self, NetError> {
        let ordinary = settings(roots, ValidityRule::Refuse)?;
        let mut clamped = settings(roots, ValidityRule::Clamp)?;
        // A resumed session skips the verifier, and with it the question whether the clamp is still needed.
        clamped.resumption = Resumption::disabled();
        let mut apart = ordinary.clone();
        apart.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { ordinary, clamped, apart })
    }
}

fn settings(roots: &Arc<RootCertStore>, rule: ValidityRule) -> Result<ClientConfig, NetError> {
    let provider = Arc::new(CryptoProvider { key_provider: &NoKeyOfOurs, ..ring::default_provider() });
    let webpki = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(&provider))
        .build()
        .map_err(|_| NetError::Stack)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| NetError::Stack)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(ValidityVerifier::new(webpki, rule)))
        .with_no_client_auth();
    // Left empty, HTTP/2 would never be spoken.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Loads no private key: the phone proves itself by no certificate. ring's own loader would bring signing by RSA and ECDSA into
/// the library.
#[derive(Debug)]
struct NoKeyOfOurs;

impl KeyProvider for NoKeyOfOurs {
    fn load_private_key(&self, _key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, Error> {
        Err(Error::General("the phone has no certificate of its own".to_owned()))
    }
}
