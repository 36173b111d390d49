//! A citizen's phone, with a real folder, and a centre.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use siaga::{
    Centre as CentreSettings, Config, FileState, IncidentConfig, IncidentId, MediaConfig, Ports, PressAnswer,
    PressConfig, Siaga, Snapshot, Source, Subscription,
};
use siaga_centre::{Centre, CentreHandle, CentreOptions};
use tempfile::TempDir;

/// Everything is over long before; a test that gets here has failed.
const LIMIT: Duration = Duration::from_secs(100);

/// A centre on loopback, in clear.
pub(crate) fn centre(folder: &TempDir) -> CentreHandle {
    Centre::start(CentreOptions::new(folder.path(), "kota-uji")).unwrap()
}

/// A video, as far as its first bytes say so.
pub(crate) fn video(bytes: usize) -> Vec<u8> {
    let mut video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    video.extend((video.len()..bytes).map(|at| (at / 256) as u8 ^ (at % 241) as u8));
    video
}

pub(crate) struct Phone {
    siaga: Siaga,
    changes: Mutex<Receiver<u64>>,
    _subscription: Subscription,
    folder: TempDir,
}

impl Phone {
    /// A phone that knows the centre by this address.
    pub(crate) fn new(centre: &CentreHandle, address: SocketAddr) -> Self {
        let config = Config {
            centre: CentreSettings {
                id: centre.centre_id().to_owned(),
                root_key: centre.root_key(),
                primary: format!("http://{address}"),
                second: None,
                public_roots: true,
                agency_cas_pem: Vec::new(),
            },
            press: PressConfig { debounce_ms: 20, ..PressConfig::default() },
            incident: IncidentConfig::default(),
            media: MediaConfig::default(),
        };
        let folder = TempDir::new().unwrap();
        let siaga = Siaga::open(folder.path(), &config, Ports::system().unwrap()).unwrap();
        let (changed, changes) = channel();
        let subscription = siaga.subscribe(Arc::new(move |revision| _ = changed.send(revision)));
        Self { siaga, changes: Mutex::new(changes), _subscription: subscription, folder }
    }

    /// Presses until the SOS is made, with this file in it.
    pub(crate) fn sos_with(&self, bytes: &[u8]) -> IncidentId {
        let deadline = Instant::now() + LIMIT;
        let incident = loop {
            if let PressAnswer::Triggered { incident } = self.siaga.press(Source::Screen).unwrap() {
                break incident;
            }
            assert!(Instant::now() < deadline, "three presses make no SOS");
        };
        let path: PathBuf = self.folder.path().join("video.mp4");
        std::fs::write(&path, bytes).unwrap();
        let _ = self.siaga.attach_file(incident, &path).unwrap();
        incident
    }

    /// Waits for the snapshot to be so.
    pub(crate) fn until(&self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Snapshot {
        let deadline = Instant::now() + LIMIT;
        loop {
            let snapshot = self.siaga.snapshot();
            if holds(&snapshot) {
                return snapshot;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "still not {what}: {snapshot:#?}");
            // A change rings; a second without one is looked at as well, because time alone changes a snapshot.
            let _ = self.changes.lock().unwrap().recv_timeout(left.min(Duration::from_secs(1)));
        }
    }

    /// Waits until the only file of the incident is in no state but this.
    pub(crate) fn until_file(&self, incident: IncidentId, what: &str, holds: impl Fn(FileState) -> bool) -> Snapshot {
        self.until(what, |snapshot| snapshot.incident(incident).unwrap().files.iter().any(|file| holds(file.state)))
    }
}
