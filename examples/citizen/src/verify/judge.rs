//! The judging: receipts, chains, and the phone's own memory. Pure over what was read.

use std::collections::BTreeMap;

use serde_json::Value;
use siaga_vault::{Digest, Evidence, KeySet, PublicKey, ReceiptClaims, StoredEvent, verify_receipt};

use super::read::{Line, Says};

/// What an export proves.
pub(crate) struct Verdict {
    /// Lines whose receipt or keys prove nothing, each with the reason.
    pub(crate) faults: Vec<(usize, String)>,
    pub(crate) incidents: Vec<Judged>,
}

/// One incident of it.
pub(crate) struct Judged {
    pub(crate) evidence: Evidence,
    /// Events and files with a good receipt.
    pub(crate) signed: usize,
    pub(crate) remembered: Remembered,
}

/// What this phone remembers of an incident's records, by the incident's id: how many, and the hash of the newest.
pub(crate) type Memory = BTreeMap<String, (u32, Option<String>)>;

/// How the export's end compares with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remembered {
    /// This phone does not know the incident.
    Unknown,
    /// It ends with the record that this phone remembers.
    Same,
    /// This phone remembers so many more.
    More(u32),
    /// It has so many more than this phone remembers: its storage was set back.
    Fewer(u32),
    /// Its newest record is another one.
    Other,
}

impl Verdict {
    /// Whether all of it holds.
    pub(crate) fn holds(&self) -> bool {
        self.faults.is_empty() && self.incidents.iter().all(Judged::holds)
    }
}

impl Judged {
    pub(crate) fn holds(&self) -> bool {
        self.evidence.is_whole() && matches!(self.remembered, Remembered::Unknown | Remembered::Same)
    }

    /// The ids that the incident had.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.evidence.envelopes.keys().cloned().collect()
    }
}

/// Judges an export of the centre with this id and root key.
pub(crate) fn judge(lines: &[Line], centre: &str, root: &PublicKey, memory: &Memory) -> Verdict {
    let mut faults = Vec::new();
    let mut signed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut keys: Option<KeySet> = None;
    for Line { number, says } in lines {
        let (incident, judged) = match says {
            Says::Head(head) => {
                let verified = KeySet::verify(&head.keys, root, centre);
                if head.centre != centre {
                    faults.push((*number, "another centre than the configuration's".to_owned()));
                }
                keys = verified.map_err(|why| faults.push((*number, format!("the keys: {why}")))).ok();
                continue;
            }
            Says::Event(event) => {
                let claims =
                    claims(&event.incident, &event.event, Digest::of(&event.bytes), centre, drill(&event.bytes));
                (&event.incident, is_signed(&event.receipt, keys.as_ref(), &claims))
            }
            Says::File(file) => {
                let claims = claims(&file.incident, &file.file, file.sha256, centre, file.drill);
                (&file.incident, is_signed(&file.receipt, keys.as_ref(), &claims))
            }
        };
        match judged {
            Ok(()) => *signed.entry(incident).or_default() += 1,
            Err(why) => faults.push((*number, format!("the receipt: {why}"))),
        }
    }
    let stored = lines.iter().filter_map(|line| match &line.says {
        Says::Event(event) => Some(StoredEvent { incident: &event.incident, event: &event.event, bytes: &event.bytes }),
        Says::Head(_) | Says::File(_) => None,
    });
    let incidents = Evidence::of(stored).into_iter().map(|evidence| {
        let signed = evidence.envelopes.keys().filter_map(|id| signed.get(id.as_str())).sum();
        let remembered = remembered(&evidence, memory);
        Judged { evidence, signed, remembered }
    });
    Verdict { incidents: incidents.collect(), faults }
}

fn claims(incident: &str, event: &str, sha256: Digest, centre: &str, drill: bool) -> ReceiptClaims {
    ReceiptClaims { incident: incident.to_owned(), event: event.to_owned(), sha256, centre: centre.to_owned(), drill }
}

fn is_signed(receipt: &str, keys: Option<&KeySet>, claims: &ReceiptClaims) -> Result<(), String> {
    let keys = keys.ok_or("there are no keys that prove it")?;
    verify_receipt(receipt, keys, claims).map(drop).map_err(|why| why.to_string())
}

/// What a receipt says of practice: what the envelope says, and `false` when it cannot be read.
fn drill(bytes: &[u8]) -> bool {
    let envelope: Value = serde_json::from_slice(bytes).unwrap_or_default();
    envelope.get("drill").and_then(Value::as_bool).unwrap_or(false)
}

fn remembered(evidence: &Evidence, memory: &Memory) -> Remembered {
    // The phone knows an incident by its newest id.
    let Some((known, head)) = evidence.envelopes.keys().find_map(|id| memory.get(id)) else {
        return Remembered::Unknown;
    };
    let here = evidence.records.newest.unwrap_or(0);
    if here < *known {
        return Remembered::More(known.saturating_sub(here));
    }
    if here > *known {
        return Remembered::Fewer(here.saturating_sub(*known));
    }
    let is_here = |head: &String| evidence.records.heads.iter().any(|here| here.to_string() == *head);
    if head.as_ref().is_none_or(is_here) { Remembered::Same } else { Remembered::Other }
}
