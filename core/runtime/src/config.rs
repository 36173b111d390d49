//! The settings of one agency, in one JSON document that an integrator writes.

use serde::{Deserialize, Serialize};
use siaga_engine::config::{CentreConfig, Config as EngineConfig, IncidentConfig, MediaConfig, PressConfig, Rules};
use siaga_net::{Addresses, NetConfig, NetError, Trust};
use siaga_vault::PublicKey;

use crate::Error;

/// Everything that an agency sets. Unknown fields are refused, so that a misspelt limit is not silently the default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The centre: where it is and how it proves itself.
    pub centre: Centre,
    /// How presses become an SOS.
    #[serde(default)]
    pub press: PressConfig,
    /// How an incident lives.
    #[serde(default)]
    pub incident: IncidentConfig,
    /// What may be attached.
    #[serde(default)]
    pub media: MediaConfig,
}

/// The centre: where it is and how it proves itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Centre {
    /// Its name in every receipt: 1–64 of `a`–`z`, `0`–`9`, `.`, `-`.
    pub id: String,
    /// The offline root key, which signs the key set: Ed25519, base64url.
    pub root_key: PublicKey,
    /// The first route: an https origin.
    pub primary: String,
    /// The second route, best under another certificate authority (F74).
    #[serde(default)]
    pub second: Option<String>,
    /// Whether certificates under the public authorities are trusted.
    #[serde(default = "yes")]
    pub public_roots: bool,
    /// The agency's own certificate authorities, PEM.
    #[serde(default)]
    pub agency_cas_pem: Vec<String>,
}

const fn yes() -> bool {
    true
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`Error::Config`] with what is wrong and where.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let mut reader = serde_json::Deserializer::from_slice(text.as_bytes());
        let config = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            // `.` stands for the document as a whole.
            let path = error.path().to_string();
            let path = if path == "." { "the configuration".to_owned() } else { path };
            Error::Config { why: format!("{path}: {}", error.into_inner()) }
        })?;
        let nothing_more = reader.end();
        nothing_more.map(|()| config).map_err(|error| Error::Config { why: format!("the configuration: {error}") })
    }

    /// The engine's part, checked.
    pub(crate) fn rules(&self) -> Result<Rules, Error> {
        let Self { centre, press, incident, media } = self.clone();
        let centre_config = CentreConfig { id: centre.id, root_key: centre.root_key };
        let config =
            EngineConfig { press, incident, media, centre: centre_config, second_route: centre.second.is_some() };
        config.check().map_err(|error| Error::Config { why: error.to_string() })
    }

    /// The centre's addresses, checked: for a [`crate::ports::Network`] of the host's own, which makes transfers of requests.
    ///
    /// # Errors
    /// [`Error::Config`] with the address that cannot be used.
    pub fn addresses(&self) -> Result<Addresses, Error> {
        Addresses::new(&self.net()).map_err(|fault| NetError::Config(fault).into())
    }

    /// The transport's part; it is checked when the transport starts.
    pub(crate) fn net(&self) -> NetConfig {
        let Centre { primary, second, public_roots, agency_cas_pem, .. } = self.centre.clone();
        NetConfig { primary, second, trust: Trust { public_roots, agency_cas_pem } }
    }
}
