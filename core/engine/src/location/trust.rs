//! Which fixes are not believed. A flag never drops a fix: for an SOS a doubtful position is better than none (F45).

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::location::{Fix, FixReading, LatLon};

/// Why a fix is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Within 100 m of 0° N 0° E, where uninitialised receivers are.
    NullIsland,
    /// Nobody travels that fast.
    ImpossibleJump,
    /// Its stated time is a multiple of 1,024 weeks away (F51); the stated time on the wire is corrected.
    WeekRollover,
    /// Its stated time lies in the future (F52).
    FromTheFuture,
}

/// 1,024 weeks: the GPS week number has ten bits (IS-GPS-200, 20.3.3.3.1.1).
const ROLLOVER_MS: i64 = 1_024 * 7 * 86_400_000;
/// A stated time may differ from the phone's clock by this much: phones that nobody set are a day off, a rollover is 7,168.
const ROLLOVER_SLACK_MS: i64 = 86_400_000;
/// Later than this is the future; less is the ordinary difference of two clocks.
const FUTURE_SLACK_MS: i64 = 5 * 60_000;
/// Around the null island.
const NULL_ISLAND_M: f64 = 100.0;
/// The cruising speed of an airliner is 250 m/s.
const FASTEST_MPS: f64 = 300.0;

/// Judges a fix: its flags, and its stated time with a rollover taken out.
pub(super) fn judge(
    reading: &FixReading,
    at: LatLon,
    t: T,
    wall_ms: i64,
    before: Option<&Fix>,
) -> (Vec<Flag>, Option<i64>) {
    let mut flags = Vec::new();
    if LatLon::new(0.0, 0.0).is_ok_and(|null| at.distance_m(null) <= NULL_ISLAND_M) {
        flags.push(Flag::NullIsland);
    }
    if before.is_some_and(|before| jumps(reading, at, t, before)) {
        flags.push(Flag::ImpossibleJump);
    }
    let stated = reading.stated_wall_ms.map(|stated| {
        let (flag, corrected) = stated_time(stated, wall_ms);
        flags.extend(flag);
        corrected
    });
    (flags, stated)
}

fn jumps(reading: &FixReading, at: LatLon, t: T, before: &Fix) -> bool {
    let Some(from) = before.at() else { return false };
    let taken = T(t.0.saturating_sub(reading.age_ms));
    let apart_ms = taken.since(before.taken).max(before.taken.since(taken));
    let slack_m = before.radius.map_or(0.0, super::Radius::r95_m) + reading.radius.map_or(0.0, super::Radius::r95_m);
    #[expect(clippy::cast_precision_loss, reason = "ages are far below 2^52 ms")]
    // Clocks of two positioning systems differ by up to a second.
    let reach_m = FASTEST_MPS * (apart_ms as f64 / 1_000.0 + 1.0);
    at.distance_m(from) > reach_m + slack_m
}

fn stated_time(stated_ms: i64, wall_ms: i64) -> (Option<Flag>, i64) {
    let behind_ms = wall_ms.saturating_sub(stated_ms);
    let weeks = behind_ms.saturating_add(ROLLOVER_MS / 2).div_euclid(ROLLOVER_MS);
    let corrected = stated_ms.saturating_add(weeks.saturating_mul(ROLLOVER_MS));
    if weeks != 0 && wall_ms.saturating_sub(corrected).saturating_abs() <= ROLLOVER_SLACK_MS {
        return (Some(Flag::WeekRollover), corrected);
    }
    ((behind_ms < -FUTURE_SLACK_MS).then_some(Flag::FromTheFuture), stated_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL_MS: i64 = 1_790_000_000_000;

    #[test]
    fn a_gps_week_rollover_is_corrected_and_flagged_f51() {
        let rolled = WALL_MS - ROLLOVER_MS - 3_000;
        assert_eq!(stated_time(rolled, WALL_MS), (Some(Flag::WeekRollover), WALL_MS - 3_000));
        let ahead = WALL_MS + ROLLOVER_MS;
        assert_eq!(stated_time(ahead, WALL_MS), (Some(Flag::WeekRollover), WALL_MS));
    }

    #[test]
    fn an_old_recording_is_neither_rolled_over_nor_from_the_future() {
        let years_ago = WALL_MS - 3 * 365 * 86_400_000;
        assert_eq!(stated_time(years_ago, WALL_MS), (None, years_ago));
    }

    #[test]
    fn a_stated_time_in_the_future_is_flagged_f52() {
        assert_eq!(stated_time(WALL_MS + 299_000, WALL_MS).0, None);
        assert_eq!(stated_time(WALL_MS + 301_000, WALL_MS).0, Some(Flag::FromTheFuture));
    }

    #[test]
    fn absurd_stated_times_do_not_overflow() {
        let _ = stated_time(i64::MIN, i64::MAX);
        let _ = stated_time(i64::MAX, i64::MIN);
    }
}
