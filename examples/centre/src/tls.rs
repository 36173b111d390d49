//! The centre's certificate: what it serves with, and one to try it out with.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

use crate::CentreError;

/// A certificate chain with its private key.
#[derive(Clone)]
pub struct TlsIdentity {
    /// The chain, leaf first, as PEM.
    pub cert_chain_pem: String,
    /// The private key of the leaf, as PEM.
    pub key_pem: String,
}

/// Says that there is one, and not what it is (INV-12).
impl std::fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsIdentity")
    }
}

impl TlsIdentity {
    /// The server's TLS: 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    pub(crate) fn server_config(&self) -> Result<Arc<ServerConfig>, CentreError> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(self.cert_chain_pem.as_bytes()).collect::<Result<_, _>>().map_err(fault)?;
        let key = PrivateKeyDer::from_pem_slice(self.key_pem.as_bytes()).map_err(fault)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(fault)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(fault)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

/// Makes a certificate authority and a leaf for these names (host names or IP addresses), for tests and trials.
///
/// Valid from a day ago for `days` days: 90 is what a public authority gives. A generator's usual centuries would hide
/// every fault in the handling of validity.
///
/// Returns the authority's certificate as PEM, to be trusted by the phone, and the identity to serve with.
///
/// # Errors
/// [`CentreError::Tls`] when a name cannot stand in a certificate.
pub fn make_test_certificate(names: &[&str], days: u32) -> Result<(String, TlsIdentity), CentreError> {
    let now = OffsetDateTime::now_utc();
    let (from, until) = (now - Duration::DAY, now + Duration::days(i64::from(days)));

    let mut authority = CertificateParams::default();
    authority.distinguished_name.push(DnType::CommonName, "Siaga test authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (authority.not_before, authority.not_after) = (from, until);
    let authority_key = KeyPair::generate().map_err(fault)?;
    let ca_pem = authority.self_signed(&authority_key).map_err(fault)?.pem();
    let issuer = Issuer::new(authority, authority_key);

    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut leaf = CertificateParams::new(names).map_err(fault)?;
    leaf.distinguished_name.push(DnType::CommonName, "Siaga test centre");
    leaf.use_authority_key_identifier_extension = true;
    leaf.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    (leaf.not_before, leaf.not_after) = (from, until);
    let leaf_key = KeyPair::generate().map_err(fault)?;
    let cert_chain_pem = leaf.signed_by(&leaf_key, &issuer).map_err(fault)?.pem();
    Ok((ca_pem, TlsIdentity { cert_chain_pem, key_pem: leaf_key.serialize_pem() }))
}

fn fault(error: impl std::fmt::Display) -> CentreError {
    CentreError::Tls(error.to_string())
}
