//! The phone around a core under replay. Time jumps from one thing that is due to the next.

use rusqlite::Connection;
use serde_json::{Value, json};
use siaga::{Centre, Config};
use tempfile::TempDir;

use crate::replay::centre::CENTRE_ID;
use crate::replay::clock::VirtualClock;
use crate::replay::command::{Ask, Begun, Command, Core, Due, Told};
use crate::replay::fault::{TraceFault, malformed};
use crate::replay::line::{AttachInput, Input, Limits};
use crate::replay::link::{Link, ORIGIN};
use crate::replay::lock;
use crate::replay::view::{View, beside};

/// Steps that one line may need. An hour offline is some 500; a core that is due for ever is a bug that must not hang.
const MOST_STEPS: usize = 100_000;

/// The world of one replay.
pub(super) struct World<'a> {
    core: &'a mut dyn Core,
    clock: VirtualClock,
    link: Link,
    config: String,
    /// When the core wants to be woken, and why.
    wake: Option<(u64, Value)>,
    answer: Value,
    /// Holds the database's lock, as another process would.
    lock: Option<Connection>,
    folder: TempDir,
    /// Where the citizen's files are.
    files: TempDir,
}

impl<'a> World<'a> {
    pub(super) fn begin(under: &'a mut dyn Core, limits: &Limits) -> Result<Self, TraceFault> {
        let link = Link::new().map_err(|error| core(0, error.to_string()))?;
        let config = config(&link, limits);
        let new_folder = || TempDir::new().map_err(|error| core(0, error.to_string()));
        let (folder, files) = (new_folder()?, new_folder()?);
        let (clock, answer) = (VirtualClock::default(), Value::Null);
        let mut world = Self { core: under, clock, link, config, wake: None, answer, lock: None, folder, files };
        let _ = world.open(0)?;
        Ok(world)
    }

    pub(super) const fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Lets happen whatever is due until then.
    pub(super) fn advance(&mut self, line: usize, at_ms: Option<u64>) -> Result<(), TraceFault> {
        let now_ms = self.now_ms();
        let until_ms = at_ms.unwrap_or(now_ms);
        if until_ms < now_ms {
            return Err(malformed(line, format!("at_ms is {until_ms}, but it is {now_ms} already")));
        }
        for _ in 0..MOST_STEPS {
            let wake_ms = self.wake.as_ref().map(|(at_ms, _)| *at_ms).filter(|_| !self.link.is_asleep());
            let Some(next_ms) = wake_ms.into_iter().chain(self.link.next_ms()).min().filter(|at_ms| *at_ms <= until_ms)
            else {
                self.clock.move_to(until_ms);
                return Ok(());
            };
            self.clock.move_to(next_ms);
            let due = match self.link.take_arrived(self.clock) {
                Some((id, Ok(reply))) => Ask::Replied { id, reply },
                Some((id, Err(failure))) => Ask::Failed { id, failure },
                None => Ask::Wake,
            };
            let _ = self.must(line, due)?;
        }
        Err(core(line, "it wakes without end".to_owned()))
    }

    /// Lets one input happen.
    pub(super) fn input(&mut self, line: usize, input: &Input) -> Result<(), TraceFault> {
        self.answer = self.happen(line, input)?;
        // What the input itself made due happens before the next line looks.
        self.advance(line, None)
    }

    /// What can be seen now.
    pub(super) fn view(&mut self, line: usize) -> Result<View, TraceFault> {
        let snapshot = self.must(line, Ask::Snapshot)?;
        let next_wake =
            self.wake.clone().map(|(at_ms, reason)| Due { in_ms: at_ms.saturating_sub(self.now_ms()), reason });
        let beside = beside(&self.answer, next_wake.as_ref(), &self.link.view());
        View::new(snapshot, next_wake, beside).map_err(|why| core(line, why))
    }

    /// The last process ends in peace.
    pub(super) fn end(mut self, line: usize) -> Result<(), TraceFault> {
        self.tell(line, Ask::Close).map(drop)
    }

    fn happen(&mut self, line: usize, input: &Input) -> Result<Value, TraceFault> {
        let ask = match input {
            Input::Press { source, ago_ms } => Ask::Press { source: *source, ago_ms: *ago_ms },
            Input::Drill => Ask::Drill,
            Input::Cancel { code } => Ask::Cancel { code: code.clone() },
            Input::Report(report) => Ask::Report(report.clone()),
            Input::Draft(report) => Ask::Draft(report.clone()),
            Input::Drafted => Ask::Drafted { incident: self.draft(line)? },
            Input::Edit(report) => Ask::Edit { incident: self.draft(line)?, report: report.clone() },
            Input::Submit => Ask::Submit { incident: self.draft(line)? },
            Input::Discard => Ask::Discard { incident: self.draft(line)? },
            Input::Note { text } => Ask::Note { incident: self.newest(line)?, text: text.clone() },
            Input::Attach(file) => self.attach(line, file)?,
            Input::Fix(fix) => Ask::Fix(fix.reading()),
            Input::NoFix { reason } => Ask::NoFix { reason: *reason },
            Input::AnyNetwork => Ask::AnyNetwork { file: self.newest_file(line)? },
            Input::NetworkChanged => Ask::NetworkChanged,
            Input::NetworkMetered { metered } => Ask::NetworkMetered { metered: *metered },
            Input::IdentityChanged => Ask::IdentityChanged,
            Input::Push => Ask::Push,
            Input::Advance => return Ok(Value::Null),
            Input::Network { mode } => {
                self.link.set_mode(*mode, self.clock);
                return Ok(Value::Null);
            }
            Input::Mark { step } => {
                self.link.mark(step, self.clock);
                return Ok(Value::Null);
            }
            Input::Centre { files } => {
                self.link.take_files(*files);
                return Ok(Value::Null);
            }
            Input::Lock => return self.lock(line),
            Input::Unlock => return self.unlock(line),
            Input::Restart { reboot } => {
                // One that cannot be closed is over all the same.
                let _ = self.tell(line, Ask::Close)?;
                return self.begin_anew(line, *reboot);
            }
            Input::Kill => {
                let _ = self.must(line, Ask::Abandon)?;
                return self.begin_anew(line, false);
            }
            Input::Suspend { reply_after_ms } => return self.suspend(line, *reply_after_ms),
            Input::Resume => {
                self.link.wake_up(self.clock);
                Ask::Resume
            }
        };
        let told = self.tell(line, ask)?;
        Ok(told.error.map_or(told.answer, |error| json!({ "error": error })))
    }

    /// The newest incident that is shown.
    fn newest(&mut self, line: usize) -> Result<String, TraceFault> {
        self.last(line, |_| true).and_then(|id| id.ok_or_else(|| malformed(line, "no incident is shown".to_owned())))
    }

    /// The newest file of all.
    fn newest_file(&mut self, line: usize) -> Result<String, TraceFault> {
        let snapshot = self.must(line, Ask::Snapshot)?;
        let incidents = snapshot.get("incidents").and_then(Value::as_array).into_iter().flatten();
        let files = incidents.filter_map(|incident| incident.get("files")?.as_array()?.last());
        let newest = files.filter_map(|file| file.get("id")?.as_str()).max().map(str::to_owned);
        newest.ok_or_else(|| malformed(line, "no file is shown".to_owned()))
    }

    /// The newest draft.
    fn draft(&mut self, line: usize) -> Result<String, TraceFault> {
        let is_draft = |incident: &Value| incident.get("state").is_some_and(|state| state == "draft");
        self.last(line, is_draft).and_then(|id| id.ok_or_else(|| malformed(line, "there is no draft".to_owned())))
    }

    fn last(&mut self, line: usize, which: impl Fn(&Value) -> bool) -> Result<Option<String>, TraceFault> {
        let snapshot = self.must(line, Ask::Snapshot)?;
        let shown = snapshot.get("incidents").and_then(Value::as_array);
        let last = shown.and_then(|shown| shown.iter().rfind(|incident| which(incident)));
        Ok(last.and_then(|incident| incident.get("id")).and_then(Value::as_str).map(str::to_owned))
    }

    fn attach(&mut self, line: usize, file: &AttachInput) -> Result<Ask, TraceFault> {
        let incident = self.newest(line)?;
        let whole = file.whole().ok_or_else(|| malformed(line, "head is not base64".to_owned()))?;
        let path = self.files.path().join(file.last_part());
        std::fs::write(&path, whole).map_err(|error| core(line, error.to_string()))?;
        Ok(Ask::Attach { incident, name: file.name.clone(), path, content: file.content })
    }

    fn suspend(&mut self, line: usize, reply_after_ms: u64) -> Result<Value, TraceFault> {
        let taken = self.must(line, Ask::Suspend)?;
        let strange = |error| core(line, format!("it hands over what is no transfer: {error}"));
        let taken: Vec<Begun> = serde_json::from_value(taken).map_err(strange)?;
        let (transfers, unmetered) = (taken.len(), taken.iter().filter(|transfer| transfer.unmetered).count());
        self.link.hand_over(taken, reply_after_ms, self.clock);
        Ok(json!({ "transfers": transfers, "unmetered": unmetered }))
    }

    fn lock(&mut self, line: usize) -> Result<Value, TraceFault> {
        if self.lock.is_some() {
            return Err(malformed(line, "it is locked already".to_owned()));
        }
        self.lock = Some(lock::hold(self.folder.path()).map_err(|error| core(line, error.to_string()))?);
        Ok(Value::Null)
    }

    fn unlock(&mut self, line: usize) -> Result<Value, TraceFault> {
        let held = self.lock.take().ok_or_else(|| malformed(line, "nothing is locked".to_owned()))?;
        lock::release(&held).map_err(|error| core(line, error.to_string()))?;
        Ok(Value::Null)
    }

    fn begin_anew(&mut self, line: usize, reboot: bool) -> Result<Value, TraceFault> {
        self.link.forget_own();
        if reboot {
            self.clock.reboot();
        }
        self.open(line)
    }

    fn open(&mut self, line: usize) -> Result<Value, TraceFault> {
        let (folder, config) = (self.folder.path().to_owned(), self.config.clone());
        self.must(line, Ask::Open { folder, config })
    }

    /// A call that is never refused.
    fn must(&mut self, line: usize, ask: Ask) -> Result<Value, TraceFault> {
        let told = self.tell(line, ask)?;
        told.error.map_or(Ok(told.answer), |error| Err(core(line, error.message)))
    }

    /// Tells the core, and lets leave what it begins.
    fn tell(&mut self, line: usize, ask: Ask) -> Result<Told, TraceFault> {
        let command = Command { now: self.clock.reading(), ask };
        let mut told = self.core.carry_out(&command).map_err(|why| core(line, why))?;
        self.wake = told.next_wake.take().map(|due| (self.now_ms().saturating_add(due.in_ms), due.reason));
        if told.renewed {
            self.link.break_own(self.clock);
        }
        told.begun.drain(..).for_each(|begun| self.link.begin(begun, self.clock));
        Ok(told)
    }
}

/// The configuration that the agency of every trace gives out.
fn config(link: &Link, limits: &Limits) -> String {
    let centre = Centre {
        id: CENTRE_ID.to_owned(),
        root_key: link.root_key(),
        primary: ORIGIN.to_owned(),
        second: None,
        public_roots: true,
        agency_cas_pem: Vec::new(),
    };
    json!(Config {
        centre,
        press: limits.press.clone(),
        incident: limits.incident.clone(),
        media: limits.media.clone()
    })
    .to_string()
}

const fn core(line: usize, why: String) -> TraceFault {
    TraceFault::Core { line, why }
}
