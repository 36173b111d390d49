//! One request about a file, as phones speak tus, and how it differs from that.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, RequestBuilder};
use siaga_vault::Digest;

use crate::client::Spoken;
use crate::pace::End;
use crate::phone::{file_bytes, fresh_id};
use crate::reply::Reply;
use crate::rule::{Account, Verdict};
use crate::run::Run;
use crate::send::{in_pieces, pause, read};

/// Where files go.
pub(crate) const MEDIA: &str = "/v1/media";
/// The media type of every body that brings bytes of a file.
const PIECE: &str = "application/offset+octet-stream";
/// The most bytes of an upload's place.
const PLACE_LIMIT_BYTES: usize = 512;
/// How often a part is sent to a server that is still busy with the one that broke off.
const TRIES: usize = 20;
/// Between two of them.
const BETWEEN: Duration = Duration::from_millis(50);

/// A file that nobody ever took, and what a creation says of it.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) incident: String,
    pub(crate) id: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: String,
    pub(crate) length: usize,
    pub(crate) drill: bool,
}

impl File {
    /// A file of so many random bytes, as practice.
    pub(crate) fn new(incident: &str, length: usize) -> File {
        let bytes = file_bytes(length);
        let sha256 = Digest::of(&bytes).to_string();
        File { incident: incident.to_owned(), id: fresh_id(), bytes, sha256, length, drill: true }
    }

    fn metadata(&self) -> String {
        let mut pairs = vec![
            ("incident", self.incident.as_str()),
            ("file", &self.id),
            ("sha256", &self.sha256),
            ("name", "conformance.jpg"),
            ("type", "image/jpeg"),
        ];
        if self.drill {
            pairs.push(("drill", "true"));
        }
        let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).collect();
        pairs.join(",")
    }

    /// The bytes from here on.
    pub(crate) fn from(&self, offset: usize) -> &[u8] {
        self.bytes.get(offset..).unwrap_or_default()
    }
}

/// How the body goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Whole,
    /// And then, after this pause, the connection or the stream breaks.
    Cut(Duration),
    /// And then neither more nor an end.
    Endless,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Tus {
    /// In the report: "a creation", "a part at another offset".
    what: &'static str,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    way: Way,
}

impl Tus {
    fn new(what: &'static str, method: &'static str, path: &str) -> Tus {
        Tus { what, method, path: path.to_owned(), headers: Vec::new(), body: Vec::new(), way: Way::Whole }
    }

    /// OPTIONS, which needs nothing.
    pub(crate) fn offer() -> Tus {
        let bare = Tus::new("what is spoken", "OPTIONS", MEDIA);
        bare.with("tus-resumable", "").with("siaga-secret", "")
    }

    /// POST without a body.
    pub(crate) fn creation(what: &'static str, file: &File) -> Tus {
        let creation = Tus::new(what, "POST", MEDIA).with("upload-length", file.length.to_string());
        creation.with("upload-metadata", file.metadata())
    }

    /// HEAD.
    pub(crate) fn look(what: &'static str, place: &str) -> Tus {
        Tus::new(what, "HEAD", place)
    }

    /// PATCH.
    pub(crate) fn part(what: &'static str, place: &str, offset: usize, bytes: &[u8]) -> Tus {
        Tus::new(what, "PATCH", place).with("upload-offset", offset.to_string()).bringing(bytes)
    }

    /// With these bytes of the file.
    pub(crate) fn bringing(self, bytes: &[u8]) -> Tus {
        Tus { body: bytes.to_vec(), ..self.with("content-type", PIECE) }
    }

    /// With this header in place of what a phone says; an empty text leaves it out.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Tus {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// With the checksum of these bytes.
    pub(crate) fn with_checksum_of(self, bytes: &[u8]) -> Tus {
        self.with("upload-checksum", format!("sha256 {}", STANDARD.encode(Digest::of(bytes).0)))
    }

    /// With a body that breaks off so long after these bytes.
    pub(crate) fn cut(self, pause: Duration) -> Tus {
        Tus { way: Way::Cut(pause), ..self }
    }

    /// With a body that goes on for ever, and brings nothing.
    pub(crate) fn endless(self) -> Tus {
        Tus { way: Way::Endless, ..self }
    }

    /// For the report.
    pub(crate) fn shown(&self) -> String {
        let bytes = match (self.body.len(), self.way) {
            (0, Way::Whole | Way::Cut(_) | Way::Endless) => String::new(),
            (count, Way::Whole) => format!(" ({count} bytes)"),
            (count, Way::Cut(_)) => format!(" ({count} bytes before it breaks off)"),
            (count, Way::Endless) => format!(" ({count} bytes, and no end of the body)"),
        };
        format!("{}: {} {}{bytes}", self.what, self.method, self.path)
    }
}

impl Run {
    /// Sends a request; no answer breaks the rule that is judged.
    pub(crate) async fn tus(&mut self, tus: &Tus) -> Result<Reply, Verdict> {
        let reply = match self.sent(|| self.tus_request(tus)).await {
            Ok(reply) => reply,
            Err(why) => {
                let remedy = "answer every request in the time that a phone's first attempt has";
                return Account::new(tus.shown(), format!("no answer: {why}"), "an answer", remedy).fails();
            }
        };
        self.overloads.extend(reply.overloads.iter().cloned());
        // Whoever is in front of a busy server may answer for it.
        if self.without_tus.is_none() && reply.header("tus-resumable") != Some("1.0.0") && reply.status < 500 {
            self.without_tus = Some((tus.shown(), reply.shown()));
        }
        Ok(reply)
    }

    /// Sends a request whose body breaks off; whether anything was answered is nothing to go by.
    pub(crate) async fn tus_cut(&self, tus: &Tus) {
        let _ = read(self.tus_request(tus)).await;
    }

    /// Sends a part, again while the server is busy with an earlier one.
    pub(crate) async fn tus_when_free(&mut self, tus: &Tus) -> Result<Reply, Verdict> {
        let mut reply = self.tus(tus).await?;
        for _ in 1..TRIES {
            if reply.status != 423 {
                break;
            }
            pause(BETWEEN).await;
            reply = self.tus(tus).await?;
        }
        Ok(reply)
    }

    /// Asks how much is there, until something is.
    pub(crate) async fn tus_arrived(&mut self, look: &Tus) -> Result<Reply, Verdict> {
        let mut reply = self.tus(look).await?;
        for _ in 1..TRIES {
            if offset_of(&reply).is_some_and(|offset| offset > 0) || reply.status != 200 {
                break;
            }
            pause(BETWEEN).await;
            reply = self.tus(look).await?;
        }
        Ok(reply)
    }

    /// The request as the client takes it.
    pub(crate) fn tus_request(&self, tus: &Tus) -> RequestBuilder {
        // Each is a word in capitals.
        let method = Method::from_bytes(tus.method.as_bytes()).unwrap_or_default();
        let client = self.clients.get(Spoken::Either);
        let mut request = client.request(method, self.target.at(&tus.path)).timeout(self.target.timeout);
        for (name, value) in [("tus-resumable", "1.0.0".to_owned()), ("siaga-secret", self.phone.secret())] {
            if !tus.headers.iter().any(|(known, _)| *known == name) {
                request = request.header(name, value);
            }
        }
        for (name, value) in tus.headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, value);
        }
        match tus.way {
            Way::Whole if tus.body.is_empty() => request,
            Way::Whole => request.body(tus.body.clone()),
            Way::Cut(pause) => in_pieces(request, &tus.body, 1, pause, End::Break),
            Way::Endless => in_pieces(request, &tus.body, 1, BETWEEN, End::Never),
        }
    }

    /// The path of an upload that is at the host that was asked, as phones take it.
    pub(crate) fn place_of(&self, reply: &Reply) -> Result<String, String> {
        let Some(location) = reply.header("location") else { return Err("no Location".to_owned()) };
        let asked = self.target.url.join(MEDIA).and_then(|asked| asked.join(location));
        let Ok(url) = asked else { return Err(format!("Location {location}, which is no address")) };
        if url.host_str() != self.target.url.host_str() || !matches!(url.scheme(), "http" | "https") {
            return Err(format!("Location {location}, which is at another host"));
        }
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        if path.len() > PLACE_LIMIT_BYTES {
            return Err(format!("a Location of {} bytes", path.len()));
        }
        Ok(path)
    }
}

/// What counts, as the answer says.
pub(crate) fn offset_of(reply: &Reply) -> Option<usize> {
    let text = reply.header("upload-offset")?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
