//! What a machine can do to a phone beside killing it. Each needs a tool that is no part of Rust, and some need root; where the
//! machine does not allow it, one line says so.

mod clock;
mod full_disk;
mod limit;
mod sync;

use std::path::{Path, PathBuf};
use std::process::Command;

use siaga::IncidentId;
use siaga_kill_tests::{Act, Told};
use tempfile::TempDir;

use crate::aim::Paces;
use crate::city::City;
use crate::ledger::Ledger;
use crate::life::{Life, Part, live};
use crate::loud;

/// Nothing is late on loopback, and the disk is tried again every five seconds.
const PATIENT: Act = Act::Deliver { for_ms: 60_000 };
const SOS: [Act; 3] = [Act::Press; 3];

/// A city, and a phone's folder in it.
struct Scene {
    city: City,
    folder: PathBuf,
    ledger: Ledger,
    _home: TempDir,
}

impl Scene {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { city: City::new(), folder: home.path().join("phone"), ledger: Ledger::new(), _home: home }
    }

    /// A life of one phone, started by this command.
    ///
    /// # Errors
    /// How it ended, when that was not well.
    fn life(&mut self, mut command: Command, acts: &[Act]) -> Result<Life, String> {
        command.arg(&self.city.config).arg(&self.folder).arg("0");
        let part = Part::new(command, &self.city.config.with_file_name("phone"), 0, acts, None);
        self.ledger.begins(true, false);
        let mut paces = Paces::UNKNOWN;
        live(vec![part], &mut self.ledger, &mut paces)
    }

    /// That the centre has this SOS, once, and nothing else.
    fn is_at_the_centre_once(&self, incident: IncidentId) {
        let stored = self.city.centre.incidents().unwrap();
        assert_eq!((stored.len(), stored[0].creates), (1, 1), "{stored:?}");
        assert_eq!(stored[0].incident, incident.to_string());
    }

    /// That a phone without any trouble finds this SOS in the folder, delivered.
    fn is_kept(&mut self, incident: IncidentId) {
        let life = self.life(crate::story::plainly(), &[Act::Deliver { for_ms: 0 }]).unwrap();
        assert!(said(&life).contains(&Told::Receipted(incident)), "{:?}", life.lines);
        assert_eq!(life.left, Some((0, 0)));
    }
}

/// All that the phone of a life said.
fn said(life: &Life) -> Vec<Told> {
    life.lines.iter().map(|line| line.split_once(": ").unwrap().1.parse().unwrap()).collect()
}

/// The SOS that a life made, and whether it was durable when it was made.
fn sos_of(life: &Life) -> (IncidentId, bool) {
    said(life).iter().find_map(triggered).unwrap_or_else(|| panic!("no SOS: {:?}", life.lines))
}

fn triggered(told: &Told) -> Option<(IncidentId, bool)> {
    let (told, durable) = if let Told::InMemory(told) = told { (&**told, false) } else { (told, true) };
    if let Told::Triggered(incident) = told { Some((*incident, durable)) } else { None }
}

/// Where a program is, or `None`.
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    // Tools that need root stand where other users' paths do not lead.
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether all of these are there; else says what is not tested.
fn are_here(what: &str, programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|name| program(name).is_none()).collect();
    if !missing.is_empty() {
        skipped(what, &format!("this machine has no {}", missing.join(", ")));
    }
    missing.is_empty()
}

fn skipped(what: &str, because: &str) {
    loud::say(&format!("SKIPPED: {what}, because {because}"));
}

/// Runs a tool.
///
/// # Errors
/// What it said.
fn run(program: &str, arguments: &[&Path]) -> Result<(), String> {
    let path = self::program(program).ok_or_else(|| format!("{program} is missing"))?;
    let output = Command::new(path).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{program} said: {}", said.trim())) }
}
