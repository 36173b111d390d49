//! The database of this version with a full queue: made once for each released schema, and kept. Later versions must bring
//! every row of it to the centre (INV-14).

use siaga::Siaga;

use crate::world::World;

/// The seed of the kept databases: the same version makes the same file.
const SEED: u64 = 1;

impl World {
    /// The bytes of the database of a phone that had no network all day.
    ///
    /// # Errors
    /// The phone could not do what is asked of it, in words.
    pub(crate) fn released_database() -> Result<Vec<u8>, String> {
        let mut world = Self::new(SEED).map_err(|error| error.to_string())?;
        (world.weather.primary_down, world.weather.second_down) = (true, true);
        world.ensure_running(0);
        for _ in 0..10 {
            world.report(0, 0);
        }
        world.drill(0, 0);
        world.locate(0, 0);
        world.burst(0);
        world.cancel(0, 0);
        world.burst(0);
        for _ in 0..3 {
            let _ = world.press(0, 0);
            world.pass(6_000);
            world.locate(0, 0);
        }
        world.pass(60_000);
        if let Some(violation) = &world.violation {
            return Err(violation.to_string());
        }
        let _ = world.bare_call(0, 0, Siaga::close);
        let disk = world.phones.first().map(|phone| phone.disk.clone());
        disk.and_then(|disk| disk.read(disk.database())).ok_or_else(|| "the phone has no database".to_owned())
    }
}
