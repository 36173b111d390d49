//! The Rust side: this program as a process that does what the peers of the other languages do. `peers/kotlin` and `peers/swift`
//! are the same program again; [`super::caller`] says what they are asked and answer.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use siaga::platform::NoLocation;
use siaga::ports::Network;
use siaga::{Config, Outcome, Ports, PressAnswer, Request, Siaga, Source, Subscription, Ticket};

use crate::row::Stop;

/// Nobody waits longer than this for a listener.
const LONGEST: Duration = Duration::from_secs(10);

/// Arguments: the configuration's file.
pub(super) fn serve(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [config] = arguments else { return Err(Stop::failed("shells-rust CONFIG")) };
    let config = Config::from_json(&std::fs::read_to_string(config)?)?;
    let mut phones: Vec<Phone> = Vec::new();
    say("ready")?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match *words.as_slice() {
            ["open", folder, manner] => {
                let begun = Instant::now();
                phones.push(Phone::open(folder, &config, manner)?);
                say(&format!("opened {}", begun.elapsed().as_nanos()))?;
            }
            ["press", index, pause_us] => say(&phone(&phones, index)?.press(pause(pause_us)?)?)?,
            ["snapshot", index, pause_us] => say(&phone(&phones, index)?.snapshot(pause(pause_us)?))?,
            _ => return Err(Stop::failed(format!("shells-rust does not know `{line}`"))),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One core, and who listens to it.
struct Phone {
    siaga: Siaga,
    told: Option<(Receiver<Instant>, Subscription)>,
}

impl Phone {
    fn open(folder: &str, config: &Config, manner: &str) -> Result<Self, Stop> {
        let whole = manner == "whole";
        let network: Option<Arc<dyn Network>> = if whole { None } else { Some(Arc::new(Deaf)) };
        let own_thread = whole || manner == "told";
        let ports = Ports { network, own_thread, location: Arc::new(NoLocation), ..Ports::system()? };
        let siaga = Siaga::open(folder, config, ports)?;
        let told = (manner == "told").then(|| {
            let (sender, told): (Sender<Instant>, _) = channel();
            let listener = move |_: u64| {
                // Nobody waits any more when the process ends.
                let _ = sender.send(Instant::now());
            };
            (told, siaga.subscribe(Arc::new(listener)))
        });
        Ok(Self { siaga, told })
    }

    fn press(&self, pause: Duration) -> Result<String, Stop> {
        std::thread::sleep(pause);
        if let Some((told, _)) = &self.told {
            while told.try_recv().is_ok() {}
        }
        let begun = Instant::now();
        let answer = self.siaga.press(Source::Screen)?;
        let took = begun.elapsed().as_nanos();
        let word = match answer {
            PressAnswer::Counted { .. } => "counted",
            PressAnswer::TooSoon => "too-soon",
            PressAnswer::Triggered { .. } | PressAnswer::Escalated { .. } | PressAnswer::SourceOff => "other",
        };
        match &self.told {
            Some((told, _)) => {
                let told = told.recv_timeout(LONGEST)?.saturating_duration_since(begun).as_nanos();
                Ok(format!("{word} {took} {told}"))
            }
            None => {
                self.siaga.wake()?;
                Ok(format!("{word} {took}"))
            }
        }
    }

    fn snapshot(&self, pause: Duration) -> String {
        std::thread::sleep(pause);
        let begun = Instant::now();
        let snapshot = self.siaga.snapshot();
        let took = begun.elapsed().as_nanos();
        let entries: usize = snapshot.incidents.iter().map(|incident| incident.timeline.len()).sum();
        format!("{} {entries} {took}", snapshot.incidents.len())
    }
}

/// A network in which nothing ever ends.
struct Deaf;

impl Network for Deaf {
    fn perform(&self, _: &Ticket, _: Request, _: Box<dyn FnOnce(Outcome) + Send>) {}

    fn network_changed(&self) {}
}

fn phone<'a>(phones: &'a [Phone], index: &str) -> Result<&'a Phone, Stop> {
    phones.get(index.parse::<usize>()?).ok_or_else(|| Stop::failed(format!("there is no phone {index}")))
}

fn pause(us: &str) -> Result<Duration, Stop> {
    Ok(Duration::from_micros(us.parse()?))
}

fn say(line: &str) -> Result<(), Stop> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
