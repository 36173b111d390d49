//! A guard before the EXIF reader. That one keeps an entry for everything that a block lists, and lists may overlap: 64 KiB of
//! pointers to lists that begin one byte after the other would make it keep some ten million entries.

/// The most entries that a block may list, each time that it lists them; a phone's photo has some 80.
const ENTRIES: usize = 4096;

/// EXIF, GPS and interoperability (CIPA DC-008 4.6.3).
const POINTERS: [u32; 3] = [0x8769, 0x8825, 0xA005];
/// The type of a pointer: a number of four bytes (TIFF 6.0, section 2).
const LONG: u32 = 4;
/// A pointer in the first list leads to a second one, and one in there to a third.
const DEPTH: u32 = 3;
/// Lists that follow each other: the picture's, the thumbnail's, and more than anybody has.
const CHAIN: u32 = 8;

/// Whether reading the whole of this block costs little.
pub(crate) fn is_harmless(block: &[u8]) -> bool {
    let little = match block.get(..2) {
        Some(b"II") => true,
        Some(b"MM") => false,
        Some(_) | None => return false,
    };
    let mut walk = Walk { block, little, left: ENTRIES };
    let mut list = walk.number(4, 4);
    for _ in 0..CHAIN {
        let Some(at) = list.filter(|at| *at != 0) else { return true };
        match walk.list(at, DEPTH) {
            Ok(next) => list = next,
            Err(Refused) => return false,
        }
    }
    true
}

/// The block is too much to read, or cannot be judged.
struct Refused;

struct Walk<'block> {
    block: &'block [u8],
    little: bool,
    left: usize,
}

impl Walk<'_> {
    /// Goes over a list as far as it is there, and over those that it points to; gives where the next one is.
    fn list(&mut self, at: u32, depth: u32) -> Result<Option<u32>, Refused> {
        let Some(count) = self.number(at, 2) else { return Ok(None) };
        let mut entry = at.saturating_add(2);
        for _ in 0..count {
            // A list that the block does not hold to its end stops the reader too.
            let Some(tag) = self.number(entry, 2) else { return Ok(None) };
            self.left = self.left.checked_sub(1).ok_or(Refused)?;
            if depth > 1 && POINTERS.contains(&tag) {
                let _next = self.list(self.pointer(entry)?, depth - 1)?;
            }
            entry = entry.saturating_add(12);
        }
        Ok(self.number(entry, 4))
    }

    /// Where a pointer leads. One that is not a single number of four bytes would be read by another rule than this one.
    fn pointer(&self, entry: u32) -> Result<u32, Refused> {
        let [kind, count, value] =
            [(2, 2), (4, 4), (8, 4)].map(|(at, bytes)| self.number(entry.saturating_add(at), bytes));
        match (kind, count, value) {
            (Some(LONG), Some(1), Some(value)) => Ok(value),
            _ => Err(Refused),
        }
    }

    /// A number of two or four bytes in the block's own order.
    fn number(&self, at: u32, bytes: usize) -> Option<u32> {
        let at = usize::try_from(at).ok()?;
        let digits = self.block.get(at..at.checked_add(bytes)?)?;
        let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
        Some(if self.little { digits.iter().rev().fold(0, add) } else { digits.iter().fold(0, add) })
    }
}
