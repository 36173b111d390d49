//! The brands of the ISO base media file format: the first box of a file says which of its many kinds it is.

use siaga_engine::media::MediaType;

use crate::boxes::Bytes;

/// What the `ftyp` box at the start says (ISO/IEC 14496-12 4.3): the major brand, and when that says nothing by itself, the
/// compatible ones.
pub(crate) fn sniff(head: &[u8]) -> Option<MediaType> {
    let (kind, mut body) = Bytes(head).next_box()?;
    if kind != b"ftyp" {
        return older(kind);
    }
    let major = body.take(4)?;
    let _minor_version = body.take(4)?;
    let compatible = body.0.chunks_exact(4);
    match major {
        // Any image in HEIF (ISO/IEC 23008-12 10.2); one with AV1 in it says so, and nobody here shows that.
        b"mif1" | b"msf1" => {
            let mut codecs = compatible.filter(|brand| heic(brand) || matches!(*brand, b"avif" | b"avis"));
            codecs.next().is_none_or(heic).then_some(MediaType::Heic)
        }
        major if heic(major) => Some(MediaType::Heic),
        // Apple, QuickTime File Format, "The File Type Compatibility Atom".
        b"qt  " => Some(MediaType::QuickTime),
        // Registered at mp4ra.org: sound by Apple's tools and recorders.
        b"M4A " | b"M4B " => Some(MediaType::M4a),
        // 3GPP TS 26.244 5.3: releases and profiles; and its older name for the same.
        [b'3', b'g', b'p' | b'r' | b's' | b'e' | b'g' | b't' | b'm' | b'h' | b'f', _] | b"mmp4" => {
            Some(MediaType::ThreeGp)
        }
        // ISO/IEC 14496-12 annex E, ISO/IEC 14496-14 4, ISO/IEC 14496-15, and three of recorders (mp4ra.org).
        [b'i', b's', b'o', _] | b"mp41" | b"mp42" | b"mp71" | b"avc1" | b"hvc1" | b"M4V " | b"MSNV" | b"dash" => {
            Some(MediaType::Mp4)
        }
        _ => None,
    }
}

/// HEVC in HEIF: pictures and sequences of them (ISO/IEC 23008-12 B.4).
fn heic(brand: &[u8]) -> bool {
    matches!(brand, b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs")
}

/// A QuickTime film from before there was an `ftyp` (Apple, QuickTime File Format, "Movie Files").
fn older(kind: &[u8]) -> Option<MediaType> {
    matches!(kind, b"moov" | b"mdat" | b"wide").then_some(MediaType::QuickTime)
}
