//! What an envelope says about chains. Lenient, as every reader of the wire: a field of the wrong type is a field that is not
//! there. Values are kept as the bytes that they are, so nothing in them is too deep to be read.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::link::Link;
use crate::Digest;

/// The fields of an object, each with its bytes; of a doubled one the last.
type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// What one envelope says.
pub(super) struct Read {
    /// Its own place among the envelopes.
    pub(super) envelope: Option<Link>,
    pub(super) records: Vec<Link>,
    /// Records without a place in the chain.
    pub(super) unlinked: usize,
    /// The id that this one stands for: an incident's in a create, else an event's.
    pub(super) replaces: Option<String>,
}

/// Reads an envelope; `None` when it is no JSON object. What a create carries is no record: all of it is where the records begin.
pub(super) fn read(bytes: &[u8], is_create: bool) -> Option<Read> {
    let envelope: Fields<'_> = serde_json::from_slice(bytes).ok()?;
    let body: Fields<'_> = field(&envelope, "body").unwrap_or_default();
    let seq = field(&envelope, "seq");
    // Nothing in an envelope says that it may have a twin, and phones give some of them another id (`replaces`).
    let link = |n| Link { n, prev: field(&envelope, "prev"), sha256: Digest::of(bytes), fork: true };
    let replaces = field(&body, "replaces");
    let mut read = Read { envelope: seq.map(link), records: Vec::new(), unlinked: 0, replaces };
    if is_create {
        return Some(read);
    }
    let list = match field::<String>(&envelope, "kind").as_deref() {
        Some("escalation") => "records",
        Some("fix") => "fixes",
        Some("manifest") => "manifest",
        Some(_) | None => return Some(read),
    };
    let Some(records) = field::<Vec<&RawValue>>(&body, list) else {
        read.unlinked = 1;
        return Some(read);
    };
    for bytes in records {
        match record(bytes) {
            Some(link) => read.records.push(link),
            None => read.unlinked = read.unlinked.saturating_add(1),
        }
    }
    Some(read)
}

/// Numbers begin at 1, and each record but the first names the one before.
fn record(bytes: &RawValue) -> Option<Link> {
    let fields: Fields<'_> = serde_json::from_slice(bytes.get().as_bytes()).ok()?;
    let n = field(&fields, "n").filter(|n| *n > 0)?;
    let prev = field(&fields, "prev");
    let fork = field(&fields, "fork").unwrap_or(false);
    (n == 1 || prev.is_some()).then(|| Link { n, prev, sha256: Digest::of(bytes.get().as_bytes()), fork })
}

fn field<'a, T: serde::Deserialize<'a>>(fields: &Fields<'a>, name: &str) -> Option<T> {
    serde_json::from_slice(fields.get(name)?.get().as_bytes()).ok()
}
