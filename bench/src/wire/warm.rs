//! From the third press to the verified receipt, on a connection that is warm; both sides end after their second commit.

use std::time::Instant;

use super::bare::Bare;
use super::echo::Echo;
use super::phone::WiredPhone;
use super::site::Site;
use crate::pace::Pace;
use crate::row::{Setting, Side, Stop, Value};

/// Deliveries of each side in a round; the sides take turns one by one.
const DELIVERIES: usize = 50;

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let site = Site::set(setting, "wire-warm")?;
    let phone = site.phone(site.centre.api_addr())?;
    let echo = Echo::start(&site.beside("echo"), &site.identity)?;
    let bare = Bare::open(&site.beside("bare.db"), echo.address(), &site.authority_pem)?;
    // The first of each makes the connections and the caches warm.
    let (_, body) = ours(&site, &phone)?;
    let _ = theirs(&echo, &bare, &body)?;
    eprintln!("  an SOS has {} bytes, and so have the bare POST and its answer", body.len());
    let (mut our_side, mut their_side) = (Side::default(), Side::default());
    for _ in 0..setting.rounds {
        let (mut our_round, mut their_round) = (Vec::new(), Vec::new());
        for _ in 0..setting.count(DELIVERIES, 1) {
            let (took_us, body) = ours(&site, &phone)?;
            our_round.push(took_us);
            their_round.push(theirs(&echo, &bare, &body)?);
        }
        our_side.push(our_round);
        their_side.push(their_round);
    }
    Ok(vec![Value::Sides { ours: our_side, baseline: their_side }])
}

/// The press, its commit, the PUT, the centre's commit, the receipt, the second commit; in microseconds, with what was sent.
fn ours(site: &Site, phone: &WiredPhone) -> Result<(f64, Vec<u8>), Stop> {
    phone.another_day()?;
    phone.press_twice()?;
    phone.until_quiet("ready", |_| true)?;
    std::thread::sleep(Pace::PAUSE.0);
    let begun = Instant::now();
    let incident = phone.trigger()?;
    let ended = phone.delivered()?;
    phone.insist_on_receipt(incident, &ended)?;
    site.close(phone, incident)?;
    Ok((ended.at.duration_since(begun).as_secs_f64() * 1e6, ended.body))
}

/// A commit, the POST with the echo's commit, a commit; in microseconds.
fn theirs(echo: &Echo, bare: &Bare, body: &[u8]) -> Result<f64, Stop> {
    echo.keep_house()?;
    bare.keep_house()?;
    let (took_us, done) = Pace::PAUSE.timed(|| bare.forget(bare.send(body)?));
    done.map(|()| took_us)
}
