//! Judges a certificate's validity apart from everything else about it, because the phone's clock may be wrong (INV-8).
//!
//! Each decision rests on a full verification by webpki: chain, name, signatures, usages. Only the time that it is given
//! differs: when validity alone fails, it is given the nearest time at which the certificate in question is valid.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme};

/// How often the time is moved for one chain: a leaf and two intermediates may each ask for it once, and one of them a
/// second time after the others moved it.
const MAX_MOVES: u32 = 4;

/// What becomes of a chain of which only the validity is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValidityRule {
    /// It is refused, as usual; the error says that validity was all that stood in the way.
    Refuse,
    /// It is accepted, and a chain that is valid at the phone's time is refused with [`ClampNotNeeded`]. So a connection
    /// under this rule is always one whose time was clamped, and may be called so to the centre.
    Clamp,
}

/// The chain is valid at the phone's time: the usual rule is the one to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the certificate is valid at the phone's time")]
pub(crate) struct ClampNotNeeded;

/// webpki's verifier under a [`ValidityRule`].
#[derive(Debug)]
pub(crate) struct ValidityVerifier {
    webpki: Arc<WebPkiServerVerifier>,
    rule: ValidityRule,
}

impl ValidityVerifier {
    /// A verifier under a rule.
    pub(crate) const fn new(webpki: Arc<WebPkiServerVerifier>, rule: ValidityRule) -> Self {
        Self { webpki, rule }
    }
}

impl ServerCertVerifier for ValidityVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |time| self.webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, time);
        let refused = match verify(now) {
            Ok(verified) => {
                return match self.rule {
                    ValidityRule::Refuse => Ok(verified),
                    ValidityRule::Clamp => Err(not_needed()),
                };
            }
            Err(refused) => refused,
        };
        // What else is wrong with the chain comes out here under both rules, so that "validity" always means it alone.
        match verify_at_nearest_time(&verify, refused.clone()) {
            Ok(verified) => match self.rule {
                ValidityRule::Refuse => Err(refused),
                ValidityRule::Clamp => Ok(verified),
            },
            Err(other) => Err(other),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

/// Verifies again, each time at the nearest time at which the certificate that was refused is valid.
fn verify_at_nearest_time<V>(verify: &dyn Fn(UnixTime) -> Result<V, Error>, mut refused: Error) -> Result<V, Error> {
    for _ in 0..MAX_MOVES {
        let Some(time) = nearest_valid_time(&refused) else { break };
        match verify(time) {
            Ok(verified) => return Ok(verified),
            Err(again) => refused = again,
        }
    }
    Err(refused)
}

/// The edge of the validity that was missed, when that was the reason.
const fn nearest_valid_time(refused: &Error) -> Option<UnixTime> {
    let Error::InvalidCertificate(reason) = refused else { return None };
    if let CertificateError::ExpiredContext { not_after, .. } = reason {
        return Some(*not_after);
    }
    if let CertificateError::NotValidYetContext { not_before, .. } = reason {
        return Some(*not_before);
    }
    None
}

fn not_needed() -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(ClampNotNeeded))))
}

/// Whether a handshake failed because of the certificate's validity at the phone's time.
pub(crate) const fn is_about_validity(error: &Error) -> bool {
    matches!(
        error,
        Error::InvalidCertificate(
            CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. }
        )
    )
}

/// Whether a handshake failed because [`ValidityRule::Clamp`] was not needed.
pub(crate) fn is_clamp_not_needed(error: &Error) -> bool {
    if let Error::InvalidCertificate(CertificateError::Other(OtherError(reason))) = error {
        return reason.is::<ClampNotNeeded>();
    }
    false
}
