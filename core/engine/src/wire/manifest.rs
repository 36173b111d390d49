//! The manifest: what files an incident has, before their bytes are there (`docs/PROTOCOL.md`).

use serde::Serialize;
use siaga_vault::Digest;

use crate::ids::FileId;
use crate::incident::Link;
use crate::media::{Stated, Taken};
use crate::wire::{ClockNote, Record};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct ManifestBody {
    /// Each a [`FileEntry`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) manifest: Vec<Record>,
    /// Files that were announced, and do not belong to it any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) withdrawn: Vec<FileId>,
    pub(crate) clock: ClockNote,
}

impl ManifestBody {
    pub(crate) const fn of(manifest: Vec<Record>, clock: ClockNote) -> Self {
        Self { manifest, withdrawn: Vec::new(), clock }
    }

    pub(crate) fn withdrawal(file: FileId, clock: ClockNote) -> Self {
        Self { manifest: Vec::new(), withdrawn: vec![file], clock }
    }
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
    /// Its place among the incident's records.
    #[serde(flatten)]
    link: Option<Link>,
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
            link: None,
        }
    }

    /// The same as a record.
    pub(crate) fn linked(self, link: Link) -> Self {
        Self { link: Some(link), ..self }
    }
}
