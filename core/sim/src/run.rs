//! One seed, one run.

use crate::coverage::Coverage;
use crate::violation::Violation;
use crate::world::World;

/// What came of one seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The seed.
    pub seed: u64,
    /// Calls of the core.
    pub steps: u64,
    /// Which faults fired, and which checkers judged.
    pub coverage: Coverage,
    /// What did not hold.
    pub violation: Option<Violation>,
    /// A digest of everything that was sent and stored: the same seed gives the same one.
    pub print: String,
}

/// Runs one seed; with `told` everything that happens stands on standard error.
///
/// # Errors
/// The world cannot be made: keys, which does not happen, or a disk that cannot be registered with SQLite.
pub fn run(seed: u64, told: bool) -> Result<Ran, String> {
    #[expect(clippy::cast_possible_truncation, reason = "any number will do")]
    siaga_vfs::seed_randomness(seed as u32);
    let mut world = World::new(seed).map_err(|error| error.to_string())?;
    world.told = told;
    world.run();
    for phone in 0..world.phones.len() {
        world.count_disk_faults(phone);
        world.close_all(phone);
    }
    Ok(Ran {
        seed,
        steps: world.steps,
        print: world.print(),
        coverage: std::mem::take(&mut world.coverage),
        violation: world.violation.take(),
    })
}

/// The database of this version with a full queue.
///
/// # Errors
/// The phone that makes it could not do what is asked of it, in words.
pub fn released_database() -> Result<Vec<u8>, String> {
    siaga_vfs::seed_randomness(0);
    World::released_database()
}
