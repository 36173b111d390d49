//! What the demo reports. The fields' names and meanings are stable; more may come.

use serde::Serialize;

use crate::teller::Promise;

/// The report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    /// The SOS's receipt was verified by the core, and once more past it.
    pub(crate) receipt_verified: bool,
    /// Real incidents at the centre.
    pub(crate) incidents_at_centre: usize,
    /// Drills at the centre.
    pub(crate) drills_at_centre: usize,
    /// Events that the citizen recorded and the centre does not have.
    pub(crate) lost: usize,
    /// Incidents or events that the centre has twice.
    pub(crate) duplicated: usize,
    /// The third call of `press`, commit included.
    pub(crate) press_to_durable_us: u64,
    /// From the third press to the verified receipt; the outage, the kill and the restart lie in between.
    pub(crate) press_to_receipt_ms: u64,
    /// From the network's return to the verified receipt.
    pub(crate) network_back_to_receipt_ms: u64,
    /// TCP payload, both ways, TLS records included, of a create and its receipt on a warm connection; measured on the drill.
    pub(crate) bytes_per_sos: u64,
    /// The same for the SOS itself as it went: TLS handshake and the centre's keys included.
    pub(crate) bytes_with_handshake: u64,
    /// The SOS's own bytes, as they are hashed and signed for.
    pub(crate) body_bytes: usize,
    /// The centre has computed the photo's hash, and signed for it.
    pub(crate) photo_confirmed: bool,
    /// That hash.
    pub(crate) photo_sha256: String,
    /// The photo's size.
    pub(crate) photo_bytes: u64,
    /// What else went over the line meanwhile, both ways: two broken connections among it.
    pub(crate) photo_bytes_beside: u64,
    /// The dispatcher's *opened* reached the citizen as a signed step.
    pub(crate) opened_reached_citizen: bool,
    /// How long that took.
    pub(crate) opened_to_citizen_ms: u64,
    /// The drill came back with its own verified receipt.
    pub(crate) drill_verified: bool,
    /// Which positioning the SOS names.
    pub(crate) position_source: String,
    /// Whether the SOS names a radius; a recording has none.
    pub(crate) radius_unknown: bool,
    /// Every promise, and whether it held.
    pub(crate) promises: Vec<Promise>,
}

impl Report {
    /// Whether every promise held, and there was one.
    pub(crate) fn held(&self) -> bool {
        !self.promises.is_empty() && self.promises.iter().all(|promise| promise.held)
    }

    /// The figures, for people.
    pub(crate) fn figures(&self) -> [String; 5] {
        [
            format!("  press to disk        {} µs (third press, full sync)", self.press_to_durable_us),
            format!("  press to receipt     {} ms (with the outage and the kill)", self.press_to_receipt_ms),
            format!("  network to receipt   {} ms", self.network_back_to_receipt_ms),
            format!(
                "  bytes                {} with TLS handshake and keys; {} on a warm connection ({} of them the SOS itself)",
                self.bytes_with_handshake, self.bytes_per_sos, self.body_bytes
            ),
            format!(
                "  photo                {} bytes, {} beside it with two broken connections",
                self.photo_bytes, self.photo_bytes_beside
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::teller::Teller;

    fn report(promises: &[bool]) -> Report {
        let mut teller = Teller::new(false);
        promises.iter().for_each(|held| teller.promise("something", *held));
        Report {
            receipt_verified: true,
            incidents_at_centre: 1,
            drills_at_centre: 1,
            lost: 0,
            duplicated: 0,
            press_to_durable_us: 1,
            press_to_receipt_ms: 1,
            network_back_to_receipt_ms: 1,
            bytes_per_sos: 1,
            bytes_with_handshake: 1,
            body_bytes: 1,
            photo_confirmed: true,
            photo_sha256: "00".to_owned(),
            photo_bytes: 1,
            photo_bytes_beside: 1,
            opened_reached_citizen: true,
            opened_to_citizen_ms: 1,
            drill_verified: true,
            position_source: "recording".to_owned(),
            radius_unknown: true,
            promises: teller.promises(),
        }
    }

    #[test]
    fn one_broken_promise_is_enough_and_none_checked_is_none_held() {
        assert!(report(&[true, true]).held());
        assert!(!report(&[true, false, true]).held());
        assert!(!report(&[]).held());
    }
}
