//! The world of one run: phones, the air between them, the centre, and the ledger of what was promised.

mod act;
mod air;
mod attach;
mod call;
mod carrier;
mod citizen;
mod draft;
mod heal;
mod hear;
mod meter;
mod pass;
mod release;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};

use siaga::{Centre as CentreSettings, Config, FileId, IncidentConfig, IncidentId, MediaConfig, PressConfig};
use siaga_vault::Digest;

use crate::centre::{CENTRE, Centre};
use crate::coverage::{Checker, Coverage};
use crate::dice::Dice;
use crate::disk::SimDisk;
use crate::ledger::{Bond, Ledger, Promise, What};
use crate::network::{Air, Aloft, ProcessId, Weather};
use crate::phone::Phone;
use crate::script::Script;
use crate::time::WorldTime;
use crate::violation::Violation;
use hear::Overheard;

/// Words that stand in every SOS, and must not stand in a note (INV-12).
pub(crate) const REGISTERED_MESSAGE: &str = "Tolong, RAHASIA-71";

/// One run.
pub(crate) struct World {
    pub(crate) seed: u64,
    /// Whether everything that happens is told on standard error.
    pub(crate) told: bool,
    pub(crate) config: Config,
    pub(crate) time: WorldTime,
    /// The dice of the script.
    pub(crate) dice: Dice,
    /// The dice of the network, thrown in the order of the requests.
    pub(crate) sky: Dice,
    pub(crate) centre: Centre,
    pub(crate) weather: Weather,
    pub(crate) air: Air,
    /// Outcomes that came while their phone slept.
    pub(crate) late: Vec<Aloft>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) ledger: Ledger,
    pub(crate) coverage: Coverage,
    /// The bytes that were first sent for each path.
    pub(crate) sent: BTreeMap<String, Digest>,
    /// Paths whose request left a phone.
    pub(crate) left: BTreeSet<String>,
    /// The ids of creates that go on under another one.
    pub(crate) replaced: BTreeMap<String, BTreeSet<String>>,
    /// Whether a storage was copied or set back, so that two phones may say different things of one event.
    pub(crate) has_twins: bool,
    pub(crate) violation: Option<Violation>,
    pub(crate) inputs: u32,
    pub(crate) steps: u64,
    pub(crate) last_process: ProcessId,
    pub(crate) script: Script,
    /// What a second process did and heard in the middle of a step of the first.
    pub(crate) overheard: Overheard,
    /// Escalations that left first with a platform, perhaps before their gap was over: by incident.
    pub(crate) left_early: BTreeMap<String, u64>,
    /// What the platforms carry now: by phone, under the ids that the core gave.
    pub(crate) carried: BTreeSet<(usize, String)>,
    /// What the citizen wrote, by draft.
    pub(crate) drafts: BTreeMap<IncidentId, draft::Written>,
    /// Files that the citizen took back, or wanted to.
    pub(crate) withdrawn: BTreeSet<FileId>,
    /// Files of reports and drills of which the citizen never said that they may go over any network.
    pub(crate) spared: BTreeSet<FileId>,
    /// No fault happens any more.
    pub(crate) healed: bool,
    /// Rows that an older version left: incident and event.
    pub(crate) inherited: Vec<(String, String)>,
}

impl World {
    /// The world of a seed, with one phone that has an empty disk.
    ///
    /// # Errors
    /// The centre's keys cannot be made, which does not happen.
    pub(crate) fn new(seed: u64) -> Result<Self, siaga_vault::VaultError> {
        let mut dice = Dice::of_seed(seed);
        let mut sky = dice.fork();
        let centre = Centre::new(seed, dice.percent(50))?;
        let config = config(&centre, &mut dice);
        let time = WorldTime::default();
        time.reach(1_000_000);
        let phone = Phone::new(0, SimDisk::new(), &time, &mut dice);
        let (script, weather) = (Script::drawn(&mut dice), Weather::drawn(&mut sky));
        Ok(Self {
            seed,
            told: false,
            config,
            time,
            dice,
            sky,
            centre,
            weather,
            air: Air::default(),
            late: Vec::new(),
            phones: vec![phone],
            ledger: Ledger::default(),
            coverage: Coverage::default(),
            sent: BTreeMap::new(),
            left: BTreeSet::new(),
            replaced: BTreeMap::new(),
            has_twins: false,
            violation: None,
            inputs: 0,
            steps: 0,
            last_process: 0,
            script,
            overheard: Overheard::default(),
            left_early: BTreeMap::new(),
            carried: BTreeSet::new(),
            drafts: BTreeMap::new(),
            withdrawn: BTreeSet::new(),
            spared: BTreeSet::new(),
            healed: false,
            inherited: Vec::new(),
        })
    }

    /// Plays the script, heals everything, and judges.
    pub(crate) fn run(&mut self) {
        /// Long enough for several lives, and not of one length.
        const INPUTS: (u64, u64) = (100, 120);
        let inputs = self.dice.between(INPUTS.0, INPUTS.1);
        self.maybe_upgrade();
        for _ in 0..inputs {
            if self.is_over() {
                return;
            }
            let input = self.script.next(&mut self.dice);
            self.inputs += 1;
            self.tell(|| format!("-- {input:?}"));
            self.act(input);
            self.judge_restarts();
        }
        self.heal();
        self.judge_end();
    }

    /// Tells what happens, when somebody listens.
    pub(crate) fn tell(&self, what: impl FnOnce() -> String) {
        if self.told {
            eprintln!("{:>10} {}", self.time.now_ms(), what());
        }
    }

    /// A digest of all that was sent and stored, and when the run ended.
    pub(crate) fn print(&self) -> String {
        let mut text = format!("{} {} {}", self.time.now_ms(), self.steps, self.inputs);
        self.sent.iter().for_each(|(path, sha256)| text.push_str(&format!("\n{path} {sha256}")));
        self.centre.events().for_each(|(_, event, stored)| text.push_str(&format!("\n{event} {}", stored.sha256)));
        Digest::of(text.as_bytes()).to_string().chars().take(16).collect()
    }

    pub(crate) const fn is_over(&self) -> bool {
        self.violation.is_some()
    }

    /// Notes the first broken invariant; what comes after it may only be its consequence.
    pub(crate) fn broken(&mut self, checker: Checker, what: impl Into<String>) {
        if self.violation.is_none() {
            let (at_ms, inputs) = (self.time.now_ms(), self.inputs);
            self.violation = Some(Violation { checker, what: what.into(), at_ms, inputs });
        }
    }

    /// Notes a promise that a process has just made.
    pub(crate) fn promise(&mut self, phone: usize, bond: Bond, what: What) {
        self.ledger.promise(Promise { what, phone, since_ms: self.time.now_ms(), bond });
    }
}

fn config(centre: &Centre, dice: &mut Dice) -> Config {
    Config {
        centre: CentreSettings {
            id: CENTRE.to_owned(),
            root_key: centre.root_key().clone(),
            primary: "https://primary.invalid".to_owned(),
            second: dice.percent(50).then(|| "https://second.invalid".to_owned()),
            public_roots: false,
            agency_cas_pem: Vec::new(),
        },
        press: PressConfig::default(),
        incident: IncidentConfig { message: Some(REGISTERED_MESSAGE.to_owned()), ..IncidentConfig::default() },
        // The photos of this world are small: each of a report is too large for a metered network.
        media: MediaConfig { metered_max_mb: 0, ..MediaConfig::default() },
    }
}
