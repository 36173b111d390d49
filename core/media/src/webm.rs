//! What a WebM file says before its pictures and its sound (RFC 9559: WebM is a part of Matroska).

use siaga_engine::media::{MediaType, Stated};

use crate::walk::{BODY_BYTES, Span, Walk};
use crate::{ebml, moment};

/// All but the header (RFC 9559 5.1).
const SEGMENT: u64 = 0x1853_8067;
/// About the whole (5.1.2).
const INFO: u64 = 0x1549_A966;
/// When it was made, in there.
const DATE_UTC: u64 = 0x4461;
/// What it has (5.1.4).
const TRACKS: u64 = 0x1654_AE6B;
/// One of those (5.1.4.1).
const TRACK_ENTRY: u64 = 0xAE;
/// What that is of (5.1.4.1.3).
const TRACK_TYPE: u64 = 0x83;
/// Pictures and sound themselves (5.1.3).
const CLUSTER: u64 = 0x1F43_B675;

/// What the file says of itself; and that it is sound, when it has no pictures.
pub(crate) fn read(walk: &mut Walk<'_>) -> (MediaType, Stated) {
    let said = Said::read(walk).unwrap_or_default();
    let media_type = if said.sound && !said.pictures { MediaType::WebMSound } else { MediaType::WebM };
    (media_type, Stated { captured_at: said.captured_at, ..Stated::default() })
}

/// What was found.
#[derive(Default)]
struct Said {
    /// A track of sound.
    sound: bool,
    /// A track of pictures, or one of which nothing is known.
    pictures: bool,
    captured_at: Option<String>,
}

impl Said {
    /// Recorders write what is asked here before the first pictures and sound, for whoever plays a file while it comes.
    fn read(walk: &mut Walk<'_>) -> Option<Self> {
        let mut segment = ebml::find(walk, Span::FILE, SEGMENT)?;
        let mut said = Self::default();
        while let Some((id, body)) = ebml::next(walk, &mut segment) {
            match id {
                INFO => said.captured_at = said.captured_at.or_else(|| made(walk, body)),
                TRACKS => said.count(walk, body),
                CLUSTER => break,
                _ => {}
            }
        }
        Some(said)
    }

    fn count(&mut self, walk: &mut Walk<'_>, mut tracks: Span) {
        while let Some((id, track)) = ebml::next(walk, &mut tracks) {
            if id != TRACK_ENTRY {
                continue;
            }
            match number(walk, track, TRACK_TYPE) {
                Some(2) => self.sound = true,
                // Subtitles, buttons and the like.
                Some(16..) => {}
                // Video, several things in one, or nobody knows.
                Some(_) | None => self.pictures = true,
            }
        }
    }
}

/// Nanoseconds since 2001 in UTC (RFC 8794 7.6).
fn made(walk: &mut Walk<'_>, info: Span) -> Option<String> {
    let nanoseconds = number(walk, info, DATE_UTC)?;
    // The number has a sign.
    let is_before = nanoseconds > i64::MAX.unsigned_abs();
    if is_before { None } else { moment::since_2001(nanoseconds / 1_000_000_000) }
}

/// The number in the first element with an id.
fn number(walk: &mut Walk<'_>, elements: Span, id: u64) -> Option<u64> {
    let mut room = [0; BODY_BYTES];
    let body = ebml::find(walk, elements, id)?;
    let mut bytes = walk.look(body, &mut room);
    bytes.number(bytes.0.len())
}
