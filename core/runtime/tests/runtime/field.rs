//! The field: the real centre, a front that misbehaves to order, and a citizen's phone.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use siaga::ports::{Log, Note};
use siaga::{
    Centre as CentreSettings, Config, IncidentConfig, IncidentId, MediaConfig, Ports, PressAnswer, PressConfig,
};
use siaga::{Siaga, Snapshot, Source, Subscription};
use siaga_centre::{Centre, CentreHandle, CentreOptions};
use tempfile::TempDir;

use crate::front::{Act, Front};

/// Everything is over long before; a test that gets here has failed.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

pub(crate) struct Field {
    pub(crate) centre: CentreHandle,
    pub(crate) front: Front,
    pub(crate) folder: TempDir,
    _centre_folder: TempDir,
}

impl Field {
    pub(crate) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        let centre_folder = tempfile::tempdir().unwrap();
        let centre = Centre::start(CentreOptions::new(centre_folder.path(), "kota-uji")).unwrap();
        let front = Front::before(centre.api_addr(), acts);
        Self { centre, front, folder: tempfile::tempdir().unwrap(), _centre_folder: centre_folder }
    }

    pub(crate) fn config(&self) -> Config {
        config(&self.centre, self.front.address)
    }

    pub(crate) fn phone(&self) -> Phone {
        Phone::open(self.folder.path(), &self.config(), Ports::system().unwrap())
    }

    /// The same field with another front.
    pub(crate) fn behind(self, acts: impl IntoIterator<Item = Act>) -> Self {
        Self { front: Front::before(self.centre.api_addr(), acts), ..self }
    }

    /// How many real incidents the centre has, and that none of them has more than one create.
    pub(crate) fn incidents(&self) -> usize {
        let incidents = self.centre.incidents().unwrap();
        assert!(incidents.iter().all(|incident| incident.creates <= 1));
        incidents.iter().filter(|incident| !incident.drill).count()
    }
}

pub(crate) fn config(centre: &CentreHandle, address: SocketAddr) -> Config {
    // Tests press as fast as they can; the least debounce is 20 ms.
    let press = PressConfig { debounce_ms: 20, ..PressConfig::default() };
    Config {
        centre: CentreSettings {
            id: centre.centre_id().to_owned(),
            root_key: centre.root_key(),
            primary: format!("http://{address}"),
            second: None,
            public_roots: true,
            agency_cas_pem: Vec::new(),
        },
        press,
        incident: IncidentConfig::default(),
        media: MediaConfig::default(),
    }
}

#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<Note>>);

impl Log for Notes {
    fn note(&self, note: Note) {
        self.0.lock().unwrap().push(note);
    }
}

impl Notes {
    pub(crate) fn any(&self, wanted: impl Fn(&Note) -> bool) -> bool {
        self.0.lock().unwrap().iter().any(wanted)
    }
}

pub(crate) struct Phone {
    pub(crate) siaga: Siaga,
    pub(crate) notes: Arc<Notes>,
    changes: Mutex<Receiver<u64>>,
    _subscription: Subscription,
}

impl Phone {
    pub(crate) fn open(folder: &Path, config: &Config, ports: Ports) -> Self {
        let notes = Arc::new(Notes::default());
        let log: Arc<dyn Log> = Arc::<Notes>::clone(&notes);
        let siaga = Siaga::open(folder, config, Ports { log, ..ports }).unwrap();
        let (changed, changes) = channel();
        let subscription = siaga.subscribe(Arc::new(move |revision| _ = changed.send(revision)));
        Self { siaga, notes, changes: Mutex::new(changes), _subscription: subscription }
    }

    /// Presses until the SOS is made, each press as soon as the debounce allows.
    pub(crate) fn sos(&self) -> IncidentId {
        let deadline = Instant::now() + LIMIT;
        loop {
            match self.siaga.press(Source::Screen).unwrap() {
                PressAnswer::Triggered { incident } => return incident,
                PressAnswer::Counted { .. } | PressAnswer::TooSoon => {}
                other @ (PressAnswer::Escalated { .. } | PressAnswer::SourceOff) => panic!("{other:?}"),
            }
            assert!(Instant::now() < deadline, "three presses make no SOS");
        }
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

    pub(crate) fn until_receipted(&self, incident: IncidentId) -> Snapshot {
        self.until("receipted", |snapshot| snapshot.incident(incident).is_some_and(|i| i.receipt.is_some()))
    }
}
