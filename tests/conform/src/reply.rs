//! One answer, read whole.

use reqwest::Version;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// The header that carries a receipt.
pub(crate) const RECEIPT: &str = "siaga-receipt";

/// What every problem of the protocol begins with.
pub(crate) const PROBLEMS: &str = "https://siaga.example/problems/";

/// Most bytes of an answer that are read; phones read no more.
pub(crate) const REPLY_LIMIT_BYTES: usize = 64 * 1024;

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether there was more than [`REPLY_LIMIT_BYTES`].
    pub(crate) is_cut: bool,
    /// The `Retry-After` of each 503 or 429 that came before it, or that it is itself: the server may have seen the bytes
    /// more than once.
    pub(crate) overloads: Vec<Option<String>>,
}

impl Reply {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn is_redirect(&self) -> bool {
        (300..400).contains(&self.status) && self.status != 304
    }

    /// All receipts in it, as far as they are text.
    pub(crate) fn receipts(&self) -> Vec<&str> {
        self.headers.get_all(RECEIPT).iter().map(|value| value.to_str().unwrap_or_default()).collect()
    }

    /// The receipt, when there is one.
    pub(crate) fn receipt(&self) -> Option<&str> {
        self.receipts().first().copied()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body, when it is a JSON object.
    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok().filter(Value::is_object)
    }

    /// The slug of a problem in the protocol's own words.
    pub(crate) fn problem(&self) -> Option<String> {
        let media_type = self.header("content-type")?.split(';').next()?.trim().to_ascii_lowercase();
        if media_type != "application/problem+json" {
            return None;
        }
        self.json()?.get("type")?.as_str()?.strip_prefix(PROBLEMS).map(str::to_owned)
    }

    /// For the report.
    pub(crate) fn shown(&self) -> String {
        let mut shown = self.status.to_string();
        match self.receipts().len() {
            0 if self.is_success() => shown.push_str(" without Siaga-Receipt"),
            0 => {}
            1 => shown.push_str(" with Siaga-Receipt"),
            count => shown.push_str(&format!(" with {count} Siaga-Receipt headers")),
        }
        if let Some(place) = self.header("location") {
            shown.push_str(&format!(" to {place}"));
        }
        match (self.problem(), self.header("content-type")) {
            (Some(slug), _) => shown.push_str(&format!(", problem `{slug}`")),
            (None, Some(kind)) if !self.body.is_empty() => {
                shown.push_str(&format!(", {} bytes of {kind}", self.body.len()))
            }
            (None, Some(_) | None) => {}
        }
        shown
    }
}
