//! The centre's online keys, as its offline root vouches for them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::jws::{KEY_ID_LIMIT_CHARS, Unverified, malformed};
use crate::{PublicKey, StatementFault};

/// `typ` of a key set.
pub(crate) const TYP: &str = "siaga-keys";
/// The key id that stands for the root key, which is in the phone's config and in no list.
pub(crate) const ROOT_KEY_ID: &str = "root";
/// Most keys in one set: a centre that rotates monthly and keeps two years of old keys listed needs 24.
pub const KEYS_LIMIT: usize = 64;

/// The keys that may sign receipts and steps of one centre. Only [`KeySet::verify`] makes one.
///
/// The phone's clock is no judge (INV-8), so a key that is listed is valid; a centre withdraws a key by publishing a set
/// with a higher serial that does not list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet {
    centre: String,
    serial: u64,
    issued_ms: i64,
    keys: BTreeMap<String, PublicKey>,
}

/// The payload as it is on the wire.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) centre: String,
    pub(crate) serial: u64,
    pub(crate) issued: i64,
    pub(crate) keys: Vec<Listed>,
}

/// One key of the list. `until` is for people who read it; nothing here judges by it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) kid: String,
    pub(crate) x: PublicKey,
    #[serde(default)]
    pub(crate) until: Option<i64>,
}

impl KeySet {
    /// Reads a key set that `root` signed for `centre`.
    ///
    /// An older set verifies as well: the caller keeps the one with the higher [`KeySet::serial`] and so refuses a rollback.
    ///
    /// # Errors
    /// [`StatementFault`]: malformed (also: empty, more than [`KEYS_LIMIT`] keys, a key id twice), signed by another key,
    /// or the set of another centre.
    pub fn verify(jws: &str, root: &PublicKey, centre: &str) -> Result<KeySet, StatementFault> {
        let statement = Unverified::parse(jws, TYP)?;
        if statement.key_id() != ROOT_KEY_ID {
            return Err(StatementFault::UnknownKey { key_id: statement.key_id().to_owned() });
        }
        let payload: Payload = statement.payload(root)?;
        if payload.centre != centre {
            return Err(StatementFault::Mismatch { field: "centre" });
        }
        if payload.keys.is_empty() || payload.keys.len() > KEYS_LIMIT {
            return Err(malformed("number of keys"));
        }
        let mut keys = BTreeMap::new();
        for Listed { kid, x, until: _ } in payload.keys {
            if kid.chars().count() > KEY_ID_LIMIT_CHARS {
                return Err(malformed("key id too long"));
            }
            if keys.insert(kid, x).is_some() {
                return Err(malformed("a key id stands twice"));
            }
        }
        Ok(KeySet { centre: payload.centre, serial: payload.serial, issued_ms: payload.issued, keys })
    }

    /// The centre whose keys these are.
    pub fn centre(&self) -> &str {
        &self.centre
    }

    /// The running number of the set; it never goes back.
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// When the root signed the set, in Unix milliseconds by the centre's clock. For display only.
    pub fn issued_ms(&self) -> i64 {
        self.issued_ms
    }

    /// The key with this id.
    pub fn get(&self, key_id: &str) -> Option<&PublicKey> {
        self.keys.get(key_id)
    }

    /// All key ids, in their order as texts.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// The key that a statement names.
    pub(crate) fn key_of(&self, statement: &Unverified<'_>) -> Result<&PublicKey, StatementFault> {
        let key_id = statement.key_id();
        self.get(key_id).ok_or_else(|| StatementFault::UnknownKey { key_id: key_id.to_owned() })
    }
}
