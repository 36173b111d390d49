//! A phone as a shell would have it: the real core with a thread of its own, and the real network.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use siaga::ports::{Clock, Network};
use siaga::{
    Config, FixReading, FixSource, IncidentId, LocationReport, Ports, PressAnswer, Radius, Siaga, Snapshot, Source,
};
use siaga_net::{Net, NetConfig, Trust};

use super::ports::{Ended, LeapingClock, Watched};
use crate::row::Stop;

/// Loopback answers within milliseconds, and a back-off adds some seconds; whoever waits for longer waits for nothing.
const LIMIT: Duration = Duration::from_secs(20);

/// Longer than an ended incident stays in the engine's state: a phone has one SOS in years, and the next must not pay for the
/// last one.
const AN_INCIDENT_LATER_MS: u64 = 2 * 60 * 60 * 1_000;

/// Longer than any debounce, and three of it are shorter than any window.
const A_PRESS_LATER_MS: u64 = 320;

/// A phone on the wire.
pub(super) struct WiredPhone {
    siaga: Siaga,
    clock: Arc<LeapingClock>,
    pub(super) network: Arc<Watched>,
    ended: Receiver<Ended>,
    fixes: AtomicU64,
}

impl WiredPhone {
    /// Opens the phone's database.
    pub(super) fn open(folder: &Path, config: &Config) -> Result<Self, Stop> {
        let clock = Arc::new(LeapingClock::new()?);
        let (sender, ended) = channel();
        let network = Arc::new(Watched::new(Net::start(net_config(config), None, None)?, sender));
        let time: Arc<dyn Clock> = Arc::<LeapingClock>::clone(&clock);
        let wire: Arc<dyn Network> = Arc::<Watched>::clone(&network);
        let siaga = Siaga::open(folder, config, Ports { clock: time, network: Some(wire), ..Ports::system()? })?;
        Ok(Self { siaga, clock, network, ended, fixes: AtomicU64::new(0) })
    }

    /// Waits until the phone knows the centre's keys and what it offers; that is read with the first wake-up.
    pub(super) fn until_acquainted(&self) -> Result<(), Stop> {
        self.siaga.resume()?;
        self.until_quiet("acquainted with the centre", |snapshot| snapshot.offers.is_some())
    }

    /// The last incident is long over, and there is a fresh position.
    pub(super) fn another_day(&self) -> Result<(), Stop> {
        self.clock.leap(AN_INCIDENT_LATER_MS);
        Ok(self.siaga.location(LocationReport::Fix(self.fix()))?)
    }

    /// All presses of an SOS but the last.
    pub(super) fn press_twice(&self) -> Result<(), Stop> {
        for _ in 0..2 {
            let answer = self.siaga.press(Source::Screen)?;
            if !matches!(answer, PressAnswer::Counted { .. }) {
                return Err(Stop::failed(format!("an early press gave {answer:?}")));
            }
            self.clock.leap(A_PRESS_LATER_MS);
        }
        Ok(())
    }

    /// The third press.
    pub(super) fn trigger(&self) -> Result<IncidentId, Stop> {
        match self.siaga.press(Source::Screen)? {
            PressAnswer::Triggered { incident } => Ok(incident),
            other @ (PressAnswer::Counted { .. }
            | PressAnswer::Escalated { .. }
            | PressAnswer::TooSoon
            | PressAnswer::SourceOff) => Err(Stop::failed(format!("the third press gave {other:?}"))),
        }
    }

    /// Waits until the SOS's delivery is over: its second commit is done.
    pub(super) fn delivered(&self) -> Result<Ended, Stop> {
        self.ended.recv_timeout(LIMIT).map_err(|_| Stop::failed("no delivery ended in time"))
    }

    /// What is measured must be what it is called: the centre stored it now, and the core holds its verified receipt.
    pub(super) fn insist_on_receipt(&self, incident: IncidentId, ended: &Ended) -> Result<(), Stop> {
        let view = self.siaga.snapshot().incident(incident).cloned();
        if ended.status == Some(201) && view.as_ref().is_some_and(|view| view.receipt.is_some()) {
            return Ok(());
        }
        Err(Stop::failed(format!("an SOS ended without a receipt: {:?}, {view:?}", ended.status)))
    }

    /// Waits until this holds, and no request is under way.
    pub(super) fn until_quiet(&self, what: &str, holds: impl Fn(&Snapshot) -> bool) -> Result<(), Stop> {
        const LOOKS_EVERY: Duration = Duration::from_millis(1);
        let deadline = Instant::now() + LIMIT;
        while !self.network.is_quiet() || !holds(&self.siaga.snapshot()) {
            if Instant::now() > deadline {
                return Err(Stop::failed(format!("still not {what}: {:?}", self.siaga.snapshot())));
            }
            std::thread::sleep(LOOKS_EVERY);
        }
        Ok(())
    }

    /// A whole fix, as a phone under a clear sky gives it: no field is empty, and each is another one.
    fn fix(&self) -> FixReading {
        // Below a thousand: exact as a float.
        #[allow(clippy::cast_precision_loss)]
        let nth = (self.fixes.fetch_add(1, Ordering::SeqCst) % 1_000) as f64;
        // Seven digits are a centimetre, as Android rounds.
        let along = |from: f64, step: f64| (step.mul_add(nth, from) * 1e7).round() / 1e7;
        FixReading {
            lat: along(-6.993_231_7, 0.000_013_7),
            lon: along(110.420_318_3, 0.000_017_3),
            radius: Some(Radius { m: 12.5, confidence: 0.68 }),
            altitude_m: Some(28.4),
            speed_mps: Some(1.3),
            bearing_deg: Some(271.5),
            source: FixSource::Fused,
            mock: false,
            age_ms: 1_200,
            stated_wall_ms: Some(siaga::platform::wall_ms()),
        }
    }
}

/// The transport's part of a configuration, as the core makes it.
pub(crate) fn net_config(config: &Config) -> NetConfig {
    let centre = config.centre.clone();
    let trust = Trust { public_roots: centre.public_roots, agency_cas_pem: centre.agency_cas_pem };
    NetConfig { primary: centre.primary, second: centre.second, trust }
}
