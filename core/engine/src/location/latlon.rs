//! A point on the earth whose axes cannot be swapped by accident.

use geo_types::Point;
use thiserror::Error;

/// A WGS 84 position. geo-types and `GeoJSON` put the longitude first, geo URIs, AML and CAP the latitude: this is the one
/// place where the order is decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLon(Point<f64>);

/// A position that is none.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{axis} {degrees} is not between -{limit} and {limit} degrees")]
pub struct NotAPosition {
    /// `latitude` or `longitude`.
    pub axis: &'static str,
    /// What was given.
    pub degrees: f64,
    /// 90 or 180.
    pub limit: u8,
}

/// Mean radius of the earth in metres (IUGG R1).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl LatLon {
    /// A position from degrees.
    ///
    /// # Errors
    /// A latitude beyond ±90, a longitude beyond ±180, or one that is no number.
    pub fn new(lat: f64, lon: f64) -> Result<Self, NotAPosition> {
        within("latitude", lat, 90)?;
        within("longitude", lon, 180)?;
        Ok(Self(Point::new(lon, lat)))
    }

    /// Degrees north.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.0.y()
    }

    /// Degrees east.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.0.x()
    }

    /// The point as geo-types has it: x = longitude, y = latitude.
    #[must_use]
    pub const fn point(self) -> Point<f64> {
        self.0
    }

    /// The great-circle distance in metres by the haversine formula; within 0.6 % of the ellipsoid's.
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat, other_lat) = (self.lat().to_radians(), other.lat().to_radians());
        let half_lat = (other_lat - lat) / 2.0;
        let half_lon = (other.lon() - self.lon()).to_radians() / 2.0;
        let a = half_lat.sin().powi(2) + lat.cos() * other_lat.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * a.sqrt().min(1.0).asin()
    }
}

fn within(axis: &'static str, degrees: f64, limit: u8) -> Result<(), NotAPosition> {
    // Not a number compares false, and so is refused.
    if degrees.abs() <= f64::from(limit) { Ok(()) } else { Err(NotAPosition { axis, degrees, limit }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_axes_is_latitude_then_longitude() {
        let jakarta = LatLon::new(-6.2, 106.8).unwrap();
        assert_eq!((jakarta.point().x(), jakarta.point().y()), (106.8, -6.2));
        assert_eq!(LatLon::new(106.8, -6.2).unwrap_err().axis, "latitude");
        assert_eq!(LatLon::new(0.0, f64::NAN).unwrap_err().axis, "longitude");
        assert!(LatLon::new(f64::INFINITY, 0.0).is_err());
    }

    #[test]
    fn a_degree_of_latitude_is_some_111_kilometres() {
        let metres = LatLon::new(0.0, 0.0).unwrap().distance_m(LatLon::new(1.0, 0.0).unwrap());
        assert!((metres - 111_195.0).abs() < 10.0, "{metres}");
    }
}
