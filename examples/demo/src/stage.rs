//! Everything that the story needs, made on the spot.

use std::net::SocketAddr;
use std::path::PathBuf;

use siaga::{Centre as CentreSettings, Config, IncidentConfig, MediaConfig, PressConfig};
use siaga_centre::{Centre, CentreHandle, CentreOptions, make_test_certificate};
use tempfile::TempDir;

use crate::fault::Fault;
use crate::gate::ClosedGate;

/// What public authorities give; a generator's usual centuries would hide every fault in the handling of validity.
const CERTIFICATE_DAYS: u32 = 90;

/// The stage.
pub(crate) struct Stage {
    pub(crate) centre: CentreHandle,
    pub(crate) gate: ClosedGate,
    pub(crate) config: Config,
    folder: TempDir,
}

impl Stage {
    /// Starts the centre, with a certificate for the gate's address, and writes the citizen's configuration.
    pub(crate) fn set() -> Result<Self, Fault> {
        let folder = TempDir::with_prefix("siaga-demo-").map_err(Fault::system("making a folder"))?;
        let (authority_pem, identity) = make_test_certificate(&["127.0.0.1"], CERTIFICATE_DAYS)?;
        let mut options = CentreOptions::new(folder.path().join("centre"), "demo-centre");
        options.page = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        options.tls = Some(identity);
        let centre = Centre::start(options)?;
        let gate = ClosedGate::new()?;
        let config = Config {
            centre: CentreSettings {
                id: centre.centre_id().to_owned(),
                root_key: centre.root_key(),
                primary: format!("https://{}", gate.address()),
                second: None,
                public_roots: false,
                agency_cas_pem: vec![authority_pem],
            },
            press: PressConfig::default(),
            incident: IncidentConfig { message: Some("I need help.".to_owned()), ..IncidentConfig::default() },
            media: MediaConfig::default(),
        };
        let stage = Self { centre, gate, config, folder };
        let text = serde_json::to_string_pretty(&stage.config)
            .map_err(|error| Fault::System { what: "writing the configuration as JSON", why: error.to_string() })?;
        std::fs::write(stage.config_file(), text).map_err(Fault::system("writing the configuration"))?;
        Ok(stage)
    }

    /// The citizen's configuration.
    pub(crate) fn config_file(&self) -> PathBuf {
        config_file(self.folder.path())
    }

    /// The citizen's database.
    pub(crate) fn citizen_folder(&self) -> PathBuf {
        citizen_folder(self.folder.path())
    }

    /// The folder that holds all of it.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Where the citizen's configuration lies on a stage.
pub(crate) fn config_file(stage: &std::path::Path) -> PathBuf {
    stage.join("citizen.json")
}

/// Where the citizen's database lies on a stage.
pub(crate) fn citizen_folder(stage: &std::path::Path) -> PathBuf {
    stage.join("citizen")
}
