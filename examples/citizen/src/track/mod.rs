//! A GPX 1.1 recording, played as the phone's positioning. It opens no way past the core: each point is a fix like any other.

mod fault;
mod play;
mod read;

pub use fault::TrackFault;
pub use play::Playing;
use siaga::{FixReading, FixSource};

/// A recording with at least one point.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    points: Vec<TrackPoint>,
}

/// One point of a recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Metres. GPX does not say above what; with the file's `geoidheight` it is the ellipsoid.
    pub altitude_m: Option<f64>,
    /// Milliseconds after the first point; never less than at the point before.
    pub offset_ms: u64,
    /// The point's own time, Unix milliseconds: a statement, and nothing is judged by it.
    pub stated_wall_ms: Option<i64>,
}

impl Track {
    /// All points, in the order of the file.
    #[must_use]
    pub fn points(&self) -> &[TrackPoint] {
        &self.points
    }

    /// The recording's beginning: the first point, and those that follow within `span_ms`.
    #[must_use]
    pub fn beginning(&self, span_ms: u64) -> Self {
        Self { points: self.points.iter().copied().filter(|point| point.offset_ms <= span_ms).collect() }
    }
}

impl TrackPoint {
    /// The point as a fix that was taken just now. Its radius stays unknown: GPX 1.1 has none, and a dilution of precision
    /// (`hdop`) is not an accuracy.
    #[must_use]
    pub const fn reading(&self) -> FixReading {
        FixReading {
            lat: self.lat,
            lon: self.lon,
            radius: None,
            altitude_m: self.altitude_m,
            speed_mps: None,
            bearing_deg: None,
            source: FixSource::Recording,
            mock: false,
            age_ms: 0,
            stated_wall_ms: self.stated_wall_ms,
        }
    }
}
