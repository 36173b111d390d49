//! Where the centre is, and whom to trust about it.

use std::sync::Arc;

use rustls::RootCertStore;
use siaga_engine::wire::Route;

use crate::address::Origin;
use crate::error::NetConfigError;
use crate::trust;

/// Where the centre is, and whom to trust about it. Given by the host app; it may change while rows wait (F3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetConfig {
    /// The address of [`Route::Primary`]: an origin such as `https://centre.example` or `https://centre.example:8443`, with
    /// or without a slash at its end. `http` is for a loopback address alone.
    pub primary: String,
    /// The address of [`Route::Second`], best at another provider and under another certificate authority (F74).
    pub second: Option<String>,
    /// The certificate authorities that may speak for both addresses.
    pub trust: Trust,
}

/// The certificate authorities that are trusted. At least one must come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Whether Mozilla's list is trusted, as compiled in from `webpki-roots`. The phone's own list is never read: it is as
    /// old as the phone (F74).
    pub public_roots: bool,
    /// The agency's own authorities, each text one or more PEM certificates. Roots, not leaves: pinned leaves break at
    /// every renewal (F75).
    pub agency_cas_pem: Vec<String>,
}

impl Default for Trust {
    /// The public authorities and no other.
    fn default() -> Self {
        Self { public_roots: true, agency_cas_pem: Vec::new() }
    }
}

/// A configuration that was checked; see [`NetConfig::check`].
#[derive(Clone, Debug)]
pub struct CheckedConfig {
    primary: Origin,
    second: Option<Origin>,
    roots: Arc<RootCertStore>,
}

impl NetConfig {
    /// Reads the addresses and the certificates. Nothing is resolved, connected or written.
    ///
    /// # Errors
    ///
    /// The first field that cannot be used.
    pub fn check(&self) -> Result<CheckedConfig, NetConfigError> {
        let (primary, second) = origins(self)?;
        let roots = Arc::new(trust::roots(&self.trust)?);
        Ok(CheckedConfig { primary, second, roots })
    }
}

/// The addresses of both routes, checked.
pub(crate) fn origins(config: &NetConfig) -> Result<(Origin, Option<Origin>), NetConfigError> {
    let primary = Origin::parse("primary", &config.primary)?;
    let second = config.second.as_deref().map(|text| Origin::parse("second", text)).transpose()?;
    if second.as_ref() == Some(&primary) {
        return Err(NetConfigError {
            field: "second".to_owned(),
            what: "is the primary address again",
            expected: "another address, or none",
        });
    }
    Ok((primary, second))
}

impl CheckedConfig {
    /// The address of a route, if it has one.
    pub(crate) const fn origin(&self, route: Route) -> Option<&Origin> {
        match route {
            Route::Primary => Some(&self.primary),
            Route::Second => self.second.as_ref(),
        }
    }

    /// The certificate authorities.
    pub(crate) fn roots(&self) -> Arc<RootCertStore> {
        Arc::clone(&self.roots)
    }
}
