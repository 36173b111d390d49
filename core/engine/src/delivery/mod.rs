//! Deliveries: how a row becomes a request, and what its outcome means.

mod backoff;
mod claim;
mod gate;
mod judge;
mod upload;

pub use backoff::SOS_WAIT_LIMIT_MS;
pub(crate) use backoff::{Growth, lease_ms, retry_after_ms, timeout_ms};
pub(crate) use claim::{Claim, Flight};
pub(crate) use gate::Gates;
pub use judge::{Scope, Trouble};
pub(crate) use judge::{Verdict, judge, receipt};
pub use upload::UploadFault;
pub(crate) use upload::{Arrival, judge_upload};
