//! Why a request about media is refused, in the protocol's statuses and words.

/// A refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaRefusal {
    /// No `Tus-Resumable: 1.0.0`.
    Version,
    /// An id or hash cannot be read.
    BadId,
    /// No `Upload-Length`, or one that is no number above zero, or one that is to come later.
    BadLength,
    /// No `Upload-Offset`, or one that is no number.
    BadOffset,
    /// An `Upload-Checksum` of another algorithm, or one that cannot be read.
    BadChecksum,
    /// The incident's create is not stored, or there is no such upload (any more).
    NotFound,
    /// Not the incident's secret, or none.
    SecretNeeded,
    /// The pair stands for another file, length or drill, or the file's id for another hash.
    OtherBytes,
    /// More than the centre takes, or more bytes than were announced.
    TooLarge,
    /// The body is no `application/offset+octet-stream`.
    ContentType,
    /// The bytes do not begin where the stored ones end.
    OtherOffset,
    /// Another request writes to the same upload.
    Locked,
    /// The piece is not what its checksum says; it counts for nothing.
    PieceDiffers,
    /// The whole is not what the creation said; the upload is gone.
    WholeDiffers,
    /// What is complete is not deleted.
    Complete,
    /// Somebody is at the last step of it: come again.
    Busy,
}

impl MediaRefusal {
    /// The status of the answer.
    pub fn status(self) -> u16 {
        match self {
            MediaRefusal::BadId | MediaRefusal::BadLength | MediaRefusal::BadOffset | MediaRefusal::BadChecksum => 400,
            MediaRefusal::SecretNeeded | MediaRefusal::Complete => 403,
            MediaRefusal::NotFound => 404,
            MediaRefusal::OtherBytes | MediaRefusal::OtherOffset => 409,
            MediaRefusal::Version => 412,
            MediaRefusal::TooLarge => 413,
            MediaRefusal::ContentType => 415,
            MediaRefusal::Locked => 423,
            MediaRefusal::PieceDiffers | MediaRefusal::WholeDiffers => 460,
            MediaRefusal::Busy => 503,
        }
    }

    /// The word of our own problem type. `None` where the status says it all, and where no phone may stop for it.
    pub fn slug(self) -> Option<&'static str> {
        match self {
            MediaRefusal::BadId => Some("bad-id"),
            MediaRefusal::NotFound => Some("not-found"),
            MediaRefusal::SecretNeeded => Some("secret-needed"),
            MediaRefusal::OtherBytes => Some("other-bytes"),
            MediaRefusal::TooLarge => Some("too-large"),
            MediaRefusal::WholeDiffers => Some("digest-mismatch"),
            MediaRefusal::Complete => Some("refused"),
            MediaRefusal::Busy => Some("overloaded"),
            MediaRefusal::Version
            | MediaRefusal::BadLength
            | MediaRefusal::BadOffset
            | MediaRefusal::BadChecksum
            | MediaRefusal::ContentType
            | MediaRefusal::OtherOffset
            | MediaRefusal::Locked
            | MediaRefusal::PieceDiffers => None,
        }
    }

    /// What a person reads.
    pub fn title(self) -> &'static str {
        match self {
            MediaRefusal::Version => "The header Tus-Resumable: 1.0.0 is needed",
            MediaRefusal::BadId => "Upload-Metadata has no incident, file and sha256 that can be read",
            MediaRefusal::BadLength => "Upload-Length has to be a number above zero",
            MediaRefusal::BadOffset => "Upload-Offset has to be a number",
            MediaRefusal::BadChecksum => "Upload-Checksum has to be sha256 and base64 of 32 bytes",
            MediaRefusal::NotFound => "Nothing here",
            MediaRefusal::SecretNeeded => "The incident's secret is needed",
            MediaRefusal::OtherBytes => "Another file, length or hash stands for this",
            MediaRefusal::TooLarge => "More bytes or files than are taken",
            MediaRefusal::ContentType => "The body has to be application/offset+octet-stream",
            MediaRefusal::OtherOffset => "The bytes do not begin where the stored ones end",
            MediaRefusal::Locked => "Another request writes to this upload",
            MediaRefusal::PieceDiffers => "The bytes do not have the stated checksum",
            MediaRefusal::WholeDiffers => "The file does not have the stated hash; begin anew",
            MediaRefusal::Complete => "What is complete is not deleted",
            MediaRefusal::Busy => "Not now; try again",
        }
    }
}
