//! What an incident says about its files.

use serde::Deserialize;
use serde_json::Value;
use siaga_vault::Digest;

use crate::envelope::{Envelope, lenient};

/// A file that an incident announces: one entry of a `manifest`. Read leniently, as all that a phone writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Announced {
    /// The file's own id.
    #[serde(deserialize_with = "lenient")]
    pub file: Option<String>,
    /// Its name.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// Its media type, as the phone told it from the bytes.
    #[serde(rename = "type", deserialize_with = "lenient")]
    pub media_type: Option<String>,
    /// Its size.
    #[serde(deserialize_with = "lenient")]
    pub bytes: Option<u64>,
    /// The SHA-256 of its bytes. Without one it can never be confirmed.
    #[serde(deserialize_with = "lenient")]
    pub sha256: Option<Digest>,
}

impl Announced {
    /// All files that an event announces. An entry that cannot be read is there all the same, without any field: an incident
    /// that announces it is not complete.
    pub fn of(envelope: &Envelope) -> Vec<Announced> {
        let manifest = envelope.body.as_ref().and_then(|body| body.manifest.as_ref());
        manifest.into_iter().flatten().map(|entry: &Value| Announced::deserialize(entry).unwrap_or_default()).collect()
    }
}
