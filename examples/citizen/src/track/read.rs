//! Reading GPX 1.1 (<https://www.topografix.com/GPX/1/1/>).

use std::cell::Cell;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

use gpx::errors::GpxError;
use gpx::{GpxVersion, Waypoint};
use time::OffsetDateTime;

use crate::track::{Track, TrackFault, TrackPoint};

/// A day of one point a second with a watch's extensions is some 40 MB; more is not a recording of one citizen's way.
const MOST_BYTES: u64 = 50 * 1_024 * 1_024;

/// Points without a time are played this far apart: the usual rate of a receiver.
const UNTIMED_GAP_MS: u64 = 1_000;

impl Track {
    /// Reads a file.
    ///
    /// # Errors
    /// [`TrackFault`] with the file, the line as far as it is known, and what to do.
    pub fn read(file: &Path) -> Result<Self, TrackFault> {
        let unreadable =
            |error: std::io::Error| TrackFault::Unreadable { file: file.to_owned(), why: error.to_string() };
        let opened = File::open(file).map_err(unreadable)?;
        let metadata = opened.metadata().map_err(unreadable)?;
        if metadata.len() > MOST_BYTES {
            let (bytes, most_bytes) = (metadata.len(), MOST_BYTES);
            return Err(TrackFault::TooLarge { file: file.to_owned(), bytes, most_bytes });
        }
        let mut bytes = Vec::new();
        // A pipe has no size beforehand.
        let _ = opened.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
        Self::parse(&bytes, file)
    }

    /// Reads the bytes of a file; `file` only names it in errors.
    ///
    /// # Errors
    /// [`TrackFault`].
    pub fn parse(bytes: &[u8], file: &Path) -> Result<Self, TrackFault> {
        let line = Rc::new(Cell::new(1));
        let reader = Lines { rest: bytes, line: Rc::clone(&line) };
        let read = gpx::read(reader).map_err(|error| fault(file, line.get(), error))?;
        if read.version != GpxVersion::Gpx11 {
            return Err(TrackFault::Version { file: file.to_owned(), found: read.version.to_string() });
        }
        let waypoints = read.tracks.iter().flat_map(|track| &track.segments).flat_map(|segment| &segment.points);
        let mut points = Vec::new();
        let mut clock = TrackClock::default();
        for waypoint in waypoints {
            points.push(point(waypoint, &mut clock));
        }
        if points.is_empty() {
            return Err(TrackFault::NoPoints { file: file.to_owned() });
        }
        Ok(Self { points })
    }
}

fn point(waypoint: &Waypoint, clock: &mut TrackClock) -> TrackPoint {
    let stated_wall_ms = waypoint.time.map(|time| {
        let nanoseconds = OffsetDateTime::from(time).unix_timestamp_nanos();
        i64::try_from(nanoseconds.div_euclid(1_000_000)).unwrap_or(i64::MAX)
    });
    let at = waypoint.point();
    let altitude_m = waypoint.elevation.map(|elevation_m| elevation_m + waypoint.geoidheight.unwrap_or(0.0));
    TrackPoint { lat: at.y(), lon: at.x(), altitude_m, offset_ms: clock.offset_ms(stated_wall_ms), stated_wall_ms }
}

/// Turns the times of points into distances from the first one.
#[derive(Default)]
struct TrackClock {
    /// The time that stands for offset 0.
    base_wall_ms: Option<i64>,
    last_ms: Option<u64>,
}

impl TrackClock {
    fn offset_ms(&mut self, stated_wall_ms: Option<i64>) -> u64 {
        let next_ms = self.last_ms.map_or(0, |last_ms| last_ms.saturating_add(UNTIMED_GAP_MS));
        let offset_ms = match stated_wall_ms {
            None => next_ms,
            Some(wall_ms) => {
                let base =
                    *self.base_wall_ms.get_or_insert(wall_ms.saturating_sub(i64::try_from(next_ms).unwrap_or(0)));
                // A recorder's clock that was set back does not turn the recording back.
                u64::try_from(wall_ms.saturating_sub(base)).unwrap_or(0).max(self.last_ms.unwrap_or(0))
            }
        };
        self.last_ms = Some(offset_ms);
        offset_ms
    }
}

/// Gives the bytes one by one and counts the lines: most of the parser's errors do not say where they are.
struct Lines<'a> {
    rest: &'a [u8],
    line: Rc<Cell<u32>>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (Some((first, rest)), Some(slot)) = (self.rest.split_first(), buffer.first_mut()) else { return Ok(0) };
        if *first == b'\n' {
            self.line.set(self.line.get().saturating_add(1));
        }
        (*slot, self.rest) = (*first, rest);
        Ok(1)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's other errors carry their own words")]
fn fault(file: &Path, line: u32, error: GpxError) -> TrackFault {
    let file = file.to_owned();
    let content = |why: String| TrackFault::Content { file: file.clone(), line, why };
    match error {
        GpxError::UnknownVersionError(_) => TrackFault::Version { file, found: "another version".to_owned() },
        GpxError::InvalidElementLacksAttribute("version", _) => {
            TrackFault::Version { file, found: "no version is stated".to_owned() }
        }
        GpxError::XmlParseError(error) => TrackFault::NotXml { file, line, why: error.msg().to_owned() },
        GpxError::EventParsingError(_) | GpxError::TrackSegmentError() | GpxError::MetadataParsingError() => {
            TrackFault::NotXml { file, line, why: "broken or cut off".to_owned() }
        }
        GpxError::MissingClosingTag(tag) => TrackFault::NotXml { file, line, why: format!("<{tag}> is not closed") },
        GpxError::MissingOpeningTag(tag) => TrackFault::NotXml { file, line, why: format!("there is no <{tag}>") },
        GpxError::LonLatOutOfBoundsError(axis, range, degrees) => {
            content(format!("the {} {degrees} is not within {range} degrees", axis.to_lowercase()))
        }
        GpxError::ParseFloatError(_) | GpxError::ParseIntegerError(_) => content("a number cannot be read".to_owned()),
        GpxError::InvalidChildElement(child, parent) => content(format!("<{child}> is no part of <{parent}>")),
        GpxError::Iso8601Error(_) => content("a time is no date and time such as 2026-01-31T08:00:00Z".to_owned()),
        other => content(other.to_string()),
    }
}
