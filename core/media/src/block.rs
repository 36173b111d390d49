//! Where a picture keeps its EXIF: a block in the notation of TIFF 6.0, in a place of each container's own.

use siaga_engine::media::MediaType;

use crate::heic;
use crate::walk::{Span, Walk};

/// The most of a block that is read, in bytes: a JPEG's cannot be longer (CIPA DC-008 4.7.2), and what we ask for stands
/// before the thumbnail.
const BLOCK_BYTES: usize = 64 * 1024;

/// What a JPEG has before the block, and some writers put before it elsewhere.
const MARK: &[u8; 6] = b"Exif\0\0";

/// The block, as much of it as is there; `None` when there is none.
pub(crate) fn of(walk: &mut Walk<'_>, media_type: MediaType) -> Option<Vec<u8>> {
    let block = match media_type {
        MediaType::Jpeg => jpeg(walk),
        MediaType::Png => png(walk),
        MediaType::Webp => webp(walk),
        MediaType::Heic => heic::block(walk),
        MediaType::Mp4
        | MediaType::QuickTime
        | MediaType::ThreeGp
        | MediaType::WebM
        | MediaType::M4a
        | MediaType::ThreeGpSound
        | MediaType::WebMSound
        | MediaType::Aac
        | MediaType::Amr
        | MediaType::Ogg
        | MediaType::Wav => None,
    }?;
    Some(walk.part(block, BLOCK_BYTES))
}

/// The first APP1 segment that says `Exif` (CIPA DC-008 4.7.2), before the picture itself begins.
fn jpeg(walk: &mut Walk<'_>) -> Option<Span> {
    const APP1: u8 = 0xE1;
    // Behind the start of the image.
    let mut rest = Span::FILE.skip(2);
    loop {
        let mut header = [0; 10];
        let mut header = walk.look(rest, &mut header);
        let [first, marker] = *header.take(2)?.first_chunk()?;
        if first != 0xFF {
            return None;
        }
        match marker {
            // Any marker may have more of the same byte before it (ITU-T T.81 B.1.1.2).
            0xFF => {
                rest = rest.skip(1);
                continue;
            }
            // Markers without a length.
            0x01 | 0xD0..=0xD7 => {
                rest = rest.skip(2);
                continue;
            }
            // The picture, its end, or nonsense.
            0x00 | 0xD8..=0xDA => return None,
            _ => {}
        }
        let bytes = header.number(2)?.checked_sub(2)?;
        let segment = rest.skip(4).first(bytes);
        if marker == APP1 && header.0.starts_with(MARK) {
            return Some(segment.skip(MARK.len() as u64));
        }
        rest = rest.skip(4).skip(bytes);
    }
}

/// The `eXIf` chunk (PNG 11.3.4.2).
fn png(walk: &mut Walk<'_>) -> Option<Span> {
    let mut rest = Span::FILE.skip(8);
    loop {
        let mut header = [0; 8];
        let mut header = walk.look(rest, &mut header);
        let bytes = header.number(4)?;
        let data = rest.skip(8).first(bytes);
        if header.take(4)? == b"eXIf" {
            return Some(data);
        }
        // Behind the data and its checksum.
        rest = rest.skip(8).skip(bytes).skip(4);
    }
}

/// The `EXIF` chunk (RFC 9649 2.7.1.5).
fn webp(walk: &mut Walk<'_>) -> Option<Span> {
    let mut rest = Span::FILE.skip(12);
    loop {
        let mut header = [0; 14];
        let mut header = walk.look(rest, &mut header);
        let kind = header.take(4)?;
        let bytes = u64::from(u32::from_le_bytes(*header.take(4)?.first_chunk()?));
        let data = rest.skip(8).first(bytes);
        if kind == b"EXIF" {
            return Some(if header.0 == MARK { data.skip(MARK.len() as u64) } else { data });
        }
        // Chunks stand at even places.
        rest = rest.skip(8).skip(bytes).skip(bytes % 2);
    }
}
