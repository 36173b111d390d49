//! The engine as a whole, step by step as the runtime does it. Each test says which invariant (INV) or which failure of the
//! field (F) it is about.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in test functions, not in what they share"
)]

mod attaching;
mod best_fix;
mod cancel;
mod checked_parts;
mod clocks;
mod closing;
mod config;
mod counting;
mod deciding_files;
mod drafts;
mod drill;
mod envelope;
mod escalation;
mod evidence;
mod fixes;
mod handed_over;
mod handed_parts;
mod identity;
mod keys;
mod lanes;
mod leases;
mod limits;
mod memory;
mod metered;
mod notes;
mod position;
mod push;
mod quiet;
mod rearm;
mod receipts;
mod refusals;
mod renewed;
mod retry;
mod rewound;
mod routes;
mod saved;
mod timeline;
mod tunnel;
mod uploads;
mod walk;
mod world;
