//! What a picture says of its making.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod made;

use made::{Says, block, looked, stated};
use siaga_engine::media::{MediaType, Stated, StatedPosition};
use siaga_media::sniff;

fn containers(block: &[u8]) -> [(MediaType, Vec<u8>); 4] {
    [
        (MediaType::Jpeg, made::jpeg(block)),
        (MediaType::Png, made::png(block)),
        (MediaType::Webp, made::webp(block)),
        (MediaType::Heic, made::heic(block)),
    ]
}

fn said(says: &Says) -> Stated {
    stated(&made::jpeg(&block(says)), MediaType::Jpeg)
}

#[test]
fn time_place_and_orientation_are_read_from_every_container() {
    for (kind, file) in containers(&block(&Says::default())) {
        assert_eq!(sniff(&file), Some(kind));
        let Stated { captured_at, position, orientation } = stated(&file, kind);
        assert_eq!(captured_at.as_deref(), Some("2026-02-28T23:59:58-05:30"), "{kind:?}");
        let StatedPosition { lat, lon } = position.expect("a position");
        assert!((lat + 41.386_761).abs() < 1e-6 && (lon - 2.175).abs() < 1e-9, "{kind:?}: {lat} {lon}");
        assert_eq!(orientation, Some(6), "{kind:?}");
    }
}

#[test]
fn a_time_without_an_offset_is_given_without_one() {
    let says = Says { offset: None, ..Says::default() };
    assert_eq!(said(&says).captured_at.as_deref(), Some("2026-02-28T23:59:58"));
    for offset in ["   :  ", "+15:00", "+05:7 ", "05:30", "+99:99", "+05:75"] {
        let says = Says { offset: Some(offset.into()), ..Says::default() };
        assert_eq!(said(&says).captured_at.as_deref(), Some("2026-02-28T23:59:58"), "{offset}");
    }
}

#[test]
fn a_time_that_no_calendar_has_is_left_out_and_the_rest_is_given() {
    for taken in [
        "0000:00:00 00:00:00",
        "2026:13:01 00:00:00",
        "2026:00:01 00:00:00",
        "2026:02:29 00:00:00",
        "2026:04:31 00:00:00",
        "2026:01:01 24:00:00",
        "2026:01:01 00:60:00",
        "2026:01:01 00:00:60",
        "    :  :     :  :  ",
        "2026-01-01 00:00:00",
        "yesterday",
        "",
    ] {
        let stated = said(&Says { taken: taken.into(), ..Says::default() });
        assert_eq!(stated.captured_at, None, "{taken}");
        assert!(stated.position.is_some() && stated.orientation == Some(6), "{taken}");
    }
    let leap = said(&Says { taken: "2024:02:29 00:00:00".into(), ..Says::default() });
    assert_eq!(leap.captured_at.as_deref(), Some("2024-02-29T00:00:00-05:30"));
}

#[test]
fn a_place_that_is_not_on_earth_is_left_out_and_the_rest_is_given() {
    let lat = |degrees, sign: &str| Says { lat: ([degrees, (0, 1), (0, 1)], sign.into()), ..Says::default() };
    let lon = |degrees| Says { lon: ([degrees, (0, 1), (1, 1)], "W".into()), ..Says::default() };
    let parts = |minutes, seconds| Says { lat: ([(1, 1), minutes, seconds], "N".into()), ..Says::default() };
    for says in [
        lat((91, 1), "N"),
        lat((9_000_001, 100_000), "S"),
        lat((u32::MAX, 1), "N"),
        lat((1, 0), "N"),
        lat((0, 0), "N"),
        lat((1, 1), "E"),
        lat((1, 1), ""),
        lon((180, 1)),
        parts((61, 1), (0, 1)),
        parts((0, 1), (61, 1)),
        parts((0, 1), (0, 0)),
    ] {
        let stated = said(&says);
        assert_eq!(stated.position, None, "{:?} {:?}", says.lat, says.lon);
        assert!(stated.captured_at.is_some() && stated.orientation == Some(6));
    }
    assert_eq!(said(&lat((90, 1), "N")).position.unwrap().lat.to_bits(), 90.0_f64.to_bits());
}

#[test]
fn an_orientation_is_given_when_it_turns_something() {
    for (number, expected) in [(0, None), (1, None), (2, Some(2)), (8, Some(8)), (9, None), (258, None)] {
        assert_eq!(said(&Says { orientation: number, ..Says::default() }).orientation, expected, "{number}");
    }
}

#[test]
fn it_is_read_wherever_it_stands_and_little_else_is() {
    const BEFORE: usize = 1_300_001;
    let block = block(&Says::default());
    let segment = |bytes: usize| [&[0xFF, 0xE2][..], &(bytes as u16).to_be_bytes(), &vec![0; bytes - 2]].concat();
    let [jpeg, png, webp] = [made::jpeg(&block), made::png(&block), made::webp(&block)];
    let pixels = [&(BEFORE as u32).to_be_bytes()[..], b"IDAT", &[0; BEFORE], b"summ"].concat();
    let picture = [b"VP8 ", &(BEFORE as u32).to_le_bytes()[..], &[0; BEFORE], b"\0"].concat();
    for (kind, file) in [
        (MediaType::Jpeg, [&jpeg[..2], &segment(65_000).repeat(20), &jpeg[2..]].concat()),
        (MediaType::Png, [&png[..8], &pixels, &png[8..]].concat()),
        (MediaType::Webp, [&webp[..12], &picture, &webp[12..]].concat()),
        (MediaType::Heic, made::heic_behind(&block, BEFORE)),
    ] {
        let ((_, stated), [times, asked]) = looked(&file, kind, usize::MAX);
        assert!(stated.position.is_some() && stated.captured_at.is_some(), "{kind:?}");
        assert!(times < 60 && asked < 70_000, "{kind:?}: {times} times, {asked} bytes");
        assert_eq!(looked(&file, kind, 3).0.1, stated, "{kind:?} in small pieces");
    }
}

#[test]
fn it_is_read_in_forms_that_are_rare_and_allowed() {
    let block = block(&Says::default());
    let jpeg = made::jpeg(&block);
    for (kind, file) in [
        // A marker without a length, and one byte more of ones before a marker.
        (MediaType::Jpeg, [&jpeg[..2], b"\xFF\x01\xFF", &jpeg[2..]].concat()),
        // With a JPEG's mark, as some writers have it.
        (MediaType::Webp, made::webp(&[b"Exif\0\0", &block[..]].concat())),
        (MediaType::Heic, made::heic_in_index(&block)),
    ] {
        assert!(stated(&file, kind).position.is_some(), "{kind:?}");
    }
}

#[test]
fn a_file_of_nothing_but_beginnings_is_not_read_for_ever() {
    for (kind, start, piece) in [
        (MediaType::Jpeg, &b"\xFF\xD8\xFF"[..], &b"\xFF"[..]),
        (MediaType::Jpeg, b"\xFF\xD8", b"\xFF\xE2\0\x02"),
        (MediaType::Png, b"\x89PNG\r\n\x1A\n", b"\0\0\0\0tEXtsumm"),
        (MediaType::Webp, b"RIFF\0\0\0\0WEBP", b"VP8 \0\0\0\0"),
        (MediaType::Heic, b"", b"\0\0\0\x08free"),
    ] {
        let (told, [times, _]) = looked(&[start, &piece.repeat(1_000_000)].concat(), kind, usize::MAX);
        assert_eq!(told, (kind, Stated::default()));
        assert!(times <= 4_000, "{kind:?}: {times} times");
    }
}

#[test]
fn the_picture_itself_is_not_searched() {
    let file = made::jpeg(&block(&Says::default()));
    let scan = [&file[..2], &[0xFF, 0xDA, 0, 2], &file[2..]].concat();
    assert_eq!(stated(&scan, MediaType::Jpeg), Stated::default());
}

#[test]
fn a_block_that_is_cut_off_gives_what_is_still_there() {
    let block = block(&Says::default());
    // The place is written last.
    let file = made::jpeg(&block[..block.len() - 40]);
    let stated = stated(&file, MediaType::Jpeg);
    assert_eq!(stated.position, None);
    assert!(stated.captured_at.is_some() && stated.orientation == Some(6));
}
