//! A phone with files: the real core with a thread of its own, the system's clock, and the real network.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use siaga::ports::Network;
use siaga::{
    Config, FileState, IncidentId, IncidentState, MediaConfig, Ports, PressAnswer, Report, Siaga, Snapshot, Source,
};
use siaga_net::Net;
use siaga_store::{MediaFolder, StoreOptions};

use super::ports::{Counted, Ended, Watched};
use crate::row::Stop;
use crate::wire::phone::net_config;

/// The thinnest link here answers within seconds, and a back-off adds some; whoever waits for longer waits for nothing.
const LIMIT: Duration = Duration::from_secs(60);

/// The longest upload here has 2 GB.
const UPLOAD_LIMIT: Duration = Duration::from_secs(10 * 60);

/// Longer than any debounce, and three of it are shorter than any window.
const BETWEEN_PRESSES: Duration = Duration::from_millis(320);

/// Files of 2 GB, which no agency takes by default.
const MEDIA: MediaConfig = MediaConfig { file_max_mb: 4_000, total_max_mb: 16_000, keep_days: 7, metered_max_mb: 20 };

/// A phone that attaches.
pub(super) struct MediaPhone {
    siaga: Siaga,
    ended: Receiver<Ended>,
    read_bytes: Arc<AtomicU64>,
}

/// An upload that was confirmed.
pub(super) struct Uploaded {
    /// From its first request to the commit of its verified receipt.
    pub(super) took: Duration,
    /// The most that one request carried, in bytes.
    pub(super) largest_part: u64,
    /// How many requests carried some of it.
    pub(super) parts: usize,
}

impl MediaPhone {
    /// Opens the phone's database, and waits until it knows the centre.
    pub(super) fn open(folder: &Path, config: &Config) -> Result<Self, Stop> {
        let config = Config { media: MEDIA, ..config.clone() };
        let (sender, ended) = channel();
        let read_bytes = Arc::new(AtomicU64::new(0));
        let copies = MediaFolder::new(&StoreOptions::new(folder, "one"));
        let copies = Arc::new(Counted { folder: copies, read_bytes: Arc::clone(&read_bytes) });
        let net = Net::start(net_config(&config), None, Some(copies))?;
        let network: Arc<dyn Network> = Arc::new(Watched { net, ended: sender });
        let siaga = Siaga::open(folder, &config, Ports { network: Some(network), ..Ports::system()? })?;
        let phone = Self { siaga, ended, read_bytes };
        phone.until("acquainted with the centre", |snapshot| snapshot.offers.is_some())?;
        Ok(phone)
    }

    /// The core.
    pub(super) const fn siaga(&self) -> &Siaga {
        &self.siaga
    }

    /// How much of its copies was read so far, to be sent, in bytes.
    pub(super) fn read_bytes(&self) -> u64 {
        self.read_bytes.load(Ordering::SeqCst)
    }

    /// A report that the centre has.
    pub(super) fn report(&self) -> Result<IncidentId, Stop> {
        let report =
            Report { category: "road".to_owned(), text: "A tree lies on the road.".to_owned(), ..Default::default() };
        let incident = self.siaga.submit(report)?;
        self.until_receipt(incident)?;
        Ok(incident)
    }

    /// Attaches a file to a report of its own, and waits until the centre has signed for it.
    pub(super) fn upload(&self, file: &Path) -> Result<Uploaded, Stop> {
        let incident = self.report()?;
        let _ = self.siaga.attach_file(incident, file)?;
        self.confirmed(incident)
    }

    fn confirmed(&self, incident: IncidentId) -> Result<Uploaded, Stop> {
        let deadline = Instant::now() + UPLOAD_LIMIT;
        let (mut began, mut largest_part, mut parts) = (None, 0, 0);
        loop {
            let ended = self.next_of_upload(deadline)?;
            let began = *began.get_or_insert(ended.began);
            largest_part = ended.part_bytes.max(largest_part);
            parts += usize::from(ended.part_bytes > 0);
            if ended.has_receipt {
                self.insist_on_confirmation(incident)?;
                return Ok(Uploaded { took: ended.at.duration_since(began), largest_part, parts });
            }
        }
    }

    /// What is measured must be what it is called: the core holds the verified receipt.
    fn insist_on_confirmation(&self, incident: IncidentId) -> Result<(), Stop> {
        let snapshot = self.siaga.snapshot();
        let files = snapshot.incident(incident).map(|view| view.files.as_slice()).unwrap_or_default();
        match files {
            [file] if matches!(file.state, FileState::Confirmed { .. }) => Ok(()),
            other => Err(Stop::failed(format!("an upload ended without its receipt: {other:?}"))),
        }
    }

    /// Waits for the end of a request that carries a part of a file.
    pub(super) fn next_part(&self) -> Result<Ended, Stop> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let ended = self.next_of_upload(deadline)?;
            if ended.part_bytes > 0 {
                return Ok(ended);
            }
        }
    }

    /// Forgets which requests ended so far.
    pub(super) fn forget_ended(&self) {
        while self.ended.try_recv().is_ok() {}
    }

    fn next_of_upload(&self, deadline: Instant) -> Result<Ended, Stop> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let ended = self.ended.recv_timeout(left);
            let ended =
                ended.map_err(|_| Stop::failed(format!("no upload ended in time: {:?}", self.siaga.snapshot())))?;
            if ended.is_of_upload {
                return Ok(ended);
            }
        }
    }

    /// Three presses; the incident, and how long the centre's receipt took from the third one on, in milliseconds.
    pub(super) fn press_sos(&self) -> Result<(IncidentId, f64), Stop> {
        for _ in 0..2 {
            let answer = self.siaga.press(Source::Screen)?;
            if !matches!(answer, PressAnswer::Counted { .. }) {
                return Err(Stop::failed(format!("an early press gave {answer:?}")));
            }
            std::thread::sleep(BETWEEN_PRESSES);
        }
        let begun = Instant::now();
        match self.siaga.press(Source::Screen)? {
            PressAnswer::Triggered { incident } => {
                self.until_receipt(incident)?;
                Ok((incident, begun.elapsed().as_secs_f64() * 1e3))
            }
            other @ (PressAnswer::Counted { .. }
            | PressAnswer::Escalated { .. }
            | PressAnswer::TooSoon
            | PressAnswer::SourceOff) => Err(Stop::failed(format!("the third press gave {other:?}"))),
        }
    }

    fn until_receipt(&self, incident: IncidentId) -> Result<(), Stop> {
        self.until("signed for", |snapshot| snapshot.incident(incident).is_some_and(|view| view.receipt.is_some()))
    }

    /// Waits until the phone has heard that the centre closed an incident.
    pub(super) fn until_closed(&self, incident: IncidentId) -> Result<(), Stop> {
        self.until("closed by the centre", |snapshot| {
            snapshot.incident(incident).is_none_or(|view| view.state == IncidentState::ClosedByCentre)
        })
    }

    fn until(&self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Result<(), Stop> {
        const LOOKS_EVERY: Duration = Duration::from_millis(1);
        let deadline = Instant::now() + LIMIT;
        while !holds(&self.siaga.snapshot()) {
            if Instant::now() > deadline {
                return Err(Stop::failed(format!("still not {what}: {:?}", self.siaga.snapshot())));
            }
            std::thread::sleep(LOOKS_EVERY);
        }
        Ok(())
    }
}
