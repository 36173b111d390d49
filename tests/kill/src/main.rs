//! A phone that may be killed at any moment: `killed-phone CONFIG FOLDER SLEPT_MS ACT…` does what it is told and says what it
//! has promised. `SLEPT_MS` is how long the phone has slept in all since the story began, beyond the time that has passed.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::park_timeout;
use std::time::Duration;

use siaga::platform::SystemEntropy;
use siaga::ports::{Clock, Entropy as _};
use siaga::{
    CancelAuth, Config, IncidentId, IncidentState, Ports, PressAnswer, Reading, Report, Siaga, Source, StoreHealth,
};
use siaga_kill_tests::{Act, Told};

/// As fast as a thumb that has no time: a little more than the debounce that the tests set, 20 ms.
const THUMB: Duration = Duration::from_millis(24);

/// A photo that takes its creation and two parts or more.
const PHOTO_BYTES: usize = 70_000;

/// A video that takes so many parts that a phone can be killed in several of them.
const VIDEO_BYTES: usize = 8_000_000;

/// What a draft says.
const DRAFTED: &str = "the bridge at the mill is under water";

/// The phone's own clock, moved by the time that it slept.
struct Slept {
    clock: Arc<dyn Clock>,
    slept_ms: u64,
}

impl Clock for Slept {
    fn now(&self) -> Reading {
        let now = self.clock.now();
        Reading { since_boot_ms: now.since_boot_ms.saturating_add(self.slept_ms), ..now }
    }
}

/// The receipts that were told of.
#[derive(Default)]
struct Receipts(Mutex<BTreeSet<IncidentId>>);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(config), Some(folder), Some(slept_ms)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: killed-phone CONFIG FOLDER SLEPT_MS ACT…".into());
    };
    let acts: Vec<Act> = arguments.map(|word| word.parse()).collect::<Result<_, _>>()?;
    let config = Config::from_json(&std::fs::read_to_string(config)?)?;
    let mut ports = Ports::system()?;
    ports.clock = Arc::new(Slept { clock: ports.clock, slept_ms: slept_ms.parse()? });
    let siaga = Arc::new(Siaga::open(folder, &config, ports)?);
    tell(&Told::Opened)?;
    let receipts = Arc::new(Receipts::default());
    let (listening, phone) = (Arc::clone(&receipts), Arc::downgrade(&siaga));
    let _subscription = siaga.subscribe(Arc::new(move |_| tell_receipts(&phone, &listening)));
    for act in acts {
        tell(&Told::Asks(act))?;
        perform(&siaga, act)?;
        if matches!(act, Act::Deliver { .. }) {
            tell_receipts(&Arc::downgrade(&siaga), &receipts);
        }
    }
    tell(&Told::Closing)?;
    siaga.close()?;
    tell(&Told::Closed)
}

fn perform(siaga: &Siaga, act: Act) -> Result<(), Box<dyn Error>> {
    match act {
        Act::Press => {
            let told = press(siaga)?;
            promise(siaga, told)?;
            park_timeout(THUMB);
            Ok(())
        }
        Act::Cancel => match siaga.cancel(CancelAuth::None) {
            Ok(incident) => promise(siaga, Told::Cancelled(incident)),
            Err(siaga::Error::NothingOpen) => promise(siaga, Told::NothingOpen),
            Err(error) => Err(error.into()),
        },
        Act::Report => reported(siaga, siaga.submit(report("smoke above the market")), Told::Reported),
        Act::Draft => reported(siaga, siaga.draft(report(DRAFTED)), Told::Drafted),
        Act::Submit => submit(siaga),
        Act::Note => note(siaga),
        Act::Attach => attach(siaga, PHOTO_BYTES),
        Act::Video => attach(siaga, VIDEO_BYTES),
        Act::Deliver { for_ms } => {
            let waiting = siaga.drain(for_ms)?.waiting;
            tell(&Told::Delivered { waiting, parked: siaga.snapshot().parked })
        }
        Act::Durable => {
            while siaga.snapshot().store != StoreHealth::Durable {
                park_timeout(THUMB);
            }
            tell(&Told::Durable)
        }
        Act::Stay => loop {
            std::thread::park();
        },
    }
}

fn report(text: &str) -> Report {
    Report { category: "fire".to_owned(), text: text.to_owned(), ..Default::default() }
}

/// Says what was made, or that too many wait.
fn reported(
    siaga: &Siaga,
    made: Result<IncidentId, siaga::Error>,
    told: impl FnOnce(IncidentId) -> Told,
) -> Result<(), Box<dyn Error>> {
    match made {
        Ok(incident) => promise(siaga, told(incident)),
        Err(siaga::Error::Report { .. }) => tell(&Told::Declined),
        Err(error) => Err(error.into()),
    }
}

/// Submits the newest draft. One that does not say what was written is an error: it was promised.
fn submit(siaga: &Siaga) -> Result<(), Box<dyn Error>> {
    let Some(draft) = newest(siaga, |state| state == IncidentState::Draft) else { return tell(&Told::Declined) };
    match siaga.drafted(draft) {
        Ok(written) if written.text != DRAFTED => Err(format!("a draft says {:?}", written.text).into()),
        Ok(_) => reported(siaga, siaga.submit_draft(draft), Told::Reported),
        // Another phone on this folder was faster.
        Err(siaga::Error::Report { .. }) => tell(&Told::Declined),
        Err(error) => Err(error.into()),
    }
}

/// Adds words to the newest incident that was sent.
fn note(siaga: &Siaga) -> Result<(), Box<dyn Error>> {
    let Some(incident) = newest(siaga, |state| state != IncidentState::Draft) else { return tell(&Told::Declined) };
    reported(siaga, siaga.add_note(incident, "two people are on the roof").map(|()| incident), Told::Noted)
}

fn newest(siaga: &Siaga, is_one: impl Fn(IncidentState) -> bool) -> Option<IncidentId> {
    siaga.snapshot().incidents.iter().rfind(|incident| is_one(incident.state)).map(|incident| incident.id)
}

/// Attaches a file that no other one is like.
fn attach(siaga: &Siaga, bytes: usize) -> Result<(), Box<dyn Error>> {
    let Some(incident) = siaga.snapshot().incidents.last().map(|incident| incident.id) else {
        return tell(&Told::Declined);
    };
    let seed = SystemEntropy.draw().ok_or("no randomness")?;
    let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
    photo.extend(seed.iter().cycle().take(bytes));
    match siaga.attach_stream(incident, "photo.jpg", &mut photo.as_slice()) {
        Ok(file) => promise(siaga, Told::Attached(incident, file)),
        Err(siaga::Error::Attach { .. } | siaga::Error::Store { .. }) => tell(&Told::Declined),
        Err(error) => Err(error.into()),
    }
}

/// Presses until the press is no bounce of another one.
fn press(siaga: &Siaga) -> Result<Told, Box<dyn Error>> {
    loop {
        match siaga.press(Source::Keyboard)? {
            PressAnswer::Counted { presses, .. } => return Ok(Told::Counted(presses)),
            PressAnswer::Triggered { incident } => return Ok(Told::Triggered(incident)),
            PressAnswer::Escalated { incident, presses } => return Ok(Told::Escalated(incident, presses)),
            PressAnswer::TooSoon => park_timeout(THUMB / 4),
            PressAnswer::SourceOff => return Err("the keyboard is off".into()),
        }
    }
}

/// Says what was acknowledged; what the phone itself calls "in memory" is no promise that outlives it.
fn promise(siaga: &Siaga, told: Told) -> Result<(), Box<dyn Error>> {
    match siaga.snapshot().store {
        StoreHealth::Durable | StoreHealth::Salvaging => tell(&told),
        StoreHealth::InMemoryOnly => tell(&Told::InMemory(Box::new(told))),
    }
}

/// Says which incidents have a receipt that was not told of yet.
fn tell_receipts(siaga: &Weak<Siaga>, receipts: &Receipts) {
    let Some(siaga) = siaga.upgrade() else { return };
    let snapshot = siaga.snapshot();
    // The lock is held while it is said, so that two threads do not say it twice.
    let mut known = receipts.0.lock().unwrap_or_else(PoisonError::into_inner);
    for incident in snapshot.incidents.iter().filter(|incident| incident.receipt.is_some()) {
        if known.insert(incident.id) {
            // Whoever does not listen any more needs no line.
            let _ = tell(&Told::Receipted(incident.id));
        }
    }
}

fn tell(told: &Told) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{told}")?;
    Ok(out.flush()?)
}
