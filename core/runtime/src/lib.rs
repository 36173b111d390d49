//! The core of a citizen emergency app: press, keep, deliver, until the centre has signed for it.
//!
//! *The engine decides, the store remembers, the runtime acts.* This crate is the runtime and the public Rust API: [`Siaga`]
//! makes each step on the caller's thread behind one lock, commits it, and only then performs what the step asks for.
//!
//! ```no_run
//! # fn main() -> Result<(), siaga::Error> {
//! let config = siaga::Config::from_json(r#"{ "centre": {
//!     "id": "kota-1", "root_key": "…", "primary": "https://centre.example" } }"#)?;
//! let siaga = siaga::Siaga::open("app-private-folder", &config, siaga::Ports::system()?)?;
//! let _ = siaga.press(siaga::Source::Screen)?;
//! # Ok(())
//! # }
//! ```

mod config;
mod core;
mod drafts;
mod drain;
mod error;
mod files;
mod listeners;
pub mod platform;
pub mod ports;
mod previews;
mod pump;
mod siaga;
mod transfers;
mod unsaved;
mod writer;

pub use config::{Centre, Config};
pub use core::NextWake;
pub use drain::Drained;
pub use error::Error;
pub use listeners::Subscription;
pub use siaga::{Ports, Siaga};
pub use siaga_engine::clock::Reading;
pub use siaga_engine::config::{IncidentConfig, MediaConfig, PressConfig};
pub use siaga_engine::ids::{EventId, FileId, IncidentId};
pub use siaga_engine::location::{FixReading, FixSource, Flag, LocationReport, NoFix, Radius};
pub use siaga_engine::media::{AttachFault, FileState, FileView, MediaType, UploadView};
pub use siaga_engine::outbox::{Kind, Lane};
pub use siaga_engine::wire::{
    Failure, Location as UploadLocation, Method, Outcome, Payload, ProblemType, Reply, Request, Route, Slice, Ticket,
    UploadReply,
};
pub use siaga_engine::{
    ButtonView, CancelAuth, EvidenceView, Happening, IncidentState, IncidentView, LaneView, Place, PositionView, Press,
    PressAnswer, Proof, Report, ReportFault, Snapshot, Source, StoreHealth, Subject, TimelineEntry, Trouble,
    UploadFault, Waits, WakeReason,
};
pub use siaga_net::{Addresses, Credentials, CredentialsUnavailable, Header, RawReply, Transfer};
pub use siaga_store::{Disk, FileLock, Files};
pub use siaga_vault::PublicKey;
pub use transfers::{Transfers, transfer_id};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("siaga");
