//! Why there is no receipt yet. No sentence here says that the centre has anything.

use siaga::{Failure, ProblemType, Trouble, UploadFault};

/// Why a delivery is not finished.
#[must_use]
pub fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoReply(why) => failure(*why).to_owned(),
        Trouble::NoReceipt { status } => {
            format!("something answered {status} without the centre's signature, perhaps the sign-in page of a Wi-Fi")
        }
        Trouble::BadReceipt { fault } => {
            format!("the answer's signature proves nothing ({})", super::printable(fault))
        }
        Trouble::UnknownKey { key_id } if key_id.is_empty() => {
            "an answer came; the centre's keys are being fetched to check it".to_owned()
        }
        Trouble::UnknownKey { key_id } => {
            format!(
                "an answer came, signed with an unknown key ({}); the centre's keys are being fetched",
                super::printable(key_id)
            )
        }
        Trouble::Redirected { status } => {
            format!("something led elsewhere ({status}), perhaps the sign-in page of a Wi-Fi; it was not followed")
        }
        Trouble::NeedsIdentity { status } => {
            format!("the centre asks who this is ({status}): sign in to the app again")
        }
        Trouble::ServerError { status } => format!("the centre is overloaded or broken ({status})"),
        Trouble::Blocked { status } => format!("something on the way blocks it ({status}), such as a firewall"),
        Trouble::Refused { status, problem } => format!("the centre refuses it ({status}): {}", refusal(*problem)),
        Trouble::Upload { fault } => upload_fault(*fault).to_owned(),
    }
}

/// What went wrong with the upload of a file.
const fn upload_fault(fault: UploadFault) -> &'static str {
    match fault {
        UploadFault::ImpossibleOffset => "the server says what cannot be true of how much has arrived",
        UploadFault::OtherOffset => "the server has another part than was meant; it is asked again",
        UploadFault::OtherPlace => "the server keeps files somewhere else; nothing is sent there",
        UploadFault::Gone => "the server has forgotten what had arrived; it is sent again",
        UploadFault::Busy => "the server is busy with an earlier part",
        UploadFault::Damaged => "other bytes arrived than were sent",
        UploadFault::NoReceipt => "all of it is there, but the server does not sign for files",
        UploadFault::PartTooLarge => "the server, or something on the way, takes no parts of this size",
        UploadFault::Unsupported => "the server does not take files in parts",
    }
}

/// Why no whole reply came.
#[must_use]
pub const fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Offline => "there is no network",
        Failure::Dns => "the centre's name is not found",
        Failure::Connect => "the centre cannot be reached",
        Failure::TlsValidity => "the centre's certificate is not valid at this machine's time",
        Failure::Tls => "the connection to the centre is not safe: wrong certificate, or broken on the way",
        Failure::TimedOut => "no answer in time",
        Failure::Broken => "the connection broke; it is not known what arrived",
        Failure::Unreadable => "the answer cannot be read",
        Failure::NoRoute => "the configuration has no address for this way",
        Failure::NoCopy => "the copy on this machine cannot be read",
        Failure::Unavailable => "the network part of this program does not work",
    }
}

const fn refusal(problem: ProblemType) -> &'static str {
    match problem {
        ProblemType::OtherBytes => "it has something else under this number; a new number is used",
        ProblemType::TooLarge => "too large",
        ProblemType::DigestMismatch => "damaged on the way",
        ProblemType::BadId => "not a number it can read",
        ProblemType::Overloaded => "too much to do",
        ProblemType::NotFound => "it does not know it",
        ProblemType::SecretNeeded => "the incident's secret is missing",
        ProblemType::NeedsIdentity => "it asks who this is",
        ProblemType::Refused => "for good",
    }
}
