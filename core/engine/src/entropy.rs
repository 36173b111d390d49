//! Randomness as an argument: the engine never asks the system for it.

use siaga_vault::Digest;

/// 32 bytes of system randomness, fresh for each input.
#[derive(Clone, PartialEq, Eq)]
pub struct Entropy(pub [u8; 32]);

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(..)")
    }
}

/// The draws of one step: SHA-256 over (entropy, counter), so that one seed gives one run and no draw tells another.
pub struct Draws {
    seed: [u8; 32],
    counter: u64,
}

impl Draws {
    /// Starts the draws of one step.
    #[must_use]
    pub const fn new(entropy: &Entropy) -> Self {
        Self { seed: entropy.0, counter: 0 }
    }

    /// Draws of the same step that are no others': what is decided in memory may differ from what the failed commit of the
    /// same step holds, and that commit may stand after all.
    #[must_use]
    pub fn apart(entropy: &Entropy) -> Self {
        Self { seed: Self { seed: entropy.0, counter: u64::MAX }.block(), counter: 0 }
    }

    /// The next 32 bytes.
    #[must_use]
    pub fn block(&mut self) -> [u8; 32] {
        let mut input = [0_u8; 40];
        let (seed, counter) = input.split_at_mut(32);
        seed.copy_from_slice(&self.seed);
        counter.copy_from_slice(&self.counter.to_be_bytes());
        self.counter = self.counter.wrapping_add(1);
        Digest::of(&input).0
    }

    /// The next `N` ≤ 32 bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= 32, "one block has 32 bytes") };
        let block = self.block();
        let mut out = [0_u8; N];
        out.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        out
    }

    /// A whole number in `0..=max`, for jitter. The bias of the remainder is below 2⁻³² for every delay that occurs here.
    #[must_use]
    pub fn up_to(&mut self, max: u64) -> u64 {
        let draw = u64::from_be_bytes(self.bytes());
        max.checked_add(1).map_or(draw, |n| draw % n)
    }
}
