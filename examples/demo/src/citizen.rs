//! The citizen's process: plays the recording's beginning, presses three times, and waits to be killed.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use siaga::platform::SystemClock;
use siaga::ports::Clock;
use siaga::{Config, LocationReport, Ports, PressAnswer, Siaga, Source};
use siaga_citizen::track::Track;

use crate::fault::Fault;
use crate::stage::{citizen_folder, config_file};

/// As much of the recording as is played, in its own time.
const PLAYED_MS: u64 = 2_000;
/// A thumb that hurries: well above the debounce time, well within the window.
const PRESS_GAP: Duration = Duration::from_millis(150);

/// Our own recording, for when none is given.
const OWN_TRACK: &[u8] = include_bytes!("track.gpx");

/// The recording's beginning.
pub(crate) fn track(file: Option<&Path>) -> Result<Track, Fault> {
    let track = match file {
        Some(file) => Track::read(file)?,
        None => Track::parse(OWN_TRACK, Path::new("track.gpx"))?,
    };
    Ok(track.beginning(PLAYED_MS))
}

/// What the process tells, one JSON object a line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Told {
    /// It gave the core a point of the recording.
    Fix {
        /// Which, from 1.
        number: usize,
    },
    /// It pressed, and `press` returned.
    Press(Pressed),
}

/// A press.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pressed {
    /// When it began, on the machine's clock since boot, which both processes share.
    pub(crate) since_boot_ms: u64,
    /// How long `press` took: all of it, commit included.
    pub(crate) took_us: u64,
    /// What the core said, in words.
    pub(crate) words: String,
    /// The SOS, once there is one.
    pub(crate) incident: Option<String>,
}

/// The process that will be killed: never returns before standard input ends.
pub(crate) fn press_and_wait(stage: &Path, track_file: Option<&Path>) -> Result<(), Fault> {
    let text = std::fs::read_to_string(config_file(stage)).map_err(Fault::system("reading the configuration"))?;
    let siaga = Siaga::open(citizen_folder(stage), &Config::from_json(&text)?, Ports::system()?)?;
    let clock = SystemClock::new()?;
    let begun = Instant::now();
    for (index, point) in track(track_file)?.points().iter().enumerate() {
        std::thread::sleep(Duration::from_millis(point.offset_ms).saturating_sub(begun.elapsed()));
        siaga.location(LocationReport::Fix(point.reading()))?;
        tell(&Told::Fix { number: index + 1 })?;
    }
    for _ in 0..3 {
        std::thread::sleep(PRESS_GAP);
        let since_boot_ms = clock.now().since_boot_ms;
        let before = Instant::now();
        let answer = siaga.press(Source::Screen)?;
        let took_us = u64::try_from(before.elapsed().as_micros()).unwrap_or(u64::MAX);
        let words = siaga_citizen::words::press(answer);
        tell(&Told::Press(Pressed { since_boot_ms, took_us, words, incident: incident(answer) }))?;
    }
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    Ok(())
}

fn incident(answer: PressAnswer) -> Option<String> {
    match answer {
        PressAnswer::Triggered { incident } | PressAnswer::Escalated { incident, .. } => Some(incident.to_string()),
        PressAnswer::Counted { .. } | PressAnswer::TooSoon | PressAnswer::SourceOff => None,
    }
}

fn tell(told: &Told) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    let told = writeln!(out, "{}", serde_json::json!(told)).and_then(|()| out.flush());
    told.map_err(Fault::system("telling the story"))
}

/// The other side: the process as the story sees it.
pub(crate) struct CitizenProcess {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl CitizenProcess {
    /// Runs this very program in the citizen's part.
    pub(crate) fn start(stage: &Path, track_file: Option<&Path>) -> Result<Self, Fault> {
        let fault = Fault::system("starting the citizen's process");
        let mut command = Command::new(std::env::current_exe().map_err(&fault)?);
        command.arg("--as-citizen").arg(stage).stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(file) = track_file {
            command.arg("--track").arg(file);
        }
        let mut child = command.spawn().map_err(&fault)?;
        let Some(stdout) = child.stdout.take() else { return Err(fault(std::io::Error::other("no standard output"))) };
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    /// What it tells next.
    pub(crate) fn next(&mut self) -> Result<Told, Fault> {
        let line = match self.lines.next() {
            Some(line) => line.map_err(Fault::system("listening to the citizen's process"))?,
            None => String::new(),
        };
        serde_json::from_str(&line).map_err(|_| Fault::CitizenEnded { said: line })
    }

    /// Kills it; says whether SIGKILL was what ended it.
    pub(crate) fn kill(mut self) -> Result<bool, Fault> {
        const SIGKILL: i32 = 9;
        let killed = self.child.kill().and_then(|()| self.child.wait());
        Ok(killed.map_err(Fault::system("killing the citizen's process"))?.signal() == Some(SIGKILL))
    }
}
