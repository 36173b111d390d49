//! Where a HEIC keeps its EXIF: as an item of its own, which an index names (ISO/IEC 23008-12 A.2.1).

use crate::boxes::Bytes;
use crate::walk::{Span, Walk};

/// The most of a list in the index that is read, in bytes: of a photo in hundreds of tiles it has some ten thousand.
const LIST_BYTES: usize = 64 * 1024;

/// The EXIF of a HEIC, when it is in one piece. More are allowed, and no camera makes them.
pub(crate) fn block(walk: &mut Walk<'_>) -> Option<Span> {
    let version_and_flags = 4;
    let meta = walk.find(Span::FILE, b"meta")?.skip(version_and_flags);
    let items = walk.find(meta, b"iinf")?;
    let item = item(Bytes(&walk.part(items, LIST_BYTES)))?;
    let places = walk.find(meta, b"iloc")?;
    let place = place(Bytes(&walk.part(places, LIST_BYTES)), item)?;
    let from = match place.method {
        Method::File => Span::FILE,
        Method::Index => walk.find(meta, b"idat")?,
    };
    let data = from.skip(place.offset);
    let data = if place.bytes == 0 { data } else { data.first(place.bytes) };
    // How far the block stands behind this number.
    let mut skipped = [0; 4];
    let skipped = walk.look(data, &mut skipped).number(4)?;
    Some(data.skip(4).skip(skipped))
}

/// The item that is EXIF (`iinf`, ISO/IEC 14496-12 8.11.6).
fn item(mut iinf: Bytes<'_>) -> Option<u64> {
    let version = iinf.number(1)?;
    let _flags = iinf.take(3)?;
    let _count = iinf.take(if version == 0 { 2 } else { 4 })?;
    while let Some((kind, mut infe)) = iinf.next_box() {
        let version = infe.number(1)?;
        let _flags = infe.take(3)?;
        let item = infe.number(if version < 3 { 2 } else { 4 })?;
        let _protection = infe.take(2)?;
        if kind == b"infe" && version >= 2 && infe.take(4)? == b"Exif" {
            return Some(item);
        }
    }
    None
}

/// What an offset counts from.
#[derive(Clone, Copy)]
enum Method {
    /// The start of the file.
    File,
    /// The start of the index's own data.
    Index,
}

struct Place {
    method: Method,
    offset: u64,
    /// 0: up to the end.
    bytes: u64,
}

/// Where an item is (`iloc`, ISO/IEC 14496-12 8.11.3).
fn place(mut iloc: Bytes<'_>, wanted: u64) -> Option<Place> {
    let version = iloc.number(1)?;
    let _flags = iloc.take(3)?;
    let sizes = iloc.small(2)?;
    let (offset_size, length_size, base_size) = (sizes >> 12, sizes >> 8 & 0xF, sizes >> 4 & 0xF);
    let index_size = if version == 0 { 0 } else { sizes & 0xF };
    let id_size = if version < 2 { 2 } else { 4 };
    let _count = iloc.take(id_size)?;
    // Every round takes some bytes, so it ends.
    loop {
        let item = iloc.number(id_size)?;
        let method = if version == 0 { 0 } else { iloc.number(2)? & 0xF };
        let in_another_file = iloc.number(2)? != 0;
        let base = iloc.number(base_size)?;
        let pieces = iloc.small(2)?;
        if item != wanted {
            let piece = index_size.checked_add(offset_size)?.checked_add(length_size)?;
            let _pieces = iloc.take(piece.checked_mul(pieces)?)?;
            continue;
        }
        let _index = iloc.take(index_size)?;
        let offset = base.checked_add(iloc.number(offset_size)?)?;
        let bytes = iloc.number(length_size)?;
        let method = match method {
            0 if !in_another_file => Method::File,
            1 => Method::Index,
            _ => return None,
        };
        return (pieces == 1).then_some(Place { method, offset, bytes });
    }
}
