//! The wire: requests, replies, envelopes and bodies (`docs/PROTOCOL.md`).

mod body;
mod envelope;
mod problem;
mod request;

pub(crate) use body::{
    Body, CancelBody, ClockNote, CreateBody, EscalationBody, FixBody, FixNote, Position, ReportBody, SosBody,
    TriggerNote,
};
pub(crate) use envelope::{Heading, envelope, renew, renew_event};
pub use envelope::{MEDIA_TYPE, Timing};
pub use problem::{PROBLEM_PREFIX, ProblemType};
pub use request::{Failure, MAX_REPLY_BYTES, Method, Outcome, Reply, Request, Route, Ticket};
