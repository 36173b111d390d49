//! Films and recordings as phones write them, made of boxes.

use super::boxed;

/// What the index of a film says.
pub(crate) struct Index {
    /// What each track is of.
    pub(crate) tracks: Vec<[u8; 4]>,
    /// Seconds since 1904.
    pub(crate) made: u64,
    /// As Android writes a place.
    pub(crate) place: Option<&'static str>,
    /// As Apple writes time and place.
    pub(crate) apple: Option<[&'static str; 2]>,
    /// Whether Apple's list stands behind a version and flags.
    pub(crate) flagged: bool,
}

/// 2026-02-28 23:59:58 in UTC.
pub(crate) const MADE: u64 = 2_082_844_800 + 1_772_323_198;

impl Default for Index {
    fn default() -> Self {
        Self {
            tracks: vec![*b"vide", *b"soun"],
            made: MADE,
            place: Some("-41.3868+002.1750/"),
            apple: None,
            flagged: false,
        }
    }
}

fn list(boxes: &[Vec<u8>]) -> Vec<u8> {
    boxes.concat()
}

fn track(handler: &[u8; 4]) -> Vec<u8> {
    let header = boxed(b"hdlr", &[&[0; 8][..], handler, &[0; 12], b"Handler\0"].concat());
    let media = boxed(b"mdia", &list(&[boxed(b"mdhd", &[0; 24]), header, boxed(b"minf", &[7; 60])]));
    boxed(b"trak", &list(&[boxed(b"tkhd", &[0; 84]), media]))
}

fn header(made: u64) -> Vec<u8> {
    let body = match u32::try_from(made) {
        Ok(made) => [&[0; 4][..], &made.to_be_bytes(), &[0; 92]].concat(),
        Err(_) => [&[1, 0, 0, 0][..], &made.to_be_bytes(), &[0; 100]].concat(),
    };
    boxed(b"mvhd", &body)
}

fn user_data(place: &str) -> Vec<u8> {
    let text = [&(place.len() as u16).to_be_bytes()[..], &[0x15, 0xC7], place.as_bytes()].concat();
    boxed(b"udta", &boxed(b"\xA9xyz", &text))
}

fn apple([made, place]: [&str; 2], flagged: bool) -> Vec<u8> {
    const NAMES: [&str; 3] =
        ["com.apple.quicktime.make", "com.apple.quicktime.location.ISO6709", "com.apple.quicktime.creationdate"];
    let names: Vec<u8> = NAMES.iter().flat_map(|name| boxed(b"mdta", name.as_bytes())).collect();
    let keys = boxed(b"keys", &[&[0, 0, 0, 0, 0, 0, 0, 3][..], &names].concat());
    let value = |number: u32, text: &str| {
        let data = boxed(b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0][..], text.as_bytes()].concat());
        boxed(&number.to_be_bytes(), &data)
    };
    let values = boxed(b"ilst", &list(&[value(1, "Maker"), value(2, place), value(3, made)]));
    let body = list(&[boxed(b"hdlr", &[0; 25]), keys, values]);
    boxed(b"meta", &if flagged { [&[0; 4][..], &body].concat() } else { body })
}

/// The index.
pub(crate) fn index(index: &Index) -> Vec<u8> {
    let mut parts = vec![header(index.made)];
    parts.extend(index.tracks.iter().map(track));
    parts.extend(index.place.map(user_data));
    parts.extend(index.apple.map(|said| apple(said, index.flagged)));
    boxed(b"moov", &list(&parts))
}

/// A film whose index stands behind so many bytes of pictures and sound, as phones write it.
pub(crate) fn film(brand: &[u8; 4], said: &Index, bytes: usize) -> Vec<u8> {
    let start = boxed(b"ftyp", &[brand, &[0; 4][..], b"isom"].concat());
    list(&[start, boxed(b"free", &[0; 20]), boxed(b"mdat", &vec![0xAB; bytes]), index(said)])
}

/// A recording of each kind of index, as small as it can be.
pub(crate) fn films() -> [Vec<u8>; 3] {
    let apple = Some(["2026-03-01T06:59:58+0700", "-06.1754+106.8272+012.345/"]);
    let tracks = || vec![*b"soun"];
    [
        film(b"isom", &Index { tracks: tracks(), ..Index::default() }, 20),
        film(b"qt  ", &Index { apple, tracks: tracks(), ..Index::default() }, 20),
        film(b"mp42", &Index { apple, tracks: tracks(), flagged: true, ..Index::default() }, 20),
    ]
}
