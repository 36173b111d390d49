//! Fixes as a phone reads them.

use siaga_engine::location::{FixReading, FixSource, Radius};

pub(crate) fn gnss(lat: f64, lon: f64, age_ms: u64) -> FixReading {
    FixReading {
        lat,
        lon,
        radius: Some(Radius { m: 12.0, confidence: 0.68 }),
        altitude_m: None,
        speed_mps: None,
        bearing_deg: None,
        source: FixSource::Gnss,
        mock: false,
        age_ms,
        stated_wall_ms: None,
    }
}
