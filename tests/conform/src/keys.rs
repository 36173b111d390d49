//! The centre's list of keys, read leniently: what is broken about it has rules of its own, and the receipts are judged with
//! what can be read.

use std::collections::BTreeMap;

use siaga_vault::KeySet;

use crate::Target;
use crate::statement::{Statement, bytes, shown};

/// The most bytes of a signed statement.
const STATEMENT_LIMIT_BYTES: usize = 16 * 1024;

/// The list as it was served.
#[derive(Debug, Clone)]
pub(crate) struct Keys {
    pub(crate) statement: Statement,
    /// All keys that can be read.
    pub(crate) listed: BTreeMap<String, Vec<u8>>,
    /// What the phone makes of it; none when it refuses.
    pub(crate) set: Option<KeySet>,
    /// Why the phone refuses it.
    pub(crate) refused: Option<String>,
}

impl Keys {
    /// Reads `{"keys":"…"}`; the error says what is wrong with the form.
    pub(crate) fn read(jws: &str, target: &Target) -> Result<Keys, String> {
        if jws.len() > STATEMENT_LIMIT_BYTES {
            return Err(format!("a statement of {} bytes, and phones read 16 KiB", jws.len()));
        }
        let statement = Statement::read(jws, "siaga-keys")?;
        if statement.kid != "root" {
            return Err(format!("a header with kid {:?}", statement.kid));
        }
        let (set, refused) = match KeySet::verify(jws, &target.root, &target.centre) {
            Ok(set) => (Some(set), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        let mut listed = BTreeMap::new();
        for entry in statement.says("keys").and_then(|keys| keys.as_array()).into_iter().flatten() {
            let kid = entry.get("kid").and_then(|kid| kid.as_str());
            let x = entry.get("x").and_then(|x| x.as_str()).and_then(|x| bytes(x, "key").ok());
            if let (Some(kid), Some(x)) = (kid, x) {
                listed.insert(kid.to_owned(), x);
            }
        }
        Ok(Keys { statement, listed, set, refused })
    }

    /// The number of the list.
    pub(crate) fn serial(&self) -> Option<u64> {
        self.statement.says("serial").and_then(serde_json::Value::as_u64)
    }

    /// What is wrong with the fields of the payload other than `centre`.
    pub(crate) fn fault_of_fields(&self) -> Option<String> {
        if self.serial().is_none() {
            return Some(format!("serial is {}, no whole number", shown(self.statement.says("serial"))));
        }
        if self.statement.says("issued").and_then(serde_json::Value::as_i64).is_none_or(|issued| issued <= 0) {
            return Some(format!("issued is {}, no time", shown(self.statement.says("issued"))));
        }
        let Some(entries) = self.statement.says("keys").and_then(|keys| keys.as_array()) else {
            return Some(format!("keys is {}, no list", shown(self.statement.says("keys"))));
        };
        if entries.is_empty() || entries.len() > siaga_vault::KEYS_LIMIT {
            return Some(format!("{} keys", entries.len()));
        }
        let mut seen = Vec::new();
        for entry in entries {
            let kid = entry.get("kid").and_then(|kid| kid.as_str()).unwrap_or_default();
            if !(1..=64).contains(&kid.chars().count()) {
                return Some(format!("a key whose kid is {}", shown(entry.get("kid"))));
            }
            if seen.contains(&kid) {
                return Some(format!("two keys with the kid {kid:?}"));
            }
            seen.push(kid);
            let x = entry.get("x").and_then(|x| x.as_str()).and_then(|x| bytes(x, "key").ok());
            if x.is_none_or(|x| x.len() != 32) {
                return Some(format!("the key {kid:?}, whose x is not base64url of 32 bytes"));
            }
            if entry.get("until").is_some_and(|until| !until.is_null() && !until.is_i64()) {
                return Some(format!("the key {kid:?}, whose until is neither null nor a time"));
            }
        }
        None
    }
}
