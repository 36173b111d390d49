//! State → words. Every "recorded", "left", "has it", "opened" follows from committed state (INV-7), and no word claims more
//! than the state proves: "the centre has it" stands only for a verified receipt.

mod evidence;
mod file;
mod incident;
mod trouble;
mod wait;

pub(crate) use evidence::{evidence, remembered};
pub use file::{file, upload};
pub use incident::{draft, happening, headline, proof, title};
use siaga::{IncidentView, PositionView, PressAnswer, StoreHealth};
pub use trouble::{failure, trouble};
pub use wait::{lane, next_wake, span, waiting, wake_reason};

/// What a press was.
#[must_use]
pub fn press(answer: PressAnswer) -> String {
    match answer {
        PressAnswer::Counted { presses, needed } => format!("counted, {presses} of {needed}"),
        PressAnswer::Triggered { incident } => format!("SOS recorded ({incident})"),
        PressAnswer::Escalated { incident, presses } => {
            format!("the open SOS is raised to {presses} presses ({incident})")
        }
        PressAnswer::TooSoon => "not counted: too soon after the press before, as a bouncing contact is".to_owned(),
        PressAnswer::SourceOff => "not counted: the agency does not count this button".to_owned(),
    }
}

/// Whether steps reach the disk.
#[must_use]
pub const fn store(health: StoreHealth) -> &'static str {
    match health {
        StoreHealth::Durable => "Disk: everything is on it",
        StoreHealth::InMemoryOnly => {
            "Disk: IT TAKES NOTHING. An open SOS lives in this program's memory: leave it running, free some space"
        }
        StoreHealth::Salvaging => "Disk: a damaged database was set aside; what was unsent in it is being fetched back",
    }
}

/// Rows that the centre refused for good.
#[must_use]
pub fn parked(rows: u32) -> String {
    format!("Refused by the centre and kept here: {rows}")
}

/// Why an incident has no receipt yet, as a sentence of its own.
#[must_use]
pub fn trouble_of(incident: &IncidentView) -> Option<String> {
    incident.trouble.as_ref().map(|why| format!("{}: {}", title(incident), trouble(why)))
}

/// Where the citizen is, as far as known.
#[must_use]
pub fn position(position: &PositionView) -> String {
    match position {
        PositionView::Unknown(why) => format!("Position: not known ({})", no_fix(*why)),
        PositionView::Known { lat, lon, radius, age_ms, source, trusted } => {
            let radius = radius.map_or_else(
                || "radius unknown".to_owned(),
                |radius| format!("within {:.0} m at {:.0} %", radius.m, radius.confidence * 100.0),
            );
            let doubt = if *trusted { "" } else { ", NOT BELIEVED" };
            format!("Position: {lat:.5} {lon:.5}, {radius}, {} old, {}{doubt}", span(*age_ms), fix_source(*source))
        }
    }
}

const fn no_fix(why: siaga::NoFix) -> &'static str {
    match why {
        siaga::NoFix::NotAsked => "not asked for yet",
        siaga::NoFix::PermissionDenied => "no permission",
        siaga::NoFix::LocationOff => "positioning is switched off",
        siaga::NoFix::NoSignal => "asked for, no fix so far",
    }
}

const fn fix_source(source: siaga::FixSource) -> &'static str {
    match source {
        siaga::FixSource::Gnss => "by satellites",
        siaga::FixSource::Network => "by cells and Wi-Fi",
        siaga::FixSource::Fused => "by the platform",
        siaga::FixSource::Recording => "from a recording",
        siaga::FixSource::Manual => "set by hand",
        siaga::FixSource::Unknown => "of unknown origin",
    }
}

/// What the centre does not offer beyond the basic profile, and what that means here; `None` when nothing is missing or
/// nothing is known yet.
#[must_use]
pub fn not_offered(offers: Option<&[String]>) -> Option<String> {
    let offers = offers?;
    let lacks = |wanted: &str| !offers.iter().any(|offer| offer == wanted);
    let missing: Vec<&str> = [
        ("timeline", "a timeline, so nothing after the receipt is shown here"),
        ("media", "files, so what is attached stays here"),
    ]
    .into_iter()
    .filter_map(|(offer, consequence)| lacks(offer).then_some(consequence))
    .collect();
    (!missing.is_empty()).then(|| format!("This centre does not offer: {}", missing.join("; ")))
}

/// Text that came over the network, safe for a terminal: control characters would move the cursor or set colours.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}
