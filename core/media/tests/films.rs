//! What films and recordings of sound say in their index.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod made;

use made::film::{Index, MADE, film, films, index};
use made::{boxed, jpeg, looked, told};
use siaga_engine::media::{MediaType, Stated, StatedPosition};

fn said(said: &Index) -> Stated {
    told(&film(b"isom", said, 100)).1
}

#[test]
fn sound_alone_is_told_as_sound() {
    let of = |tracks: &[&[u8; 4]]| Index { tracks: tracks.iter().map(|track| **track).collect(), ..Index::default() };
    let told = |brand, tracks| told(&film(brand, &of(tracks), 100)).0;
    assert_eq!(told(b"isom", &[b"soun"]), MediaType::M4a);
    assert_eq!(told(b"mp42", &[b"soun", b"text"]), MediaType::M4a);
    assert_eq!(told(b"mp42", &[b"soun", b"vide"]), MediaType::Mp4);
    assert_eq!(told(b"mp42", &[b"vide"]), MediaType::Mp4);
    assert_eq!(told(b"mp42", &[b"text"]), MediaType::Mp4);
    assert_eq!(told(b"mp42", &[]), MediaType::Mp4);
    assert_eq!(told(b"3gp4", &[b"soun"]), MediaType::ThreeGpSound);
    assert_eq!(told(b"3gp4", &[b"vide", b"soun"]), MediaType::ThreeGp);
    assert_eq!(told(b"qt  ", &[b"soun"]), MediaType::QuickTime);
    assert_eq!(told(b"M4A ", &[b"soun"]), MediaType::M4a);
}

#[test]
fn a_track_of_which_nothing_is_known_may_be_one_of_pictures() {
    let parts = [index(&Index { tracks: vec![*b"soun"], ..Index::default() })[8..].to_vec(), boxed(b"trak", b"")];
    let file = |parts: &[Vec<u8>]| [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &parts.concat())].concat();
    assert_eq!(told(&file(&parts)).0, MediaType::Mp4);

    // A box ends with the one that it stands in, whatever it says of itself: what is behind is another's.
    let sound = boxed(b"hdlr", b"\0\0\0\0\0\0\0\0soun");
    let track = boxed(b"trak", &[&9_999_u32.to_be_bytes()[..], b"mdia"].concat());
    assert_eq!(told(&file(&[parts[0].clone(), track, sound])).0, MediaType::Mp4);
}

#[test]
fn time_and_place_are_read_behind_everything() {
    for brand in [b"isom", b"mp42", b"qt  ", b"3gp4", b"M4A "] {
        let Stated { captured_at, position, orientation } = told(&film(brand, &Index::default(), 3_000_000)).1;
        assert_eq!(captured_at.as_deref(), Some("2026-02-28T23:59:58+00:00"));
        assert_eq!(position, Some(StatedPosition { lat: -41.3868, lon: 2.175 }));
        assert_eq!(orientation, None);
    }
}

#[test]
fn an_index_before_the_pictures_is_read_as_well_and_a_file_may_be_longer_than_four_gigabytes() {
    let start = boxed(b"ftyp", b"mp42\0\0\0\0");
    let pictures = [&1_u32.to_be_bytes()[..], b"mdat", &(1_u64 << 40).to_be_bytes(), b"pictures"].concat();
    let file = [&start[..], &index(&Index::default()), &pictures].concat();
    assert!(told(&file).1.captured_at.is_some());

    let behind = start.len() as u64 + (1 << 40);
    let head = [&start[..], &pictures].concat();
    let tail = index(&Index::default());
    let mut read = |at: u64, into: &mut [u8]| {
        let (from, at) = if at < behind { (&head, at) } else { (&tail, at - behind) };
        let there = from.get(at as usize..).unwrap_or_default();
        let read = there.len().min(into.len());
        into[..read].copy_from_slice(&there[..read]);
        read
    };
    assert!(siaga_media::look(MediaType::Mp4, &mut read).1.position.is_some());
}

#[test]
fn a_time_before_there_were_phones_is_none() {
    let made = |made| said(&Index { made, ..Index::default() }).captured_at;
    // Nothing stated; counted from 1970; and no year that four digits name.
    for seconds in [0, MADE - 2_082_844_800, 2_082_844_799, u64::from(u32::MAX) * 1_000, u64::MAX] {
        assert_eq!(made(seconds), None, "{seconds}");
    }
    assert_eq!(made(2_082_844_800).as_deref(), Some("1970-01-01T00:00:00+00:00"));
    // Behind what 32 bits count to, in February 2040.
    assert_eq!(made(u64::from(u32::MAX) + 1).as_deref(), Some("2040-02-06T06:28:16+00:00"));
}

#[test]
fn a_place_is_degrees_with_their_signs_on_earth() {
    let place = |place| said(&Index { place: Some(place), ..Index::default() }).position;
    let at = |lat, lon| Some(StatedPosition { lat, lon });
    for (text, expected) in [
        ("+52.5166+013.3777/", at(52.5166, 13.3777)),
        ("+52.5166+013.3777", at(52.5166, 13.3777)),
        ("-06.1754+106.8272+012.345/", at(-6.1754, 106.8272)),
        ("+48-122CRSWGS_84/", at(48.0, -122.0)),
        ("+90.0-180.0/", at(90.0, -180.0)),
        ("+90.1+000.0/", None),
        ("+00.0+180.1/", None),
        // Degrees and minutes.
        ("+5230.5+01322.1/", None),
        ("+05.5+0012.1/", None),
        ("+5.5+013.3/", None),
        ("52.5166+013.3777/", None),
        ("+52.5166,013.3777/", None),
        ("+52.5166/", None),
        ("+52.51e0+013.3777/", None),
        ("+inf+NaN/", None),
        ("++", None),
        ("+", None),
        ("", None),
    ] {
        assert_eq!(place(text), expected, "{text}");
    }
}

#[test]
fn what_an_iphone_says_counts_before_what_it_says_for_others() {
    for flagged in [false, true] {
        let apple = |made, place| Index { apple: Some([made, place]), flagged, ..Index::default() };
        let both = said(&apple("2026-03-01T06:59:58+0700", "-06.1754+106.8272+012.345/"));
        assert_eq!(both.captured_at.as_deref(), Some("2026-03-01T06:59:58+07:00"));
        assert_eq!(both.position, Some(StatedPosition { lat: -6.1754, lon: 106.8272 }));

        for made in ["2026-02-29T06:59:58+0700", "2026-03-01 06:59:58+0700", "2026-03-01T06:59:5x+0700", "2026", ""] {
            let stated = said(&apple(made, "nowhere"));
            assert_eq!(stated.captured_at.as_deref(), Some("2026-02-28T23:59:58+00:00"), "{made}");
            assert_eq!(stated.position, Some(StatedPosition { lat: -41.3868, lon: 2.175 }));
        }
        let unsound = said(&apple("2026-03-01T06:59:58+9900", ""));
        assert_eq!(unsound.captured_at.as_deref(), Some("2026-03-01T06:59:58"), "the offset alone is left out");
    }
}

#[test]
fn a_recorder_that_was_killed_has_not_written_its_index() {
    let killed = [boxed(b"ftyp", b"3gp4\0\0\0\0"), boxed(b"mdat", &jpeg(b""))].concat();
    assert_eq!(told(&killed), (MediaType::ThreeGp, Stated::default()));
}

#[test]
fn a_file_is_read_in_a_few_small_pieces_however_long_it_is() {
    for bytes in [0, 50_000_000] {
        let (_, [times, asked]) = looked(&film(b"isom", &Index::default(), bytes), MediaType::Mp4, usize::MAX);
        assert!(times < 60 && asked < 8_000, "{times} times, {asked} bytes");
    }
    // A million boxes, and boxes in boxes.
    let bomb = boxed(b"free", b"").repeat(1_000_000);
    for file in [[boxed(b"moov", &bomb), bomb.clone()].concat(), boxed(b"moov", &boxed(b"trak", b"").repeat(1_000_000))]
    {
        let (_, [times, asked]) = looked(&file, MediaType::Mp4, usize::MAX);
        assert!(times <= 4_000 && asked < 1_000_000, "{times} times, {asked} bytes");
    }
}

#[test]
fn a_film_that_comes_in_small_pieces_says_the_same() {
    for file in films() {
        let whole = looked(&file, MediaType::Mp4, usize::MAX).0;
        assert_ne!(whole.1, Stated::default());
        assert_eq!(looked(&file, MediaType::Mp4, 1).0, whole);
        assert_eq!(looked(&file, MediaType::Mp4, 7).0, whole);
    }
}
