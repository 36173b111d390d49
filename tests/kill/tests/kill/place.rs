//! Where a kill met a phone: judged by the last that it said, and by what it left on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use siaga_kill_tests::Told;

/// Where a kill fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Before the database was open.
    Opening,
    /// Between two acts; deliveries go on meanwhile.
    BetweenActs,
    /// Inside an act that was not acknowledged.
    InsideAct,
    /// While the phone did nothing but deliver.
    Delivering,
    /// While it closed.
    Closing,
    /// Beside one of these: inside a checkpoint.
    Checkpoint,
    /// Beside one of these: the centre had stored what the phone did not know it had.
    BeforeTheReceipt,
    /// Beside one of these: another process on the same folder lived on.
    OneOfTwo,
}

impl Place {
    /// All of them. A long run has to meet each.
    pub(crate) const ALL: [Self; 8] = [
        Self::Opening,
        Self::BetweenActs,
        Self::InsideAct,
        Self::Delivering,
        Self::Closing,
        Self::Checkpoint,
        Self::BeforeTheReceipt,
        Self::OneOfTwo,
    ];

    /// By the last that a phone said, receipts aside: they come from another thread.
    pub(crate) fn after(last: Option<&Told>) -> Self {
        match last {
            None => Self::Opening,
            Some(Told::Asks(siaga_kill_tests::Act::Deliver { .. })) => Self::Delivering,
            Some(Told::Asks(_)) => Self::InsideAct,
            Some(Told::Closing | Told::Closed) => Self::Closing,
            Some(
                Told::Opened
                | Told::Counted(_)
                | Told::Triggered(_)
                | Told::Escalated(..)
                | Told::Cancelled(_)
                | Told::NothingOpen
                | Told::Reported(_)
                | Told::Drafted(_)
                | Told::Noted(_)
                | Told::Attached(..)
                | Told::Declined
                | Told::InMemory(_)
                | Told::Receipted(_)
                | Told::Delivered { .. }
                | Told::Durable,
            ) => Self::BetweenActs,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Opening => "while opening",
            Self::BetweenActs => "between two acts",
            Self::InsideAct => "inside an act",
            Self::Delivering => "while delivering",
            Self::Closing => "while closing",
            Self::Checkpoint => "inside a checkpoint",
            Self::BeforeTheReceipt => "stored by the centre, not known to the phone",
            Self::OneOfTwo => "while another process lived on",
        }
    }
}

/// Whether the life that began then ended inside a checkpoint. SQLite notes in the log's index how far a checkpoint tries to
/// come before it copies (`nBackfillAttempted`, byte 128), and how far it came afterwards (`nBackfill`, byte 96). The two also
/// differ when the log was read anew after a kill, but then nothing was copied into the database since.
pub(crate) fn died_inside_a_checkpoint(folder: &Path, began: SystemTime) -> bool {
    let Ok(index) = std::fs::read(folder.join("siaga.db-shm")) else { return false };
    let number = |at: usize| index.get(at..at + 4).map(|bytes| u32::from_ne_bytes(bytes.try_into().unwrap()));
    let copied = std::fs::metadata(folder.join("siaga.db")).and_then(|database| database.modified());
    number(128) > number(96) && copied.is_ok_and(|copied| copied > began)
}

/// How often each place was met.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(BTreeMap<Place, u32>);

impl Places {
    pub(crate) fn add(&mut self, place: Place) {
        *self.0.entry(place).or_default() += 1;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for (place, times) in &other.0 {
            *self.0.entry(*place).or_default() += times;
        }
    }

    /// Those that were never met.
    pub(crate) fn missing(&self) -> Vec<Place> {
        Place::ALL.into_iter().filter(|place| !self.0.contains_key(place)).collect()
    }
}

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said: Vec<String> = self.0.iter().map(|(place, times)| format!("{times} {}", place.words())).collect();
        f.write_str(&said.join(", "))
    }
}
