//! Recordings as browsers and phones write them in WebM, made of elements.

/// 2026-02-28 23:59:58 in UTC, in nanoseconds since 2001.
pub(crate) const MADE: u64 = (1_772_323_198 - 978_307_200) * 1_000_000_000 + 999_999_999;

pub(crate) const SEGMENT: u32 = 0x1853_8067;
pub(crate) const INFO: u32 = 0x1549_A966;
pub(crate) const TRACKS: u32 = 0x1654_AE6B;
/// Room that is left free.
pub(crate) const VOID: u32 = 0xEC;
pub(crate) const CLUSTER: u32 = 0x1F43_B675;

fn id(number: u32) -> Vec<u8> {
    number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

/// An element with its size in as few bytes as it needs.
pub(crate) fn element(number: u32, body: &[u8]) -> Vec<u8> {
    let bytes = body.len() as u64;
    let length = (1..=8).find(|length| bytes < (1 << (7 * length)) - 1).unwrap();
    let size = bytes | 1 << (7 * length);
    [id(number), size.to_be_bytes()[8 - length..].to_vec(), body.to_vec()].concat()
}

/// One that was written while nobody knew how long it would be, its size in so many bytes.
pub(crate) fn open(number: u32, body: &[u8], length: usize) -> Vec<u8> {
    let size = u64::MAX >> (64 - 7 * length) | 1 << (7 * length);
    [id(number), size.to_be_bytes()[8 - length..].to_vec(), body.to_vec()].concat()
}

fn header() -> Vec<u8> {
    element(0x1A45_DFA3, &[element(0x4286, &[1]), element(0x4282, b"webm")].concat())
}

pub(crate) fn info(made: u64) -> Vec<u8> {
    element(INFO, &[element(0x2A_D7B1, &[0x0F, 0x42, 0x40]), element(0x4461, &made.to_be_bytes())].concat())
}

/// Tracks of these types.
pub(crate) fn tracks(types: &[u8]) -> Vec<u8> {
    let track =
        |kind: &u8| element(0xAE, &[element(0xD7, &[1]), element(0x73C5, &[9; 8]), element(0x83, &[*kind])].concat());
    element(TRACKS, &types.iter().flat_map(track).collect::<Vec<u8>>())
}

/// A file of these parts.
pub(crate) fn file(parts: &[Vec<u8>]) -> Vec<u8> {
    [header(), element(SEGMENT, &parts.concat())].concat()
}

/// What a browser writes while it records: nobody knows how long it will be.
pub(crate) fn recorded(types: &[u8]) -> Vec<u8> {
    let clusters = [open(CLUSTER, &[0xA3; 40], 8), open(CLUSTER, &[0xA3; 40], 1)].concat();
    let parts = [element(VOID, &[0; 130]), info(MADE), tracks(types), clusters].concat();
    [header(), open(SEGMENT, &parts, 1)].concat()
}
