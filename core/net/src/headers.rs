//! The headers of a request: the engine's, then what the host app's credentials may add.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use siaga_vault::Digest;

/// Says that the certificate's validity was judged with a clamped time, for the centre's record (INV-8).
pub(crate) const CLOCK: HeaderName = HeaderName::from_static("siaga-clock");

/// The one value of [`CLOCK`].
pub(crate) const CLAMPED: HeaderValue = HeaderValue::from_static("clamped");

/// The most headers that credentials may add: a token, a signature with its parameters (RFC 9421), an API key, and room.
const MAX_ADDED: usize = 16;

/// The most bytes of names and values that credentials may add: servers commonly refuse more than 8 KiB (nginx's and
/// Apache's defaults), and a refusal would hit every request.
const MAX_ADDED_BYTES: usize = 8 * 1024;

/// Names that credentials may not use: they frame the message, choose its receiver, or change what the reply means.
const RESERVED: &[&str] = &[
    "accept",
    "accept-encoding",
    "connection",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Headers of the engine that say the same in nearly every request, and nothing about anybody: HPACK may keep these in its
/// table, and says them in one byte from then on. Any other would only push them out of it (RFC 7541, section 7.1.3).
const REPEATED: &[&str] = &["content-type", "siaga-attempt"];

/// Beginnings of names that credentials may not use. `content-digest` is what the receipt is compared with.
const RESERVED_PREFIXES: &[&str] = &["content-", "siaga-", "if-", "proxy-"];

/// The headers that the engine asks for. One that HTTP cannot carry is left out: a write without it is still better than
/// no write (INV-2), and the centre says what it misses.
pub(crate) fn engine_headers(asked: &[(String, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in asked {
        // Only the transport knows how validity was judged.
        if let Some((name, mut value)) = parse(name, value)
            && name != CLOCK
        {
            value.set_sensitive(!REPEATED.contains(&name.as_str()));
            headers.insert(name, value);
        }
    }
    headers
}

/// Adds the hash of the body's bytes (tus 1.0.0, "Checksum").
pub(crate) fn add_checksum(headers: &mut HeaderMap, sha256: &Digest) {
    if let Some((name, value)) = parse("upload-checksum", &sha256.upload_checksum()) {
        headers.insert(name, value);
    }
}

/// Adds what the credentials give, as far as they may.
pub(crate) fn add_credentials(headers: &mut HeaderMap, given: &[(String, String)]) {
    let mut bytes = 0_usize;
    let mut added = 0_usize;
    for (name, value) in given {
        let Some((name, value)) = parse(name, value) else { continue };
        if is_reserved(&name) || headers.contains_key(&name) {
            continue;
        }
        bytes = bytes.saturating_add(name.as_str().len()).saturating_add(value.len());
        if bytes > MAX_ADDED_BYTES || added == MAX_ADDED {
            return;
        }
        added += 1;
        headers.insert(name, value);
    }
}

fn is_reserved(name: &HeaderName) -> bool {
    let name = name.as_str();
    RESERVED.contains(&name) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn parse(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
    let mut value = HeaderValue::from_str(value).ok()?;
    // Secrets, most of them: hidden in debug texts, and kept out of HPACK's tables (RFC 7541, section 7.1.3).
    value.set_sensitive(true);
    Some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn credentials_add_but_never_replace_or_frame() {
        let mut headers = engine_headers(&pairs(&[("content-type", "a/b"), ("x-engine", "1")]));
        add_credentials(
            &mut headers,
            &pairs(&[
                ("Authorization", "Bearer t"),
                ("X-Engine", "2"),
                ("Content-Type", "c/d"),
                ("Content-Digest", "x"),
                ("Content-Length", "0"),
                ("Host", "other.example"),
                ("Transfer-Encoding", "chunked"),
                ("Siaga-Clock", "clamped"),
                ("Proxy-Authorization", "x"),
                ("If-None-Match", "*"),
                ("bad name", "x"),
                ("x-split", "a\r\nhost: other.example"),
            ]),
        );
        let names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "x-engine", "authorization"]);
        assert_eq!(headers["x-engine"], "1");
        assert_eq!(headers["content-type"], "a/b");
    }

    #[test]
    fn credentials_are_bounded_in_number_and_bytes() {
        let many: Vec<_> = (0..40).map(|n| (format!("x-{n}"), "v".to_owned())).collect();
        let mut headers = HeaderMap::new();
        add_credentials(&mut headers, &many);
        assert_eq!(headers.len(), MAX_ADDED);

        let long = pairs(&[("x-short", "v")]).into_iter().chain([("x-long".to_owned(), "v".repeat(MAX_ADDED_BYTES))]);
        let mut headers = HeaderMap::new();
        add_credentials(&mut headers, &long.collect::<Vec<_>>());
        assert_eq!(headers.len(), 1);
    }

    #[test]
    fn the_engine_does_not_say_how_validity_was_judged() {
        assert!(engine_headers(&pairs(&[("siaga-clock", "clamped")])).is_empty());
    }

    #[test]
    fn only_what_every_request_repeats_may_be_kept_in_hpacks_table() {
        let asked = ["content-type", "content-digest", "siaga-secret", "siaga-sent-at", "siaga-attempt"]
            .map(|name| (name, "1"));
        let headers = engine_headers(&pairs(&asked));
        let kept: Vec<&str> =
            headers.iter().filter(|(_, value)| !value.is_sensitive()).map(|(name, _)| name.as_str()).collect();
        assert_eq!(kept, ["content-type", "siaga-attempt"]);

        let mut headers = HeaderMap::new();
        add_credentials(&mut headers, &pairs(&[("authorization", "Bearer t")]));
        assert!(headers["authorization"].is_sensitive(), "INV-12");
    }

    #[test]
    fn a_value_is_hidden_in_debug_texts() {
        let headers = engine_headers(&pairs(&[("siaga-secret", "hidden-value")]));
        assert!(!format!("{headers:?}").contains("hidden-value"), "INV-12");
    }
}
