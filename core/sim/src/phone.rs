//! A phone: a disk, clocks, and the processes that run on them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use siaga::ports::{Entropy, Location, Log, Note, Previews};
use siaga::{Config, MediaType, Ports, Siaga};

use crate::dice::Dice;
use crate::disk::{Image, SimDisk};
use crate::network::{Line, ProcessId};
use crate::time::{PhoneClock, WorldTime};

/// A phone.
pub(crate) struct Phone {
    time: WorldTime,
    pub(crate) disk: SimDisk,
    pub(crate) clock: Arc<PhoneClock>,
    entropy: Arc<Randomness>,
    pub(crate) processes: Vec<Process>,
    /// An image of the storage, and when it was taken.
    pub(crate) backup: Option<(u64, Image)>,
    /// Whether it sleeps: no wake-up rings.
    pub(crate) asleep: bool,
    pub(crate) permitted: bool,
    /// Whether its network is metered.
    pub(crate) metered: bool,
    /// How many lives its processes have had.
    pub(crate) lives: u32,
    /// How many power cuts it has come up from.
    pub(crate) cuts_seen: u64,
    /// Whether a page of its database is damaged, and nobody has noticed.
    pub(crate) damaged: bool,
    /// Whether that ever happened.
    pub(crate) was_damaged: bool,
    /// The newest life whose promises were looked for again.
    pub(crate) lives_judged: u32,
}

/// A process on a phone.
pub(crate) struct Process {
    pub(crate) id: ProcessId,
    pub(crate) siaga: Arc<Siaga>,
    pub(crate) line: Line,
    pub(crate) platform: Arc<Platform>,
    /// It was told that it will be suspended, and runs no more until a person or the platform wakes it.
    pub(crate) suspended: bool,
    /// Whether it was told what its network costs.
    pub(crate) knows_meter: bool,
}

/// The system's randomness.
#[derive(Debug)]
struct Randomness {
    dice: Mutex<Dice>,
    dry: AtomicBool,
}

impl Entropy for Randomness {
    fn draw(&self) -> Option<[u8; 32]> {
        let bytes = self.dice.lock().unwrap_or_else(PoisonError::into_inner).bytes();
        (!self.dry.load(Ordering::Relaxed)).then_some(bytes)
    }
}

/// What the core told its platform.
#[derive(Debug, Default)]
pub(crate) struct Platform {
    notes: Mutex<Vec<Note>>,
    /// Whether its steps live in memory, as the newest note says.
    in_memory: AtomicBool,
}

impl Platform {
    pub(crate) fn is_in_memory(&self) -> bool {
        self.in_memory.load(Ordering::Relaxed)
    }

    pub(crate) fn take_notes(&self) -> Vec<Note> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// As much of a picture as is looked at: a PNG of 32 by 24 pixels.
impl Previews for Platform {
    fn preview(&self, _: &Path, _: MediaType) -> Option<Vec<u8>> {
        Some(b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x20\0\0\0\x18".to_vec())
    }
}

impl Log for Platform {
    fn note(&self, note: Note) {
        match note {
            Note::WentOnInMemory { .. } => self.in_memory.store(true, Ordering::Relaxed),
            Note::DurableAgain => self.in_memory.store(false, Ordering::Relaxed),
            Note::SetAside { .. }
            | Note::Salvaged { .. }
            | Note::Quarantined { .. }
            | Note::HousekeepingFailed { .. }
            | Note::NoEntropy
            | Note::WakeUpMissing => {}
        }
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }
}

impl Location for Platform {
    fn start(&self) {}

    fn stop(&self) {}
}

impl Phone {
    pub(crate) fn new(number: u32, disk: SimDisk, time: &WorldTime, dice: &mut Dice) -> Self {
        let mut phone = Self::blank(number, disk, time, dice);
        phone.plug_in(phone.disk.clone());
        phone
    }

    /// Gives the phone another disk. Whoever waits for a lock on it lets the world's time pass.
    pub(crate) fn plug_in(&mut self, disk: SimDisk) {
        let time = self.time.clone();
        disk.on_sleep(move |us| time.pass(us.div_ceil(1_000)));
        self.disk = disk;
        self.cuts_seen = 0;
    }

    fn blank(number: u32, disk: SimDisk, time: &WorldTime, dice: &mut Dice) -> Self {
        Self {
            time: time.clone(),
            disk,
            clock: Arc::new(PhoneClock::new(time.clone(), number)),
            entropy: Arc::new(Randomness { dice: Mutex::new(dice.fork()), dry: AtomicBool::new(false) }),
            processes: Vec::new(),
            backup: None,
            asleep: false,
            permitted: true,
            metered: false,
            lives: 0,
            cuts_seen: 0,
            damaged: false,
            was_damaged: false,
            lives_judged: 0,
        }
    }

    /// Whether the system has randomness from now on.
    pub(crate) fn set_dry(&self, dry: bool) {
        self.entropy.dry.store(dry, Ordering::Relaxed);
    }

    pub(crate) fn is_dry(&self) -> bool {
        self.entropy.dry.load(Ordering::Relaxed)
    }

    /// Starts a process; `None` when it died in its own opening.
    pub(crate) fn start(&mut self, id: ProcessId, config: &Config) -> Result<Option<Process>, siaga::Error> {
        let platform = Arc::new(Platform::default());
        let line = Line::new(id, self.disk.clone(), Arc::clone(&platform));
        let ports = Ports {
            clock: Arc::clone(&self.clock) as _,
            entropy: Arc::clone(&self.entropy) as _,
            network: Some(Arc::new(line.clone())),
            credentials: None,
            location: Arc::clone(&platform) as _,
            previews: Some(Arc::clone(&platform) as _),
            log: Arc::clone(&platform) as _,
            disk: self.disk.of_process(id),
            own_thread: false,
        };
        self.lives += 1;
        let opened = self.disk.run_as(id, || Siaga::open(self.disk.folder(), config, ports));
        if self.disk.is_dead(id) {
            // What a process would say after its death, nobody hears.
            self.disk.run_as(id, || drop(opened));
            return Ok(None);
        }
        let siaga = Arc::new(opened?);
        Ok(Some(Process { id, siaga, line, platform, suspended: false, knows_meter: false }))
    }
}
