//! Authorities and certificates of every validity.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

/// The life of a certificate. rcgen's default, 1975 to 4096, would hide every fault of the clock.
const LIFE: Duration = Duration::days(90);

/// When a certificate is valid, seen from now.
#[derive(Clone, Copy)]
pub(crate) enum When {
    Now,
    YearAgo,
    /// Its end lies within the life of [`When::YearAgo`].
    YearAndMonthAgo,
    InTenYears,
}

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        Self(CertifiedIssuer::self_signed(authority_params("Siaga Test Root", When::Now), key()).unwrap())
    }

    pub(crate) fn intermediate(&self, when: When) -> Self {
        Self(CertifiedIssuer::signed_by(authority_params("Siaga Test Intermediate", when), key(), &self.0).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server with a leaf of this authority for this name or address.
    pub(crate) fn server(&self, name: &str, when: When) -> Arc<ServerConfig> {
        self.chain(name, when, &[], &["h2", "http/1.1"])
    }

    /// The same, without HTTP/2.
    pub(crate) fn http1_server(&self, name: &str, when: When) -> Arc<ServerConfig> {
        self.chain(name, when, &[], &["http/1.1"])
    }

    /// The same under an intermediate that the server sends along.
    pub(crate) fn server_below(&self, name: &str, when: When) -> Arc<ServerConfig> {
        self.chain(name, when, &[self.0.der().clone()], &["h2"])
    }

    fn chain(&self, name: &str, when: When, above: &[CertificateDer<'static>], alpn: &[&str]) -> Arc<ServerConfig> {
        let key = key();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        live(&mut params, when);
        let leaf = params.signed_by(&key, &self.0).unwrap();
        let chain = std::iter::once(leaf.der().clone()).chain(above.iter().cloned()).collect();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(config)
    }
}

fn authority_params(name: &str, when: When) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    live(&mut params, when);
    params
}

fn live(params: &mut CertificateParams, when: When) {
    let middle = match when {
        When::Now => OffsetDateTime::now_utc(),
        When::YearAgo => OffsetDateTime::now_utc() - Duration::days(365),
        When::YearAndMonthAgo => OffsetDateTime::now_utc() - Duration::days(395),
        When::InTenYears => OffsetDateTime::now_utc() + Duration::days(3652),
    };
    params.not_before = middle - LIFE / 2;
    params.not_after = middle + LIFE / 2;
}

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}
