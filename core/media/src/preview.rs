//! Small pictures of files: what the platform made is believed by its first bytes alone.

use siaga_engine::media::{MOST_PREVIEW_BYTES, MediaType, Preview};

use crate::boxes::Bytes;
use crate::sniff;

/// The longest side of a preview, in pixels: on the dispatcher's page it is a stamp beside the text.
pub const MOST_PREVIEW_PIXELS: u64 = 320;

/// The preview that these bytes are; `None` for what is no JPEG, PNG or WebP, or too large in bytes or in pixels.
#[must_use]
pub fn preview(bytes: Vec<u8>) -> Option<Preview> {
    let media_type = sniff(&bytes).filter(|_| bytes.len() <= MOST_PREVIEW_BYTES)?;
    let sides = match media_type {
        MediaType::Jpeg => jpeg(&bytes),
        MediaType::Png => png(&bytes),
        MediaType::Webp => webp(&bytes),
        MediaType::Heic
        | MediaType::Mp4
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
    sides.iter().all(|side| (1..=MOST_PREVIEW_PIXELS).contains(side)).then_some(Preview { media_type, bytes })
}

/// The frame's header (ITU-T T.81 B.2.2): the segments before it are passed over.
fn jpeg(bytes: &[u8]) -> Option<[u64; 2]> {
    let mut rest = Bytes(bytes);
    let _start = rest.take(2)?;
    loop {
        let marker = rest.number(2)?;
        let length = rest.small(2)?.checked_sub(2)?;
        let mut segment = Bytes(rest.take(length)?);
        match marker {
            // Tables of Huffman and of arithmetic codes, and what is kept for extensions, stand among the frames.
            0xFFC4 | 0xFFC8 | 0xFFCC => {}
            0xFFC0..=0xFFCF => {
                let _precision = segment.take(1)?;
                return Some([segment.number(2)?, segment.number(2)?]);
            }
            // A scan without a frame, or no marker with a length.
            0xFF01 | 0xFFD0..=0xFFDA | 0..=0xFF00 => return None,
            _ => {}
        }
    }
}

/// The first chunk (ISO/IEC 15948 11.2.2).
fn png(bytes: &[u8]) -> Option<[u64; 2]> {
    let mut header = Bytes(bytes.get(8..)?);
    let _length = header.take(4)?;
    let is_header = header.take(4)? == b"IHDR";
    let sides = [header.number(4)?, header.number(4)?];
    is_header.then_some(sides)
}

/// The first chunk (RFC 9649 2.5 to 2.7): lossy, lossless, or extended.
fn webp(bytes: &[u8]) -> Option<[u64; 2]> {
    /// 14 bits of each side; in a lossy picture two more say how it is scaled.
    const SIDE_BITS: u64 = 0x3FFF;
    let kind = bytes.get(12..16)?;
    let little = |at: usize, count: usize| {
        let digits = bytes.get(at..at.checked_add(count)?)?;
        Some(digits.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    };
    match kind {
        b"VP8 " => Some([little(26, 2)? & SIDE_BITS, little(28, 2)? & SIDE_BITS]),
        b"VP8L" => {
            let sides = little(21, 4)?;
            Some([(sides & SIDE_BITS) + 1, (sides >> 14 & SIDE_BITS) + 1])
        }
        b"VP8X" => Some([little(24, 3)? + 1, little(27, 3)? + 1]),
        _ => None,
    }
}
