//! Programs of others, each in a process of its own that lives for the whole run. `peers/*` says what they read and answer.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{Load, Queue, Turn};
use crate::pace::Pace;
use crate::row::{Setting, Stop};
use crate::tool::{find, joined, prepare, steps};

pub(super) struct Peer {
    name: &'static str,
    child: Child,
    /// `None` once it was told to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// SQLite as rusqlite brings it: built apart, because our build flags would make it faster than stock.
    pub(super) fn stock(setting: &Setting, folder: &Path, load: &Load) -> Result<Self, Stop> {
        let _ = find("cargo")?;
        let target = setting.tools.join("stock");
        let mut build = Command::new("cargo");
        let _ = build.args(["build", "--quiet", "--release", "--locked", "--target-dir"]).arg(&target);
        // The workspace's configuration sets the flags only where nobody else did.
        let _ = build.current_dir(setting.home.join("peers").join("stock")).env("LIBSQLITE3_FLAGS", "");
        let program = target.join("release").join("stock-peer");
        prepare(setting, "stock rusqlite", &target, None, || steps("stock rusqlite", &mut [build]))?;
        let state = folder.join("state");
        std::fs::write(&state, &load.state)?;
        Self::start("stock rusqlite", program, &[], folder, load, &[state])
    }

    /// Square's Tape 2, of Maven Central.
    pub(super) fn tape(setting: &Setting, folder: &Path, load: &Load) -> Result<Self, Stop> {
        let (_, java) = (find("mvn")?, find("java")?);
        let built = setting.tools.join("tape");
        let mut build = Command::new("mvn");
        let _ = build.args(["--quiet", "--batch-mode", "compile", "--file"]);
        let _ = build.arg(setting.home.join("peers").join("tape").join("pom.xml"));
        let _ = build.arg(joined(&["-Dbuilt=".into(), built.clone().into()]));
        prepare(setting, "Tape", &built, None, || steps("Tape", &mut [build]))?;
        let classes = joined(&[built.join("classes").into(), ":".into(), built.join("lib").join("*").into()]);
        Self::start("Tape", java, &["-cp".into(), classes, "siaga.bench.TapePeer".into()], folder, load, &[])
    }

    /// Python's persist-queue, of PyPI.
    pub(super) fn persist_queue(setting: &Setting, folder: &Path, load: &Load) -> Result<Self, Stop> {
        let python = find("python3")?;
        let (home, venv) = (setting.home.join("peers").join("persist_queue"), setting.tools.join("persist_queue"));
        let inner = venv.join("bin").join("python3");
        let mut make = Command::new(python);
        let _ = make.args(["-m", "venv"]).arg(&venv);
        let mut install = Command::new(&inner);
        let _ = install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        let _ = install.arg(home.join("requirements.txt"));
        prepare(setting, "persist-queue", &venv, None, || steps("persist-queue", &mut [make, install]))?;
        Self::start("persist-queue", inner, &[home.join("peer.py").into()], folder, load, &[])
    }

    fn start(
        name: &'static str,
        program: PathBuf,
        before: &[OsString],
        folder: &Path,
        load: &Load,
        after: &[PathBuf],
    ) -> Result<Self, Stop> {
        let payload = folder.join("payload");
        std::fs::write(&payload, &load.payload)?;
        let queue = folder.join("queue");
        std::fs::create_dir_all(&queue)?;
        let mut command = Command::new(program);
        let _ = command.args(before).arg(queue).arg(payload).args(after);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let output = output.ok_or_else(|| Stop::failed(format!("{name} has no output")))?;
        Ok(Self { name, child, input, output: BufReader::new(output) })
    }
}

impl Queue for Peer {
    fn turn(&mut self, samples: usize, pace: Pace) -> Result<Turn, Stop> {
        let name = self.name;
        let input = self.input.as_mut().ok_or_else(|| Stop::failed(format!("{name} was ended")))?;
        writeln!(input, "{samples} {}", pace.0.as_micros())?;
        input.flush()?;
        let mut line = String::new();
        let _ = self.output.read_line(&mut line)?;
        let wrong = || Stop::failed(format!("{name} ended, or answered with something else than durations"));
        let durations: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        if durations.len() != samples.saturating_mul(2) {
            return Err(wrong());
        }
        let us = |skip: usize| durations.iter().skip(skip).step_by(2).map(|ns| ns / 1e3).collect();
        Ok(Turn { enqueues: us(0), acks: us(1) })
    }
}

/// The end of its input ends it.
impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
