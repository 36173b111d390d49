//! Where a picture says that it was taken.

use exif::{Exif, In, Tag, Value};
use siaga_engine::media::StatedPosition;

use crate::stated::text;

/// `GPSLatitude` and `GPSLongitude` with their signs, when both are on Earth.
pub(crate) fn of(exif: &Exif) -> Option<StatedPosition> {
    let lat = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, [b"N", b"S"], 90.0)?;
    let lon = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, [b"E", b"W"], 180.0)?;
    Some(StatedPosition { lat, lon })
}

/// Degrees, minutes and seconds as one number; without a sign they say nothing.
fn degrees(exif: &Exif, tag: Tag, sign: Tag, [plus, minus]: [&[u8; 1]; 2], most: f64) -> Option<f64> {
    let sign = match text(exif, sign)? {
        text if text == plus => 1.0,
        text if text == minus => -1.0,
        _ => return None,
    };
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let [degrees, minutes, seconds] = parts.as_slice() else { return None };
    let (minutes, seconds) = (minutes.to_f64(), seconds.to_f64());
    // Sixty: some writers round up.
    if minutes > 60.0 || seconds > 60.0 {
        return None;
    }
    // A denominator of 0 gives infinity or no number at all, and neither is at most anything.
    let size = degrees.to_f64() + minutes / 60.0 + seconds / 3600.0;
    (size <= most).then_some(sign * size)
}
