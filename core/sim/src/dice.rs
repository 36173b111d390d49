//! Chance, from one seed: the same seed throws the same dice.

/// The dice of one run. A part of the run that throws its own takes a [`Dice::fork`], so that a change in one part does not
/// change what happens in another.
#[derive(Debug)]
pub(crate) struct Dice(fastrand::Rng);

impl Dice {
    pub(crate) fn of_seed(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn fork(&mut self) -> Self {
        Self(self.0.fork())
    }

    /// The generator itself, for the disk.
    pub(crate) const fn rng(&mut self) -> &mut fastrand::Rng {
        &mut self.0
    }

    /// True in `percent` of all throws.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(0..100) < percent
    }

    /// A whole number in `least..=most`.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0.u64(least..=most)
    }

    /// One of several; `None` of none.
    pub(crate) fn pick<'a, V>(&mut self, of: &'a [V]) -> Option<&'a V> {
        if of.is_empty() {
            return None;
        }
        of.get(self.0.usize(0..of.len()))
    }

    /// One of several, each as often as its weight says.
    pub(crate) fn weighted<'a, V>(&mut self, of: &'a [(u32, V)]) -> Option<&'a V> {
        let sum: u32 = of.iter().map(|(weight, _)| weight).sum();
        if sum == 0 {
            return None;
        }
        let mut left = self.0.u32(0..sum);
        of.iter().find_map(|(weight, value)| {
            let hit = left < *weight;
            left = left.saturating_sub(*weight);
            hit.then_some(value)
        })
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}
