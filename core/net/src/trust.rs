//! The certificate authorities of a configuration.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::Trust;
use crate::error::NetConfigError;

/// The most texts of agency certificates: a root, its successor and their cross-signed forms are under ten, and each is
/// tried in turn in every handshake.
const MAX_AGENCY_TEXTS: usize = 32;

/// Reads the authorities.
pub(crate) fn roots(trust: &Trust) -> Result<RootCertStore, NetConfigError> {
    if trust.agency_cas_pem.len() > MAX_AGENCY_TEXTS {
        return Err(NetConfigError {
            field: "trust.agency_cas_pem".to_owned(),
            what: "has too many entries",
            expected: "at most 32",
        });
    }
    let mut store = RootCertStore::empty();
    if trust.public_roots {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for (index, text) in trust.agency_cas_pem.iter().enumerate() {
        add(&mut store, index, text)?;
    }
    if store.is_empty() {
        return Err(NetConfigError {
            field: "trust".to_owned(),
            what: "trusts nobody",
            expected: "the public roots, an agency certificate, or both",
        });
    }
    Ok(store)
}

/// Adds the certificates of one text. One that cannot be read is an error, not a gap: the agency would learn of it on the
/// day on which the other certificate expires.
fn add(store: &mut RootCertStore, index: usize, text: &str) -> Result<(), NetConfigError> {
    let fault = |what| NetConfigError {
        field: format!("trust.agency_cas_pem[{index}]"),
        what,
        expected: "certificates of authorities in PEM (-----BEGIN CERTIFICATE-----)",
    };
    let before = store.len();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let certificate = certificate.map_err(|_| fault("is not PEM"))?;
        store.add(certificate).map_err(|_| fault("contains a certificate that cannot be read"))?;
    }
    if store.len() == before {
        return Err(fault("contains no certificate"));
    }
    Ok(())
}
