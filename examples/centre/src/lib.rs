//! The reference dispatch centre: takes incidents, signs for them, and shows them on one page.
//!
//! It reads the wire format by its own structs and shares only [`siaga_vault`] with the phone, so that the two halves
//! check each other. `docs/PROTOCOL.md` is the contract. It is meant to be read, tried and tested against; a city's own
//! centre has logins, maps and people.
//!
//! ```text
//! phone ── PUT ──▶ server ──▶ accept (pure) ──▶ store (WAL, FULL) ──▶ 201 + Siaga-Receipt
//!                                                  │
//!   media ── POST, PATCH ──▶ judge (pure) ──▶ storage (one file each) ── whole hash right ──▶ store ──▶ Siaga-Receipt
//!
//! dispatcher ◀── page (loopback only) ◀────────────┘ ── buttons ──▶ signed steps ──▶ the phone's long poll
//! ```

pub mod accept;
mod desk;
pub mod envelope;
mod error;
mod evidence;
pub mod flag;
mod handle;
mod keyring;
pub mod media;
mod page;
pub mod secret;
mod server;
mod step;
mod store;
mod summary;
mod tls;

pub use error::CentreError;
pub use handle::{Centre, CentreHandle, CentreOptions, Limits};
pub use step::{Mark, MarkOutcome};
pub use summary::{EventSummary, IncidentSummary};
pub use tls::{TlsIdentity, make_test_certificate};
