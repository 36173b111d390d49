//! Performs the HTTPS requests that the engine asks for, and says what became of each: a whole reply or one [`Failure`].
//!
//! It decides nothing: no retry, no back-off, no order, no judgement of a status code (INV-3). It keeps one warm HTTP/2
//! connection to each address of the centre, trusts exactly the roots of its configuration, follows no redirect, uses no
//! proxy, and bounds every attempt in time and in bytes (INV-6, INV-10). It logs nothing (INV-12).
//!
//! The TLS stack is put together by hand (`tls.rs`): the platform verifier that comes with reqwest panics on Android unless
//! the JVM was handed over before (F61), so no path of this crate leads to it.
//!
//! [`Failure`]: siaga_engine::wire::Failure

mod address;
mod bounds;
mod classify;
mod client;
mod clients;
mod config;
mod connecting;
mod credentials;
mod done;
mod error;
mod headers;
mod part;
mod perform;
mod reply;
mod retry_after;
mod thread;
mod tls;
mod transfer;
mod trust;
mod validity;

pub use config::{CheckedConfig, NetConfig, Trust};
pub use credentials::{Credentials, CredentialsUnavailable};
pub use error::{NetConfigError, NetError};
pub use part::{Copies, Copy};
pub use thread::Net;
pub use transfer::{Addresses, Header, PartFile, RawReply, Transfer};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!("siaga_net");
