//! A walk through a whole file, of which a few bytes are read where something begins.

use crate::boxes::Bytes;

/// Reads a file from an offset on and gives how many bytes there were: 0 behind its end, and fewer than asked for at any time.
pub type ReadAt<'file> = dyn FnMut(u64, &mut [u8]) -> usize + 'file;

/// How often a file is looked at. A phone's film of two tracks needs some forty looks, a photo ten, a screenshot in small pieces
/// hundreds; and a file can have millions of boxes.
const MOST_LOOKS: u32 = 4_000;

/// What is read of the body of a box that holds one thing.
pub(crate) const BODY_BYTES: usize = 512;

/// A part of the file.
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

    /// So many bytes at its start.
    pub(crate) fn first(self, bytes: u64) -> Self {
        Self { end: self.at.saturating_add(bytes).min(self.end), ..self }
    }
}

pub(crate) struct Walk<'file> {
    read: &'file mut ReadAt<'file>,
    left: u32,
}

impl<'file> Walk<'file> {
    pub(crate) fn new(read: &'file mut ReadAt<'file>) -> Self {
        Self { read, left: MOST_LOOKS }
    }

    /// The first bytes of a part, as many as there are and have room here; none when the file was looked at too often.
    pub(crate) fn look<'into>(&mut self, part: Span, into: &'into mut [u8]) -> Bytes<'into> {
        let there = usize::try_from(part.end.saturating_sub(part.at)).unwrap_or(usize::MAX).min(into.len());
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..there).filter(|rest| !rest.is_empty() && self.left > 0) {
            self.left = self.left.saturating_sub(1);
            let room = rest.len();
            let read = (self.read)(part.at.saturating_add(filled as u64), rest).min(room);
            if read == 0 {
                break;
            }
            filled = filled.saturating_add(read);
        }
        Bytes(into.get(..filled).unwrap_or_default())
    }

    /// A part, at most so many bytes of it.
    pub(crate) fn part(&mut self, part: Span, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(part.end.saturating_sub(part.at)).unwrap_or(most).min(most)];
        let there = self.look(part, &mut bytes).0.len();
        bytes.truncate(there);
        bytes
    }

    /// The next of these parts, what it is and its body; they begin behind it then. `header` reads what stands before a body, at
    /// most 16 bytes: what it is, and how many bytes the body has.
    pub(crate) fn next<Kind>(
        &mut self,
        parts: &mut Span,
        header: impl FnOnce(&mut Bytes<'_>) -> Option<(Kind, u64)>,
    ) -> Option<(Kind, Span)> {
        let mut room = [0; 16];
        let mut bytes = self.look(*parts, &mut room);
        let before = bytes.0.len();
        let (kind, size) = header(&mut bytes)?;
        let body = parts.skip(before.saturating_sub(bytes.0.len()) as u64).first(size);
        parts.at = body.end;
        Some((kind, body))
    }

    /// The next of these boxes (ISO/IEC 14496-12 4.2), its type and its body; they begin behind it then.
    pub(crate) fn next_box(&mut self, boxes: &mut Span) -> Option<([u8; 4], Span)> {
        self.next(boxes, |bytes| {
            let (kind, size) = bytes.header()?;
            Some((*kind.first_chunk()?, size))
        })
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
}
