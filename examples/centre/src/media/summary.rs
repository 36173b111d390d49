//! The files of an incident: what was announced, and what is there.

use std::collections::BTreeSet;

use siaga_vault::Digest;

use super::picture::Picture;
use super::{Announced, name};
use crate::envelope::Envelope;
use crate::flag::is_proven;
use crate::store::{EventRow, Record, UploadRow};

/// A file of an incident as the centre has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSummary {
    /// The file's own id.
    pub file: Option<String>,
    /// Its name, cleaned; never a path.
    pub name: String,
    /// Its media type, as the phone says.
    pub media_type: Option<String>,
    /// Its size, as the phone says.
    pub bytes: Option<u64>,
    /// The SHA-256 of its bytes, as the phone says; what is confirmed has been found to have it.
    pub sha256: Option<Digest>,
    /// Whether a manifest names it.
    pub is_announced: bool,
    /// Whether the citizen has taken it back.
    pub is_withdrawn: bool,
    /// What is there of it.
    pub state: FileState,
    /// The event that brought a small picture of it.
    pub preview: Option<String>,
    /// The name of its upload, as soon as there is one.
    pub upload: Option<String>,
}

/// What is there of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Nothing.
    Missing,
    /// A part of it.
    Arriving {
        /// How many bytes.
        received: u64,
    },
    /// All of it: the hash was right, and the receipt is signed.
    Confirmed {
        /// When, in Unix milliseconds.
        at_ms: i64,
        /// The receipt.
        receipt: String,
    },
}

impl FileSummary {
    /// Whether all of it is there and signed for.
    pub fn is_confirmed(&self) -> bool {
        matches!(self.state, FileState::Confirmed { .. })
    }
}

/// The files of an incident: announced ones in their order, then the others.
///
/// Announcing needs no proof of the sender, as nothing does that asks for more attention: at worst an incident is called
/// complete too late.
pub(crate) fn files(record: &Record) -> Vec<FileSummary> {
    let pictures = pictures(record);
    let withdrawn = withdrawn(record);
    let withdrawn: BTreeSet<Option<&str>> = withdrawn.iter().map(|file| Some(file.as_str())).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for announced in record.events.iter().filter_map(|row| Envelope::read(&row.bytes)).flat_map(|e| Announced::of(&e)) {
        // A manifest that is sent again, or by a phone that lost its memory, names the same files.
        let is_readable = announced.file.is_some() || announced.sha256.is_some();
        if is_readable && !seen.insert((announced.file.clone(), announced.sha256)) {
            continue;
        }
        let upload = record.uploads.iter().find(|row| Some(row.known.sha256) == announced.sha256);
        found.push(of_announced(announced, upload));
    }
    let is_new = |row: &&UploadRow| !found.iter().any(|file| file.sha256 == Some(row.known.sha256));
    let unannounced: Vec<FileSummary> = record.uploads.iter().filter(is_new).map(of_upload).collect();
    found.extend(unannounced);
    for file in &mut found {
        let of_this = pictures.iter().filter(|picture| Some(&picture.file) == file.file.as_ref());
        file.is_withdrawn = withdrawn.contains(&file.file.as_deref());
        file.preview = of_this.max_by_key(|picture| picture.seq).map(|picture| picture.event.clone());
    }
    found
}

/// Whether the create is here, and every announced file is confirmed that the citizen did not take back.
pub(crate) fn is_complete(record: &Record, files: &[FileSummary]) -> bool {
    record.incident.created && files.iter().all(|file| !file.is_announced || file.is_withdrawn || file.is_confirmed())
}

fn of_announced(announced: Announced, upload: Option<&UploadRow>) -> FileSummary {
    FileSummary {
        file: announced.file,
        name: announced.name.map_or(name::UNNAMED.to_owned(), |text| name::clean(&text)),
        media_type: announced.media_type.and_then(|text| name::media_type(&text)),
        bytes: announced.bytes,
        sha256: announced.sha256,
        is_announced: true,
        is_withdrawn: false,
        state: upload.map_or(FileState::Missing, state),
        preview: None,
        upload: upload.map(|row| row.upload.to_string()),
    }
}

fn of_upload(row: &UploadRow) -> FileSummary {
    FileSummary {
        file: Some(row.known.file.clone()),
        name: row.name.clone(),
        media_type: row.media_type.clone(),
        bytes: Some(row.known.bytes),
        sha256: Some(row.known.sha256),
        is_announced: false,
        is_withdrawn: false,
        state: state(row),
        preview: None,
        upload: Some(row.upload.to_string()),
    }
}

fn state(row: &UploadRow) -> FileState {
    match (&row.known.receipt, row.received) {
        (Some(receipt), _) => {
            FileState::Confirmed { at_ms: row.confirmed_ms.unwrap_or_default(), receipt: receipt.clone() }
        }
        (None, 0) => FileState::Missing,
        (None, received) => FileState::Arriving { received },
    }
}

/// Files that were taken back, and not announced again since: by the incident's own phone, because it makes a centre miss less.
fn withdrawn(record: &Record) -> BTreeSet<String> {
    let read = |row: &EventRow| Envelope::read(&row.bytes).map(|envelope| (envelope, is_proven(&row.flags)));
    let mut events: Vec<(Envelope, bool)> = record.events.iter().filter_map(read).collect();
    events.sort_by_key(|(envelope, _)| envelope.seq);
    let mut withdrawn = BTreeSet::new();
    for (envelope, proven) in events {
        for announced in Announced::of(&envelope) {
            withdrawn.remove(&announced.file.unwrap_or_default());
        }
        if proven && envelope.kind.as_deref() == Some("manifest") {
            withdrawn.extend(envelope.body.and_then(|body| body.withdrawn).unwrap_or_default());
        }
    }
    withdrawn
}

struct Shown {
    file: String,
    seq: Option<u64>,
    event: String,
}

/// The previews that may be shown: from the incident's own phone, and pictures indeed.
fn pictures(record: &Record) -> Vec<Shown> {
    let rows = record.events.iter().filter(|row| is_proven(&row.flags));
    let shown = rows.filter_map(|row| {
        let envelope = Envelope::read(&row.bytes).filter(|envelope| envelope.kind.as_deref() == Some("preview"))?;
        let body = envelope.body?;
        Picture::read(&body)?;
        Some(Shown { file: body.file?, seq: envelope.seq, event: row.event.clone() })
    });
    shown.collect()
}
