//! Lives: one or two phones on one folder, from their start to their end or their kill.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use siaga_kill_tests::{Act, Told};

use crate::aim::{Aim, Paces, Watch};
use crate::ledger::Ledger;
use crate::place::Place;

/// A phone that says nothing for so long is stuck: a deadline of the test, not of the phone.
const STUCK: Duration = Duration::from_secs(120);
const SIGKILL: i32 = 9;

/// One phone's part in a life.
pub(crate) struct Part {
    pub(crate) command: Command,
    pub(crate) aim: Option<Aim>,
    /// Where its errors go.
    pub(crate) errors: PathBuf,
}

impl Part {
    pub(crate) fn new(mut command: Command, folder: &Path, number: usize, acts: &[Act], aim: Option<Aim>) -> Self {
        command.args(acts.iter().map(ToString::to_string));
        Self { command, aim, errors: folder.with_extension(format!("errors-{number}")) }
    }
}

/// A process that does not outlive a test that fails.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A running phone, and what is known of it.
struct Phone {
    process: Running,
    aim: Option<Aim>,
    watch: Watch,
    last: Option<Told>,
    errors: PathBuf,
    shot: bool,
    over: bool,
}

/// A line of a phone's, or its end.
struct Heard {
    phone: usize,
    at: Instant,
    line: Option<String>,
}

/// What became of a life.
pub(crate) struct Life {
    /// Where the phones that were killed were, in the order of their parts.
    pub(crate) deaths: Vec<Place>,
    /// The last delivery's rows that wait and that are parked.
    pub(crate) left: Option<(u32, u32)>,
    /// Every line, each with its phone.
    pub(crate) lines: Vec<String>,
}

/// Lives it.
///
/// # Errors
/// A phone that ended with an error, said nonsense or got stuck; with all that was said.
pub(crate) fn live(parts: Vec<Part>, ledger: &mut Ledger, paces: &mut Paces) -> Result<Life, String> {
    let (sender, receiver) = channel();
    let mut phones: Vec<Phone> =
        parts.into_iter().enumerate().map(|(number, part)| start(number, part, &sender, paces)).collect();
    drop(sender);
    let mut life = Life { deaths: Vec::new(), left: None, lines: Vec::new() };
    listen(&receiver, &mut phones, &mut life, ledger, paces).map_err(|what| with_lines(&what, &life))?;
    for phone in &mut phones {
        let status = phone.process.0.wait().unwrap();
        if status.signal() == Some(SIGKILL) && phone.shot {
            life.deaths.push(Place::after(phone.last.as_ref()));
        } else if !status.success() {
            let said = std::fs::read_to_string(&phone.errors).unwrap_or_default();
            return Err(with_lines(&format!("a phone ended with {}: {said}", ending(status)), &life));
        }
        if let Some(Told::Asks(act)) = phone.last {
            ledger.died_asking(act);
        }
    }
    if life.deaths.len() == 1 && phones.len() == 2 {
        life.deaths.push(Place::OneOfTwo);
    }
    Ok(life)
}

fn start(number: usize, part: Part, sender: &Sender<Heard>, paces: &Paces) -> Phone {
    let Part { mut command, mut aim, errors } = part;
    let started = Instant::now();
    let errors_file = File::create(&errors).unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors_file).spawn().unwrap();
    if let Some(aim) = &mut aim {
        aim.started(started, paces);
    }
    let (lines, sender) = (BufReader::new(child.stdout.take().unwrap()).lines(), sender.clone());
    let _ = std::thread::spawn(move || {
        for line in lines {
            let _ = sender.send(Heard { phone: number, at: Instant::now(), line: line.ok() });
        }
        let _ = sender.send(Heard { phone: number, at: Instant::now(), line: None });
    });
    Phone { process: Running(child), aim, watch: Watch::new(started), last: None, errors, shot: false, over: false }
}

/// Hears all that the phones say until the last of them is silent for ever, and shoots when it is time.
fn listen(
    receiver: &Receiver<Heard>,
    phones: &mut [Phone],
    life: &mut Life,
    ledger: &mut Ledger,
    paces: &mut Paces,
) -> Result<(), String> {
    while phones.iter().any(|phone| !phone.over) {
        let shot = |phone: &Phone| phone.aim.as_ref().and_then(Aim::at).filter(|_| !phone.shot && !phone.over);
        let next = phones.iter().filter_map(shot).min();
        let patience = next.map_or(STUCK, |at| at.saturating_duration_since(Instant::now()));
        match receiver.recv_timeout(patience) {
            Ok(heard) => hear(heard, phones, life, ledger, paces)?,
            Err(RecvTimeoutError::Timeout) if next.is_some() => {
                for phone in phones.iter_mut().filter(|phone| shot(phone).is_some_and(|at| at <= Instant::now())) {
                    phone.process.0.kill().unwrap();
                    phone.shot = true;
                }
            }
            Err(RecvTimeoutError::Timeout) => return Err("a phone is stuck".to_owned()),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
    Ok(())
}

fn hear(
    heard: Heard,
    phones: &mut [Phone],
    life: &mut Life,
    ledger: &mut Ledger,
    paces: &mut Paces,
) -> Result<(), String> {
    let Heard { phone: number, at, line } = heard;
    let phone = &mut phones[number];
    let Some(line) = line else {
        phone.over = true;
        return Ok(());
    };
    life.lines.push(format!("{number}: {line}"));
    let told: Told = line.parse().map_err(|error: siaga_kill_tests::BadLine| error.to_string())?;
    ledger.heard(&told, at);
    phone.watch.heard(&told, at, paces);
    if let Some(aim) = &mut phone.aim {
        aim.heard(&told, at, paces);
    }
    if let Told::Delivered { waiting, parked } = told {
        life.left = Some((waiting, parked));
    }
    if !matches!(told, Told::Receipted(_)) {
        phone.last = Some(told);
    }
    Ok(())
}

fn ending(status: ExitStatus) -> String {
    status.signal().map_or_else(|| status.to_string(), |signal| format!("signal {signal}"))
}

fn with_lines(what: &str, life: &Life) -> String {
    format!("{what}\n  {}", life.lines.join("\n  "))
}
