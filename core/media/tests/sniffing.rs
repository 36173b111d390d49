//! What a file is, by its bytes alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod made;

use made::boxed;
use siaga_engine::media::MediaType;
use siaga_media::sniff;

fn ftyp(brands: &[u8]) -> Vec<u8> {
    let (major, compatible) = brands.split_at(4);
    boxed(b"ftyp", &[major, b"\0\0\0\0", compatible].concat())
}

fn ebml(doc_type: &[u8]) -> Vec<u8> {
    // EBMLVersion 1, then the DocType, as recorders write them.
    let body = [&[0x42, 0x86, 0x81, 1, 0x42, 0x82, 0x80 | doc_type.len() as u8][..], doc_type].concat();
    [&[0x1A, 0x45, 0xDF, 0xA3, 0x01, 0, 0, 0, 0, 0, 0, body.len() as u8][..], &body, b"\x18\x53\x80\x67"].concat()
}

/// A frame of so many bytes at 44.1 kHz.
fn adts(bytes: u8) -> Vec<u8> {
    let mut frame = vec![0xFF, 0xF1, 0x50, 0x80, bytes >> 3, bytes << 5 | 0x1F, 0xFC];
    frame.resize(usize::from(bytes), 0);
    frame
}

#[test]
fn every_type_is_told_from_its_first_bytes() {
    let files: [(MediaType, Vec<u8>); 27] = [
        (MediaType::Jpeg, b"\xFF\xD8\xFF\xE0\0\x10JFIF".to_vec()),
        (MediaType::Png, b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec()),
        (MediaType::Heic, ftyp(b"heicmif1heic")),
        (MediaType::Heic, ftyp(b"heixmif1")),
        (MediaType::Heic, ftyp(b"mif1heic")),
        (MediaType::Heic, ftyp(b"mif1miaf")),
        (MediaType::Heic, ftyp(b"hevcmsf1")),
        (MediaType::Webp, b"RIFF\x10\0\0\0WEBPVP8 ".to_vec()),
        (MediaType::Mp4, ftyp(b"isomiso2avc1mp41")),
        (MediaType::Mp4, ftyp(b"mp42isom")),
        (MediaType::Mp4, ftyp(b"M4V mp42")),
        (MediaType::QuickTime, ftyp(b"qt  qt  ")),
        (MediaType::QuickTime, boxed(b"wide", b"")),
        (MediaType::QuickTime, boxed(b"moov", b"mvhd")),
        (MediaType::ThreeGp, ftyp(b"3gp43gp4")),
        (MediaType::ThreeGp, ftyp(b"3gr6isom")),
        (MediaType::ThreeGp, ftyp(b"mmp43gp4")),
        (MediaType::M4a, ftyp(b"M4A mp42isom")),
        (MediaType::WebM, ebml(b"webm")),
        (MediaType::WebM, ebml(b"webm\0\0")),
        (MediaType::Aac, [adts(20), adts(9), adts(30)].concat()),
        (MediaType::Aac, adts(200)),
        (MediaType::Aac, adts(200)[..50].to_vec()),
        (MediaType::Amr, b"#!AMR\n\x3C".to_vec()),
        (MediaType::Amr, b"#!AMR-WB\n\x3C".to_vec()),
        (MediaType::Ogg, b"OggS\0\x02".to_vec()),
        (MediaType::Wav, b"RIFF\x24\0\0\0WAVEfmt ".to_vec()),
    ];
    for (expected, file) in &files {
        assert_eq!(sniff(file), Some(*expected), "{}", String::from_utf8_lossy(file));
    }
    // Only what stands behind them tells sound in these containers from films.
    let not_by_head = [MediaType::ThreeGpSound, MediaType::WebMSound];
    for kind in MediaType::ALL.into_iter().filter(|kind| !not_by_head.contains(kind)) {
        assert!(files.iter().any(|(expected, _)| *expected == kind), "{kind:?} is not tested");
    }
}

#[test]
fn what_only_looks_like_one_of_ours_is_none() {
    let files: [Vec<u8>; 17] = [
        Vec::new(),
        b"\xFF\xD8".to_vec(),
        b"\x89PNG\n\x1A\n".to_vec(),
        b"RIFF\x10\0\0\0AVI LIST".to_vec(),
        b"RIFF".to_vec(),
        ftyp(b"avifmif1"),
        ftyp(b"mif1avif"),
        ftyp(b"jp2 "),
        boxed(b"ftyp", b""),
        ebml(b"matroska"),
        // An id of five bytes is none.
        b"\x1A\x45\xDF\xA3\x8E\x08\0\0\0\x01\x80\x42\x82\x84webm".to_vec(),
        // An MP3's frame, and a text in UTF-16.
        b"\xFF\xFB\x90\x64\0\0\0\0".to_vec(),
        b"\xFF\xFEh\0e\0l\0l\0o\0".to_vec(),
        // A sync word that leads to no other frame.
        [adts(20), b"noise, and then some".to_vec()].concat(),
        b"OggX\0".to_vec(),
        b"#!/bin/sh\n".to_vec(),
        b"<html><script>alert(1)</script>".to_vec(),
    ];
    for file in files {
        assert_eq!(sniff(&file), None, "{}", String::from_utf8_lossy(&file));
    }
}
