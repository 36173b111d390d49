//! The public object.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use siaga_engine::ids::{FileId, IncidentId};
use siaga_engine::location::LocationReport;
use siaga_engine::{Answer, CancelAuth, Event, Press, PressAnswer, Report, Snapshot};
use siaga_net::{Credentials, Net};
use siaga_store::{Disk, MediaFolder, StoreOptions};

use crate::config::Config;
use crate::core::Core;
use crate::drain::Drained;
use crate::error::Error;
use crate::files::{self, OwnCopies, Source};
use crate::platform::{NoLocation, NoLog, SystemEntropy};
use crate::ports::{Clock, Entropy, Listener, Location, Log, Network, Previews};
use crate::previews::PreviewMaker;
use crate::pump::Pump;
use crate::transfers::Transfers;

/// What a platform gives. [`Ports::system`] fills it for a Rust shell; a phone's shell sets its own.
pub struct Ports {
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The network; `None` for `siaga-net`, configured from [`Config`].
    pub network: Option<Arc<dyn Network>>,
    /// Headers that identify the citizen to the centre, asked for at send time and never stored.
    pub credentials: Option<Arc<dyn Credentials>>,
    /// Positioning.
    pub location: Arc<dyn Location>,
    /// Small pictures of files; `None` sends none.
    pub previews: Option<Arc<dyn Previews>>,
    /// Where notes go.
    pub log: Arc<dyn Log>,
    /// The disk that the folder is on: [`Disk::system`], but for a simulator.
    pub disk: Disk,
    /// Whether a thread of ours waits for the next wake-up and calls listeners, and another one for previews. Without it the
    /// host calls [`Siaga::wake`], as a simulator does, and previews are made before an attachment returns.
    pub own_thread: bool,
}

impl Ports {
    /// The ports of a Rust shell.
    ///
    /// # Errors
    /// [`Error::Platform`] when the system does not say which boot this is, or is none whose clocks the core can read: give a
    /// clock of your own then, by [`Ports::with_clock`].
    pub fn system() -> Result<Self, Error> {
        crate::platform::system_clock().map(Self::with_clock)
    }

    /// The ports of a Rust shell, with another clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            entropy: Arc::new(SystemEntropy),
            network: None,
            credentials: None,
            location: Arc::new(NoLocation),
            previews: None,
            log: Arc::new(NoLog),
            disk: Disk::system(),
            own_thread: true,
        }
    }
}

/// The core of a citizen emergency app: counts presses, keeps the SOS, and delivers it until the centre has signed for it.
///
/// All methods are synchronous and may be called from any thread; a press returns after its commit, so a phone's shell does
/// not call it on the main thread. Dropping closes.
pub struct Siaga {
    pub(crate) core: Arc<Core>,
    pub(crate) transfers: Transfers,
    pub(crate) pump: Mutex<Option<Pump>>,
}

impl Siaga {
    /// Opens the database in `folder` (made when missing, app-private, excluded from backup) and goes on with what is in it.
    /// A database that cannot be used is set aside and never keeps this from opening (INV-9).
    ///
    /// # Errors
    /// [`Error::Config`] or [`Error::Network`]: the configuration cannot be used.
    pub fn open(folder: impl Into<PathBuf>, config: &Config, ports: Ports) -> Result<Self, Error> {
        let (rules, addresses) = (Arc::new(config.rules()?), config.addresses()?);
        let options = StoreOptions { disk: ports.disk, ..StoreOptions::new(folder, ports.clock.now().boot) };
        let network = match ports.network {
            Some(network) => network,
            None => {
                let copies = Arc::new(OwnCopies(MediaFolder::new(&options)));
                Arc::new(Net::start(config.net(), ports.credentials, Some(copies))?)
            }
        };
        let mut core = Core::new(rules, options, ports.clock, ports.entropy, network, ports.location, ports.log);
        core.previews = Arc::new(PreviewMaker::new(ports.previews, ports.own_thread));
        let core = Arc::new(core);
        let pump = if ports.own_thread { Some(Pump::start(&core)?) } else { None };
        let transfers = Transfers::of(addresses, core.media().clone());
        let siaga = Self { core, transfers, pump: Mutex::new(pump) };
        let _ = siaga.core.step(Event::Opened)?;
        if ports.own_thread {
            files::take_up_apart(&siaga.core);
        }
        Ok(siaga)
    }

    /// Counts a press (its [`crate::Source`] alone is one of just now); the third within the window makes an SOS. Returns after the
    /// commit: what it says is on the disk, or [`Snapshot::store`] says that it is not (INV-1, INV-2).
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn press(&self, press: impl Into<Press>) -> Result<PressAnswer, Error> {
        match self.core.step(Event::Pressed(press.into()))? {
            Answer::Press(answer) => Ok(answer),
            // Presses are answered as presses.
            Answer::Noted | Answer::Made(_) | Answer::Cancelled(_) | Answer::Attached(_) | Answer::Declined(_) => {
                Ok(PressAnswer::TooSoon)
            }
        }
    }

    /// Starts a drill: the whole path of an SOS, that nobody can take for one. While one is open, gives that one.
    ///
    /// # Errors
    /// [`Error::SosIsOpen`], [`Error::Store`], [`Error::Closed`].
    pub fn drill(&self) -> Result<IncidentId, Error> {
        made(self.core.step(Event::DrillStarted)?)
    }

    /// Calls the open SOS off, or else the open drill. An event like any other: nothing is deleted.
    ///
    /// # Errors
    /// [`Error::NothingOpen`], [`Error::Closed`].
    pub fn cancel(&self, auth: CancelAuth) -> Result<IncidentId, Error> {
        made(self.core.step(Event::Cancelled(auth))?)
    }

    /// Queues an ordinary report.
    ///
    /// # Errors
    /// [`Error::Report`], [`Error::Store`], [`Error::Closed`].
    pub fn submit(&self, report: Report) -> Result<IncidentId, Error> {
        made(self.core.step(Event::Reported(report))?)
    }

    /// Attaches a file to an incident that the snapshot shows. When this returns, a copy of its bytes is ours and on the disk, the
    /// centre is told of it with the next text, and its bytes are on their way (a draft's when it is submitted); the original may go.
    /// The same bytes in the same incident are one file.
    ///
    /// The copy is made on the caller's thread, which for a video takes a while, and holds nothing up.
    ///
    /// # Errors
    /// [`Error::Attach`], [`Error::Store`], [`Error::Closed`].
    pub fn attach_file(&self, incident: IncidentId, file: impl AsRef<Path>) -> Result<FileId, Error> {
        let file = file.as_ref();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        files::attach(&self.core, incident, &name, Source::Path(file))
    }

    /// The same for bytes that come from a stream, such as another app's content on Android, whose permission ends with the
    /// process: a copy that is interrupted cannot be taken up again, and is shown as [`crate::FileState::Lost`].
    ///
    /// # Errors
    /// As for [`Siaga::attach_file`].
    pub fn attach_stream(&self, incident: IncidentId, name: &str, stream: &mut dyn Read) -> Result<FileId, Error> {
        files::attach(&self.core, incident, name, Source::Stream(stream))
    }

    /// Lets a file wait. A part that is under way still arrives.
    ///
    /// # Errors
    /// [`Error::Attach`] when nothing of it waits, [`Error::Store`], [`Error::Closed`].
    pub fn pause_file(&self, file: FileId) -> Result<(), Error> {
        files::decided(&self.core, Event::FilePaused(file))
    }

    /// Lets a file go on that was paused. On a metered network it may wait all the same: see [`Siaga::allow_any_network`].
    ///
    /// # Errors
    /// As for [`Siaga::pause_file`].
    pub fn resume_file(&self, file: FileId) -> Result<(), Error> {
        files::decided(&self.core, Event::FileResumed(file))
    }

    /// Takes a file back: nothing more of it is sent, the centre learns that it misses nothing, and our copy goes when its time is
    /// over. The same bytes can be attached again.
    ///
    /// # Errors
    /// As for [`Siaga::pause_file`]; what the centre has signed for stays there.
    pub fn withdraw_file(&self, file: FileId) -> Result<(), Error> {
        files::decided(&self.core, Event::FileWithdrawn(file))
    }

    /// Takes up the copies that a process began and did not finish. The core's own thread does it at its start; a host without
    /// one calls it once after opening, on a thread that has time.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Closed`]. What became of each copy is in the snapshot.
    pub fn take_up_copies(&self) -> Result<(), Error> {
        files::take_up(&self.core)
    }

    /// Takes what positioning reports.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn location(&self, report: LocationReport) -> Result<(), Error> {
        self.core.step(Event::Located(report)).map(drop)
    }

    /// The phone's default network is another one. What backed off is tried again, an SOS at once.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn network_changed(&self) -> Result<(), Error> {
        self.core.step(Event::NetworkChanged).map(drop)
    }

    /// The network's bytes are counted and paid for from now on, or not. While they are, files of reports and drills wait that are
    /// larger than [`MediaConfig::metered_max_mb`](crate::MediaConfig::metered_max_mb), and go on at once when they are not. What was
    /// told is remembered; until it is told for the first time, nothing waits. Told at each start, and when it changes.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn network_metered(&self, metered: bool) -> Result<(), Error> {
        self.core.step(Event::NetworkMetered(metered)).map(drop)
    }

    /// Lets a file go over a metered network, too. [`Siaga::pause_file`] takes it back.
    ///
    /// # Errors
    /// As for [`Siaga::pause_file`].
    pub fn allow_any_network(&self, file: FileId) -> Result<(), Error> {
        files::decided(&self.core, Event::AnyNetworkAllowed(file))
    }

    /// The host app has a new identity for the centre: what waited for one is tried again.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn identity_changed(&self) -> Result<(), Error> {
        self.core.step(Event::IdentityChanged).map(drop)
    }

    /// The centre pushed a message: there may be news. Nothing of it is believed; what is followed is read at once, and at most
    /// every two seconds however many messages come.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn push_received(&self) -> Result<(), Error> {
        self.core.step(Event::PushReceived).map(drop)
    }

    /// What a screen draws.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.core.snapshot()
    }

    /// Calls `listener` after each change, until the subscription is dropped.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> crate::Subscription {
        self.core.subscribe(listener)
    }

    /// Records of ended incidents, the newest first, at most `newest`.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Closed`].
    pub fn history(&self, newest: u32) -> Result<Vec<crate::IncidentView>, Error> {
        self.core.history(newest)
    }

    /// Delivers until nothing waits and the news are read that a push message spoke of, or until `deadline_ms` from now (at most
    /// a day) is over: for a platform's background job.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn drain(&self, deadline_ms: u64) -> Result<Drained, Error> {
        crate::drain::drain(&self.core, deadline_ms)
    }

    /// When the engine wants to be woken next, in milliseconds from now, and why; `None` when nothing waits. A platform's
    /// alarm is set by it: timers of a process do not count sleep.
    #[must_use]
    pub fn next_wake(&self) -> Option<crate::NextWake> {
        self.core.next_wake()
    }

    /// Does what is due: to be called by a platform's alarm.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn wake(&self) -> Result<(), Error> {
        self.core.wake()
    }

    /// Lets go of every file and lock before the process is suspended (F58). A press opens them again.
    ///
    /// # Errors
    /// [`Error::Store`] when the database could not be closed.
    pub fn prepare_suspend(&self) -> Result<(), Error> {
        self.core.suspend()
    }

    /// The process goes on after a suspension.
    ///
    /// # Errors
    /// [`Error::Closed`] only.
    pub fn resume(&self) -> Result<(), Error> {
        self.core.resume()
    }

    /// Closes: nothing is sent any more, and every other method says [`Error::Closed`].
    ///
    /// # Errors
    /// [`Error::Store`] when the database could not be closed; nothing is lost by it.
    pub fn close(&self) -> Result<(), Error> {
        let closed = self.core.close();
        // Nothing is done under this lock but taking the pump out.
        let pump = self.pump.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(pump);
        closed
    }
}

impl Drop for Siaga {
    fn drop(&mut self) {
        // What a failing close leaves is what a killed process leaves, and that is safe (INV-13).
        let _ = self.close();
    }
}

pub(crate) fn made(answer: Answer) -> Result<IncidentId, Error> {
    match answer {
        Answer::Made(incident) | Answer::Cancelled(incident) => Ok(incident),
        Answer::Declined(declined) => Err(declined.into()),
        Answer::Noted | Answer::Press(_) | Answer::Attached(_) => Err(Error::NothingOpen),
    }
}
