//! A process of one language that holds the core and does what it is asked: a line in, a line out. It lives for the whole run, so
//! that all languages can take turns press by press.
//!
//! - After its start, with the library loaded: `ready`.
//! - `open FOLDER MANNER` opens one more phone: `opened NS`. The manner is a [`Manner`].
//! - `press INDEX PAUSE_US` pauses, then presses: `counted NS`, `too-soon NS`, or `other NS` for any other answer. A phone that
//!   is told adds how long after the call its listener ran. One that is still has its housekeeping done before it answers.
//! - `snapshot INDEX PAUSE_US` pauses, then reads the snapshot: `INCIDENTS ENTRIES NS`.
//!
//! `NS` is what the call alone took, in nanoseconds. The end of its input ends it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::language::{Language, Program};
use crate::pace::Pace;
use crate::row::Stop;

/// See the module.
pub(super) struct Caller {
    language: Language,
    child: Child,
    /// `None` once it was told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// How a phone is opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Manner {
    /// Nothing runs beside the call: no thread of the core's own, and a transport of the host's in which nothing ever ends.
    Still,
    /// The same, but with the core's own thread and a listener.
    Told,
    /// As an app opens it: every port is the core's own.
    Whole,
}

/// How a press was answered.
#[derive(Clone, Copy, Debug)]
enum Answered {
    Counted,
    TooSoon,
    Other,
}

/// What a press took, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pressed {
    pub(super) took_us: f64,
    /// From the call to the listener; only of a phone that is told.
    pub(super) told_us: Option<f64>,
}

impl Caller {
    /// Starts it with the configuration's file, and waits until it has loaded the library.
    pub(super) fn start(program: &Program, config: &Path) -> Result<Self, Stop> {
        let language = program.language;
        let mut child = program.command(config)?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or_else(|| Stop::failed(format!("{language} has no output")))?;
        let mut caller = Self { language, child, input, output: BufReader::new(output) };
        match caller.answer()?.trim() {
            "ready" => Ok(caller),
            other => Err(Stop::failed(format!("{language} began with {other:?}"))),
        }
    }

    /// Opens one more phone; how long that took, in microseconds.
    pub(super) fn open(&mut self, folder: &Path, manner: Manner) -> Result<f64, Stop> {
        let manner = match manner {
            Manner::Still => "still",
            Manner::Told => "told",
            Manner::Whole => "whole",
        };
        let answer = self.ask(&format!("open {} {manner}", folder.display()))?;
        match words(&answer).as_slice() {
            ["opened", ns] => us(ns),
            _ => Err(self.strange(&answer)),
        }
    }

    pub(super) const fn language(&self) -> Language {
        self.language
    }

    /// A press that is counted; another one is none that could be compared.
    pub(super) fn counted(&mut self, phone: usize) -> Result<Pressed, Stop> {
        match self.press(phone, Pace::PAUSE)? {
            (Answered::Counted, pressed) => Ok(pressed),
            (Answered::TooSoon | Answered::Other, _) => Err(self.strange("a press that was not counted")),
        }
    }

    /// A press right after one that was counted, in microseconds; nothing when something held it up for so long that it counts.
    pub(super) fn bounced(&mut self, phone: usize, pace: Pace) -> Result<Option<f64>, Stop> {
        match self.press(phone, pace)? {
            (Answered::TooSoon, pressed) => Ok(Some(pressed.took_us)),
            (Answered::Counted, _) => Ok(None),
            (Answered::Other, _) => Err(self.strange("a press that made something")),
        }
    }

    fn press(&mut self, phone: usize, pace: Pace) -> Result<(Answered, Pressed), Stop> {
        let answer = self.ask(&format!("press {phone} {}", pace.0.as_micros()))?;
        let (word, took, told) = match words(&answer).as_slice() {
            [word, took] => (*word, us(took)?, None),
            [word, took, told] => (*word, us(took)?, Some(us(told)?)),
            _ => return Err(self.strange(&answer)),
        };
        let answered = match word {
            "counted" => Answered::Counted,
            "too-soon" => Answered::TooSoon,
            _ => Answered::Other,
        };
        Ok((answered, Pressed { took_us: took, told_us: told }))
    }

    /// Reads a snapshot of so many incidents with so many lines in their timelines together; microseconds.
    pub(super) fn snapshot(&mut self, phone: usize, incidents: usize, entries: usize) -> Result<f64, Stop> {
        let answer = self.ask(&format!("snapshot {phone} {}", Pace::PAUSE.0.as_micros()))?;
        match words(&answer).as_slice() {
            [seen, lines, took] if (seen.parse(), lines.parse()) == (Ok(incidents), Ok(entries)) => us(took),
            _ => Err(self.strange(&answer)),
        }
    }

    fn ask(&mut self, line: &str) -> Result<String, Stop> {
        let input = self.input.as_mut().ok_or_else(|| Stop::failed(format!("{} was ended", self.language)))?;
        writeln!(input, "{line}")?;
        input.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<String, Stop> {
        let mut line = String::new();
        match self.output.read_line(&mut line)? {
            0 => Err(Stop::failed(format!("{} ended", self.language))),
            _ => Ok(line),
        }
    }

    fn strange(&self, answer: &str) -> Stop {
        Stop::failed(format!("{} answered with {:?}", self.language, answer.trim()))
    }
}

/// The end of its input ends it.
impl Drop for Caller {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn us(ns: &str) -> Result<f64, Stop> {
    Ok(ns.parse::<f64>()? / 1e3)
}
