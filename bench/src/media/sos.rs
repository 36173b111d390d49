//! An SOS while a video is sent over a thin link, beside one on an idle link of the same rate: two phones, in turns.

use std::net::SocketAddr;
use std::time::Duration;

use siaga_centre::Mark;

use super::link::Link;
use super::original::Video;
use super::phone::MediaPhone;
use super::room::roomy;
use crate::row::{Setting, Side, Stop, Value};
use crate::wire::site::Site;

/// 256 kbit/s, a poor 3G link.
const BYTES_PER_S: u32 = 32_000;
/// What shows in a second that it works.
const SMOKE_BYTES_PER_S: u32 = 1_000_000;

/// "Within 1.5 s".
const LIMIT_MS: f64 = 1_500.0;

/// Presses of each phone in a round. Each falls into another third of a part, which takes a second.
const PRESSES: usize = 3;

/// How many parts go before a press: as many as their size needs to settle.
const PARTS: usize = 2;

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let bytes = setting.count(2_000_000_000, 20_000_000) as u64;
    let (setting, _folder) = roomy(setting, bytes)?;
    let site = Site::set(&setting, "media-sos")?;
    let rate = if setting.smoke { SMOKE_BYTES_PER_S } else { BYTES_PER_S };
    let open = |name: &str| -> Result<MediaPhone, Stop> {
        let address: SocketAddr = Link::before(site.centre.api_addr(), rate)?.address();
        MediaPhone::open(&site.beside(name), &site.config(address))
    };
    let (idle, busy) = (open("idle")?, open("busy")?);
    let report = busy.report()?;
    let _ = busy.siaga().attach_stream(report, "video.mp4", &mut Video::new(bytes))?;
    let (mut our_side, mut their_side) = (Side::default(), Side::default());
    let presses = setting.count(PRESSES, 1);
    for _ in 0..setting.rounds {
        let (mut our_round, mut their_round) = (Vec::new(), Vec::new());
        for nth in 0..presses {
            their_round.push(sos(&site, &idle)?);
            busy.forget_ended();
            for _ in 0..PARTS {
                let _ = busy.next_part()?;
            }
            std::thread::sleep(part_of_a_second(nth, presses));
            our_round.push(sos(&site, &busy)?);
        }
        our_side.push(our_round);
        their_side.push(their_round);
    }
    Ok(vec![Value::Above { ours: our_side, base: their_side, promised: LIMIT_MS }])
}

/// The `nth` of so many places that a second has.
fn part_of_a_second(nth: usize, of: usize) -> Duration {
    let (nth, of) = (u32::try_from(nth).unwrap_or(0), u32::try_from(of).unwrap_or(1));
    Duration::from_secs(1) * nth / of.max(1)
}

/// Milliseconds from the third press to the receipt. The dispatcher closes the incident then, and the phone hears of it.
fn sos(site: &Site, phone: &MediaPhone) -> Result<f64, Stop> {
    let (incident, took_ms) = phone.press_sos()?;
    site.centre.mark(&incident.to_string(), Mark::Closed)?;
    phone.until_closed(incident)?;
    Ok(took_ms)
}
