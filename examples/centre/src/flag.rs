//! What is odd about a stored event: shown to a person, never a reason to refuse (INV-2).

use siaga_vault::Digest;

use crate::accept::KnownIncident;
use crate::secret::equal_in_constant_time;

/// One oddity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// The bytes are no JSON object.
    Unreadable,
    /// The envelope's version is none that this centre reads.
    UnknownVersion,
    /// The kind is none that this centre knows.
    UnknownKind,
    /// The ids inside differ from the path, which counts.
    IdsDiffer,
    /// The phone's wall clock is ahead of the centre's.
    FromTheFuture,
    /// The incident's create has not arrived yet.
    CreateMissing,
    /// No secret came with it, or the create states none: nothing proves that it is the same phone.
    SecretMissing,
    /// The secret is not the incident's.
    SecretWrong,
    /// It says drill and the incident does not, or the other way round.
    DrillDiffers,
}

/// All flags, in the order in which they are shown.
const ALL: [Flag; 9] = [
    Flag::Unreadable,
    Flag::UnknownVersion,
    Flag::UnknownKind,
    Flag::IdsDiffer,
    Flag::FromTheFuture,
    Flag::CreateMissing,
    Flag::SecretMissing,
    Flag::SecretWrong,
    Flag::DrillDiffers,
];

impl Flag {
    /// The word under which the flag is stored.
    pub fn word(self) -> &'static str {
        match self {
            Flag::Unreadable => "unreadable",
            Flag::UnknownVersion => "unknown_version",
            Flag::UnknownKind => "unknown_kind",
            Flag::IdsDiffer => "ids_differ",
            Flag::FromTheFuture => "from_the_future",
            Flag::CreateMissing => "create_missing",
            Flag::SecretMissing => "secret_missing",
            Flag::SecretWrong => "secret_wrong",
            Flag::DrillDiffers => "drill_differs",
        }
    }

    /// What a dispatcher reads.
    pub fn label(self) -> &'static str {
        match self {
            Flag::Unreadable => "cannot be read",
            Flag::UnknownVersion => "unknown version",
            Flag::UnknownKind => "unknown kind",
            Flag::IdsDiffer => "ids inside differ",
            Flag::FromTheFuture => "phone's clock is ahead",
            Flag::CreateMissing => "first message not here yet",
            Flag::SecretMissing => "no proof of sender",
            Flag::SecretWrong => "wrong proof of sender",
            Flag::DrillDiffers => "drill and emergency mixed",
        }
    }

    /// Reads a stored word.
    pub fn from_word(word: &str) -> Option<Flag> {
        ALL.into_iter().find(|flag| flag.word() == word)
    }

    /// How an event stands in its incident, as far as is known now.
    ///
    /// `presented` is the SHA-256 of the secret that came with it.
    pub fn of_standing(incident: &KnownIncident, presented: Option<&Digest>, drill: bool) -> Vec<Flag> {
        if !incident.created {
            return vec![Flag::CreateMissing];
        }
        let mut flags = Vec::new();
        match (presented, &incident.secret_sha256) {
            (Some(presented), Some(stated)) if equal_in_constant_time(presented, stated) => {}
            (Some(_), Some(_)) => flags.push(Flag::SecretWrong),
            (None, Some(_)) | (Some(_), None) | (None, None) => flags.push(Flag::SecretMissing),
        }
        if drill != incident.drill {
            flags.push(Flag::DrillDiffers);
        }
        flags
    }
}

/// Whether these flags leave it proven that the incident's own phone sent the event.
///
/// What raises an alarm needs no proof; what lowers it (a cancel) or moves it (a position) does.
pub fn is_proven<'a>(flags: impl IntoIterator<Item = &'a Flag>) -> bool {
    flags.into_iter().all(|flag| match flag {
        Flag::CreateMissing | Flag::SecretMissing | Flag::SecretWrong => false,
        Flag::Unreadable
        | Flag::UnknownVersion
        | Flag::UnknownKind
        | Flag::IdsDiffer
        | Flag::FromTheFuture
        | Flag::DrillDiffers => true,
    })
}
