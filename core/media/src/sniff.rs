//! What a file is, by the bytes that its standard demands at its start. A name or a claim of the platform counts for nothing.

use siaga_engine::media::MediaType;

use crate::{brands, ebml};

/// The type of the file that begins with these bytes; `None` when it is none of ours.
#[must_use]
pub fn sniff(head: &[u8]) -> Option<MediaType> {
    // ITU-T T.81 B.1.1.3: SOI, and the first byte of the marker after it.
    if head.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Some(MediaType::Jpeg);
    }
    // PNG (ISO/IEC 15948) 5.2.
    if head.starts_with(b"\x89PNG\r\n\x1A\n") {
        return Some(MediaType::Png);
    }
    // RFC 4867 5: one channel, narrow band or wide band.
    if head.starts_with(b"#!AMR\n") || head.starts_with(b"#!AMR-WB\n") {
        return Some(MediaType::Amr);
    }
    // RFC 3533 6: the capture pattern, and version 0.
    if head.starts_with(b"OggS\0") {
        return Some(MediaType::Ogg);
    }
    riff(head).or_else(|| brands::sniff(head)).or_else(|| ebml::sniff(head)).or_else(|| adts(head))
}

/// RIFF: WebP (RFC 9649 2.4), and the WAVE form of Multimedia Programming Interface and Data Specifications 1.0.
fn riff(head: &[u8]) -> Option<MediaType> {
    match (head.get(..4)?, head.get(8..12)?) {
        (b"RIFF", b"WEBP") => Some(MediaType::Webp),
        (b"RIFF", b"WAVE") => Some(MediaType::Wav),
        _ => None,
    }
}

/// Sync words are short and stand in many files by chance: so many frames must follow each other.
const ADTS_FRAMES: usize = 3;

/// ADTS (ISO/IEC 14496-3 1.A.2.2): frames that each lead to the next one, as far as the head goes.
fn adts(head: &[u8]) -> Option<MediaType> {
    let mut rest = head;
    for frame in 0..ADTS_FRAMES {
        if frame > 0 && rest.is_empty() {
            break;
        }
        let header = rest.first_chunk::<7>()?;
        let [sync, layer, rate, _, high, low, _] = *header;
        // 12 bits of ones, then the version, and a layer that is always 0.
        let in_sync = sync == 0xFF && layer & 0xF6 == 0xF0;
        // Indexes from 13 on name no sampling rate.
        let known_rate = (rate >> 2) & 0xF < 13;
        let [_, _, _, channels, ..] = *header;
        let length = usize::from(channels & 3) << 11 | usize::from(high) << 3 | usize::from(low) >> 5;
        if !in_sync || !known_rate || length < header.len() {
            return None;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    Some(MediaType::Aac)
}
