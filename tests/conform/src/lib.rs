//! The wire contract as a black-box checker: what `docs/PROTOCOL.md` asks of a dispatch centre, rule by rule, over HTTP.
//!
//! It shares only [`siaga_vault`] with the phone, for the phone's own last word on a statement, and reads everything else by
//! itself, so that it can say what is wrong. The program is `siaga-conform`; this library is the same for tests:
//!
//! ```no_run
//! # async fn checked() -> Result<(), siaga_conform::ConformError> {
//! use siaga_conform::{Profile, Target, Trust};
//!
//! let target = Target::new("https://centre.example", "kota-1", "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w", Trust::Public)?;
//! let report = siaga_conform::check(&target.with_profile(Profile::All)).await?;
//! println!("{}", report.text());
//! # Ok(())
//! # }
//! ```

mod client;
mod error;
mod keys;
mod pace;
mod phone;
mod receipt;
mod reply;
mod report;
mod rule;
mod rules;
mod run;
mod send;
mod statement;
mod target;
mod tus;
mod write;

pub use error::ConformError;
pub use report::{Judged, LEAVES, NOT_SEEN, Report, listing};
pub use rule::{Account, Level, Profile, Rule, Verdict};
pub use rules::rules;
pub use run::check;
pub use target::{PhoneCentre, PhoneConfig, Target, Trust};
