//! `citizen verify`: what an export of a centre proves, to somebody who trusts the agency's root key and nothing else.
//!
//! Two things are judged apart. The receipts say that the centre had exactly these bytes, whoever wrote them. The chain says that
//! they are what the phone captured, and all of it: a centre can sign anything, and cannot make a chain whole again.

mod judge;
mod read;

pub(crate) use judge::{Judged, Memory, Remembered, judge};
pub(crate) use read::read;
