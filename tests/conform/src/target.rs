//! Whom to check: the address, who the centre says it is, and which certificates count.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Deserialize;
use siaga_vault::PublicKey;

use crate::{ConformError, Profile};

/// How long one answer may take unless said otherwise: a phone's first attempt has as much.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A centre to check.
#[derive(Debug, Clone)]
pub struct Target {
    pub(crate) url: Url,
    pub(crate) centre: String,
    pub(crate) root: PublicKey,
    pub(crate) roots: Arc<RootCertStore>,
    pub(crate) profile: Profile,
    pub(crate) timeout: Duration,
    pub(crate) is_quick: bool,
}

/// The certificate authorities that may speak for the centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The public ones, as compiled in.
    Public,
    /// These alone, each text one or more PEM certificates.
    Private(Vec<String>),
    /// Both.
    PublicAnd(Vec<String>),
}

/// What the checker needs of the configuration that the phones carry. Everything else in it is the phone's matter.
#[derive(Debug, Clone, Deserialize)]
pub struct PhoneConfig {
    /// The centre.
    pub centre: PhoneCentre,
}

/// The centre as phones know it.
#[derive(Debug, Clone, Deserialize)]
pub struct PhoneCentre {
    /// Its id.
    pub id: String,
    /// Its public root key, base64url.
    pub root_key: String,
    /// Its first address.
    pub primary: String,
    /// Whether public authorities are trusted.
    #[serde(default = "yes")]
    pub public_roots: bool,
    /// The agency's own authorities, PEM.
    #[serde(default)]
    pub agency_cas_pem: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl PhoneConfig {
    /// Reads the JSON that the phones carry.
    ///
    /// # Errors
    /// [`ConformError::Config`] with the place.
    pub fn from_json(text: &str) -> Result<PhoneConfig, ConformError> {
        serde_json::from_str(text).map_err(|error| ConformError::Config(error.to_string()))
    }

    /// The authorities that the phones trust.
    pub fn trust(&self) -> Trust {
        let own = self.centre.agency_cas_pem.clone();
        if self.centre.public_roots { Trust::PublicAnd(own) } else { Trust::Private(own) }
    }
}

impl Target {
    /// A centre at `url`, an origin, with its id and its public root key (base64url). The basic profile, 10 s an answer.
    ///
    /// # Errors
    /// [`ConformError`]: the first of them that cannot be used. Nothing is connected.
    pub fn new(url: &str, centre: &str, root_key: &str, trust: Trust) -> Result<Target, ConformError> {
        let url = origin(url)?;
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        if !(1..=64).contains(&centre.len()) || !centre.chars().all(is_allowed) {
            return Err(ConformError::CentreId(centre.to_owned()));
        }
        let root = PublicKey::from_base64url(root_key).map_err(|_| ConformError::RootKey(root_key.to_owned()))?;
        let roots = Arc::new(authorities(&trust)?);
        let centre = centre.to_owned();
        Ok(Target { url, centre, root, roots, profile: Profile::Basic, timeout: TIMEOUT, is_quick: false })
    }

    /// With another profile.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Target {
        Target { profile, ..self }
    }

    /// With another time for each answer.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Target {
        Target { timeout, ..self }
    }

    /// Without the one rule that takes 25 s (T08).
    #[must_use]
    pub fn quick(self) -> Target {
        Target { is_quick: true, ..self }
    }

    /// With that rule, as it is unless said otherwise.
    #[must_use]
    pub fn patient(self) -> Target {
        Target { is_quick: false, ..self }
    }

    /// Whether nothing is encrypted on the way.
    pub fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url.origin().ascii_serialization())
    }
}

fn origin(text: &str) -> Result<Url, ConformError> {
    let fault = |what| ConformError::Url { url: text.to_owned(), what };
    if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(fault("contains a space, a control character or a backslash"));
    }
    let url = Url::parse(text).map_err(|_| fault("is not a URL"))?;
    if !["http", "https"].contains(&url.scheme()) {
        return Err(fault("is neither https nor http"));
    }
    if url.host().is_none() || !url.username().is_empty() || url.password().is_some() {
        return Err(fault("has no host, or a user name"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(fault("has more than an origin"));
    }
    Ok(url)
}

fn authorities(trust: &Trust) -> Result<RootCertStore, ConformError> {
    let (public, own): (bool, &[String]) = match trust {
        Trust::Public => (true, &[]),
        Trust::Private(own) => (false, own),
        Trust::PublicAnd(own) => (true, own),
    };
    let mut store = RootCertStore::empty();
    if public {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for text in own {
        let before = store.len();
        for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
            let certificate = certificate.map_err(|_| ConformError::Authority { what: "is not PEM" })?;
            let added = store.add(certificate);
            added.map_err(|_| ConformError::Authority { what: "has a certificate that cannot be read" })?;
        }
        if store.len() == before {
            return Err(ConformError::Authority { what: "has no certificate in it" });
        }
    }
    if store.is_empty() {
        return Err(ConformError::Authority { what: "is missing: nobody is trusted" });
    }
    Ok(store)
}
