//! A record: one thing that was captured for an incident after its create. Its bytes are hashed as they stand, so they are made
//! once and carried on untouched, through draft and envelope (INV-4).

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use siaga_vault::Digest;

/// A record's JSON object, byte for byte.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Record(Box<RawValue>);

impl Record {
    /// Writes a record. `None` does not happen with plain data.
    pub(crate) fn of(record: &impl Serialize) -> Option<Self> {
        to_raw_value(record).ok().map(Self)
    }

    /// The record that a draft keeps; `None` when it is no JSON.
    pub(crate) fn read(draft: &[u8]) -> Option<Self> {
        serde_json::from_slice(draft).ok()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.get().as_bytes()
    }

    /// What its successor names.
    pub(crate) fn sha256(&self) -> Digest {
        Digest::of(self.bytes())
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Record {}
