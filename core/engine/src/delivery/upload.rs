//! The judge of uploads: what a reply means that brought no receipt. A receipt is judged as everybody's (`judge.rs`).

use serde::{Deserialize, Serialize};

use crate::delivery::judge::{Scope, Trouble, no_reply};
use crate::media::Ask;
use crate::wire::{Failure, Location, Outcome, ProblemType, Reply};

/// What can go wrong with an upload alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum UploadFault {
    /// The server says that it has more than was sent, or a number that is none.
    ImpossibleOffset,
    /// The server says that it has another part than was meant; it is asked anew.
    OtherOffset,
    /// The server keeps the file at another host, or nowhere.
    OtherPlace,
    /// The server does not have the upload any more: it begins anew.
    Gone,
    /// The server is busy with an earlier part.
    Busy,
    /// What arrived is not what was sent.
    Damaged,
    /// All bytes are there, and no receipt came.
    NoReceipt,
    /// The server will not take a part of this size.
    PartTooLarge,
    /// The server speaks another version of tus, or takes no parts of files.
    Unsupported,
}

/// What became of one request of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// So many bytes are there, `None` when the server has to be asked; and where they are, when it says so.
    There { path: Option<String>, bytes: Option<u64> },
    /// All bytes are there, and nobody has signed for them.
    Unproven,
    /// It is not there any more.
    Gone,
    /// The centre found other bytes than these.
    Damaged,
    /// Our own copy could not be read.
    NoCopy,
    /// It is tried again; the next thing is to ask how much is there.
    Retry { scope: Scope, trouble: Trouble, retry_after_ms: Option<u64>, with_less: bool },
    /// The centre will not take it, now or later.
    Refused { trouble: Trouble },
}

/// Judges the outcome of one request of an upload of so many bytes, when it brought no receipt.
pub(crate) fn judge_upload(ask: &Ask, bytes: u64, outcome: &Outcome) -> Arrival {
    let reply = match outcome {
        Ok(reply) => reply,
        Err(Failure::NoCopy) => return Arrival::NoCopy,
        Err(failure) => {
            let (scope, trouble) = no_reply(*failure);
            return Arrival::Retry { scope, trouble, retry_after_ms: None, with_less: true };
        }
    };
    let status = reply.status;
    match status {
        0..=299 => success(ask, bytes, reply),
        300..=399 => retry(Scope::Route, Trouble::Redirected { status }),
        408 | 425 | 429 | 500.. => Arrival::Retry {
            scope: Scope::Route,
            trouble: Trouble::ServerError { status },
            retry_after_ms: reply.retry_after_ms,
            with_less: false,
        },
        400..=499 => match ProblemType::of(reply) {
            Some(problem) => problem_of(ask, status, problem),
            None if reply.upload.is_some() => refusal_of_tus(ask, status),
            // nginx takes bodies of 1 MiB unless it is told otherwise.
            None if status == 413 => smaller(UploadFault::PartTooLarge),
            None => retry(Scope::Route, Trouble::Blocked { status }),
        },
    }
}

fn success(ask: &Ask, bytes: u64, reply: &Reply) -> Arrival {
    let status = reply.status;
    // Who does not speak tus has taken nothing (F76).
    let Some(upload) = &reply.upload else { return retry(Scope::Route, Trouble::NoReceipt { status }) };
    if upload.offset.is_some_and(|offset| offset > bytes) {
        return fault(UploadFault::ImpossibleOffset);
    }
    match ask {
        Ask::Create { length } => match &upload.location {
            Some(Location::Here(path)) => {
                // A plain creation begins with nothing; an answer to a part says how much of it counts.
                let nothing_yet = (*length == 0 && status == 201).then_some(0);
                Arrival::There { path: Some(path.clone()), bytes: upload.offset.or(nothing_yet) }
            }
            Some(Location::Elsewhere) | None => fault(UploadFault::OtherPlace),
        },
        Ask::Look { .. } => match upload.offset {
            Some(offset) if offset == bytes => Arrival::Unproven,
            Some(offset) => Arrival::There { path: None, bytes: Some(offset) },
            None => fault(UploadFault::ImpossibleOffset),
        },
        Ask::Send { offset, length, .. } => match upload.offset {
            Some(now) if now > *offset && now <= offset.saturating_add(*length) => {
                Arrival::There { path: None, bytes: Some(now) }
            }
            Some(now) if now == *offset => fault(UploadFault::OtherOffset),
            Some(_) | None => fault(UploadFault::ImpossibleOffset),
        },
    }
}

fn problem_of(ask: &Ask, status: u16, problem: ProblemType) -> Arrival {
    let trouble = Trouble::Refused { status, problem };
    match (problem, ask) {
        (ProblemType::NeedsIdentity, _) => retry(Scope::Identity, Trouble::NeedsIdentity { status }),
        (ProblemType::Overloaded, _) => retry(Scope::Route, Trouble::ServerError { status }),
        (ProblemType::DigestMismatch, _) => Arrival::Damaged,
        // The incident's create has not arrived yet, by whichever route it goes.
        (ProblemType::NotFound, Ask::Create { .. }) => retry(Scope::Row, trouble),
        (ProblemType::NotFound, Ask::Look { .. } | Ask::Send { .. }) => Arrival::Gone,
        (
            ProblemType::OtherBytes
            | ProblemType::TooLarge
            | ProblemType::BadId
            | ProblemType::SecretNeeded
            | ProblemType::Refused,
            _,
        ) => Arrival::Refused { trouble },
    }
}

/// The statuses that tus 1.0.0 gives a meaning of its own.
fn refusal_of_tus(ask: &Ask, status: u16) -> Arrival {
    match (status, ask) {
        (404 | 410, Ask::Look { .. } | Ask::Send { .. }) => Arrival::Gone,
        (409, Ask::Look { .. } | Ask::Send { .. }) => fault(UploadFault::OtherOffset),
        (423, _) => fault(UploadFault::Busy),
        // Damaged on its way, and nothing of it counts. A shorter part meets less of what damages.
        (460, _) => smaller(UploadFault::Damaged),
        (413, Ask::Send { .. }) => smaller(UploadFault::PartTooLarge),
        (412 | 413 | 415, _) => Arrival::Refused { trouble: Trouble::Upload { fault: UploadFault::Unsupported } },
        _ => retry(Scope::Route, Trouble::Blocked { status }),
    }
}

const fn smaller(fault: UploadFault) -> Arrival {
    let trouble = Trouble::Upload { fault };
    Arrival::Retry { scope: Scope::Row, trouble, retry_after_ms: None, with_less: true }
}

const fn fault(fault: UploadFault) -> Arrival {
    retry(Scope::Row, Trouble::Upload { fault })
}

const fn retry(scope: Scope, trouble: Trouble) -> Arrival {
    Arrival::Retry { scope, trouble, retry_after_ms: None, with_less: false }
}
