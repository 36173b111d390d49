//! EBML, the notation under WebM (RFC 8794): elements with an id, a size and a body.

use siaga_engine::media::MediaType;

use crate::boxes::Bytes;
use crate::walk::{Span, Walk};

/// The header (RFC 8794 8.1) must name the document type `webm` (WebM Container Guidelines); Matroska is another.
pub(crate) fn sniff(head: &[u8]) -> Option<MediaType> {
    const HEADER: u64 = 0x1A45_DFA3;
    // RFC 8794 11.2.6.
    const DOC_TYPE: u64 = 0x4282;
    let mut head = Bytes(head);
    let (HEADER, bytes) = header(&mut head)? else { return None };
    let there = usize::try_from(bytes).ok().and_then(|bytes| head.0.get(..bytes));
    let mut elements = Bytes(there.unwrap_or(head.0));
    while !elements.0.is_empty() {
        let (id, bytes) = header(&mut elements)?;
        let value = elements.take(usize::try_from(bytes).ok()?)?;
        if id == DOC_TYPE {
            let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
            return (text == b"webm").then_some(MediaType::WebM);
        }
    }
    None
}

/// The next of these elements, its id and its body; they begin behind it then.
pub(crate) fn next(walk: &mut Walk<'_>, elements: &mut Span) -> Option<(u64, Span)> {
    walk.next(elements, header)
}

/// The body of the first element with an id.
pub(crate) fn find(walk: &mut Walk<'_>, mut elements: Span, wanted: u64) -> Option<Span> {
    while let Some((id, body)) = next(walk, &mut elements) {
        if id == wanted {
            return Some(body);
        }
    }
    None
}

/// What stands before an element's body (RFC 8794 6): its id, and how many bytes the body has. One whose size nobody knew goes on
/// to the end of those that it stands in.
fn header(bytes: &mut Bytes<'_>) -> Option<(u64, u64)> {
    Some((id(bytes)?, size(bytes)?))
}

/// An id: as many bytes as its leading zeros say, at most four (RFC 8794 5).
fn id(bytes: &mut Bytes<'_>) -> Option<u64> {
    let length = length(bytes)?;
    if length > 4 { None } else { bytes.number(length) }
}

/// A size: a number of one to eight bytes (RFC 8794 4), of which all ones stand for one that is not known (6.2).
fn size(bytes: &mut Bytes<'_>) -> Option<u64> {
    let length = length(bytes)?;
    let bits = 7_u32.checked_mul(u32::try_from(length).ok()?)?;
    let unknown = (1_u64 << bits).checked_sub(1)?;
    let size = bytes.number(length)? & unknown;
    Some(if size == unknown { u64::MAX } else { size })
}

fn length(bytes: &Bytes<'_>) -> Option<usize> {
    let zeros = bytes.0.first()?.leading_zeros();
    if zeros < 8 { usize::try_from(zeros).ok()?.checked_add(1) } else { None }
}
