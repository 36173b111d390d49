//! From the start of a process to the verified receipt, over its first connection. Both sides open a database that was in use
//! before, in a copy that is made anew for each trial.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use siaga::Config;

use super::bare::Bare;
use super::echo::Echo;
use super::phone::WiredPhone;
use super::site::Site;
use crate::pace::{Pace, timed};
use crate::row::{Setting, Side, Stop, Value};

/// What a child says when it is done.
const DONE: &str = "done";

/// Starts of each side in a round; the sides take turns one by one.
const STARTS: usize = 12;

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let stage = Stage::set(setting)?;
    let (mut our_side, mut their_side) = (Side::default(), Side::default());
    for _ in 0..setting.rounds {
        let (mut our_round, mut their_round) = (Vec::new(), Vec::new());
        for _ in 0..setting.count(STARTS, 1) {
            our_round.push(stage.ours()?);
            their_round.push(stage.theirs()?);
        }
        our_side.push(our_round);
        their_side.push(their_round);
    }
    Ok(vec![Value::Sides { ours: our_side, baseline: their_side }])
}

/// Both servers, and what the children find.
struct Stage {
    site: Site,
    echo: Echo,
}

impl Stage {
    fn set(setting: &Setting) -> Result<Self, Stop> {
        let site = Site::set(setting, "wire-cold")?;
        let echo = Echo::start(&site.beside("echo"), &site.identity)?;
        let body = acquaint(&site)?;
        std::fs::create_dir(site.beside("bare"))?;
        let bare = Bare::open(&site.beside("bare").join("bare.db"), echo.address(), &site.authority_pem)?;
        bare.forget(bare.send(&body)?)?;
        std::fs::write(site.beside("citizen.json"), serde_json::to_vec(&site.config(site.centre.api_addr()))?)?;
        std::fs::write(site.beside("authority.pem"), &site.authority_pem)?;
        std::fs::write(site.beside("body"), body)?;
        Ok(Self { site, echo })
    }

    /// `FOLDER CONFIG`
    fn ours(&self) -> Result<f64, Stop> {
        let folder = self.copy_of("phone")?;
        time("wire-cold-siaga", &[folder, self.site.beside("citizen.json")])
    }

    /// `DATABASE ADDRESS AUTHORITY BODY`
    fn theirs(&self) -> Result<f64, Stop> {
        self.echo.keep_house()?;
        let database = self.copy_of("bare")?.join("bare.db");
        let address = PathBuf::from(self.echo.address().to_string());
        time("wire-cold-bare", &[database, address, self.site.beside("authority.pem"), self.site.beside("body")])
    }

    /// A copy of a side's closed database, wholly on the disk.
    fn copy_of(&self, side: &str) -> Result<PathBuf, Stop> {
        let copy = self.site.beside("trial");
        crate::place::copy(&self.site.beside(side), &copy)?;
        Ok(copy)
    }
}

/// A phone that was used before: it knows the centre's keys, and where it is; its one incident is long over. Gives the bytes
/// of that one.
fn acquaint(site: &Site) -> Result<Vec<u8>, Stop> {
    let phone = site.phone(site.centre.api_addr())?;
    phone.press_twice()?;
    let incident = phone.trigger()?;
    let ended = phone.delivered()?;
    phone.insist_on_receipt(incident, &ended)?;
    site.close(&phone, incident)?;
    phone.another_day()?;
    Ok(ended.body)
}

/// Starts this program as a child; milliseconds from before the start to the line that it writes when it is done.
fn time(child: &str, arguments: &[PathBuf]) -> Result<f64, Stop> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["child", child]).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    std::thread::sleep(Pace::PAUSE.0);
    let (took_us, started) = timed(|| {
        let mut started = command.spawn()?;
        let mut line = String::new();
        if let Some(stdout) = started.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut line)?;
        }
        Ok::<_, std::io::Error>((started, line))
    });
    let (mut started, line) = started?;
    let end = started.wait()?;
    if line.trim() != DONE || !end.success() {
        return Err(Stop::failed(format!("{child} said {line:?}, and its end was {end}")));
    }
    Ok(took_us / 1e3)
}

/// The child of our side. The citizen's pauses between the presses are left out: only the clock passes.
pub(super) fn siaga(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [folder, config] = arguments else { return Err(Stop::failed("wire-cold-siaga FOLDER CONFIG")) };
    let config = Config::from_json(&std::fs::read_to_string(config)?)?;
    let phone = WiredPhone::open(Path::new(folder), &config)?;
    phone.press_twice()?;
    let incident = phone.trigger()?;
    let ended = phone.delivered()?;
    println!("{DONE}");
    phone.insist_on_receipt(incident, &ended)?;
    Ok(ExitCode::SUCCESS)
}

/// The child of the other side.
pub(super) fn bare(arguments: &[String]) -> Result<ExitCode, Stop> {
    let [database, address, authority, body] = arguments else {
        return Err(Stop::failed("wire-cold-bare DATABASE ADDRESS AUTHORITY BODY"));
    };
    let address: SocketAddr = address.parse()?;
    let bare = Bare::open(Path::new(database), address, &std::fs::read_to_string(authority)?)?;
    let _ = bare.send(&std::fs::read(body)?)?;
    println!("{DONE}");
    Ok(ExitCode::SUCCESS)
}
