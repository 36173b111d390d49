//! Times, ages and positions in words.

use time::OffsetDateTime;

use crate::envelope::{Fix, Place, Radius};

/// A time of day with its date, in UTC, so that no two people at the centre read it differently.
pub(super) fn moment(at_ms: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(at_ms / 1000) {
        Ok(at) => format!("{} {:02}:{:02}:{:02} UTC", at.date(), at.hour(), at.minute(), at.second()),
        Err(_) => "at no known time".to_owned(),
    }
}

/// A duration in one rounded unit.
pub(super) fn duration(ms: i64) -> String {
    let s = ms.max(0) / 1000;
    match s {
        0..=119 => format!("{s} s"),
        120..=7199 => format!("{} min", s / 60),
        7200..=172_799 => format!("{} h", s / 3600),
        _ => format!("{} days", s / 86_400),
    }
}

/// How far the announced files are; nothing where none is announced.
pub(super) fn completeness(is_any_announced: bool, is_complete: bool) -> &'static str {
    match (is_any_announced, is_complete) {
        (false, _) => "",
        (true, true) => "all that were announced are here",
        (true, false) => "not all that were announced are here",
    }
}

/// A size in one rounded unit.
pub(super) fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = 1024 * KIB;
    match bytes {
        0..KIB => format!("{bytes} bytes"),
        KIB..MIB => format!("{} KiB", bytes / KIB),
        _ => format!("{}.{} MiB", bytes / MIB, bytes % MIB * 10 / MIB),
    }
}

/// Latitude and longitude, in the order in which people and maps read them. Five decimals are one metre.
pub(super) fn coordinates(fix: &Fix) -> String {
    format!("{:.5}, {:.5}", fix.lat, fix.lon)
}

/// The radius with its confidence, or that it is not known; never a bare point (F42).
pub(super) fn radius(radius: Option<&Radius>) -> String {
    match radius {
        Some(Radius { m, confidence: Some(confidence) }) => format!("within {m:.0} m ({:.0} %)", confidence * 100.0),
        Some(Radius { m, confidence: None }) => format!("within {m:.0} m"),
        None => "radius unknown".to_owned(),
    }
}

/// Where something happened, as the citizen says: never a bare point.
pub(super) fn stated_place(place: &Place) -> String {
    let around = place.radius_m.map_or("radius not stated".to_owned(), |m| format!("within {m} m"));
    let said = place.words.as_ref().map(|said| format!(": {said}")).unwrap_or_default();
    format!("{:.5}, {:.5}, {around}, as the citizen says{said}", place.lat, place.lon)
}

/// Whom a report concerns; another word as it is.
pub(super) fn subject(subject: &str) -> String {
    match subject {
        "me" => "the citizen".to_owned(),
        "other" => "somebody else".to_owned(),
        "witness" => "nobody that the citizen speaks for: seen by chance".to_owned(),
        other => other.to_owned(),
    }
}

/// How old the position is now: its age on the phone, its wait there, and the time since.
pub(super) fn age(fix: &Fix, waited_ms: Option<i64>, since_arrival_ms: i64) -> String {
    let Some(age_ms) = fix.age_ms else { return "age unknown".to_owned() };
    let total = i64::try_from(age_ms)
        .unwrap_or(i64::MAX)
        .saturating_add(waited_ms.unwrap_or(0))
        .saturating_add(since_arrival_ms.max(0));
    let is_minimum = fix.age_is_minimum == Some(true) || waited_ms.is_none();
    format!("{}{} old", if is_minimum { "at least " } else { "" }, duration(total))
}

/// Why there is no position, for the reasons that the protocol names; any other word as it is.
pub(super) fn no_fix(reason: &str) -> String {
    match reason {
        "permission_denied" => "the app may not use the location".to_owned(),
        "location_off" => "the phone's location switch is off".to_owned(),
        "no_signal" => "the phone finds no position".to_owned(),
        "not_asked" => "not asked for yet".to_owned(),
        other => other.to_owned(),
    }
}

/// What a dispatcher reads for a kind; an unknown one as it is.
pub(super) fn kind(kind: Option<&str>) -> String {
    match kind {
        Some("sos") => "SOS".to_owned(),
        Some("report") => "Report".to_owned(),
        Some("escalation") => "Pressed again".to_owned(),
        Some("fix") => "Position".to_owned(),
        Some("cancel") => "Cancelled".to_owned(),
        Some("all_clear") => "All clear".to_owned(),
        Some("manifest") => "Files announced".to_owned(),
        Some("preview") => "Small picture".to_owned(),
        Some("note") => "Words added".to_owned(),
        Some(other) => other.to_owned(),
        None => "Unreadable message".to_owned(),
    }
}

/// What a dispatcher reads for a step; an unknown one as it is.
pub(super) fn step(step: &str) -> String {
    match crate::Mark::from_word(step) {
        Some(mark) => mark.label().to_owned(),
        None if step == crate::accept::RECEIVED => "Received".to_owned(),
        None => step.to_owned(),
    }
}
