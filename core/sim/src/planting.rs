//! Planted bugs: ways to break the code on purpose, so that the checkers can be seen to find them.

use siaga_engine::plant::Plant;

/// Whether this build can plant bugs.
pub const PLANTING: bool = cfg!(feature = "plant");

/// Breaks the code in this way from now on, in the whole process; `None` repairs it.
pub fn plant(plant: Option<Plant>) {
    #[cfg(feature = "plant")]
    siaga_engine::plant::set(plant);
    #[cfg(not(feature = "plant"))]
    let _ = plant;
}
