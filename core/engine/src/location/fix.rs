//! A fix: where the citizen was, how sure that is, and how old.

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::location::{Flag, LatLon, NotAPosition};
use crate::state::is_default;

/// Which positioning gave a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
pub enum FixSource {
    /// Satellites.
    Gnss,
    /// Cells and Wi-Fi.
    Network,
    /// The platform's own mixture.
    Fused,
    /// A recording that is played back.
    Recording,
    /// The citizen pointed at a map.
    Manual,
    /// The platform does not say.
    Unknown,
}

/// How sure a fix is: the position lies within `m` metres with this confidence. Never a bare number: Android states 68 %,
/// others 95 %. An `hdop` is no accuracy; where nothing is stated, the radius stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Radius {
    /// Metres.
    pub m: f64,
    /// Between 0 and 1.
    pub confidence: f64,
}

impl Radius {
    /// The radius for 95 %, taking the error as two-dimensional and Gaussian: r(p) ∝ √(−ln(1 − p)), so r95 = 1.62 × r68.
    #[must_use]
    pub fn r95_m(self) -> f64 {
        let spread = |p: f64| (-(1.0 - p.clamp(0.01, 0.999)).ln()).sqrt();
        self.m * spread(0.95) / spread(self.confidence)
    }
}

/// A fix as the platform reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct FixReading {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How sure; `None` when the platform does not say.
    pub radius: Option<Radius>,
    /// Metres above the ellipsoid.
    pub altitude_m: Option<f64>,
    /// Metres per second over ground.
    pub speed_mps: Option<f64>,
    /// Degrees from north, clockwise.
    pub bearing_deg: Option<f64>,
    /// Which positioning.
    pub source: FixSource,
    /// Whether the platform says that another app invented it.
    pub mock: bool,
    /// Milliseconds since it was taken, by the boot clock, never by a wall clock.
    pub age_ms: u64,
    /// The time that the fix states of itself, Unix milliseconds; satellites can be 1,024 weeks wrong (F51).
    pub stated_wall_ms: Option<i64>,
}

/// A fix that the engine keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fix {
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) radius: Option<Radius>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) altitude_m: Option<f64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) speed_mps: Option<f64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) bearing_deg: Option<f64>,
    pub(crate) source: FixSource,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) mock: bool,
    /// When it was taken.
    pub(crate) taken: T,
    /// The boot in which it was taken: an age that crosses a boot is a lower bound.
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) boots: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) stated_wall_ms: Option<i64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(crate) flags: Vec<Flag>,
}

impl FixReading {
    /// The position as a point.
    ///
    /// # Errors
    /// Degrees that are no position.
    pub fn at(&self) -> Result<LatLon, NotAPosition> {
        LatLon::new(self.lat, self.lon)
    }

    pub(crate) fn keep(&self, t: T, boots: u32, flags: Vec<Flag>) -> Fix {
        Fix {
            lat: self.lat,
            lon: self.lon,
            radius: self.radius.filter(|r| r.m.is_finite() && r.m >= 0.0 && r.confidence > 0.0 && r.confidence < 1.0),
            altitude_m: finite(self.altitude_m),
            speed_mps: finite(self.speed_mps),
            bearing_deg: finite(self.bearing_deg),
            source: self.source,
            mock: self.mock,
            taken: T(t.0.saturating_sub(self.age_ms)),
            boots,
            stated_wall_ms: self.stated_wall_ms,
            flags,
        }
    }
}

impl Fix {
    pub(crate) fn at(&self) -> Option<LatLon> {
        LatLon::new(self.lat, self.lon).ok()
    }

    /// A flagged fix is sent and shown, but not believed while there is another.
    pub(crate) fn trusted(&self) -> bool {
        self.flags.is_empty() && !self.mock
    }

    /// How many metres the citizen may be away from here by now, at 95 %: the radius, and what one walks meanwhile.
    pub(crate) fn doubt_m(&self, t: T) -> f64 {
        /// Brisk walking. Somebody faster says so by `speed_mps`.
        const WALKING_MPS: f64 = 1.5;
        /// Between a good satellite fix and a cell: an unknown radius neither wins nor loses by itself.
        const UNKNOWN_RADIUS_M: f64 = 100.0;
        let radius_m = self.radius.map_or(UNKNOWN_RADIUS_M, Radius::r95_m);
        #[expect(clippy::cast_precision_loss, reason = "ages are far below 2^52 ms")]
        let age_s = t.since(self.taken) as f64 / 1_000.0;
        radius_m + age_s * self.speed_mps.unwrap_or(0.0).max(WALKING_MPS)
    }
}

/// JSON has no infinities; a platform that reports one knows nothing.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|number| number.is_finite())
}
