//! What Kotlin and Swift see of Siaga: one object, the ports that a platform fills, and nothing else. Every piece of data is
//! derived where it lives, in the crates of `core/`, so that no type exists twice.
//!
//! Nothing crosses this boundary unchecked (INV-11). Into Rust: every exported method returns a `Result`, and a panic inside
//! becomes [`Error::Bug`](::siaga::Error::Bug). Into a shell: every port returns a `Result`, and what it throws or answers wrongly is
//! counted and taken as "nothing", which the core can always go on with (INV-2).

mod drafts;
mod guard;
mod ports;
mod siaga;
mod subscription;
mod transfers;

pub use ports::{
    ClockPort, ContentPort, CredentialsPort, EntropyPort, Listener, LocationPort, LogPort, PortError, Ports,
    PreviewPort, TransportPort,
};
pub use siaga::Siaga;
pub use subscription::Subscription;

uniffi::setup_scaffolding!("siaga_ffi");
