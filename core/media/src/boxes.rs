//! Boxes of the ISO base media file format (ISO/IEC 14496-12 4.2): a size, a type, a body.

/// A reader of big-endian numbers that gives nothing when they are not all there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'head>(pub(crate) &'head [u8]);

impl<'head> Bytes<'head> {
    pub(crate) fn take(&mut self, count: usize) -> Option<&'head [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of so many bytes, at most eight; 0 for none.
    pub(crate) fn number(&mut self, bytes: usize) -> Option<u64> {
        if bytes > 8 {
            return None;
        }
        Some(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    pub(crate) fn small(&mut self, bytes: usize) -> Option<usize> {
        self.number(bytes).and_then(|number| usize::try_from(number).ok())
    }

    /// What stands before a box's body: its type, and how many bytes the body has.
    pub(crate) fn header(&mut self) -> Option<(&'head [u8], u64)> {
        let size = self.number(4)?;
        let kind = self.take(4)?;
        let body = match size {
            // Up to the end of the file.
            0 => u64::MAX,
            1 => self.number(8)?.checked_sub(16)?,
            size => size.checked_sub(8)?,
        };
        Some((kind, body))
    }

    /// The next box: its type, and as much of its body as is there.
    pub(crate) fn next_box(&mut self) -> Option<(&'head [u8], Bytes<'head>)> {
        let (kind, body) = self.header()?;
        let there = usize::try_from(body).unwrap_or(usize::MAX).min(self.0.len());
        self.take(there).map(|body| (kind, Bytes(body)))
    }
}
