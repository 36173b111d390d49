//! A row of the outbox as it stands in the database, and what makes one undecodable (F18).

use rusqlite::Row;
use rusqlite::types::ValueRef;
use siaga_engine::ids::{EventId, IncidentId};
use siaga_engine::outbox::{Kind, Slot};
use siaga_vault::Digest;

/// The only recipient that this version writes.
pub(crate) const RECIPIENT: &str = "centre";
/// The only bearer that this version writes.
pub(crate) const BEARER_HTTPS: i64 = 1;

/// The columns before the body, in the order in which [`decode`] reads them.
pub(crate) const COLUMNS: [&str; 9] =
    ["slot", "incident", "event", "recipient", "bearer", "kind", "attempt", "drill", "sha256"];
/// Where the body stands when it is selected after [`COLUMNS`].
pub(crate) const BODY: usize = COLUMNS.len();

/// All of a row but its body.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) slot: Slot,
    pub(crate) incident: IncidentId,
    pub(crate) event: EventId,
    pub(crate) kind: Kind,
    pub(crate) attempt: u32,
    pub(crate) drill: bool,
    /// `None` for a draft.
    pub(crate) sha256: Option<Digest>,
}

/// Why a row cannot be read. A word for the quarantine, without anything of the row in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Undecodable(pub(crate) &'static str);

/// Reads the columns before the body.
pub(crate) fn decode(row: &Row<'_>) -> Result<Facts, Undecodable> {
    let recipient = column(row, 3, "recipient")?;
    if recipient != ValueRef::Text(RECIPIENT.as_bytes()) {
        return Err(Undecodable("recipient"));
    }
    if integer(row, 4, "bearer")? != BEARER_HTTPS {
        return Err(Undecodable("bearer"));
    }
    let sha256 = match column(row, 8, "sha256")? {
        ValueRef::Null => None,
        ValueRef::Blob(bytes) => Some(Digest(bytes.try_into().map_err(|_| Undecodable("sha256"))?)),
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => return Err(Undecodable("sha256")),
    };
    Ok(Facts {
        slot: slot(integer(row, 0, "slot")?)?,
        incident: IncidentId::from_bytes(sixteen(row, 1, "incident")?),
        event: EventId::from_bytes(sixteen(row, 2, "event")?),
        kind: u8::try_from(integer(row, 5, "kind")?).ok().and_then(Kind::from_number).ok_or(Undecodable("kind"))?,
        attempt: u32::try_from(integer(row, 6, "attempt")?).map_err(|_| Undecodable("attempt"))?,
        drill: match integer(row, 7, "drill")? {
            0 => false,
            1 => true,
            _ => return Err(Undecodable("drill")),
        },
        sha256,
    })
}

/// Reads the body.
pub(crate) fn body(row: &Row<'_>) -> Result<Vec<u8>, Undecodable> {
    match column(row, BODY, "body")? {
        ValueRef::Blob(bytes) => Ok(bytes.to_vec()),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => Err(Undecodable("body")),
    }
}

fn slot(number: i64) -> Result<Slot, Undecodable> {
    let slot = Slot::from_number(number);
    let (first, last) = Slot::parked_range();
    let is_aside = slot.is_draft() || (first <= slot && slot <= last);
    if number > 0 && (is_aside || slot.lane().is_some()) { Ok(slot) } else { Err(Undecodable("slot")) }
}

fn column<'row>(row: &'row Row<'_>, index: usize, name: &'static str) -> Result<ValueRef<'row>, Undecodable> {
    row.get_ref(index).map_err(|_| Undecodable(name))
}

fn integer(row: &Row<'_>, index: usize, name: &'static str) -> Result<i64, Undecodable> {
    column(row, index, name)?.as_i64().map_err(|_| Undecodable(name))
}

fn sixteen(row: &Row<'_>, index: usize, name: &'static str) -> Result<[u8; 16], Undecodable> {
    let bytes = column(row, index, name)?.as_blob().map_err(|_| Undecodable(name))?;
    bytes.try_into().map_err(|_| Undecodable(name))
}
