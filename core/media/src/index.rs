//! A walk over the boxes of a whole file (ISO/IEC 14496-12 4.2), of which a few bytes are read where each begins.

use crate::boxes::Bytes;

/// Reads a file from an offset on and gives how many bytes there were: 0 behind its end, and fewer than asked for at any time.
pub type ReadAt<'file> = dyn FnMut(u64, &mut [u8]) -> usize + 'file;

/// How many boxes are looked at: a phone's film of two tracks needs some twenty, and a file can have millions.
const MOST_BOXES: u32 = 1_000;

/// The longest that a box's size and type are.
const HEADER_BYTES: usize = 16;

/// What is read of the body of one box.
pub(crate) const BODY_BYTES: usize = 512;

/// A part of the file that consists of boxes, or is the body of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    at: u64,
    end: u64,
}

impl Span {
    /// The file: it ends where nothing more is read.
    pub(crate) const FILE: Self = Self { at: 0, end: u64::MAX };

    /// Without so many bytes at its start.
    pub(crate) fn skip(self, bytes: u64) -> Self {
        Self { at: self.at.saturating_add(bytes), ..self }
    }
}

pub(crate) struct Walk<'file> {
    read: &'file mut ReadAt<'file>,
    left: u32,
}

impl<'file> Walk<'file> {
    pub(crate) fn new(read: &'file mut ReadAt<'file>) -> Self {
        Self { read, left: MOST_BOXES }
    }

    /// The next box of these, its type and its body; they begin behind it then.
    pub(crate) fn next_box(&mut self, boxes: &mut Span) -> Option<([u8; 4], Span)> {
        self.left = self.left.checked_sub(1)?;
        let mut header = [0; HEADER_BYTES];
        let mut header = Bytes(self.fill(*boxes, &mut header));
        let before = header.0.len();
        let (kind, bytes) = header.header()?;
        let at = boxes.at.saturating_add(before.saturating_sub(header.0.len()) as u64);
        let body = Span { at, end: at.saturating_add(bytes).min(boxes.end) };
        boxes.at = body.end;
        Some((*kind.first_chunk()?, body))
    }

    /// The body of the first box of a type.
    pub(crate) fn find(&mut self, mut boxes: Span, wanted: &[u8; 4]) -> Option<Span> {
        while let Some((kind, body)) = self.next_box(&mut boxes) {
            if kind == *wanted {
                return Some(body);
            }
        }
        None
    }

    /// The first bytes of a body.
    pub(crate) fn body<'into>(&mut self, body: Span, into: &'into mut [u8; BODY_BYTES]) -> Bytes<'into> {
        Bytes(self.fill(body, into))
    }

    /// As many bytes as there are in this part, and have room here.
    fn fill<'into>(&mut self, part: Span, into: &'into mut [u8]) -> &'into [u8] {
        let there = usize::try_from(part.end.saturating_sub(part.at)).unwrap_or(usize::MAX).min(into.len());
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..there).filter(|rest| !rest.is_empty()) {
            let room = rest.len();
            let read = (self.read)(part.at.saturating_add(filled as u64), rest).min(room);
            if read == 0 {
                break;
            }
            filled = filled.saturating_add(read);
        }
        into.get(..filled).unwrap_or_default()
    }
}
