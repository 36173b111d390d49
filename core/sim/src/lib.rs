//! The simulator: one seed is one run of the real runtime and the real SQLite, on a disk, a network, clocks and a centre that
//! misbehave. Whatever they do, the invariants of `docs/ARCHITECTURE.md` are checked at every step and at the end.
//!
//! - `world` plays a script: what the citizen does, and what goes wrong.
//! - `disk` is the disk under SQLite: it forgets what was not synced, and a process can die at any of its operations.
//! - `checks` holds the phone to what it promised.

mod centre;
mod checks;
mod coverage;
mod dice;
pub mod disk;
mod envelope;
mod ledger;
mod network;
mod phone;
mod planting;
mod report;
mod run;
mod script;
mod storage;
mod time;
mod violation;
mod world;

pub use coverage::{Checker, Coverage, Fault};
pub use planting::{PLANTING, plant};
pub use report::Report;
pub use run::{Ran, released_database, run};
pub use siaga_engine::plant::Plant;
pub use violation::Violation;
