//! Claims: the deliveries in flight, each held by a lease.

use serde::{Deserialize, Serialize};
use siaga_vault::{Digest, ReceiptClaims};

use crate::clock::T;
use crate::ids::{IncidentId, Owner};
use crate::media::{Ask, Upload};
use crate::outbox::{Kind, RowKey, Slot};
use crate::state::is_default;
use crate::wire::Route;

/// One delivery in flight. The row itself stands at `slot`, whose due time is the lease's end: a claim whose owner died needs
/// nobody to clean up (F2, F30).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) row: RowKey,
    pub(crate) slot: Slot,
    pub(crate) attempt: u32,
    pub(crate) incident: IncidentId,
    pub(crate) kind: Kind,
    pub(crate) drill: bool,
    pub(crate) sha256: Digest,
    pub(crate) route: Route,
    pub(crate) owner: Owner,
    pub(crate) until: T,
    /// The network changed since: a failure says nothing about the new one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) outdated: bool,
    /// A receipt whose key is being fetched.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) held: Option<String>,
    /// The upload that the request belongs to, when the row is a file.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) upload: Option<Flight>,
}

/// A request of an upload that is under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flight {
    pub(crate) upload: Upload,
    pub(crate) ask: Ask,
    /// When it left.
    pub(crate) began: T,
    /// It is in a platform's hands, which may wait, and outlives the process: how long it takes says nothing about the link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) handed: bool,
    /// The platform sends it over an unmetered network alone, and may keep it until there is one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) unmetered: bool,
    /// A hand-over waits for its end: the next part is the platform's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) last: bool,
}

impl Claim {
    /// Whether a platform carries it, in whichever process's name.
    pub(crate) fn is_handed(&self) -> bool {
        self.upload.as_ref().is_some_and(|flight| flight.handed)
    }

    /// Whether a platform keeps it until a network is unmetered.
    pub(crate) fn is_kept(&self) -> bool {
        self.upload.as_ref().is_some_and(|flight| flight.unmetered)
    }

    /// What a receipt for this delivery must say.
    pub(crate) fn expected(&self, centre: &str) -> ReceiptClaims {
        ReceiptClaims {
            incident: self.incident.to_string(),
            event: self.row.event.to_string(),
            sha256: self.sha256,
            centre: centre.to_owned(),
            drill: self.drill,
        }
    }
}
