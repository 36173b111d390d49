//! EBML, the notation under WebM.

use siaga_engine::media::MediaType;

use crate::boxes::Bytes;

/// The header (RFC 8794 8.1) must name the document type `webm` (WebM Container Guidelines); Matroska is another.
pub(crate) fn sniff(head: &[u8]) -> Option<MediaType> {
    let mut head = Bytes(head);
    if head.take(4)? != [0x1A, 0x45, 0xDF, 0xA3] {
        return None;
    }
    let bytes = size(&mut head)?;
    let mut header = Bytes(head.0.get(..bytes).unwrap_or(head.0));
    while !header.0.is_empty() {
        let id = id(&mut header)?;
        let bytes = size(&mut header)?;
        let value = header.take(bytes)?;
        // DocType (RFC 8794 11.2.6).
        if id == [0x42, 0x82] {
            let text = value.split(|byte| *byte == 0).next().unwrap_or_default();
            return (text == b"webm").then_some(MediaType::WebM);
        }
    }
    None
}

/// An element's name: as many bytes as its leading zeros say, at most four (RFC 8794 5).
fn id<'head>(bytes: &mut Bytes<'head>) -> Option<&'head [u8]> {
    let length = length(bytes)?;
    if length > 4 { None } else { bytes.take(length) }
}

/// A size: a number of one to eight bytes (RFC 8794 4).
fn size(bytes: &mut Bytes<'_>) -> Option<usize> {
    let length = length(bytes)?;
    let number = bytes.number(length)?;
    let bits = 7_u32.checked_mul(u32::try_from(length).ok()?)?;
    usize::try_from(number & (1_u64 << bits).checked_sub(1)?).ok()
}

fn length(bytes: &Bytes<'_>) -> Option<usize> {
    let zeros = bytes.0.first()?.leading_zeros();
    if zeros < 8 { usize::try_from(zeros).ok()?.checked_add(1) } else { None }
}
