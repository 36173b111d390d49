//! What has to be true in the end.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use siaga::IncidentView;
use siaga_citizen::track::Track;
use siaga_vault::{KeySet, ReceiptClaims, verify_receipt};

use crate::disk::Found;
use crate::fault::Fault;
use crate::stage::Stage;
use crate::teller::Teller;

/// A fix as it stands in the SOS.
#[derive(Debug, Deserialize)]
pub(crate) struct SentFix {
    lat: f64,
    lon: f64,
    /// Left out where it is unknown.
    #[serde(default)]
    pub(crate) radius: Value,
    pub(crate) source: String,
}

/// What the centre has.
pub(crate) struct Tally {
    pub(crate) incidents: usize,
    pub(crate) drills: usize,
    pub(crate) lost: usize,
    pub(crate) duplicated: usize,
}

/// The position in the SOS.
pub(crate) fn fix(found: &Found) -> Option<SentFix> {
    let envelope = found.envelope();
    serde_json::from_value(envelope.pointer("/body/position/fix")?.clone()).ok()
}

/// What the SOS on the disk says.
pub(crate) fn content(found: &Found, id: &str, track: &Track, teller: &mut Teller) {
    let envelope = found.envelope();
    let says = |pointer: &str| envelope.pointer(pointer).cloned().unwrap_or_default();
    let own = says("/incident") == id && says("/kind") == "sos" && says("/urgency") == 3;
    teller.promise("it is the SOS of these three presses, and no drill", own && says("/drill") == false);
    let at = fix(found);
    // As far as a number in a file and one in JSON may differ.
    let same = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let played = |at: &SentFix| track.points().iter().any(|point| same(point.lat, at.lat) && same(point.lon, at.lon));
    let of_recording = at.as_ref().is_some_and(|at| at.source == "recording" && played(at));
    teller.promise("its position is a point of the recording", of_recording);
    let unknown = at.is_some_and(|at| at.radius.is_null());
    teller.promise("its radius stays unknown: a recording's hdop is no accuracy", unknown);
}

/// Checks the receipt past the core: the key set by the root, the signature by the key set, all fields by what lay on the
/// disk before anything was sent.
pub(crate) fn receipt(stage: &Stage, id: &str, found: &Found, received: &IncidentView, keys: Option<&str>) -> bool {
    let (Some(keys), Some(receipt)) = (keys, &received.receipt) else { return false };
    let centre = stage.centre.centre_id();
    let Ok(keys) = KeySet::verify(keys, &stage.centre.root_key(), centre) else { return false };
    let expected = ReceiptClaims {
        incident: id.to_owned(),
        event: id.to_owned(),
        sha256: found.sha256,
        centre: centre.to_owned(),
        drill: false,
    };
    verify_receipt(receipt, &keys, &expected).is_ok()
}

/// Counts what the centre has.
pub(crate) fn tally(stage: &Stage, id: &str, found: &Found, drill: &str, teller: &mut Teller) -> Result<Tally, Fault> {
    let all = stage.centre.incidents()?;
    let (drills, real): (Vec<_>, Vec<_>) = all.iter().partition(|incident| incident.drill);
    let sos = real.iter().find(|incident| incident.incident == id);
    teller.promise("the centre has exactly one incident", real.len() == 1 && sos.is_some());
    let create = sos.and_then(|sos| sos.events.iter().find(|event| event.event == id));
    let equal = create.is_some_and(|create| create.sha256 == found.sha256);
    teller.promise("the centre's bytes are those that were on the disk: same SHA-256", equal);
    let clean = sos.is_some_and(|sos| sos.creates == 1 && sos.events.iter().all(|event| event.flags.is_empty()));
    teller.promise("its create is stored once, and nothing about it is odd to the centre", clean);
    let apart = drills.len() == 1 && drills.iter().all(|incident| incident.incident == drill && incident.creates == 1);
    teller.promise("the drill stands apart from the incidents", apart);

    let events = all.iter().flat_map(|incident| &incident.events);
    let distinct: BTreeSet<String> = events.clone().map(|event| event.sha256.to_string()).collect();
    let copies = events.count().saturating_sub(distinct.len());
    let duplicated = real.len().saturating_sub(1) + drills.len().saturating_sub(1) + copies;
    let lost = usize::from(!equal) + usize::from(drills.is_empty());
    teller.promise("nothing is lost and nothing is doubled", lost == 0 && duplicated == 0);
    Ok(Tally { incidents: real.len(), drills: drills.len(), lost, duplicated })
}
