//! Stories: several lives on one folder, and a last one that is left alone until all is receipted.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::time::SystemTime;

use fastrand::Rng;
use siaga::IncidentId;
use siaga_kill_tests::Act;

use crate::aim::{Aim, Paces};
use crate::city::City;
use crate::ledger::Ledger;
use crate::life::{Life, Part, live};
use crate::place::{Place, Places, died_inside_a_checkpoint};
use crate::script;
use crate::verdict::{self, Stored};

/// Longer than every lease: what phones that were killed had in flight is due again when the last one opens.
const LEASES_END_MS: u64 = 60_000;
/// So many drafts are kept; a submit without one is declined.
const MOST_DRAFTS: usize = 4;
/// Nothing is late on loopback: a delivery that takes so long has failed.
const PATIENT_MS: u64 = 60_000;

/// How a phone is started; the folder's configuration and acts are added.
pub(crate) type Starter<'a> = &'a dyn Fn() -> Command;

/// The phone as it is.
pub(crate) fn plainly() -> Command {
    Command::new(env!("CARGO_BIN_EXE_killed-phone"))
}

/// One folder, and all that was said over it.
pub(crate) struct Story<'a> {
    city: &'a City,
    folder: PathBuf,
    known: BTreeSet<String>,
    pub(crate) ledger: Ledger,
    /// What the phone slept beside the time that passed.
    slept_ms: u64,
    /// Everything that was said, for whoever has to find out what went wrong.
    pub(crate) lines: Vec<String>,
    pub(crate) places: Places,
    pub(crate) kills: u32,
}

impl<'a> Story<'a> {
    /// Begins on a folder that is there or not.
    pub(crate) fn begin(city: &'a City, folder: PathBuf) -> Self {
        let (known, ledger) = (city.ids(), Ledger::new());
        let places = Places::default();
        Self { city, folder, known, ledger, slept_ms: 0, lines: Vec::new(), places, kills: 0 }
    }

    /// A random life that is shot at, of one phone or of two at once.
    ///
    /// # Errors
    /// See [`live`].
    pub(crate) fn random_life(&mut self, rng: &mut Rng, paces: &mut Paces, two: bool) -> Result<(), String> {
        let slept_ms = if rng.u8(..10) < 7 { 0 } else { *rng.choice([1_500, 20_000, 7_200_000].iter()).unwrap() };
        let scripts: Vec<Vec<Act>> = (0..1 + usize::from(two)).map(|_| script::draw(rng, !two)).collect();
        // The second of two phones lives on, now and then.
        let aims: Vec<Option<Aim>> = scripts
            .iter()
            .enumerate()
            .map(|(number, acts)| (number == 0 || rng.bool()).then(|| Aim::draw(rng, acts.len())))
            .collect();
        let parts = scripts.into_iter().zip(aims).collect();
        self.life(&plainly, slept_ms, parts, paces).map(drop)
    }

    /// A life of these phones, after a sleep.
    ///
    /// # Errors
    /// See [`live`].
    pub(crate) fn life(
        &mut self,
        starter: Starter<'_>,
        slept_ms: u64,
        phones: Vec<(Vec<Act>, Option<Aim>)>,
        paces: &mut Paces,
    ) -> Result<Life, String> {
        self.slept_ms += slept_ms;
        self.ledger.begins(phones.len() == 1, slept_ms > 0);
        self.lines.push(format!("-- {} phone(s), after {slept_ms} ms of sleep", phones.len()));
        let part = |(number, (acts, aim)): (usize, (Vec<Act>, Option<Aim>))| {
            let mut command = starter();
            command.arg(&self.city.config).arg(&self.folder).arg(self.slept_ms.to_string());
            Part::new(command, &self.folder, number, &acts, aim)
        };
        let parts = phones.into_iter().enumerate().map(part).collect();
        let began = SystemTime::now();
        let life = live(parts, &mut self.ledger, paces)?;
        self.lines.extend(life.lines.iter().cloned());
        self.count(&life, began);
        Ok(life)
    }

    fn count(&mut self, life: &Life, began: SystemTime) {
        for place in &life.deaths {
            self.lines.push(format!("-- killed: {place:?}"));
            self.places.add(*place);
            self.kills += u32::from(*place != Place::OneOfTwo);
        }
        if life.deaths.is_empty() {
            return;
        }
        if died_inside_a_checkpoint(&self.folder, began) {
            self.places.add(Place::Checkpoint);
        }
        let stored = self.stored();
        if newest(life).iter().any(|id| stored.contains_key(id) && !self.ledger.promises[id].receipted) {
            self.places.add(Place::BeforeTheReceipt);
        }
    }

    fn stored(&self) -> BTreeMap<IncidentId, Stored> {
        let incidents = self.city.incidents_beside(&self.known);
        incidents.iter().map(|summary| (summary.incident.parse().unwrap(), Stored::of(summary))).collect()
    }

    /// The last life: the phone wakes up a minute later, is left alone, submits each draft, and delivers all. Then the ledger is compared with the
    /// centre, and the folder is looked at.
    ///
    /// # Errors
    /// Everything that differs from what was promised, with all that was said.
    pub(crate) fn end(&mut self, starter: Starter<'_>, paces: &mut Paces) -> Result<(), String> {
        self.end_after(LEASES_END_MS, starter, paces)
    }

    /// The same after a longer sleep.
    ///
    /// # Errors
    /// See [`Story::end`].
    pub(crate) fn end_after(&mut self, slept_ms: u64, starter: Starter<'_>, paces: &mut Paces) -> Result<(), String> {
        let mut acts = vec![Act::Submit; MOST_DRAFTS];
        acts.extend([Act::Deliver { for_ms: PATIENT_MS }, Act::Durable]);
        let life = self.life(starter, slept_ms, vec![(acts, None)], paces)?;
        let mut complaints = verdict::complaints(&self.ledger, &self.stored());
        if life.left != Some((0, 0)) {
            complaints.push(format!("LOST: rows that wait and that are parked at the end: {:?}", life.left));
        }
        // A kill damages no database (F62).
        if self.folder.join("set-aside").exists() {
            complaints.push("a database was set aside".to_owned());
        }
        if complaints.is_empty() { Ok(()) } else { Err(complaints.join("\n")) }
    }
}

/// The newest incidents that a life made: those of which a phone still says that they have a receipt. Older reports give way to
/// newer ones.
fn newest(life: &Life) -> Vec<IncidentId> {
    const FOLLOWED: usize = 4;
    let made = |line: &String| {
        let words: Vec<&str> = line.split(' ').collect();
        matches!(words[1], "triggered" | "reported").then(|| words[2].parse().unwrap())
    };
    life.lines.iter().rev().filter_map(made).take(FOLLOWED).collect()
}
