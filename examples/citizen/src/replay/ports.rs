//! The ports of a core under replay: a clock that says what it is told, entropy that is counted, and a network that only
//! notes what leaves.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use siaga::ports::{Clock, Entropy, Network};
use siaga::{Failure, Outcome, Reading, Request, Ticket, Transfer, Transfers};

/// Says what it was told last.
#[derive(Debug)]
pub(super) struct ToldClock(Mutex<Reading>);

impl Default for ToldClock {
    fn default() -> Self {
        Self(Mutex::new(Reading { boot: String::new(), since_boot_ms: 0, wall_ms: 0 }))
    }
}

impl ToldClock {
    pub(super) fn set(&self, reading: Reading) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reading;
    }
}

impl Clock for ToldClock {
    fn now(&self) -> Reading {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Randomness that is the same in each run and in each language: four numbers of `SplitMix64` a draw, the lowest byte first,
/// counted on from draw to draw. Small enough to be written again wherever a trace is served.
#[derive(Debug, Default)]
pub(super) struct CountedEntropy(AtomicU64);

impl Entropy for CountedEntropy {
    fn draw(&self) -> Option<[u8; 32]> {
        let first = self.0.fetch_add(4, Ordering::Relaxed);
        let mut drawn = [0; 32];
        for (number, bytes) in (first..).zip(drawn.as_chunks_mut().0) {
            *bytes = split_mix(number).to_le_bytes();
        }
        Some(drawn)
    }
}

/// The number with this index of the sequence that begins at 0 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
const fn split_mix(index: u64) -> u64 {
    let mixed = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// Makes transfers of requests, and keeps them until they are asked for: each ends by its id.
#[derive(Debug, Default)]
pub(super) struct Departures(Mutex<Platform>);

#[derive(Debug, Default)]
struct Platform {
    transfers: Option<Transfers>,
    renewed: bool,
    begun: Vec<Transfer>,
}

impl Departures {
    /// What they are made with from now on.
    pub(super) fn make_with(&self, transfers: Transfers) {
        self.platform().transfers = Some(transfers);
    }

    /// What happened since it was last asked for: whether connections were renewed, and what left after that.
    pub(super) fn take(&self) -> (bool, Vec<Transfer>) {
        let mut platform = self.platform();
        (std::mem::take(&mut platform.renewed), std::mem::take(&mut platform.begun))
    }

    fn platform(&self) -> MutexGuard<'_, Platform> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Network for Departures {
    fn perform(&self, ticket: &Ticket, request: Request, done: Box<dyn FnOnce(Outcome) + Send>) {
        let transfer = {
            let platform = self.platform();
            let transfers = platform.transfers.as_ref().ok_or(Failure::Unavailable);
            transfers.and_then(|transfers| transfers.make(ticket, &request))
        };
        match transfer {
            Ok(transfer) => self.platform().begun.push(transfer),
            Err(failure) => done(Err(failure)),
        }
    }

    fn network_changed(&self) {
        self.platform().renewed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_every_other_implementation() {
        // The first of the sequence from 0, as published with the xoshiro generators.
        assert_eq!((split_mix(0), split_mix(1)), (0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4));
        let entropy = CountedEntropy::default();
        let (first, second) = (entropy.draw().unwrap(), entropy.draw().unwrap());
        assert_eq!(first[..9], [0xAF, 0xCD, 0x1D, 0x7B, 0x39, 0xA8, 0x20, 0xE2, 0xF4]);
        assert_ne!(first, second);
    }
}
