//! The core and all that surrounds it. Time jumps from one thing that is due to the next.

use std::sync::Arc;

use serde_json::{Value, json};
use siaga::platform::{NoLocation, NoLog};
use siaga::{Centre, Config, LocationReport, Ports, Report, Siaga};
use tempfile::TempDir;

use crate::command::auth;
use crate::draw::{self, Scene};
use crate::replay::centre::{CENTRE_ID, TestCentre};
use crate::replay::fault::TraceFault;
use crate::replay::line::{Input, Limits};
use crate::replay::link::Link;
use crate::replay::ports::{CountedEntropy, VirtualClock};

/// Steps that one line may need. An hour offline is some 500; a core that is due for ever is a bug that must not hang.
const MOST_STEPS: usize = 100_000;

/// Columns of the drawn view.
const COLUMNS: usize = 100;

/// The world of one replay.
pub(super) struct World {
    clock: Arc<VirtualClock>,
    entropy: Arc<CountedEntropy>,
    link: Arc<Link>,
    config: Config,
    /// `None` only while it is being opened anew.
    siaga: Option<Siaga>,
    answer: Value,
    folder: TempDir,
}

impl World {
    pub(super) fn begin(limits: &Limits) -> Result<Self, TraceFault> {
        let fault = |why: String| TraceFault::Core { line: 0, why };
        let centre = TestCentre::new().map_err(|error| fault(error.to_string()))?;
        let config = Config {
            centre: Centre {
                id: CENTRE_ID.to_owned(),
                root_key: centre.root_key(),
                primary: "https://centre.example".to_owned(),
                second: None,
                public_roots: true,
                agency_cas_pem: Vec::new(),
            },
            press: limits.press.clone(),
            incident: limits.incident.clone(),
        };
        let clock = Arc::new(VirtualClock::default());
        let link = Arc::new(Link::new(Arc::clone(&clock), centre));
        let folder = TempDir::new().map_err(|error| fault(error.to_string()))?;
        let entropy = Arc::default();
        let mut world = Self { clock, entropy, link, config, siaga: None, answer: Value::Null, folder };
        world.open(0)?;
        Ok(world)
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Lets happen whatever is due until then.
    pub(super) fn advance(&mut self, line: usize, at_ms: Option<u64>) -> Result<(), TraceFault> {
        let now_ms = self.now_ms();
        let until_ms = at_ms.unwrap_or(now_ms);
        if until_ms < now_ms {
            let why = format!("at_ms is {until_ms}, but it is {now_ms} already");
            return Err(TraceFault::Malformed { line, why });
        }
        for _ in 0..MOST_STEPS {
            let wake_ms = self.core(line)?.next_wake().map(|wake| self.now_ms().saturating_add(wake.in_ms));
            let arrival_ms = self.link.next_ms();
            let Some(next_ms) = wake_ms.into_iter().chain(arrival_ms).min().filter(|next_ms| *next_ms <= until_ms)
            else {
                self.clock.move_to(until_ms);
                return Ok(());
            };
            self.clock.move_to(next_ms);
            if !self.link.deliver_one() {
                self.core(line)?.wake().map_err(|error| core(line, &error))?;
            }
        }
        Err(TraceFault::Core { line, why: "it wakes without end".to_owned() })
    }

    /// Gives the core one input.
    pub(super) fn input(&mut self, line: usize, input: &Input) -> Result<(), TraceFault> {
        self.answer = match input {
            Input::Restart { reboot } => {
                self.restart(line, *reboot)?;
                Value::Null
            }
            Input::Network { mode } => {
                self.link.set_mode(*mode);
                Value::Null
            }
            Input::Mark { step } => {
                self.link.mark(step);
                Value::Null
            }
            Input::Press { .. }
            | Input::Drill
            | Input::Cancel { .. }
            | Input::Report { .. }
            | Input::Fix(_)
            | Input::NoFix { .. }
            | Input::NetworkChanged
            | Input::Advance => {
                let answer = ask(self.core(line)?, input);
                answer.unwrap_or_else(|error| json!({ "error": error.to_string() }))
            }
        };
        // What the input itself made due happens before the next line looks.
        self.advance(line, None)
    }

    /// The Snapshot, and what stands beside it.
    pub(super) fn view(&self) -> Value {
        let Some(siaga) = &self.siaga else { return Value::Null };
        let next_wake = siaga.next_wake().map(|wake| json!({ "in_ms": wake.in_ms, "reason": wake.reason }));
        let beside = json!({ "answer": self.answer, "next_wake": next_wake, "centre": self.link.view() });
        let mut view = json!(siaga.snapshot());
        if let (Value::Object(view), Value::Object(beside)) = (&mut view, beside) {
            view.extend(beside);
        }
        view
    }

    /// The view as the screen draws it.
    pub(super) fn drawn(&self) -> Vec<String> {
        let Some(siaga) = &self.siaga else { return Vec::new() };
        let snapshot = siaga.snapshot();
        let scene = Scene { snapshot: &snapshot, next_wake: siaga.next_wake(), note: None };
        draw::lines(&scene, COLUMNS).into_iter().map(|line| line.text).collect()
    }

    fn restart(&mut self, line: usize, reboot: bool) -> Result<(), TraceFault> {
        drop(self.siaga.take());
        self.link.forget();
        if reboot {
            self.clock.reboot();
        }
        self.open(line)
    }

    fn open(&mut self, line: usize) -> Result<(), TraceFault> {
        let ports = Ports {
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::clone(&self.entropy) as _,
            network: Some(Arc::clone(&self.link) as _),
            credentials: None,
            location: Arc::new(NoLocation),
            log: Arc::new(NoLog),
            disk: siaga::Disk::system(),
            own_thread: false,
        };
        let opened = Siaga::open(self.folder.path(), &self.config, ports);
        self.siaga = Some(opened.map_err(|error| core(line, &error))?);
        Ok(())
    }

    fn core(&self, line: usize) -> Result<&Siaga, TraceFault> {
        self.siaga.as_ref().ok_or_else(|| core(line, &siaga::Error::Closed))
    }
}

fn ask(siaga: &Siaga, input: &Input) -> Result<Value, siaga::Error> {
    let made = |incident: siaga::IncidentId| json!({ "incident": incident.to_string() });
    match input {
        Input::Press { source } => siaga.press(*source).map(|answer| json!(answer)),
        Input::Drill => siaga.drill().map(made),
        Input::Cancel { code } => siaga.cancel(auth(code.clone())).map(made),
        Input::Report { category, text } => {
            siaga.submit(Report { category: category.clone(), text: text.clone() }).map(made)
        }
        Input::Fix(fix) => siaga.location(LocationReport::Fix(fix.reading())).map(|()| Value::Null),
        Input::NoFix { reason } => siaga.location(LocationReport::Unable(*reason)).map(|()| Value::Null),
        Input::NetworkChanged => siaga.network_changed().map(|()| Value::Null),
        Input::Advance | Input::Network { .. } | Input::Mark { .. } | Input::Restart { .. } => Ok(Value::Null),
    }
}

fn core(line: usize, error: &siaga::Error) -> TraceFault {
    TraceFault::Core { line, why: error.to_string() }
}
