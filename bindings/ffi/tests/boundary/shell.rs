//! A shell in Rust, with ports that do as they are told.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use siaga::Reading;
use siaga_ffi::{ClockPort, EntropyPort, PortError, Ports, Siaga, TransportPort};
use siaga_net::Transfer;
use tempfile::TempDir;

/// A configuration whose centre nobody listens at.
pub(crate) const CONFIG: &str = r#"{ "centre": { "id": "kota-1", "primary": "https://centre.example",
    "root_key": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" } }"#;

/// How a port answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Well,
    Refuses,
    Panics,
}

impl Mood {
    pub(crate) fn answer<T>(self, answer: impl FnOnce() -> T) -> Result<T, PortError> {
        match self {
            Self::Well => Ok(answer()),
            Self::Refuses => Err(PortError::Unavailable),
            Self::Panics => panic!("a port panics"),
        }
    }
}

/// Everything that a platform gives, in one.
pub(crate) struct Platform {
    pub(crate) mood: Mutex<Mood>,
    pub(crate) now_ms: AtomicU64,
    pub(crate) entropy_bytes: usize,
    pub(crate) begun: Mutex<Vec<Transfer>>,
}

impl Platform {
    pub(crate) fn new() -> Arc<Self> {
        Self::with_entropy(32)
    }

    pub(crate) fn with_entropy(entropy_bytes: usize) -> Arc<Self> {
        let (mood, now_ms, begun) = (Mutex::new(Mood::Well), AtomicU64::new(1_000), Mutex::default());
        Arc::new(Self { mood, now_ms, entropy_bytes, begun })
    }

    pub(crate) fn feel(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    pub(crate) fn ports(self: &Arc<Self>) -> Ports {
        Ports {
            clock: Some(Arc::clone(self) as _),
            entropy: Some(Arc::clone(self) as _),
            location: None,
            log: None,
            credentials: None,
            preview: None,
            transport: Some(Arc::clone(self) as _),
            own_thread: false,
        }
    }

    pub(crate) fn open(self: &Arc<Self>, folder: &TempDir) -> Arc<Siaga> {
        Siaga::open(folder.path().to_str().unwrap().to_owned(), CONFIG.to_owned(), self.ports()).unwrap()
    }
}

impl ClockPort for Platform {
    fn now(&self) -> Result<Reading, PortError> {
        self.mood().answer(|| {
            let since_boot_ms = self.now_ms.fetch_add(200, Ordering::Relaxed);
            Reading { boot: "boot".to_owned(), since_boot_ms, wall_ms: 1_700_000_000_000 }
        })
    }
}

impl EntropyPort for Platform {
    fn draw(&self) -> Result<Vec<u8>, PortError> {
        // Differs from draw to draw, and is the same in each run.
        let drawn = u8::try_from(self.now_ms.fetch_add(1, Ordering::Relaxed) % 251).unwrap();
        self.mood().answer(|| vec![drawn; self.entropy_bytes])
    }
}

impl TransportPort for Platform {
    fn begin(&self, transfer: Transfer) -> Result<(), PortError> {
        self.mood().answer(|| self.begun.lock().unwrap().push(transfer))
    }

    fn network_changed(&self) -> Result<(), PortError> {
        self.mood().answer(|| ())
    }
}
