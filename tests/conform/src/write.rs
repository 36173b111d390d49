//! One PUT, and how it differs from what a phone sends.

use std::time::Duration;

use siaga_vault::Digest;

use crate::client::Spoken;

/// The media type of an envelope.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.siaga.v1+json";

/// What stands in `Content-Digest`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stated {
    /// The digest of the body.
    Right,
    /// No such header.
    Nothing,
    /// This text.
    Text(String),
}

/// How the body goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sending {
    /// At once, with its length.
    Whole,
    /// In pieces, without a length.
    Pieces {
        /// How many at most.
        count: usize,
        /// Between any two.
        pause: Duration,
    },
    /// In one piece, and then neither more nor an end.
    Endless,
    /// Half of it, and then the connection or the stream breaks.
    Half,
}

/// One PUT.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    /// In the report: "a create", "an event with an unknown kind".
    pub(crate) what: &'static str,
    pub(crate) incident: String,
    pub(crate) event: String,
    pub(crate) path: String,
    pub(crate) body: Vec<u8>,
    /// What a receipt has to say about it.
    pub(crate) drill: bool,
    pub(crate) digest: Stated,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) attempt: u32,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) spoken: Spoken,
    pub(crate) sending: Sending,
}

impl Write {
    /// The create of an incident.
    pub(crate) fn create(what: &'static str, incident: &str, body: Vec<u8>, drill: bool) -> Write {
        Write {
            what,
            incident: incident.to_owned(),
            event: incident.to_owned(),
            path: format!("/v1/incidents/{incident}"),
            body,
            drill,
            digest: Stated::Right,
            content_type: Some(CONTENT_TYPE),
            attempt: 1,
            headers: Vec::new(),
            spoken: Spoken::Either,
            sending: Sending::Whole,
        }
    }

    /// A later event.
    pub(crate) fn event(what: &'static str, incident: &str, event: &str, body: Vec<u8>, drill: bool) -> Write {
        let path = format!("/v1/incidents/{incident}/events/{event}");
        Write { event: event.to_owned(), path, ..Write::create(what, incident, body, drill) }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Write {
        self.headers.push((name, value.into()));
        self
    }

    /// What a phone sends when it got no answer: all but the number of the attempt is the same.
    pub(crate) fn again(&self, what: &'static str) -> Write {
        Write { what, attempt: self.attempt.saturating_add(1), ..self.clone() }
    }

    pub(crate) fn sha256(&self) -> Digest {
        Digest::of(&self.body)
    }

    /// For the report.
    pub(crate) fn shown(&self) -> String {
        let digest = match &self.digest {
            Stated::Right => String::new(),
            Stated::Nothing => ", no Content-Digest".to_owned(),
            Stated::Text(text) => format!(", Content-Digest: {text}"),
        };
        let sending = match self.sending {
            Sending::Whole => "",
            Sending::Pieces { .. } => ", in pieces and without a length",
            Sending::Endless => ", and no end of the body",
            Sending::Half => ", of which half is sent before it breaks off",
        };
        format!("{}: PUT {} ({} bytes{digest}{sending})", self.what, self.path, self.body.len())
    }
}
