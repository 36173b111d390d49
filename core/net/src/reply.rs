//! Reads a reply, bounded in bytes and in time.

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use siaga_engine::wire::{Location, MAX_LOCATION_BYTES, MAX_REPLY_BYTES, Reply, UploadReply};

use crate::address::Origin;
use crate::bounds::Bounds;
use crate::classify::{Fault, fault};
use crate::retry_after::retry_after_ms;

/// The receipt; see `docs/PROTOCOL.md`.
const RECEIPT: &str = "siaga-receipt";

/// Reads the whole reply, or as much of the body as is kept.
///
/// A reply that carries a receipt is one even when its body breaks off: the receipt alone proves that the event is stored
/// (INV-3), and the body is then marked as cut off.
///
/// # Errors
///
/// The fault of a body that broke off or did not end in time.
pub(crate) async fn read(
    mut response: Response,
    origin: &Origin,
    clock_clamped: bool,
    bounds: &mut Bounds,
) -> Result<Reply, Fault> {
    let here = |location: &str| origin.path_of(location);
    let mut reply = head(response.status().as_u16(), response.headers(), here, clock_clamped);
    match read_body(&mut response, &mut reply, bounds).await {
        Ok(()) => Ok(reply),
        Err(_) if reply.receipt.is_some() => {
            reply.truncated = true;
            Ok(reply)
        }
        Err(fault) => Err(fault),
    }
}

/// Reads up to [`MAX_REPLY_BYTES`]. What is beyond is never fetched: dropping the response resets its HTTP/2 stream alone,
/// and closes an HTTP/1.1 connection.
async fn read_body(response: &mut Response, reply: &mut Reply, bounds: &mut Bounds) -> Result<(), Fault> {
    while let Some(chunk) = bounds.hold(response.chunk()).await?.map_err(|error| fault(&error))? {
        if take_in(reply, &chunk) {
            return Ok(());
        }
    }
    Ok(())
}

/// What status and headers say, before any of the body.
/// `here` makes a path of a location that is at the centre.
pub(crate) fn head(
    status: u16,
    headers: &HeaderMap,
    here: impl Fn(&str) -> Option<String>,
    clock_clamped: bool,
) -> Reply {
    Reply {
        status,
        receipt: receipt(headers),
        content_type: text(headers, &CONTENT_TYPE).map(media_type),
        retry_after_ms: text(headers, &RETRY_AFTER).and_then(|after| retry_after_ms(after, text(headers, &DATE))),
        body: Vec::new(),
        truncated: false,
        clock_clamped,
        upload: upload(headers, here),
    }
}

/// What a server of tus 1.0.0 says; anybody else's `Location` is a portal's.
fn upload(headers: &HeaderMap, here: impl Fn(&str) -> Option<String>) -> Option<UploadReply> {
    if text(headers, &HeaderName::from_static("tus-resumable")) != Some("1.0.0") {
        return None;
    }
    let is_number = |offset: &&str| !offset.is_empty() && offset.bytes().all(|byte| byte.is_ascii_digit());
    let offset = text(headers, &HeaderName::from_static("upload-offset")).filter(is_number);
    let location = headers.get(LOCATION).map(|location| {
        let path = location.to_str().ok().and_then(here).filter(|path| path.len() <= MAX_LOCATION_BYTES);
        path.map_or(Location::Elsewhere, Location::Here)
    });
    Some(UploadReply { offset: offset.and_then(|offset| offset.parse().ok()), location })
}

/// Takes in a piece of the body, as far as there is room; says whether something was cut off.
pub(crate) fn take_in(reply: &mut Reply, piece: &[u8]) -> bool {
    let room = MAX_REPLY_BYTES.saturating_sub(reply.body.len());
    let kept = piece.get(..room).filter(|_| piece.len() > room);
    reply.body.extend_from_slice(kept.unwrap_or(piece));
    reply.truncated |= kept.is_some();
    kept.is_some()
}

/// Headers that came as texts. A value that HTTP cannot carry counts as an empty one: it says nothing, and still stands
/// beside another of its name. White space around a value is not part of it (RFC 9110, section 5.5).
pub(crate) fn header_map<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in texts {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let value = value.trim_matches([' ', '\t']);
        let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""));
        // A map that is full has more headers than anybody sends; what is beyond says nothing.
        let _ = headers.try_append(name, value);
    }
    headers
}

/// The receipt, when there is exactly one, of printable ASCII. Of two, one would be somebody else's: neither counts.
fn receipt(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(RECEIPT).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let bytes = value.as_bytes();
    if bytes.is_empty() || !bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        return None;
    }
    String::from_utf8(bytes.to_vec()).ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The media type without its parameters (RFC 9110, section 8.3.1).
fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
