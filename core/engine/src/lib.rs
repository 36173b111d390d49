//! The pure machine behind a panic button: events in, changes and effects out. No clock, no input or output, no threads, no
//! randomness of its own: time and entropy are arguments, and the same inputs give the same run.
//!
//! How an SOS travels through it:
//!
//! ```text
//! press.rs            three presses within the window
//!   decide/press.rs     trigger …
//!   decide/create.rs    … an incident with its id and secret; its create is frozen (wire/envelope.rs)
//!   outbox/             one row in the lane `Sos`, as a Change for the store
//! plan/claim.rs       the head of the lane is claimed: a lease, an attempt …
//!   plan/request.rs     … a Request, let out only after the commit
//! delivery/judge.rs   the outcome: only a receipt ends the delivery
//!   decide/ended.rs     the row goes; or it stays, with a back-off (delivery/backoff.rs, gate.rs)
//! plan/wake.rs        the one wake-up, with its reason
//! snapshot.rs         what the citizen sees of all this
//! ```

pub mod clock;
pub mod config;
mod decide;
mod delivery;
mod effect;
mod engine;
pub mod entropy;
mod event;
pub mod ids;
mod incident;
pub mod location;
pub mod media;
pub mod outbox;
mod plan;
pub mod plant;
mod press;
mod reads;
mod snapshot;
mod state;
mod turn;
pub mod wire;

pub use delivery::{SOS_WAIT_LIMIT_MS, Scope, Trouble, UploadFault};
pub use effect::{Answer, Declined, Dispatch, Effect, PressAnswer, Wake, WakeReason};
pub use engine::{Engine, NotAState, Plan, Step};
pub use event::{Event, Input};
pub use incident::{CancelAuth, ClosedBy, Place, Report, ReportFault, Subject, drafted};
pub use plan::Heads;
pub use press::{Press, Source};
pub use reads::News;
pub use snapshot::{
    ButtonView, EvidenceView, Happening, IncidentState, IncidentView, LaneView, PositionView, Proof, Snapshot,
    StoreHealth, TimelineEntry, Waits,
};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("siaga_engine");
