//! Back-off with full jitter: how long to wait after a failure. Full jitter spreads the phones of a whole city that lost
//! their centre at the same second (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).

use crate::entropy::Draws;
use crate::outbox::Lane;
use crate::plant::{Plant, planted};

/// INV-6: while an SOS has no receipt, no wait is longer than this.
pub const SOS_WAIT_LIMIT_MS: u64 = 60_000;
/// The highest of an SOS's own back-offs: with an attempt of 30 s the next one begins within a minute of the last.
const SOS_CAP_MS: u64 = 30_000;
const SOS_BASE_MS: u64 = 1_000;
/// A quarter of an hour: an ordinary row costs four attempts an hour on a dead centre.
const ORDINARY_CAP_MS: u64 = 15 * 60_000;
const ORDINARY_BASE_MS: u64 = 2_000;
/// Never at once: a doubled request within this time helps nobody.
const FLOOR_MS: u64 = 100;
/// A centre may ask for a pause of at most this, for what is not an SOS.
const RETRY_AFTER_LIMIT_MS: u64 = 60 * 60_000;

/// How far a lane's waits grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Growth {
    base_ms: u64,
    cap_ms: u64,
}

impl Growth {
    pub(crate) const SOS: Self = Self { base_ms: SOS_BASE_MS, cap_ms: SOS_CAP_MS };
    pub(crate) const ORDINARY: Self = Self { base_ms: ORDINARY_BASE_MS, cap_ms: ORDINARY_CAP_MS };

    pub(crate) const fn of(lane: Lane) -> Self {
        if lane.never_parks() { Self::SOS } else { Self::ORDINARY }
    }

    /// The longest wait after `failures` ≥ 1 failures.
    pub(crate) fn limit_ms(self, failures: u32) -> u64 {
        let doublings = failures.saturating_sub(1).min(32);
        self.base_ms.saturating_mul(1 << doublings).min(self.cap_ms)
    }

    /// A wait after `failures` ≥ 1 failures: anything between the floor and the limit.
    pub(crate) fn wait_ms(self, failures: u32, draws: &mut Draws) -> u64 {
        FLOOR_MS + draws.up_to(self.limit_ms(failures).saturating_sub(FLOOR_MS))
    }
}

/// What a centre's `Retry-After` is worth in this lane: an SOS never waits for longer than INV-6 allows.
pub(crate) fn retry_after_ms(lane: Lane, asked_ms: u64) -> u64 {
    if planted(Plant::KeepRetryAfter) {
        return asked_ms;
    }
    asked_ms.min(if lane.never_parks() { SOS_WAIT_LIMIT_MS } else { RETRY_AFTER_LIMIT_MS })
}

/// The whole time that an attempt may take, growing because a slow centre is not a failed one (F34): 10, 15, 20, 25, 30 s.
pub(crate) fn timeout_ms(attempt: u32) -> u32 {
    const FIRST_MS: u32 = 10_000;
    const MORE_MS: u32 = 5_000;
    const MOST_MS: u32 = 30_000;
    attempt.saturating_sub(1).saturating_mul(MORE_MS).saturating_add(FIRST_MS).min(MOST_MS)
}

/// How long a claim lasts: the attempt, and time to hand back its outcome.
pub(crate) fn lease_ms(attempt: u32) -> u64 {
    const HAND_BACK_MS: u64 = 5_000;
    u64::from(timeout_ms(attempt)) + HAND_BACK_MS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;

    #[test]
    fn an_sos_never_waits_longer_than_a_minute_inv_6() {
        let mut draws = Draws::new(&Entropy([7; 32]));
        for failures in 1..200 {
            assert!(Growth::SOS.wait_ms(failures, &mut draws) <= SOS_CAP_MS);
            assert!(lease_ms(failures) <= SOS_WAIT_LIMIT_MS);
        }
        assert_eq!(retry_after_ms(Lane::Sos, 86_400_000), SOS_WAIT_LIMIT_MS, "F22");
    }

    #[test]
    fn waits_are_spread_over_the_whole_range() {
        let mut draws = Draws::new(&Entropy([1; 32]));
        let waits: Vec<u64> = (0..1_000).map(|_| Growth::ORDINARY.wait_ms(6, &mut draws)).collect();
        let limit_ms = Growth::ORDINARY.limit_ms(6);
        assert!(waits.iter().any(|wait| *wait < limit_ms / 10));
        assert!(waits.iter().any(|wait| *wait > limit_ms * 9 / 10));
        assert!(waits.iter().all(|wait| (FLOOR_MS..=limit_ms).contains(wait)));
    }

    #[test]
    fn time_outs_grow_and_are_bounded() {
        let times: Vec<u32> = (1..8).map(timeout_ms).collect();
        assert_eq!(times, [10_000, 15_000, 20_000, 25_000, 30_000, 30_000, 30_000]);
        assert_eq!(timeout_ms(u32::MAX), 30_000);
    }
}
