//! A phone with hand-made ports: the real runtime and store, a clock that the bench moves, and a network that keeps every
//! request until the bench answers it. Nothing runs beside the step that is measured.

mod centre;
mod ports;

use std::path::Path;
use std::sync::Arc;

use siaga::platform::{NoLocation, NoLog, SystemEntropy};
use siaga::{
    CancelAuth, Centre as CentreConfig, Config, Disk, FixReading, FixSource, IncidentId, LocationReport, Outcome,
    Ports, PressAnswer, Radius, Report, Request, Siaga, Source,
};

pub(crate) use centre::Centre;
use ports::{Clocks, Held};

use crate::row::Stop;

/// So far apart are the presses of a citizen.
const BETWEEN_PRESSES_MS: u64 = 200;

/// How a request ends: calling it is the step that takes the outcome.
pub(crate) type Done = Box<dyn FnOnce(Outcome) + Send>;

/// The phone and its centre.
pub(crate) struct Phone {
    pub(crate) siaga: Siaga,
    clock: Arc<Clocks>,
    held: Arc<Held>,
    centre: Centre,
}

impl Phone {
    /// Opens, and lets the centre answer what opening asks for. With a thread of its own it does what a shell's does.
    pub(crate) fn open(folder: &Path, own_thread: bool) -> Result<Self, Stop> {
        let phone = Self::open_only(folder, own_thread, Centre::new()?)?;
        phone.settle();
        Ok(phone)
    }

    /// Opens only.
    pub(crate) fn open_only(folder: &Path, own_thread: bool, centre: Centre) -> Result<Self, Stop> {
        let (clock, held) = (Arc::new(Clocks::default()), Arc::new(Held::default()));
        let ports = Ports {
            clock: Arc::clone(&clock) as _,
            entropy: Arc::new(SystemEntropy),
            network: Some(Arc::clone(&held) as _),
            credentials: None,
            location: Arc::new(NoLocation),
            previews: None,
            log: Arc::new(NoLog),
            disk: Disk::system(),
            own_thread,
        };
        let siaga = Siaga::open(folder, &config(&centre), ports)?;
        Ok(Self { siaga, clock, held, centre })
    }

    /// Time passes.
    pub(crate) fn pass(&self, ms: u64) {
        self.clock.pass(ms);
    }

    /// One press.
    pub(crate) fn press(&self) -> Result<PressAnswer, Stop> {
        Ok(self.siaga.press(Source::Screen)?)
    }

    /// A fresh fix.
    pub(crate) fn locate(&self) -> Result<(), Stop> {
        Ok(self.siaga.location(LocationReport::Fix(fix()))?)
    }

    /// Everything before the press that makes the SOS: a fresh fix, and two presses.
    pub(crate) fn press_twice(&self) -> Result<(), Stop> {
        self.locate()?;
        for _ in 0..2 {
            let _ = self.press()?;
            self.settle();
            self.pass(BETWEEN_PRESSES_MS);
        }
        Ok(())
    }

    /// The SOS of a press, or an error: what is measured must be what it is called.
    pub(crate) fn triggered(answer: PressAnswer) -> Result<IncidentId, Stop> {
        match answer {
            PressAnswer::Triggered { incident } => Ok(incident),
            PressAnswer::Counted { .. }
            | PressAnswer::Escalated { .. }
            | PressAnswer::TooSoon
            | PressAnswer::SourceOff => Err(Stop::failed(format!("the third press made no SOS: {answer:?}"))),
        }
    }

    /// A report whose row is as large as an SOS's.
    pub(crate) fn submit(&self) -> Result<IncidentId, Stop> {
        Ok(self.siaga.submit(Report {
            category: "road".to_owned(),
            text: "A tree lies on the road. ".repeat(8),
            ..Default::default()
        })?)
    }

    /// Calls the open SOS off.
    pub(crate) fn cancel(&self) -> Result<(), Stop> {
        Ok(self.siaga.cancel(CancelAuth::None).map(drop)?)
    }

    /// The request that waits for its answer longest.
    pub(crate) fn next_request(&self) -> Option<(Request, Done)> {
        self.held.take()
    }

    /// What the centre answers.
    pub(crate) fn answer(&self, request: &Request) -> Outcome {
        self.centre.answer(request)
    }

    /// The centre answers everything, also what the answers bring forth.
    pub(crate) fn settle(&self) {
        while let Some((request, done)) = self.held.take() {
            done(self.centre.answer(&request));
        }
    }

    /// What the pump does between steps: what is due, and the checkpoints.
    pub(crate) fn keep_house(&self) -> Result<(), Stop> {
        Ok(self.siaga.wake()?)
    }
}

/// The configuration of an agency, as a shell reads it.
pub(crate) fn config(centre: &Centre) -> Config {
    Config {
        centre: CentreConfig {
            id: Centre::NAME.to_owned(),
            root_key: centre.root_key(),
            primary: "https://centre.example".to_owned(),
            second: None,
            public_roots: true,
            agency_cas_pem: Vec::new(),
        },
        press: siaga::PressConfig::default(),
        incident: siaga::IncidentConfig::default(),
        media: siaga::MediaConfig::default(),
    }
}

/// A fix of a good phone under a clear sky.
fn fix() -> FixReading {
    FixReading {
        lat: -6.990_343,
        lon: 110.422_91,
        radius: Some(Radius { m: 12.5, confidence: 0.68 }),
        altitude_m: Some(31.0),
        speed_mps: Some(1.2),
        bearing_deg: Some(270.0),
        source: FixSource::Gnss,
        mock: false,
        age_ms: 900,
        stated_wall_ms: None,
    }
}
