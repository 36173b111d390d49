//! A city: the reference centre on loopback behind real TLS, and the settings of its phones.

use std::collections::BTreeSet;
use std::path::PathBuf;

use siaga::{Centre as Settings, Config, IncidentConfig, MediaConfig, PressConfig};
use siaga_centre::{Centre, CentreHandle, CentreOptions, IncidentSummary, make_test_certificate};
use tempfile::TempDir;

/// How long a press stands. The longest that is allowed: a restart on a busy machine must not outlast it.
pub(crate) const WINDOW_MS: u32 = 10_000;

pub(crate) struct City {
    pub(crate) centre: CentreHandle,
    /// Every phone's configuration.
    pub(crate) config: PathBuf,
    _folder: TempDir,
}

impl City {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
        let options =
            CentreOptions { tls: Some(identity), ..CentreOptions::new(folder.path().join("centre"), "kota-uji") };
        let centre = Centre::start(options).unwrap();
        let config = Config {
            centre: Settings {
                id: centre.centre_id().to_owned(),
                root_key: centre.root_key(),
                primary: format!("https://{}", centre.api_addr()),
                second: None,
                public_roots: false,
                agency_cas_pem: vec![authority],
            },
            // The least that is allowed: the phones press as fast as they can.
            press: PressConfig { debounce_ms: 20, window_ms: WINDOW_MS, ..PressConfig::default() },
            incident: IncidentConfig { escalation_gap_ms: 1_000, ..IncidentConfig::default() },
            media: MediaConfig::default(),
        };
        let file = folder.path().join("config.json");
        std::fs::write(&file, serde_json::to_string(&config).unwrap()).unwrap();
        Self { centre, config: file, _folder: folder }
    }

    /// What the centre has beside these.
    pub(crate) fn incidents_beside(&self, known: &BTreeSet<String>) -> Vec<IncidentSummary> {
        let mut incidents = self.centre.incidents().unwrap();
        incidents.retain(|incident| !known.contains(&incident.incident));
        incidents
    }

    /// The ids of all that the centre has.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        self.centre.incidents().unwrap().into_iter().map(|incident| incident.incident).collect()
    }
}
