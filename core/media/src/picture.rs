//! What a picture says of its own making (EXIF 2.32, CIPA DC-008).

use exif::{Exif, In, Reader, Tag, Value};
use siaga_engine::media::{MediaType, Stated};

use crate::walk::Walk;
use crate::{block, fuse, moment, place};

/// What the picture says; what cannot be read, or cannot be true, is left out.
pub(crate) fn read(walk: &mut Walk<'_>, media_type: MediaType) -> Stated {
    block::of(walk, media_type).and_then(parsed).map(|exif| of(&exif)).unwrap_or_default()
}

fn parsed(block: Vec<u8>) -> Option<Exif> {
    if !fuse::is_harmless(&block) {
        return None;
    }
    let read = Reader::new().continue_on_error(true).read_raw(block);
    read.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

fn of(exif: &Exif) -> Stated {
    let orientation = exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0));
    Stated {
        captured_at: moment::of_picture(exif),
        position: place::of_picture(exif),
        orientation: orientation.and_then(|number| u8::try_from(number).ok()).filter(|number| (2..=8).contains(number)),
    }
}

/// The first text of a field; `None` when it is no text.
pub(crate) fn text(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    let Value::Ascii(texts) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    texts.first().map(Vec::as_slice)
}
