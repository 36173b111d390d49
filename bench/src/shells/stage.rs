//! What the callers find on the disk: a configuration, and the folders of phones that were used before.

use std::path::{Path, PathBuf};

use siaga::{Config, PressConfig};

use super::language::Language;
use crate::phone::{Centre, Phone, config};
use crate::place::copy;
use crate::queue::backlog::{Due, build};
use crate::row::{Setting, Stop};

/// Incidents of a busy day, and lines in their timelines together.
pub(super) const INCIDENTS: usize = 20;
pub(super) const ENTRIES: usize = 200;
/// What the centre tells of each incident. With the phone's record, its attempt and the receipt these are ten lines.
const STEPS: [(&str, Option<&str>); 7] = [
    ("received", None),
    ("opened", Some("Petugas 14 membaca laporan Anda")),
    ("assigned", Some("Ambulans PSC 119, kira-kira 8 menit")),
    ("en_route", Some("Berangkat dari Jalan Pandanaran")),
    ("on_scene", None),
    ("handed_over", Some("Diserahkan ke RSUP dr. Kariadi")),
    ("closed", None),
];
/// Rows that wait where an app is opened.
const ROWS: u64 = 1_000;
/// Between the presses of one SOS.
const A_PRESS_LATER_MS: u64 = 200;
/// A press of the same phone that counts comes at the soonest so long after the one before, in milliseconds: ten never stand within
/// a window of a second, so that every such press is committed and answered alike.
pub(super) const BETWEEN_PRESSES_MS: u64 = 150;

/// See the module.
pub(super) struct Stage {
    folder: PathBuf,
    pub(super) config: PathBuf,
}

impl Stage {
    pub(super) fn set(setting: &Setting) -> Result<Self, Stop> {
        let stage =
            Self { folder: setting.disk.join("shells"), config: setting.disk.join("shells").join("citizen.json") };
        for name in ["acquainted", "busy", "rows"] {
            std::fs::create_dir_all(stage.folder.join(name))?;
        }
        std::fs::write(&stage.config, serde_json::to_vec(&citizen()?)?)?;
        drop(Phone::open(&stage.folder.join("acquainted"), false)?);
        busy_day(&stage.folder.join("busy"))?;
        build(&stage.folder.join("rows"), ROWS, Due::Now)?;
        Ok(stage)
    }

    /// A phone that knows its centre's keys, and on which nothing ever happened: this language's own, under this name.
    pub(super) fn acquainted(&self, language: Language, name: &str) -> Result<PathBuf, Stop> {
        self.copy_of("acquainted", language, name)
    }

    /// A phone on which 20 SOS of a day are shown.
    pub(super) fn busy(&self, language: Language) -> Result<PathBuf, Stop> {
        self.copy_of("busy", language, "busy")
    }

    /// A phone on which 1,000 rows wait.
    pub(super) fn rows(&self, language: Language) -> Result<PathBuf, Stop> {
        self.copy_of("rows", language, "rows")
    }

    fn copy_of(&self, seed: &str, language: Language, name: &str) -> Result<PathBuf, Stop> {
        let to = self.folder.join(format!("{}-{name}", language.word()));
        copy(&self.folder.join(seed), &to)?;
        Ok(to)
    }
}

/// What the callers read. Where the core's own network is used it finds a port at which nobody listens.
fn citizen() -> Result<Config, Stop> {
    let mut citizen = config(&Centre::new()?);
    citizen.centre.primary = "https://127.0.0.1:9".to_owned();
    citizen.press = PressConfig { presses: 10, window_ms: 1_000, debounce_ms: 100, ..PressConfig::default() };
    Ok(citizen)
}

/// Twenty SOS, one after the other, each with its receipt and the seven steps up to the one that closes it. The newest position of
/// each is still on its way: an incident is shown as long as a row of it waits, also beyond its hour, so that all twenty are.
fn busy_day(folder: &Path) -> Result<(), Stop> {
    let (phone, centre) = (Phone::open_only(folder, false, Centre::new()?)?, Centre::new()?);
    serve(&phone, &centre)?;
    for _ in 0..INCIDENTS {
        phone.locate()?;
        for _ in 0..2 {
            let _ = phone.press()?;
            phone.pass(A_PRESS_LATER_MS);
        }
        let _ = Phone::triggered(phone.press()?)?;
        serve(&phone, &centre)?;
        phone.pass(A_PRESS_LATER_MS);
        phone.keep_house()?;
    }
    let shown = phone.siaga.snapshot().incidents;
    let entries: usize = shown.iter().map(|incident| incident.timeline.len()).sum();
    if (shown.len(), entries) != (INCIDENTS, ENTRIES) {
        return Err(Stop::failed(format!("the busy day has {} incidents with {entries} lines", shown.len())));
    }
    Ok(())
}

/// The centre answers everything but events, which are positions. When it is asked for its steps, the phone has a new one.
fn serve(phone: &Phone, centre: &Centre) -> Result<(), Stop> {
    while let Some((request, done)) = phone.next_request() {
        let outcome = match request.path.strip_prefix("/v1/incidents/").and_then(|rest| rest.split_once('?')) {
            Some((incident, _)) => {
                phone.locate()?;
                centre.timeline(incident, &STEPS)
            }
            None if request.path.contains("/events/") => continue,
            None if request.path == "/v1/capabilities" => Centre::offering(&["timeline"]),
            None => phone.answer(&request),
        };
        done(outcome);
    }
    Ok(())
}
