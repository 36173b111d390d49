//! Silence: while nothing waits, nothing passes over the connection, which stays open.

use std::time::Duration;

use super::bytes::settled;
use super::proxy::Proxy;
use super::site::Site;
use crate::row::{Setting, Stop, Value};

/// Longer than the 5 s after which a phone asks a silent answer for a sign of life, and than the 30 s after which many servers
/// ask a silent connection; shorter than the 60 s for which a phone keeps an unused one.
const IDLE: Duration = Duration::from_secs(34);

const IDLE_OF_SMOKE: Duration = Duration::from_millis(100);

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let site = Site::set(setting, "wire-idle")?;
    let proxy = Proxy::before(site.centre.api_addr())?;
    let phone = site.phone(proxy.address())?;
    phone.another_day()?;
    phone.press_twice()?;
    let incident = phone.trigger()?;
    phone.insist_on_receipt(incident, &phone.delivered()?)?;
    site.close(&phone, incident)?;
    let before = settled(&proxy);
    std::thread::sleep(if setting.smoke { IDLE_OF_SMOKE } else { IDLE });
    let passed = proxy.passed().since(before);
    eprintln!("  the phone sent {} bytes, the centre {}", passed.up, passed.down);
    Ok(vec![Value::Count { ours: passed.both_as_figure(), baseline: 1.0 }])
}
