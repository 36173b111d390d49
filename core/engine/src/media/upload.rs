//! How far the upload of one file is: the state of a row in the lane `Media`, in the engine's own notation.

use serde::{Deserialize, Serialize};
use siaga_vault::Digest;

use crate::ids::IncidentId;
use crate::media::MediaType;
use crate::media::pace::{FIRST_CHUNK_BYTES, whole_at_once};
use crate::state::is_default;
use crate::wire::{MAX_CHECKED_BYTES, Route, Slice};

/// An upload that is not finished. The truth is with the centre: whenever the phone is in doubt it asks (tus 1.0.0, "Core
/// Protocol", HEAD).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub(crate) sha256: Digest,
    pub(crate) bytes: u64,
    pub(crate) media_type: MediaType,
    pub(crate) name: String,
    /// Where the centre keeps it; `None` until it was created.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) place: Option<Place>,
    /// How many bytes are there; `None` while that is in doubt.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) there: Option<u64>,
    /// How many bytes go next.
    pub(crate) chunk: u64,
    /// Failures since bytes last arrived.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) failures: u32,
    /// How often all bytes were there and no receipt came, or the centre found other bytes than these.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) unproven: u32,
    /// The rest at once is more than the server takes, so that a platform is given no more than anybody else.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) in_parts: bool,
    /// The newest part did not arrive whole. The next goes without its hash, so that what arrives of it counts: else a link that
    /// is cut again and again would never carry a file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) broke_off: bool,
}

/// Where an upload is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Path and query at the centre.
    pub(crate) path: String,
    /// Over which route it was created: the other one may lead to another server.
    pub(crate) route: Route,
    /// For which incident: it may have got another id since.
    pub(crate) incident: IncidentId,
}

/// What is asked of the centre next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Create it, with so many bytes from its beginning.
    Create { length: u64 },
    /// Say how much is there.
    Look { path: String },
    /// Take more of it.
    Send { path: String, offset: u64, length: u64 },
}

impl Ask {
    /// Whether bytes of the file go along.
    pub(crate) const fn carries(&self) -> bool {
        match self {
            Self::Create { length } => *length > 0,
            Self::Look { .. } => false,
            Self::Send { .. } => true,
        }
    }
}

impl Upload {
    pub(crate) const fn new(sha256: Digest, bytes: u64, media_type: MediaType, name: String) -> Self {
        Self {
            sha256,
            bytes,
            media_type,
            name,
            place: None,
            there: None,
            chunk: FIRST_CHUNK_BYTES,
            failures: 0,
            unproven: 0,
            in_parts: false,
            broke_off: false,
        }
    }

    /// Reads what [`Upload::write`] wrote.
    pub(crate) fn read(draft: &[u8]) -> Option<Self> {
        serde_json::from_slice(draft).ok()
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        // Serialising plain data into memory does not fail; what cannot be read is parked, and kept.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// What to ask over this route. Whoever is `handed` it takes all the rest at once: nobody may be there to send the next part.
    /// Of what the centre has found damaged before, no part is longer than one that it `checks`.
    pub(crate) fn ask(&self, incident: IncidentId, route: Route, handed: bool, checks: bool) -> Ask {
        let here = |place: &&Place| place.route == route && place.incident == incident;
        let Some(place) = self.place.as_ref().filter(here) else {
            return Ask::Create { length: if whole_at_once(self.bytes) { self.bytes } else { 0 } };
        };
        let path = place.path.clone();
        match self.there {
            Some(offset) if offset < self.bytes => {
                let rest = self.bytes - offset;
                let most = if checks && self.unproven > 0 { MAX_CHECKED_BYTES } else { u64::MAX };
                let length = if handed && !self.in_parts { rest } else { self.chunk.min(most).clamp(1, rest) };
                Ask::Send { path, offset, length }
            }
            Some(_) | None => Ask::Look { path },
        }
    }

    /// The part of the copy that goes along, with its hash when the centre `checks` it.
    pub(crate) fn slice(&self, ask: &Ask, checks: bool) -> Option<Slice> {
        let (offset, length) = match ask {
            Ask::Create { length } => (0, *length),
            Ask::Look { .. } => return None,
            Ask::Send { offset, length, .. } => (*offset, *length),
        };
        let checked = checks && !self.broke_off && length <= MAX_CHECKED_BYTES;
        (length > 0).then_some(Slice { sha256: self.sha256, offset, length, checked })
    }

    /// The same upload while a request is under way: whoever finds the row like this asks first.
    pub(crate) fn in_doubt(&self) -> Self {
        Self { there: None, broke_off: true, ..self.clone() }
    }

    /// The centre has forgotten it, or has other bytes: from the beginning.
    pub(crate) fn anew(&self) -> Self {
        Self { place: None, there: None, broke_off: false, ..self.clone() }
    }
}
