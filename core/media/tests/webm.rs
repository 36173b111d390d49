//! What films and recordings of sound in WebM say before their pictures and their sound.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod made;

use made::webm::{CLUSTER, INFO, MADE, TRACKS, VOID, element, file, info, open, recorded, tracks};
use made::{looked, told};
use siaga_engine::media::MediaType;

fn made(file: &[u8]) -> Option<String> {
    told(file).1.captured_at
}

const WHEN: Option<&str> = Some("2026-02-28T23:59:58+00:00");

#[test]
fn sound_alone_is_told_as_sound() {
    for (types, expected) in [
        (&[2][..], MediaType::WebMSound),
        (&[2, 2], MediaType::WebMSound),
        (&[2, 17], MediaType::WebMSound),
        (&[2, 33], MediaType::WebMSound),
        (&[1, 2], MediaType::WebM),
        (&[2, 1], MediaType::WebM),
        (&[3, 2], MediaType::WebM),
        (&[2, 0], MediaType::WebM),
        (&[2, 4], MediaType::WebM),
        (&[17], MediaType::WebM),
        (&[1], MediaType::WebM),
        (&[], MediaType::WebM),
    ] {
        assert_eq!(told(&recorded(types)).0, expected, "{types:?}");
        assert_eq!(told(&file(&[tracks(types), info(MADE)])).0, expected, "{types:?}");
    }
}

#[test]
fn a_track_of_which_nothing_is_known_may_be_one_of_pictures() {
    let unknown = element(0xAE, &element(0xD7, &[1]));
    let sound = element(0xAE, &element(0x83, &[0, 2]));
    let room = element(VOID, &[0; 9]);
    assert_eq!(told(&file(&[element(TRACKS, &[room, sound.clone()].concat())])).0, MediaType::WebMSound);
    assert_eq!(told(&file(&[element(TRACKS, &[sound, unknown].concat())])).0, MediaType::WebM);
}

#[test]
fn the_time_is_read_wherever_it_stands_before_the_pictures() {
    assert_eq!(made(&recorded(&[2])).as_deref(), WHEN);
    // Room that was left for an index, longer than the head.
    let void = element(VOID, &[0; 100_000]);
    assert_eq!(made(&file(&[void.clone(), tracks(&[1]), void, info(MADE)])).as_deref(), WHEN);
    assert_eq!(made(&file(&[open(INFO, &info(MADE)[5..], 1)])).as_deref(), WHEN);
    assert_eq!(made(&file(&[element(CLUSTER, &[0; 10]), info(MADE)])), None);
    assert_eq!(made(&file(&[tracks(&[1])])), None);
}

#[test]
fn a_time_before_the_count_began_is_none() {
    let second = 1_000_000_000;
    for nanoseconds in [0, second - 1, u64::MAX, 1 << 63] {
        assert_eq!(made(&file(&[info(nanoseconds)])), None, "{nanoseconds}");
    }
    assert_eq!(made(&file(&[info(second)])).as_deref(), Some("2001-01-01T00:00:01+00:00"));
    assert_eq!(made(&file(&[info((1 << 63) - 1)])).as_deref(), Some("2293-04-11T23:47:16+00:00"));
}

#[test]
fn a_file_is_read_in_a_few_small_pieces_however_long_it_is() {
    let long = file(&[info(MADE), tracks(&[1, 2]), element(CLUSTER, &[0xA3; 50_000]).repeat(100)]);
    let (_, [times, asked]) = looked(&long, MediaType::WebM, usize::MAX);
    assert!(times < 30 && asked < 4_000, "{times} times, {asked} bytes");
    let bomb = element(VOID, b"").repeat(1_000_000);
    let in_tracks = element(TRACKS, &bomb);
    for bomb in [file(&[bomb]), file(&[in_tracks]), file(&[tracks(&[1; 100_000])])] {
        let (_, [times, asked]) = looked(&bomb, MediaType::WebM, usize::MAX);
        assert!(times <= 4_000 && asked < 1_000_000, "{times} times, {asked} bytes");
    }
}

#[test]
fn a_file_that_comes_in_small_pieces_says_the_same() {
    let file = recorded(&[2]);
    let whole = looked(&file, MediaType::WebM, usize::MAX).0;
    assert_eq!(whole.0, MediaType::WebMSound);
    assert_eq!(looked(&file, MediaType::WebM, 1).0, whole);
    assert_eq!(looked(&file, MediaType::WebM, 7).0, whole);
}
