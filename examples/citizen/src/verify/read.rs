//! Reading an export: JSON lines, as a centre hands them out. Whoever made the file may be anybody.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use siaga_vault::Digest;

use crate::fault::Fault;

/// The version of the notation that is read.
const VERSION: u32 = 1;
/// Longest line: an event of 32 KiB in base64, a receipt of 4 KiB, and room for ids.
const LINE_LIMIT_BYTES: u64 = 64 * 1024;
/// Most lines: a day of fixes is some 400 events, and a whole city's day still fits.
const LINES_LIMIT: usize = 100_000;
/// Longest export: as much as a small machine holds in memory without noticing.
const EXPORT_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// One line of an export, with its number from 1.
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) says: Says,
}

/// What a line says.
pub(crate) enum Says {
    Head(Head),
    Event(Event),
    File(Signed),
}

/// Whose export follows.
#[derive(Deserialize)]
pub(crate) struct Head {
    evidence: u32,
    pub(crate) centre: String,
    pub(crate) keys: String,
}

/// An event with its exact bytes.
#[derive(Deserialize)]
pub(crate) struct Event {
    pub(crate) incident: String,
    pub(crate) event: String,
    #[serde(deserialize_with = "base64")]
    pub(crate) bytes: Vec<u8>,
    pub(crate) receipt: String,
}

/// A whole file; its bytes are elsewhere.
#[derive(Deserialize)]
pub(crate) struct Signed {
    pub(crate) incident: String,
    pub(crate) file: String,
    pub(crate) sha256: Digest,
    #[serde(default)]
    pub(crate) drill: bool,
    pub(crate) receipt: String,
}

/// Reads all lines of an export; empty ones are skipped. Several exports in one file are read one after the other.
pub(crate) fn read(path: &Path) -> Result<Vec<Line>, Fault> {
    let fault = |line, why: String| Fault::Export { file: path.to_owned(), line, why };
    let opened = File::open(path).map_err(|error| fault(None, error.to_string()))?;
    let mut reader = BufReader::new(opened.take(EXPORT_LIMIT_BYTES));
    let mut lines: Vec<Line> = Vec::new();
    for number in 1.. {
        let mut text = Vec::new();
        let read = reader.by_ref().take(LINE_LIMIT_BYTES).read_until(b'\n', &mut text);
        let bytes = read.map_err(|error| fault(Some(number), error.to_string()))?;
        if bytes == 0 && reader.get_ref().limit() == 0 {
            return Err(fault(Some(number), format!("an export has less than {EXPORT_LIMIT_BYTES} bytes")));
        }
        if bytes == 0 {
            break;
        }
        if number > LINES_LIMIT {
            return Err(fault(Some(number), format!("more than {LINES_LIMIT} lines")));
        }
        if bytes as u64 == LINE_LIMIT_BYTES {
            return Err(fault(Some(number), format!("a line has less than {LINE_LIMIT_BYTES} bytes")));
        }
        if text.trim_ascii().is_empty() {
            continue;
        }
        let says = line(&text).map_err(|why| fault(Some(number), why))?;
        if lines.is_empty() && !matches!(says, Says::Head(_)) {
            return Err(fault(Some(number), "the first line has to name the centre and its keys".to_owned()));
        }
        lines.push(Line { number, says });
    }
    if lines.is_empty() { Err(fault(None, "it is empty".to_owned())) } else { Ok(lines) }
}

fn line(text: &[u8]) -> Result<Says, String> {
    #[derive(Deserialize)]
    struct Kind {
        evidence: Option<serde_json::Value>,
        event: Option<serde_json::Value>,
        file: Option<serde_json::Value>,
    }
    // The reader's own words may quote a citizen's; which line it is says enough.
    let wrong = |what: &str| format!("{what} of an export has other fields than this (see docs/PROTOCOL.md, Evidence)");
    let kind: Kind = serde_json::from_slice(text).map_err(|_| "no JSON object".to_owned())?;
    match kind {
        Kind { evidence: Some(_), .. } => {
            let head: Head = serde_json::from_slice(text).map_err(|_| wrong("the first line"))?;
            if head.evidence != VERSION {
                return Err(format!("an export of version {}, this program reads {VERSION}: update it", head.evidence));
            }
            Ok(Says::Head(head))
        }
        Kind { event: Some(_), .. } => serde_json::from_slice(text).map(Says::Event).map_err(|_| wrong("an event")),
        Kind { file: Some(_), .. } => serde_json::from_slice(text).map(Says::File).map_err(|_| wrong("a file")),
        Kind { evidence: None, event: None, file: None } => Err("neither an event nor a file".to_owned()),
    }
}

fn base64<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD.decode(text).map_err(|_| serde::de::Error::custom("no base64"))
}
