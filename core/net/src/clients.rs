//! The connections: which clients hold them, and when they are let go.

use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Client;
use siaga_engine::wire::Route;

use crate::client;
use crate::config::CheckedConfig;
use crate::error::NetError;
use crate::tls::TlsSettings;

/// The clients of one configuration on one network. Dropping the last reference closes their connections.
#[derive(Debug)]
pub(crate) struct Clients {
    config: CheckedConfig,
    tls: TlsSettings,
    ordinary: Client,
    clamped: Client,
    apart: Client,
    primary_is_clamped: AtomicBool,
    second_is_clamped: AtomicBool,
}

impl Clients {
    /// Clients without a connection yet.
    pub(crate) fn new(config: CheckedConfig) -> Result<Self, NetError> {
        let tls = TlsSettings::new(&config.roots())?;
        Self::with(config, tls)
    }

    /// The same without a connection, for another network. What was found about the clock is forgotten: a network often
    /// brings the right time with it, and a wrong one may have been a portal's certificate.
    pub(crate) fn renewed(&self) -> Result<Self, NetError> {
        Self::with(self.config.clone(), self.tls.clone())
    }

    fn with(config: CheckedConfig, tls: TlsSettings) -> Result<Self, NetError> {
        let ordinary = client::build(tls.ordinary.clone())?;
        let clamped = client::build(tls.clamped.clone())?;
        let apart = client::build(tls.apart.clone())?;
        Ok(Self {
            config,
            tls,
            ordinary,
            clamped,
            apart,
            primary_is_clamped: AtomicBool::new(false),
            second_is_clamped: AtomicBool::new(false),
        })
    }

    /// The configuration.
    pub(crate) const fn config(&self) -> &CheckedConfig {
        &self.config
    }

    /// The client whose connections carry parts of files alone (INV-5).
    pub(crate) const fn apart(&self) -> &Client {
        &self.apart
    }

    /// The client for every other request.
    pub(crate) const fn ordinary(&self) -> &Client {
        &self.ordinary
    }

    /// The client for a request that must pass although the certificate is not valid at the phone's time.
    pub(crate) const fn clamped(&self) -> &Client {
        &self.clamped
    }

    /// Whether the clamped client was needed for this route, and worked.
    pub(crate) fn is_clamped(&self, route: Route) -> bool {
        self.flag(route).load(Ordering::Relaxed)
    }

    /// Remembers whether the clamped client is needed for this route.
    pub(crate) fn set_clamped(&self, route: Route, clamped: bool) {
        self.flag(route).store(clamped, Ordering::Relaxed);
    }

    const fn flag(&self, route: Route) -> &AtomicBool {
        match route {
            Route::Primary => &self.primary_is_clamped,
            Route::Second => &self.second_is_clamped,
        }
    }
}
