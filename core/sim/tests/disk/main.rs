//! The simulated disk under the real SQLite and the real store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod aside;
mod copies;
mod durable;
mod faults;
mod files;
mod opening;
mod processes;
mod stage;
