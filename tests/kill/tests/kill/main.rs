//! `kill -9` at random moments: 0 lost, 0 doubled (INV-13).
//!
//! A *trial* is one kill. Trials share *stories*: a story is one folder, several *lives* of a phone on it, most of them
//! killed, and a last one that is left alone until all is receipted. Then the ledger of what was promised is compared with
//! what the centre has. `SIAGA_KILLS` says how many kills (60 by default, so that plain `cargo test` stays quick; `cargo
//! xtask test` asks for 500), `SIAGA_KILL_SEED` which (1 by default). The seed fixes what is done and what is aimed at; what
//! the machine makes of it differs from run to run.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but not in what several tests share"
)]

mod aim;
mod city;
mod ledger;
mod life;
mod loud;
#[cfg(feature = "machine")]
mod machine;
mod options;
mod place;
mod runner;
mod script;
mod story;
mod upload;
mod valve;
mod verdict;

use options::Options;

#[test]
fn after_kill_9_at_random_moments_nothing_promised_is_lost_and_nothing_is_done_twice_inv_13() {
    let options = Options::from_environment().unwrap_or_else(|error| panic!("{error}"));
    runner::run(&options).unwrap_or_else(|complaint| panic!("{complaint}"));
}
