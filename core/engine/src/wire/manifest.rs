//! The manifest: what files an incident has, before their bytes are there (`docs/PROTOCOL.md`).

use serde::Serialize;
use siaga_vault::Digest;

use crate::ids::FileId;
use crate::media::{Stated, Taken};
use crate::wire::ClockNote;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ManifestBody {
    pub(crate) manifest: Vec<FileEntry>,
    pub(crate) clock: ClockNote,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct FileEntry {
    file: FileId,
    name: String,
    r#type: &'static str,
    bytes: u64,
    sha256: Digest,
    #[serde(flatten)]
    stated: Stated,
}

impl FileEntry {
    pub(crate) fn of(file: FileId, name: &str, taken: &Taken) -> Self {
        Self {
            file,
            name: name.to_owned(),
            r#type: taken.media_type.mime(),
            bytes: taken.bytes,
            sha256: taken.sha256,
            stated: taken.stated.clone(),
        }
    }
}
