//! When a picture says that it was taken.

use exif::{DateTime, Exif, Tag};

use crate::stated::text;

/// The easternmost and westernmost time of the day on Earth are 14 hours from UTC.
const OFFSET_MAX_MIN: u16 = 14 * 60;

/// `DateTimeOriginal` with `OffsetTimeOriginal`, when it is a moment that a calendar has.
pub(crate) fn of(exif: &Exif) -> Option<String> {
    let mut moment = DateTime::from_ascii(text(exif, Tag::DateTimeOriginal)?).ok()?;
    let DateTime { year, month, day, hour, minute, second, .. } = moment;
    let in_calendar = year > 0 && (1..=days_in(year, month)).contains(&day);
    if !in_calendar || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = text(exif, Tag::OffsetTimeOriginal).and_then(|text| offset(&mut moment, text)).unwrap_or_default();
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}"))
}

/// The offset as `+hh:mm` or `-hh:mm`.
fn offset(moment: &mut DateTime, text: &[u8]) -> Option<String> {
    moment.parse_offset(text).ok()?;
    let minutes = moment.offset?;
    let [.., tens, ones] = *text.first_chunk::<6>()?;
    let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
    let sound = size <= OFFSET_MAX_MIN && tens < b'6' && ones.is_ascii_digit();
    sound.then(|| format!("{sign}{:02}:{:02}", size / 60, size % 60))
}

/// The days of a month; 0 when there is no such month.
const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}
