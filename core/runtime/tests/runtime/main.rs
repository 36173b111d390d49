//! The runtime with the real store, the real network and the real centre.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but not in what several tests share"
)]

mod attach;
mod cut;
mod deliver;
mod drafts;
mod field;
mod front;
mod handed_over;
mod handed_parts;
mod live;
mod lock;
mod lost;
mod memory;
mod metered;
mod opening;
mod previews;
mod salvage;
mod storage;
mod two;
mod uploads;
mod watch;
mod wires;
