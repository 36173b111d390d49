//! The wire: requests, replies, envelopes and bodies (`docs/PROTOCOL.md`).

mod body;
mod envelope;
mod manifest;
mod preview;
mod problem;
mod record;
mod request;

pub(crate) use body::{
    Body, CancelBody, ClockNote, CreateBody, EscalationBody, FixBody, FixNote, NoteBody, Position, ReportBody, SosBody,
    TriggerNote,
};
pub(crate) use envelope::{Heading, envelope, renew, renew_event};
pub use envelope::{MEDIA_TYPE, Timing};
pub(crate) use manifest::{FileEntry, ManifestBody};
pub(crate) use preview::PreviewBody;
pub use problem::{PROBLEM_PREFIX, ProblemType};
pub(crate) use record::Record;
pub use request::{
    Failure, Location, MAX_CHECKED_BYTES, MAX_LOCATION_BYTES, MAX_REPLY_BYTES, Method, Outcome, Payload, Reply,
    Request, Route, Slice, Ticket, UploadReply,
};
