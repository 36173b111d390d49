//! The pages that a library asks for: Android 15 and later run with pages of 16 KB on some phones, and such a phone does not load
//! a library whose segments are laid out for 4 KB.

/// The pages of the phones with the largest, in bytes.
pub(super) const LARGEST_PAGE: u64 = 16_384;

/// What kind of program header says what is loaded.
const LOAD: u64 = 1;

/// The smallest alignment of all segments that are loaded, in bytes; `None` when this is no ELF library that a phone could load.
pub(super) fn page(library: &[u8]) -> Option<u64> {
    let is_64 = match library.get(..6)? {
        [0x7f, b'E', b'L', b'F', 2, 1] => true,
        [0x7f, b'E', b'L', b'F', 1, 1] => false,
        _ => return None,
    };
    // Where the headers are, how long one is, how many there are; then the place of `p_align` in one.
    let (start, length, count, align) = if is_64 {
        (number(library, 32, 8)?, number(library, 54, 2)?, number(library, 56, 2)?, 48)
    } else {
        (number(library, 28, 4)?, number(library, 42, 2)?, number(library, 44, 2)?, 28)
    };
    let width = if is_64 { 8 } else { 4 };
    let mut smallest = None;
    for index in 0..count {
        let header = start.checked_add(index.checked_mul(length)?)?;
        if number(library, header, 4)? == LOAD {
            let page = number(library, header.checked_add(align)?, width)?;
            smallest = Some(smallest.map_or(page, |other: u64| other.min(page)));
        }
    }
    smallest
}

/// A number of so many bytes, the lowest first.
fn number(library: &[u8], at: u64, width: usize) -> Option<u64> {
    let at = usize::try_from(at).ok()?;
    let bytes = library.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A library with one header that is not loaded and a loaded one for each of these alignments.
    pub(in super::super) fn library(is_64: bool, pages: &[u64]) -> Vec<u8> {
        let (head, length, width) = if is_64 { (64, 56, 8) } else { (52, 32, 4) };
        let mut bytes = vec![0; head];
        let mut put = |at: usize, number: u64, width: usize| {
            let end = at + width;
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[at..end].copy_from_slice(&number.to_le_bytes()[..width]);
        };
        put(0, u64::from_le_bytes([0x7f, b'E', b'L', b'F', if is_64 { 2 } else { 1 }, 1, 1, 0]), 8);
        let (start, size, count, align) = if is_64 { (32, 54, 56, 48) } else { (28, 42, 44, 28) };
        put(start, head as u64, width);
        put(size, length as u64, 2);
        put(count, pages.len() as u64 + 1, 2);
        put(head, 6, 4);
        put(head + align, 8, width);
        for (index, page) in pages.iter().enumerate() {
            let header = head + (index + 1) * length;
            put(header, LOAD, 4);
            put(header + align, *page, width);
        }
        bytes
    }

    #[test]
    fn one_segment_for_small_pages_among_others_is_seen() {
        for is_64 in [true, false] {
            assert_eq!(page(&library(is_64, &[16_384, 65_536])), Some(16_384));
            assert_eq!(page(&library(is_64, &[16_384, 4_096, 16_384])), Some(4_096));
        }
    }

    #[test]
    fn what_is_no_library_or_is_cut_off_has_no_pages() {
        let whole = library(true, &[16_384]);
        assert_eq!(page(&whole[..whole.len() - 1]), None);
        assert_eq!(page(b"PK\x03\x04"), None);
        assert_eq!(page(&[]), None);
        assert_eq!(page(&library(true, &[])), None);
    }
}
