//! The reference centre with a certificate of its own, and the configuration of a phone that trusts it.

use std::net::SocketAddr;
use std::path::PathBuf;

use siaga::{Centre as CentreSettings, Config, IncidentConfig, IncidentId, IncidentState, PressConfig};
use siaga_centre::{Centre, CentreHandle, CentreOptions, Mark, TlsIdentity, make_test_certificate};

use super::phone::WiredPhone;
use crate::row::{Setting, Stop};

/// What public authorities give.
const CERTIFICATE_DAYS: u32 = 90;

/// A running centre, with its files on the disk that is measured.
pub(crate) struct Site {
    pub(crate) centre: CentreHandle,
    pub(crate) authority_pem: String,
    pub(crate) identity: TlsIdentity,
    folder: PathBuf,
}

impl Site {
    /// Starts the centre of a group.
    pub(crate) fn set(setting: &Setting, group: &str) -> Result<Self, Stop> {
        let folder = setting.disk.join(group);
        let (authority_pem, identity) = make_test_certificate(&["127.0.0.1"], CERTIFICATE_DAYS)?;
        let mut options = CentreOptions::new(folder.join("centre"), "kota-ukur");
        options.tls = Some(identity.clone());
        Ok(Self { centre: Centre::start(options)?, authority_pem, identity, folder })
    }

    /// A file or folder of the group, beside the centre's.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The configuration of a phone that finds the centre at this address. Its citizen has registered a message.
    pub(crate) fn config(&self, address: SocketAddr) -> Config {
        let message = Some("Tolong, saya di lantai dua".to_owned());
        Config {
            centre: CentreSettings {
                id: self.centre.centre_id().to_owned(),
                root_key: self.centre.root_key(),
                primary: format!("https://{address}"),
                second: None,
                public_roots: false,
                agency_cas_pem: vec![self.authority_pem.clone()],
            },
            press: PressConfig::default(),
            incident: IncidentConfig { message, ..IncidentConfig::default() },
            media: siaga::MediaConfig::default(),
        }
    }

    /// A phone of this site that has spoken with the centre at this address, so that the connection is warm.
    pub(super) fn phone(&self, address: SocketAddr) -> Result<WiredPhone, Stop> {
        let phone = WiredPhone::open(&self.beside("phone"), &self.config(address))?;
        phone.until_acquainted()?;
        Ok(phone)
    }

    /// The dispatcher closes the incident; the phone hears of it and is quiet again.
    pub(super) fn close(&self, phone: &WiredPhone, incident: IncidentId) -> Result<(), Stop> {
        self.centre.mark(&incident.to_string(), Mark::Closed)?;
        phone.until_quiet("closed by the centre", |snapshot| {
            snapshot.incident(incident).is_none_or(|view| view.state == IncidentState::ClosedByCentre)
        })
    }
}
