//! Waiting, in words.

use siaga::{Lane, LaneView, NextWake, Waits, WakeReason};

/// A span of time, as coarse as a person wants it.
#[must_use]
pub fn span(ms: u64) -> String {
    let seconds = ms / 1_000;
    match seconds {
        0 => "under 1 s".to_owned(),
        1..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        172_800.. => format!("{} days", seconds / 86_400),
    }
}

/// When the core wants to be woken next, and why.
#[must_use]
pub fn next_wake(wake: NextWake) -> String {
    let when = if wake.in_ms == 0 { "now".to_owned() } else { format!("in {}", span(wake.in_ms.max(1_000))) };
    format!("Next: {when}, {}", wake_reason(wake.reason))
}

/// Why the core wants to be woken.
#[must_use]
pub fn wake_reason(reason: WakeReason) -> String {
    match reason {
        WakeReason::Row(of) => format!("{} is due, or its attempt is over", lane(of)),
        WakeReason::Gate(of) => format!("the way is tried again for {}", lane(of)),
        WakeReason::PressWindow => "the presses are forgotten".to_owned(),
        WakeReason::IncidentAge => "an incident is over by its age".to_owned(),
        WakeReason::Timeline => "the centre is asked for news".to_owned(),
        WakeReason::Keys => "the centre's keys are fetched".to_owned(),
        WakeReason::Offers => "the centre is asked whether it takes files".to_owned(),
        WakeReason::SosUnreceipted => "the SOS has no receipt".to_owned(),
    }
}

/// What waits in a lane, for what, and why (F32).
#[must_use]
pub fn waiting(view: &LaneView) -> String {
    let soon = view.next_in_ms.map_or_else(|| "later".to_owned(), |ms| format!("within {}", span(ms.max(1_000))));
    let waits = match view.waits {
        None => String::new(),
        Some(Waits::ForReply) => ", an answer is awaited".to_owned(),
        Some(Waits::ForSos) => ", an SOS goes first".to_owned(),
        Some(Waits::ForOffer) => ", the centre has not said that it takes files".to_owned(),
        Some(Waits::ForResume) => ", paused by you".to_owned(),
        Some(Waits::ForUnmetered) => ", for Wi-Fi or another unmetered network".to_owned(),
        Some(Waits::BackOff | Waits::Gate) => format!(", tried again {soon}"),
    };
    let trouble = view.trouble.as_ref().map(|why| format!(" ({})", super::trouble(why))).unwrap_or_default();
    format!("Waiting: {} × {}{waits}{trouble}", view.rows, lane(view.lane))
}

/// What a lane carries.
#[must_use]
pub const fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Sos => "the SOS",
        Lane::Urgent => "a cancel or more presses",
        Lane::Fix => "the newest position",
        Lane::Relatives => "word to relatives",
        Lane::Drill => "the drill",
        Lane::Report => "a report",
        Lane::Backfill => "older positions",
        Lane::Media => "a file",
    }
}
