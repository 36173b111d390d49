//! The Rust core, in this process.

use std::fs::File;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::{Value, json};
use siaga::platform::{NoLocation, NoLog};
use siaga::{Config, Disk, Error, Header, LocationReport, Ports, Press, RawReply, Siaga, Transfers};

use crate::command::auth;
use crate::replay::command::{Ask, Begun, Command, Core, Due, Refusal, Told, WholeReply};
use crate::replay::ports::{CountedEntropy, Departures, ToldClock};

/// The core, and the ports that it is given.
#[derive(Default)]
pub(super) struct OwnCore {
    clock: Arc<ToldClock>,
    /// Counts on from process to process: ids are never given twice.
    entropy: Arc<CountedEntropy>,
    departures: Arc<Departures>,
    siaga: Option<Siaga>,
}

impl Core for OwnCore {
    fn carry_out(&mut self, command: &Command) -> Result<Told, String> {
        self.clock.set(command.now.clone());
        let (answer, error) = match self.ask(&command.ask) {
            Ok(answer) => (answer, None),
            Err(error) => (Value::Null, Some(refusal(&error))),
        };
        let next_wake = self.siaga.as_ref().and_then(Siaga::next_wake);
        let next_wake = next_wake.map(|wake| Due { in_ms: wake.in_ms, reason: json!(wake.reason) });
        let (renewed, begun) = self.departures.take();
        Ok(Told { answer, error, next_wake, renewed, begun: begun.into_iter().map(Begun::from).collect() })
    }
}

impl OwnCore {
    fn ask(&mut self, ask: &Ask) -> Result<Value, Error> {
        let made = |incident: siaga::IncidentId| json!({ "incident": incident });
        let nothing = |()| Value::Null;
        match ask {
            Ask::Open { folder, config } => {
                let config = Config::from_json(config)?;
                self.siaga = Some(Siaga::open(folder.as_path(), &config, self.ports(folder, &config)?)?);
                Ok(Value::Null)
            }
            Ask::Press { source, ago_ms } => {
                self.core()?.press(Press { source: *source, ago_ms: *ago_ms }).map(|answer| json!(answer))
            }
            Ask::Drill => self.core()?.drill().map(made),
            Ask::Cancel { code } => self.core()?.cancel(auth(code.clone())).map(made),
            Ask::Report(report) => self.core()?.submit(report.clone()).map(made),
            Ask::Draft(report) => self.core()?.draft(report.clone()).map(made),
            Ask::Drafted { incident } => self.core()?.drafted(id(incident)?).map(|report| json!(report)),
            Ask::Edit { incident, report } => self.core()?.edit(id(incident)?, report.clone()).map(nothing),
            Ask::Submit { incident } => self.core()?.submit_draft(id(incident)?).map(made),
            Ask::Discard { incident } => self.core()?.discard(id(incident)?).map(nothing),
            Ask::Note { incident, text } => self.core()?.add_note(id(incident)?, text).map(nothing),
            Ask::Attach { incident, name, path, content } => {
                let incident = id(incident)?;
                if !content {
                    return self.core()?.attach_file(incident, path).map(|file| json!({ "file": file }));
                }
                let mut stream = File::open(path).map_err(|error| Error::Platform { why: error.to_string() })?;
                self.core()?.attach_stream(incident, name, &mut stream).map(|file| json!({ "file": file }))
            }
            Ask::Fix(fix) => self.core()?.location(LocationReport::Fix(fix.clone())).map(nothing),
            Ask::NoFix { reason } => self.core()?.location(LocationReport::Unable(*reason)).map(nothing),
            Ask::AnyNetwork { file } => self.core()?.allow_any_network(id(file)?).map(nothing),
            Ask::NetworkMetered { metered } => self.core()?.network_metered(*metered).map(nothing),
            Ask::NetworkChanged => self.core()?.network_changed().map(nothing),
            Ask::IdentityChanged => self.core()?.identity_changed().map(nothing),
            Ask::Push => self.core()?.push_received().map(nothing),
            Ask::Wake => self.core()?.wake().map(nothing),
            Ask::Suspend => {
                let taken: Vec<Begun> = self.core()?.take_transfers()?.into_iter().map(Begun::from).collect();
                self.core()?.prepare_suspend().map(|()| json!(taken))
            }
            Ask::Resume => self.core()?.resume().map(nothing),
            Ask::Replied { id, reply } => self.core()?.transfer_replied(id, raw(reply)).map(nothing),
            Ask::Failed { id, failure } => self.core()?.transfer_failed(id, *failure).map(nothing),
            Ask::Snapshot => Ok(json!(self.core()?.snapshot())),
            Ask::Close => {
                let closed = self.core()?.close();
                self.siaga = None;
                closed.map(nothing)
            }
            Ask::Abandon => {
                std::mem::forget(self.siaga.take());
                Ok(Value::Null)
            }
        }
    }

    fn ports(&self, folder: &Path, config: &Config) -> Result<Ports, Error> {
        self.departures.make_with(Transfers::new(folder, config)?);
        Ok(Ports {
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::clone(&self.entropy) as _,
            network: Some(Arc::clone(&self.departures) as _),
            credentials: None,
            location: Arc::new(NoLocation),
            previews: None,
            log: Arc::new(NoLog),
            disk: Disk::system(),
            own_thread: false,
        })
    }

    fn core(&self) -> Result<&Siaga, Error> {
        self.siaga.as_ref().ok_or(Error::Closed)
    }
}

fn id<I: FromStr>(text: &str) -> Result<I, Error> {
    text.parse().map_err(|_| Error::NothingOpen)
}

fn raw(reply: &WholeReply) -> RawReply {
    let WholeReply { status, headers, body } = reply.clone();
    let headers = headers.into_iter().map(|(name, value)| Header { name, value }).collect();
    RawReply { status, headers, body }
}

/// The variant's name is how its debug text begins.
fn refusal(error: &Error) -> Refusal {
    let debug = format!("{error:?}");
    let mut kind = String::new();
    for letter in debug.chars().take_while(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && !kind.is_empty() {
            kind.push('_');
        }
        kind.push(letter.to_ascii_lowercase());
    }
    Refusal { kind, message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_named_by_its_variant() {
        let kind = |error: Error| refusal(&error).kind;
        assert_eq!(kind(Error::NothingOpen), "nothing_open");
        assert_eq!(kind(Error::Config { why: "x".to_owned() }), "config");
    }
}
