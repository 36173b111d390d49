//! What Apple's cameras say of a film: names in one list, values in another (Apple, QuickTime File Format, "Metadata").

use siaga_engine::media::StatedPosition;

use crate::walk::{BODY_BYTES, Span, Walk};
use crate::{moment, place};

/// What was found.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) captured_at: Option<String>,
    pub(crate) position: Option<StatedPosition>,
}

/// Reads the box `meta` of an index.
pub(crate) fn read(walk: &mut Walk<'_>, meta: Span) -> Said {
    let mut said = Said::default();
    let Some((meta, names)) = names(walk, meta) else { return said };
    let Some(mut values) = walk.find(meta, b"ilst") else { return said };
    let mut room = [0; BODY_BYTES];
    while let Some((number, value)) = walk.next_box(&mut values) {
        let number = Some(u32::from_be_bytes(number));
        if number == names.captured_at {
            said.captured_at = text(walk, value, &mut room).and_then(moment::of_text);
        } else if number == names.position {
            said.position = text(walk, value, &mut room).and_then(place::of_text);
        }
    }
    said
}

/// Under which numbers, from 1 on, the values stand that are asked for.
#[derive(Default)]
struct Names {
    captured_at: Option<u32>,
    position: Option<u32>,
}

/// The list of names, and the box that it stands in: in QuickTime the boxes begin at once, in MP4 behind a version and flags.
fn names(walk: &mut Walk<'_>, meta: Span) -> Option<(Span, Names)> {
    let (meta, keys) = [meta, meta.skip(4)].into_iter().find_map(|meta| Some((meta, walk.find(meta, b"keys")?)))?;
    let mut keys = keys.skip(8);
    let mut names = Names::default();
    let mut number: u32 = 0;
    let mut room = [0; BODY_BYTES];
    while let Some((space, name)) = walk.next_box(&mut keys) {
        number = number.checked_add(1)?;
        match (&space, walk.look(name, &mut room).0) {
            (b"mdta", b"com.apple.quicktime.creationdate") => names.captured_at = Some(number),
            (b"mdta", b"com.apple.quicktime.location.ISO6709") => names.position = Some(number),
            _ => {}
        }
    }
    Some((meta, names))
}

/// The text of a value: its type and its language stand before it.
fn text<'room>(walk: &mut Walk<'_>, value: Span, room: &'room mut [u8; BODY_BYTES]) -> Option<&'room [u8]> {
    let data = walk.find(value, b"data")?;
    let mut data = walk.look(data, room);
    let kind = data.number(4)?;
    let _language = data.take(4)?;
    // UTF-8.
    (kind == 1).then_some(data.0)
}
