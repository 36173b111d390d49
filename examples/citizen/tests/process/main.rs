//! The program as scripts see it: against a real centre with TLS, killed in between, beside a second one, misconfigured.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod bench;
mod configuration;
mod deliver;
mod drafts;
mod kill;
mod output;
mod verify;
