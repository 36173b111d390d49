//! The checker, checked: it passes what keeps to the contract, and names the one rule that a server breaks.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but not in what several tests share"
)]

mod alpn;
mod crooked;
mod flaws;
mod list;
mod program;
mod reference;
