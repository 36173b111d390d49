//! Where a file says that it was made.

use exif::{Exif, In, Tag, Value};
use siaga_engine::media::StatedPosition;

use crate::picture::text;

/// `GPSLatitude` and `GPSLongitude` with their signs, when both are on Earth.
pub(crate) fn of_picture(exif: &Exif) -> Option<StatedPosition> {
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

/// `+52.5166+013.3777/` (ISO 6709, annex H): degrees north and east, each with its sign; a height may follow, and is not read.
pub(crate) fn of_text(text: &[u8]) -> Option<StatedPosition> {
    let text = str::from_utf8(text).ok()?;
    let lon_at = text.get(1..)?.find(['+', '-'])?.checked_add(1)?;
    let (lat, rest) = text.split_at_checked(lon_at)?;
    let end = rest.get(1..)?.find(['+', '-', '/', 'C']).and_then(|end| end.checked_add(1)).unwrap_or(rest.len());
    Some(StatedPosition { lat: signed(lat, 2, 90.0)?, lon: signed(rest.get(..end)?, 3, 180.0)? })
}

/// A number with its sign and so many digits before the point: more of them would be minutes and seconds.
fn signed(text: &str, digits: usize, most: f64) -> Option<f64> {
    let size = text.strip_prefix(['+', '-'])?;
    let (whole, part) = size.split_once('.').unwrap_or((size, ""));
    let plain = [whole, part].iter().all(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let number: f64 = text.parse().ok()?;
    (plain && whole.len() == digits && number.abs() <= most).then_some(number)
}
