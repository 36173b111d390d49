//! When a file says that it was made: as its clock had it, `YYYY-MM-DDThh:mm:ss`, and the offset from UTC when that is stated.

use exif::{Exif, Tag};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use crate::picture::text;

/// The easternmost and westernmost time of the day on Earth are 14 hours from UTC.
const OFFSET_MAX_MIN: u16 = 14 * 60;

/// From 1904, where films begin to count, to 1970, in seconds.
const FROM_1904_TO_1970_S: u64 = 2_082_844_800;

/// `DateTimeOriginal` with `OffsetTimeOriginal`, when it is a moment that a calendar has.
pub(crate) fn of_picture(exif: &Exif) -> Option<String> {
    let stated = exif::DateTime::from_ascii(text(exif, Tag::DateTimeOriginal)?).ok()?;
    let moment = moment(stated.year, [stated.month, stated.day, stated.hour, stated.minute, stated.second])?;
    let offset = text(exif, Tag::OffsetTimeOriginal).and_then(offset).unwrap_or_default();
    Some(written(moment) + &offset)
}

/// From 1970 to 2001, where WebM begins to count, in seconds.
const FROM_1970_TO_2001_S: u64 = 978_307_200;

/// Seconds since 1904 in UTC (ISO/IEC 14496-12 8.2.2.3). Before 1970 no phone made films: such a number counts from there, or is 0.
pub(crate) fn since_1904(seconds: u64) -> Option<String> {
    since_1970(seconds.checked_sub(FROM_1904_TO_1970_S)?)
}

/// Seconds since 2001 in UTC (RFC 8794 7.6). 0 is what somebody wrote who did not know.
pub(crate) fn since_2001(seconds: u64) -> Option<String> {
    since_1970(seconds.checked_add(FROM_1970_TO_2001_S).filter(|_| seconds > 0)?)
}

fn since_1970(seconds: u64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(seconds).ok()?).ok()?;
    Some(written(PrimitiveDateTime::new(moment.date(), moment.time())) + "+00:00")
}

/// `2026-11-23T08:30:00+0700` (ISO 8601), as Apple's cameras write it.
pub(crate) fn of_text(text: &[u8]) -> Option<String> {
    let [c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, zone @ ..] =
        *text.first_chunk::<24>()?
    else {
        return None;
    };
    let year = u16::from(two(c1, c2)?).checked_mul(100)?.checked_add(u16::from(two(y1, y2)?))?;
    let moment = moment(year, [two(m1, m2)?, two(d1, d2)?, two(h1, h2)?, two(n1, n2)?, two(s1, s2)?])?;
    let [sign, z1, z2, z3, z4] = zone;
    Some(written(moment) + &offset(&[sign, z1, z2, b':', z3, z4]).unwrap_or_default())
}

/// Month, day, hour, minute and second of a year after 0; `None` when no calendar has it.
fn moment(year: u16, [month, day, hour, minute, second]: [u8; 5]) -> Option<PrimitiveDateTime> {
    let date = Date::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, day).ok()?;
    let time = Time::from_hms(hour, minute, second).ok()?;
    (year > 0).then(|| PrimitiveDateTime::new(date, time))
}

fn written(moment: PrimitiveDateTime) -> String {
    let (year, month, day) = moment.to_calendar_date();
    let (hour, minute, second) = moment.as_hms();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}", u8::from(month))
}

/// The offset, as `+hh:mm` or `-hh:mm`.
fn offset(text: &[u8]) -> Option<String> {
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *text.first_chunk()? else { return None };
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    let size = u16::from(hours).checked_mul(60)?.checked_add(u16::from(minutes))?;
    (minutes < 60 && size <= OFFSET_MAX_MIN).then(|| format!("{}{hours:02}:{minutes:02}", char::from(sign)))
}

/// A number of two digits.
fn two(tens: u8, ones: u8) -> Option<u8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| byte.wrapping_sub(b'0'));
    digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)
}
