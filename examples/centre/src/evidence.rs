//! The evidence of an incident: whether its chains are whole, and the export that proves it to others, byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use siaga_vault::{Evidence, StoredEvent};

use crate::store::{EventRow, Record};

/// The version of the export's notation.
const VERSION: u32 = 1;

/// What the stored events of an incident prove, with those of the ids that it had before.
pub(crate) fn evidence(record: &Record) -> Evidence {
    let judged = Evidence::of(events(record).map(|(incident, row)| StoredEvent {
        incident,
        event: &row.event,
        bytes: &row.bytes,
    }));
    let own = judged.into_iter().find(|evidence| evidence.envelopes.contains_key(&record.id));
    // An incident is known by its events, or by an upload before any of them.
    own.unwrap_or_default()
}

fn events(record: &Record) -> impl Iterator<Item = (&str, &EventRow)> {
    let earlier = record.earlier.iter().flat_map(|(id, rows)| rows.iter().map(move |row| (id.as_str(), row)));
    record.events.iter().map(|row| (record.id.as_str(), row)).chain(earlier)
}

/// The export: JSON lines. The first names the centre and its signed keys, each other one an event or a whole file with the receipt
/// that was given for it (`docs/PROTOCOL.md`, Evidence).
pub(crate) fn export(record: &Record, centre: &str, key_set: &str) -> String {
    let head = json!({ "evidence": VERSION, "centre": centre, "incident": record.id, "keys": key_set });
    let events = events(record).map(|(incident, row)| {
        let bytes = STANDARD.encode(&row.bytes);
        json!({ "incident": incident, "event": row.event, "bytes": bytes, "receipt": row.receipt })
    });
    let files = record.uploads.iter().filter_map(|upload| {
        let (known, receipt) = (&upload.known, upload.known.receipt.as_ref()?);
        Some(json!({
            "incident": known.incident, "file": known.file, "sha256": known.sha256, "size": known.bytes,
            "drill": known.drill, "receipt": receipt,
        }))
    });
    std::iter::once(head).chain(events).chain(files).map(|line: Value| format!("{line}\n")).collect()
}
