//! What a platform may hand over as a small picture of a file.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;
use siaga_engine::media::MediaType;
use siaga_media::preview;

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let segment =
        |marker: u8, body: &[u8]| [&[0xFF, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat();
    let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat();
    [&[0xFF, 0xD8][..], &segment(0xE0, b"JFIF\0"), &segment(0xC4, &[9; 40]), &segment(0xC2, &frame), b"rest"].concat()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), b"\x08\x02\0\0\0summ"]
        .concat()
}

fn webp(chunk: &[u8], data: &[u8]) -> Vec<u8> {
    [b"RIFF\xFF\0\0\0WEBP", chunk, &(data.len() as u32).to_le_bytes()[..], data].concat()
}

fn lossy(width: u16, height: u16) -> Vec<u8> {
    webp(b"VP8 ", &[b"\0\0\0\x9D\x01\x2A", &width.to_le_bytes()[..], &(height | 0x4000).to_le_bytes()].concat())
}

fn lossless(width: u32, height: u32) -> Vec<u8> {
    webp(b"VP8L", &[&[0x2F][..], &((width - 1) | ((height - 1) << 14)).to_le_bytes()].concat())
}

fn extended(width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    webp(b"VP8X", &[vec![0; 4], side(width), side(height)].concat())
}

fn made(width: u16, height: u16) -> [Vec<u8>; 5] {
    let (wide, high) = (u32::from(width), u32::from(height));
    [jpeg(width, height), png(wide, high), lossy(width, height), lossless(wide, high), extended(wide, high)]
}

#[test]
fn a_picture_of_at_most_320_pixels_a_side_is_a_preview() {
    for (width, height) in [(320, 320), (1, 1), (320, 240)] {
        let types = made(width, height).map(|bytes| preview(bytes).map(|preview| preview.media_type));
        let webp = Some(MediaType::Webp);
        assert_eq!(types, [Some(MediaType::Jpeg), Some(MediaType::Png), webp, webp, webp], "{width} x {height}");
    }
}

#[test]
fn one_pixel_or_one_byte_too_many_is_none() {
    for (width, height) in [(321, 1), (1, 321), (16_383, 16_383)] {
        assert_eq!(made(width, height).map(preview), [const { None }; 5], "{width} x {height}");
    }
    for bytes in [jpeg(0, 1), png(20_000, 20_000), png(u32::MAX, 1), png(0, 0), lossy(0, 1)] {
        assert_eq!(preview(bytes), None);
    }
    let long = |bytes: usize| [jpeg(320, 240), vec![0; bytes - jpeg(320, 240).len()]].concat();
    assert!(preview(long(12 * 1024)).is_some());
    assert_eq!(preview(long(12 * 1024 + 1)), None);
}

#[test]
fn what_a_browser_may_run_or_cannot_show_is_none() {
    let headless = [&[0xFF, 0xD8][..], b"\xFF\xDA\0\x04ab"].concat();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec();
    for bytes in [vec![], b"GIF89a".to_vec(), svg, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(), headless] {
        assert_eq!(preview(bytes), None);
    }
}

#[test]
fn a_picture_that_ends_before_its_size_is_none() {
    for (whole, needed) in made(3, 2).into_iter().zip([68, 24, 30, 25, 30]) {
        for end in 0..whole.len() {
            assert_eq!(preview(whole[..end].to_vec()).is_some(), end >= needed, "{end} of {}", whole.len());
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_trouble(which in 0_usize..5, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let start = &made(3, 2)[which];
        for keep in [0, 3, 16, start.len() / 2] {
            let _ = preview([&start[..keep.min(start.len())], &bytes].concat());
        }
    }
}
