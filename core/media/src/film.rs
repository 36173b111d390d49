//! What a film, or a recording of sound, says in its index (`moov`, ISO/IEC 14496-12 8.2.1). A phone writes it last, behind all
//! that it describes.

use siaga_engine::media::{MediaType, Stated, StatedPosition};

use crate::boxes::Bytes;
use crate::walk::{BODY_BYTES, Span, Walk};
use crate::{apple, moment, place};

/// What the file says of itself; and what it is, when it has no pictures and would be this type then.
pub(crate) fn read(walk: &mut Walk<'_>, media_type: MediaType, as_sound: MediaType) -> (MediaType, Stated) {
    let said = Said::read(walk).unwrap_or_default();
    let media_type = if said.sound && !said.pictures { as_sound } else { media_type };
    (media_type, Stated { captured_at: said.captured_at, position: said.position, orientation: None })
}

/// What was found in the index.
#[derive(Default)]
struct Said {
    /// A track of sound.
    sound: bool,
    /// A track of pictures, or one of which nothing is known.
    pictures: bool,
    captured_at: Option<String>,
    position: Option<StatedPosition>,
}

impl Said {
    fn read(walk: &mut Walk<'_>) -> Option<Self> {
        let mut index = walk.find(Span::FILE, b"moov")?;
        let mut said = Self::default();
        let mut room = [0; BODY_BYTES];
        while let Some((kind, part)) = walk.next_box(&mut index) {
            match &kind {
                b"mvhd" => said.captured_at = said.captured_at.or_else(|| made(walk.look(part, &mut room))),
                b"trak" => match handler(walk, part) {
                    Some([b's', b'o', b'u', b'n']) => said.sound = true,
                    Some([b'v', b'i', b'd', b'e']) | None => said.pictures = true,
                    // Text, marks in time and the like.
                    Some(_) => {}
                },
                b"udta" => said.position = said.position.or_else(|| user_place(walk, part)),
                b"meta" => said = said.with(apple::read(walk, part)),
                _ => {}
            }
        }
        Some(said)
    }

    /// Apple's cameras state more there, the offset from UTC above all.
    fn with(self, apple: apple::Said) -> Self {
        let captured_at = apple.captured_at.or(self.captured_at);
        Self { captured_at, position: apple.position.or(self.position), ..self }
    }
}

/// When the film was made (`mvhd`, ISO/IEC 14496-12 8.2.2).
fn made(mut header: Bytes<'_>) -> Option<String> {
    let version = header.number(1)?;
    let _flags = header.take(3)?;
    moment::since_1904(header.number(if version == 0 { 4 } else { 8 })?)
}

/// What a track is of (`hdlr`, ISO/IEC 14496-12 8.4.3).
fn handler(walk: &mut Walk<'_>, track: Span) -> Option<[u8; 4]> {
    let media = walk.find(track, b"mdia")?;
    let handler = walk.find(media, b"hdlr")?;
    let mut room = [0; BODY_BYTES];
    let mut handler = walk.look(handler, &mut room);
    let _version_flags_and_zero = handler.take(8)?;
    handler.take(4)?.first_chunk().copied()
}

/// Where the film was made, as Android writes it (Apple, QuickTime File Format, "User Data Text Strings"): a length, a language, and
/// the text.
fn user_place(walk: &mut Walk<'_>, user_data: Span) -> Option<StatedPosition> {
    let text = walk.find(user_data, b"\xA9xyz")?;
    let mut room = [0; BODY_BYTES];
    let mut text = walk.look(text, &mut room);
    let bytes = text.small(2)?;
    let _language = text.take(2)?;
    place::of_text(text.take(bytes)?)
}
