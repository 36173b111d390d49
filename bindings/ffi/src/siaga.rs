//! The object that a shell holds.

use std::sync::Arc;

use siaga::ports::{Network, Previews};
use siaga::{
    CancelAuth, Config, Credentials, Drained, Error, FileId, IncidentId, IncidentView, LocationReport, NextWake, Press,
    PressAnswer, Report, Snapshot, Source,
};

use crate::guard::guarded;
use crate::ports::{
    ContentPort, Failures, ForeignClock, ForeignContent, ForeignCredentials, ForeignEntropy, ForeignListener,
    ForeignLocation, ForeignLog, ForeignPreview, ForeignTransport, Listener, Ports,
};
use crate::subscription::Subscription;

/// The core of a citizen emergency app: counts presses, keeps the SOS, and delivers it until the centre has signed for it.
///
/// All methods are synchronous and may be called from any thread but the main one: a press returns after its commit. Letting
/// go of the object closes it.
#[derive(uniffi::Object)]
pub struct Siaga {
    pub(crate) core: siaga::Siaga,
    failures: Failures,
}

#[uniffi::export]
impl Siaga {
    /// Opens the database in `folder` (made when missing, app-private, excluded from backup) and goes on with what is in it.
    /// `config` is the agency's configuration, one JSON document. A database that cannot be used is set aside and never
    /// keeps this from opening.
    ///
    /// # Errors
    /// `Config` or `Network`: the configuration cannot be used. `Platform`: no clock.
    #[uniffi::constructor]
    pub fn open(folder: String, config: String, ports: Ports) -> Result<Arc<Self>, Error> {
        guarded("open", || {
            let config = Config::from_json(&config)?;
            let failures = Failures::default();
            let ports = native(ports, (&folder, &config), &failures)?;
            let core = siaga::Siaga::open(folder, &config, ports)?;
            Ok(Arc::new(Self { core, failures }))
        })
    }

    /// Counts a press; the third within the window makes an SOS. Returns after the commit: what it says is on the disk, or
    /// the snapshot's `store` says that it is not. `ago_ms` is how long ago the citizen touched, in milliseconds: what waited
    /// for a thread or a slow disk counts at the moment of its touch.
    ///
    /// # Errors
    /// `Closed` only.
    #[uniffi::method(default(ago_ms = 0))]
    pub fn press(&self, source: Source, ago_ms: u32) -> Result<PressAnswer, Error> {
        guarded("press", || self.core.press(Press { source, ago_ms }))
    }

    /// Starts a drill: the whole path of an SOS, that nobody can take for one. While one is open, gives that one.
    ///
    /// # Errors
    /// `SosIsOpen`, `Store`, `Closed`.
    pub fn drill(&self) -> Result<IncidentId, Error> {
        guarded("drill", || self.core.drill())
    }

    /// Calls the open SOS off, or else the open drill. An event like any other: nothing is deleted.
    ///
    /// # Errors
    /// `NothingOpen`, `Closed`.
    pub fn cancel(&self, auth: CancelAuth) -> Result<IncidentId, Error> {
        guarded("cancel", || self.core.cancel(auth))
    }

    /// Queues an ordinary report.
    ///
    /// # Errors
    /// `Report`, `Store`, `Closed`.
    pub fn submit(&self, report: Report) -> Result<IncidentId, Error> {
        guarded("submit", || self.core.submit(report))
    }

    /// Attaches a file to an incident that the snapshot shows: one that this process can open again by its path. When this
    /// returns, a copy is ours and on the disk, and the original may go. Its name on the wire is the last part of the path.
    ///
    /// # Errors
    /// `Attach`, `Store`, `Closed`.
    pub fn attach_file(&self, incident: IncidentId, path: String) -> Result<FileId, Error> {
        guarded("attach_file", || self.core.attach_file(incident, path))
    }

    /// The same for another app's content, whose permission may end with the process. `name` is what the citizen knows it by.
    ///
    /// # Errors
    /// `Attach`, `Store`, `Closed`.
    pub fn attach_content(
        &self,
        incident: IncidentId,
        name: String,
        content: Arc<dyn ContentPort>,
    ) -> Result<FileId, Error> {
        guarded("attach_content", || {
            self.core.attach_stream(incident, &name, &mut ForeignContent::new(content, self.failures.clone()))
        })
    }

    /// Lets a file wait. A part that is under way still arrives.
    ///
    /// # Errors
    /// `Attach` when nothing of it waits, `Store`, `Closed`.
    pub fn pause_file(&self, file: FileId) -> Result<(), Error> {
        guarded("pause_file", || self.core.pause_file(file))
    }

    /// Lets a file go on that was paused. On a metered network it may wait all the same: see `allow_any_network`.
    ///
    /// # Errors
    /// As for `pause_file`.
    pub fn resume_file(&self, file: FileId) -> Result<(), Error> {
        guarded("resume_file", || self.core.resume_file(file))
    }

    /// Takes a file back: nothing more of it is sent, the centre learns that it misses nothing, and the copy goes when its time is
    /// over. The same bytes can be attached again.
    ///
    /// # Errors
    /// As for `pause_file`; what the centre has signed for stays there.
    pub fn withdraw_file(&self, file: FileId) -> Result<(), Error> {
        guarded("withdraw_file", || self.core.withdraw_file(file))
    }

    /// What a screen draws.
    ///
    /// # Errors
    /// `Bug` only: a closed core still shows what it last knew.
    pub fn snapshot(&self) -> Result<Snapshot, Error> {
        guarded("snapshot", || Ok(self.core.snapshot()))
    }

    /// Records of ended incidents, the newest first, at most `newest`.
    ///
    /// # Errors
    /// `Store`, `Closed`.
    pub fn history(&self, newest: u32) -> Result<Vec<IncidentView>, Error> {
        guarded("history", || self.core.history(newest))
    }

    /// Calls `listener` after each change, as long as the subscription is kept.
    ///
    /// # Errors
    /// `Bug` only.
    pub fn subscribe(&self, listener: Arc<dyn Listener>) -> Result<Arc<Subscription>, Error> {
        guarded("subscribe", || {
            let listener = ForeignListener { port: listener, failures: self.failures.clone() };
            Ok(Arc::new(Subscription::new(self.core.subscribe(Arc::new(listener)))))
        })
    }

    /// Delivers until nothing waits, or until `deadline_ms` from now (at most a day) is over: for a platform's background
    /// job.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn drain(&self, deadline_ms: u64) -> Result<Drained, Error> {
        guarded("drain", || self.core.drain(deadline_ms))
    }

    /// When the core wants to be woken next, and why; nothing when nothing waits. A platform's alarm is set by it: timers of
    /// a process do not count sleep.
    ///
    /// # Errors
    /// `Bug` only.
    pub fn next_wake(&self) -> Result<Option<NextWake>, Error> {
        guarded("next_wake", || Ok(self.core.next_wake()))
    }

    /// Does what is due: to be called by a platform's alarm.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn wake(&self) -> Result<(), Error> {
        guarded("wake", || self.core.wake())
    }

    /// The phone's default network is another one. What backed off is tried again, an SOS at once.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn network_changed(&self) -> Result<(), Error> {
        guarded("network_changed", || self.core.network_changed())
    }

    /// The network's bytes are counted and paid for from now on, or not. While they are, files of reports and drills wait that are
    /// larger than the configuration's `media.metered_max_mb`, and go on at once when they are not. What was told is remembered;
    /// until it is told for the first time, nothing waits. Told at each start, and when it changes.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn network_metered(&self, metered: bool) -> Result<(), Error> {
        guarded("network_metered", || self.core.network_metered(metered))
    }

    /// Lets a file go over a metered network, too. `pause_file` takes it back.
    ///
    /// # Errors
    /// As for `pause_file`.
    pub fn allow_any_network(&self, file: FileId) -> Result<(), Error> {
        guarded("allow_any_network", || self.core.allow_any_network(file))
    }

    /// The host app has a new identity for the centre: what waited for one is tried again.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn identity_changed(&self) -> Result<(), Error> {
        guarded("identity_changed", || self.core.identity_changed())
    }

    /// The centre has pushed a message: there may be news. What it says is read from the centre, never from the message.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn push_received(&self) -> Result<(), Error> {
        guarded("push_received", || self.core.push_received())
    }

    /// Takes what positioning reports.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn location(&self, report: LocationReport) -> Result<(), Error> {
        guarded("location", || self.core.location(report))
    }

    /// Lets go of every file and lock before the process is suspended. A press opens them again.
    ///
    /// # Errors
    /// `Store` when the database could not be closed.
    pub fn prepare_suspend(&self) -> Result<(), Error> {
        guarded("prepare_suspend", || self.core.prepare_suspend())
    }

    /// The process goes on after a suspension.
    ///
    /// # Errors
    /// `Closed` only.
    pub fn resume(&self) -> Result<(), Error> {
        guarded("resume", || self.core.resume())
    }

    /// Closes: nothing is sent any more, and every other method says `Closed`. Kotlin keeps the name `close` for letting go
    /// of the object.
    ///
    /// # Errors
    /// `Store` when the database could not be closed; nothing is lost by it.
    pub fn shut_down(&self) -> Result<(), Error> {
        guarded("shut_down", || self.core.close())
    }

    /// How many calls of ports have failed so far: they threw, or answered what cannot be used.
    ///
    /// # Errors
    /// `Bug` only.
    pub fn port_failures(&self) -> Result<u32, Error> {
        guarded("port_failures", || Ok(self.failures.so_far()))
    }
}

/// The core's ports, filled with the shell's.
fn native(ports: Ports, at: (&str, &Config), failures: &Failures) -> Result<siaga::Ports, Error> {
    let Ports { clock, entropy, location, log, credentials, preview, transport, own_thread } = ports;
    let mut native = match clock {
        Some(clock) => siaga::Ports::with_clock(Arc::new(ForeignClock::start(clock, failures.clone())?)),
        None => siaga::Ports::system()?,
    };
    if let Some(port) = entropy {
        native.entropy = Arc::new(ForeignEntropy { port, failures: failures.clone() });
    }
    if let Some(port) = location {
        native.location = Arc::new(ForeignLocation { port, failures: failures.clone() });
    }
    if let Some(port) = log {
        native.log = Arc::new(ForeignLog { port, failures: failures.clone() });
    }
    native.credentials = credentials
        .map(|port| Arc::new(ForeignCredentials { port, failures: failures.clone() }) as Arc<dyn Credentials>);
    native.previews =
        preview.map(|port| Arc::new(ForeignPreview { port, failures: failures.clone() }) as Arc<dyn Previews>);
    native.network = transport
        .map(|port| ForeignTransport::new(port, at, failures.clone()))
        .transpose()?
        .map(|transport| Arc::new(transport) as Arc<dyn Network>);
    native.own_thread = own_thread;
    Ok(native)
}
