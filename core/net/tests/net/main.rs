//! `siaga-net` against servers in the same process, over real sockets and real TLS.
//!
//! Certificates live for 90 days. Those of another time are made as such, which is for the phone the same as a wrong clock.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in test functions, not in what they share"
)]

mod calls;
mod certificates;
mod closing;
mod config;
mod connection;
mod credentials;
mod environment;
mod failures;
mod parts;
mod raw;
mod replies;
mod routes;
mod site;
mod transfers;
mod validity;
