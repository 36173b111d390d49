//! What an SOS costs on the wire, counted on the socket.

use std::time::{Duration, Instant};

use super::phone::WiredPhone;
use super::proxy::{Passed, Proxy};
use super::site::Site;
use crate::row::{Setting, Stop, Value};

/// 1.5 KB.
const SOS_BYTES: f64 = 1_536.0;

/// SOS that are counted, after a first one on the same connection. The most expensive is judged: a header that was said before
/// is said in a byte, until HPACK's table forgets it.
const COUNTED: usize = 12;

/// Between two SOS: in another second the reply has another `date`.
const ANOTHER_SECOND: Duration = Duration::from_millis(1_050);

/// Everything of an exchange is out when nothing came for so long: loopback takes microseconds, and nobody delays an answer.
const SILENCE: Duration = Duration::from_millis(60);

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let site = Site::set(setting, "wire-bytes")?;
    let proxy = Proxy::before(site.centre.api_addr())?;
    let phone = site.phone(proxy.address())?;
    let _ = sos(&site, &proxy, &phone)?;
    let mut most = Passed::default();
    for _ in 0..setting.count(COUNTED, 1) {
        std::thread::sleep(if setting.smoke { Duration::ZERO } else { ANOTHER_SECOND });
        let passed = sos(&site, &proxy, &phone)?;
        most = if passed.both() > most.both() { passed } else { most };
    }
    eprintln!("  the request has {} bytes, the reply {}", most.up, most.down);
    Ok(vec![Value::Count { ours: most.both_as_figure(), baseline: SOS_BYTES }])
}

/// One SOS from the third press until nothing of it comes any more.
fn sos(site: &Site, proxy: &Proxy, phone: &WiredPhone) -> Result<Passed, Stop> {
    phone.another_day()?;
    phone.press_twice()?;
    phone.until_quiet("ready", |_| true)?;
    // The poll of the timeline that follows an SOS is no part of it.
    phone.network.keep_reads_back();
    let before = settled(proxy);
    let incident = phone.trigger()?;
    let ended = phone.delivered()?;
    let passed = settled(proxy).since(before);
    phone.network.let_reads_pass();
    phone.insist_on_receipt(incident, &ended)?;
    site.close(phone, incident)?;
    Ok(passed)
}

/// Waits until nothing passes any more; what passed so far.
pub(super) fn settled(proxy: &Proxy) -> Passed {
    const LOOKS_EVERY: Duration = Duration::from_millis(2);
    let (mut passed, mut since) = (proxy.passed(), Instant::now());
    while since.elapsed() < SILENCE {
        std::thread::sleep(LOOKS_EVERY);
        let now = proxy.passed();
        if now != passed {
            (passed, since) = (now, Instant::now());
        }
    }
    passed
}
