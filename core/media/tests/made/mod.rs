//! Small files as cameras write them, made of bytes.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

pub(crate) mod film;
pub(crate) mod webm;

use siaga_engine::media::{MediaType, Stated};

/// What a file is and says, read in answers of at most so many bytes; and how often it was read, and how many bytes were asked for.
pub(crate) fn looked(file: &[u8], kind: MediaType, most: usize) -> ((MediaType, Stated), [usize; 2]) {
    let mut asked = [0; 2];
    let told = siaga_media::look(kind, &mut |at, into: &mut [u8]| {
        let there = usize::try_from(at).ok().and_then(|at| file.get(at..)).unwrap_or_default();
        let read = there.len().min(into.len()).min(most);
        into[..read].copy_from_slice(&there[..read]);
        asked = [asked[0] + 1, asked[1] + into.len()];
        read
    });
    (told, asked)
}

/// What a file is, by its first bytes and by what stands behind them, and what it says.
pub(crate) fn told(file: &[u8]) -> (MediaType, Stated) {
    looked(file, siaga_media::sniff(file).expect("one of ours"), usize::MAX).0
}

/// What it says.
pub(crate) fn stated(file: &[u8], kind: MediaType) -> Stated {
    looked(file, kind, usize::MAX).0.1
}

/// An entry of a list: tag, type, count, and its value or the bytes that it points to.
pub(crate) struct Entry(pub(crate) u16, pub(crate) u16, pub(crate) u32, pub(crate) Vec<u8>);

pub(crate) fn ascii(tag: u16, text: &str) -> Entry {
    let bytes = format!("{text}\0").into_bytes();
    Entry(tag, 2, bytes.len() as u32, bytes)
}

pub(crate) fn short(tag: u16, number: u16) -> Entry {
    Entry(tag, 3, 1, number.to_be_bytes().to_vec())
}

pub(crate) fn rationals(tag: u16, parts: [(u32, u32); 3]) -> Entry {
    let bytes = parts.iter().flat_map(|(num, denom)| [num.to_be_bytes(), denom.to_be_bytes()].concat()).collect();
    Entry(tag, 5, 3, bytes)
}

/// What a camera says.
pub(crate) struct Says {
    pub(crate) taken: String,
    pub(crate) offset: Option<String>,
    pub(crate) lat: ([(u32, u32); 3], String),
    pub(crate) lon: ([(u32, u32); 3], String),
    pub(crate) orientation: u16,
}

impl Default for Says {
    fn default() -> Self {
        Self {
            taken: "2026:02:28 23:59:58".into(),
            offset: Some("-05:30".into()),
            lat: ([(41, 1), (23, 1), (1234, 100)], "S".into()),
            lon: ([(2, 1), (10, 1), (30, 1)], "E".into()),
            orientation: 6,
        }
    }
}

/// A list at this place of the block, its long values behind it, and no list after it.
fn list(at: usize, entries: &[Entry]) -> Vec<u8> {
    let mut bytes = (entries.len() as u16).to_be_bytes().to_vec();
    let mut values: Vec<u8> = Vec::new();
    let behind = at + 2 + entries.len() * 12 + 4;
    for Entry(tag, kind, count, value) in entries {
        bytes.extend(tag.to_be_bytes());
        bytes.extend(kind.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        if value.len() <= 4 {
            bytes.extend(value);
            bytes.extend(vec![0; 4 - value.len()]);
        } else {
            bytes.extend(((behind + values.len()) as u32).to_be_bytes());
            values.extend(value);
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(values);
    bytes
}

/// A block of EXIF, big-endian.
pub(crate) fn block(says: &Says) -> Vec<u8> {
    let mut exif = vec![ascii(0x9003, &says.taken)];
    exif.extend(says.offset.as_ref().map(|offset| ascii(0x9011, offset)));
    let gps = [ascii(1, &says.lat.1), rationals(2, says.lat.0), ascii(3, &says.lon.1), rationals(4, says.lon.0)];
    let first = |exif_at: usize, gps_at: usize| {
        let pointer = |tag, at: usize| Entry(tag, 4, 1, (at as u32).to_be_bytes().to_vec());
        [short(0x0112, says.orientation), pointer(0x8769, exif_at), pointer(0x8825, gps_at)]
    };
    let exif_at = 8 + list(8, &first(0, 0)).len();
    let gps_at = exif_at + list(exif_at, &exif).len();
    let start = b"MM\0\x2A\0\0\0\x08".to_vec();
    [start, list(8, &first(exif_at, gps_at)), list(exif_at, &exif), list(gps_at, &gps)].concat()
}

pub(crate) fn jpeg(block: &[u8]) -> Vec<u8> {
    let segment =
        |marker: u8, body: &[u8]| [&[0xFF, marker][..], &(body.len() as u16 + 2).to_be_bytes(), body].concat();
    let exif = segment(0xE1, &[b"Exif\0\0", block].concat());
    [
        &[0xFF, 0xD8][..],
        &segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &exif,
        &segment(0xDA, b"picture"),
        b"\xFF\xD9",
    ]
    .concat()
}

pub(crate) fn png(block: &[u8]) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| [&(data.len() as u32).to_be_bytes()[..], kind, data, b"summ"].concat();
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &[1; 13]), chunk(b"eXIf", block), chunk(b"IEND", b"")].concat()
}

pub(crate) fn webp(block: &[u8]) -> Vec<u8> {
    let chunk =
        |kind: &[u8], data: &[u8]| [kind, &(data.len() as u32).to_le_bytes(), data, &vec![0; data.len() % 2]].concat();
    let chunks = [b"WEBP".to_vec(), chunk(b"VP8X", &[8; 10]), chunk(b"VP8 ", b"odd"), chunk(b"EXIF", block)].concat();
    [b"RIFF", &(chunks.len() as u32).to_le_bytes()[..], &chunks].concat()
}

pub(crate) fn boxed(kind: &[u8], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

pub(crate) fn heic(block: &[u8]) -> Vec<u8> {
    heic_behind(block, 5)
}

/// A HEIC whose index has the EXIF (item 2) itself, in its own data, behind three other bytes.
pub(crate) fn heic_in_index(block: &[u8]) -> Vec<u8> {
    let exif = [&[0, 0, 0, 6][..], b"Exif\0\0", block].concat();
    let infe = boxed(b"infe", b"\x02\0\0\0\0\x02\0\0Exif\0");
    let iinf = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1][..], &infe].concat());
    let length = (exif.len() as u32).to_be_bytes();
    let iloc = [&[1, 0, 0, 0, 0x44, 0, 0, 1, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3][..], &length].concat();
    let idat = boxed(b"idat", &[b"abc", &exif[..], b"behind"].concat());
    let meta = [&[0; 4][..], &iinf, &boxed(b"iloc", &iloc), &idat].concat();
    [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), boxed(b"meta", &meta)].concat()
}

/// A HEIC with a picture of so many bytes (item 1), and EXIF (item 2) behind it.
pub(crate) fn heic_behind(block: &[u8], picture: usize) -> Vec<u8> {
    let infe = |item: u8, kind: &[u8]| boxed(b"infe", &[&[2, 0, 0, 0, 0, item, 0, 0][..], kind, b"\0"].concat());
    let iinf = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 2][..], &infe(1, b"hvc1"), &infe(2, b"Exif")].concat());
    let ftyp = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let exif = [&[0, 0, 0, 6][..], b"Exif\0\0", block].concat();
    let whole = |exif_at: usize| {
        let item = |item: u8, at: usize, bytes: usize| {
            [&[0, item, 0, 0, 0, 1][..], &(at as u32).to_be_bytes(), &(bytes as u32).to_be_bytes()].concat()
        };
        let iloc = [&[0, 0, 0, 0, 0x44, 0, 0, 2][..], &item(1, 0, 4), &item(2, exif_at, exif.len())].concat();
        let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"hdlr", b"pict"), &iinf, &boxed(b"iloc", &iloc)].concat());
        [ftyp.clone(), meta].concat()
    };
    let exif_at = whole(0).len() + 8 + picture;
    [whole(exif_at), boxed(b"mdat", &[vec![0x2A; picture], exif].concat())].concat()
}
