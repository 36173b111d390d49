//! Where a picture keeps its EXIF: a block in the notation of TIFF 6.0, in a place of each container's own.

use siaga_engine::media::MediaType;

use crate::boxes::Bytes;
use crate::heic;

/// The most of a block that is read, in bytes: a JPEG's cannot be longer (CIPA DC-008 4.7.2), and what we ask for stands
/// before the thumbnail.
const BLOCK_BYTES: usize = 64 * 1024;

/// The block, as much of it as is in the head; `None` when there is none.
pub(crate) fn of(head: &[u8], media_type: MediaType) -> Option<&[u8]> {
    let block = match media_type {
        MediaType::Jpeg => jpeg(head),
        MediaType::Png => png(head),
        MediaType::Webp => webp(head),
        MediaType::Heic => heic::block(head),
        MediaType::Mp4
        | MediaType::QuickTime
        | MediaType::ThreeGp
        | MediaType::WebM
        | MediaType::M4a
        | MediaType::ThreeGpSound
        | MediaType::Aac
        | MediaType::Amr
        | MediaType::Ogg
        | MediaType::Wav => None,
    }?;
    Some(block.get(..BLOCK_BYTES).unwrap_or(block))
}

/// The first APP1 segment that says `Exif` (CIPA DC-008 4.7.2), before the picture itself begins.
fn jpeg(head: &[u8]) -> Option<&[u8]> {
    const APP1: u8 = 0xE1;
    let mut rest = Bytes(head);
    let _start = rest.take(2)?;
    loop {
        if rest.number(1)? != 0xFF {
            return None;
        }
        let mut marker = 0xFF;
        // Any marker may have more of the same byte before it (ITU-T T.81 B.1.1.2).
        while marker == 0xFF {
            [marker] = *rest.take(1)?.first_chunk()?;
        }
        match marker {
            // Markers without a length.
            0x01 | 0xD0..=0xD7 => continue,
            // The picture, its end, or nonsense.
            0x00 | 0xD8..=0xDA => return None,
            _ => {}
        }
        let bytes = rest.small(2)?.checked_sub(2)?;
        let there = bytes.min(rest.0.len());
        let segment = rest.take(there)?;
        if marker == APP1
            && let Some(block) = segment.strip_prefix(b"Exif\0\0")
        {
            return Some(block);
        }
    }
}

/// The `eXIf` chunk (PNG 11.3.4.2).
fn png(head: &[u8]) -> Option<&[u8]> {
    let mut rest = Bytes(head);
    let _signature = rest.take(8)?;
    loop {
        let bytes = rest.small(4)?;
        let kind = rest.take(4)?;
        let there = bytes.min(rest.0.len());
        let data = rest.take(there)?;
        if kind == b"eXIf" {
            return Some(data);
        }
        let _checksum = rest.take(4)?;
    }
}

/// The `EXIF` chunk (RFC 9649 2.7.1.5). Some writers put a JPEG's mark before it.
fn webp(head: &[u8]) -> Option<&[u8]> {
    let mut rest = Bytes(head);
    let _riff = rest.take(12)?;
    loop {
        let kind = rest.take(4)?;
        let bytes = usize::try_from(u32::from_le_bytes(*rest.take(4)?.first_chunk()?)).ok()?;
        let there = bytes.min(rest.0.len());
        let data = rest.take(there)?;
        if kind == b"EXIF" {
            return Some(data.strip_prefix(b"Exif\0\0").unwrap_or(data));
        }
        // Chunks stand at even places.
        let _padding = rest.take(bytes % 2)?;
    }
}
