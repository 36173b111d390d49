//! Files between us and other people's programs: the tus project's own server and client, and toxiproxy on the line between
//! phone and centre.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends by a panic"
)]

mod client;
mod damage;
#[path = "../../page/tests/http.rs"]
mod http;
mod line;
mod peer;
mod phone;
mod server;
mod toxic;
