//! Where a HEIC keeps its EXIF: as an item of its own, which an index at the start names (ISO/IEC 23008-12 A.2.1).

use crate::boxes::Bytes;

/// The EXIF of a HEIC, when it is in one piece and in the head. Pieces are allowed, and no camera makes them.
pub(crate) fn block(head: &[u8]) -> Option<&[u8]> {
    let mut meta = Bytes(head).find(b"meta")?;
    let _version_and_flags = meta.take(4)?;
    let item = item(meta.find(b"iinf")?)?;
    let place = place(meta.find(b"iloc")?, item)?;
    let from = match place.method {
        Method::File => head,
        Method::Index => meta.find(b"idat")?.0,
    };
    let data = from.get(place.offset..)?;
    let mut data = Bytes(if place.bytes == 0 { data } else { data.get(..place.bytes).unwrap_or(data) });
    // How far the block stands behind this number.
    let skipped = data.small(4)?;
    let _mark = data.take(skipped)?;
    Some(data.0)
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
    offset: usize,
    /// 0: up to the end.
    bytes: usize,
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
        let base = iloc.small(base_size)?;
        let pieces = iloc.small(2)?;
        if item != wanted {
            let piece = index_size.checked_add(offset_size)?.checked_add(length_size)?;
            let _pieces = iloc.take(piece.checked_mul(pieces)?)?;
            continue;
        }
        let _index = iloc.take(index_size)?;
        let offset = base.checked_add(iloc.small(offset_size)?)?;
        let bytes = iloc.small(length_size)?;
        let method = match method {
            0 if !in_another_file => Method::File,
            1 => Method::Index,
            _ => return None,
        };
        return (pieces == 1).then_some(Place { method, offset, bytes });
    }
}
