//! The files of an incident on the page, and their bytes.
//!
//! Everything of a citizen is hostile: a file is only ever saved, never shown, and a preview is shown only as the kind of
//! picture that its bytes begin as.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{Stream, unfold};

use super::{Page, said, words};
use crate::accept::is_id;
use crate::desk::Desk;
use crate::envelope::Envelope;
use crate::flag::is_proven;
use crate::media::picture::Picture;
use crate::media::{FileState, FileSummary, UploadId, name};
use crate::store::UploadRow;

/// Bytes of a file that are read at once.
const BLOCK_BYTES: usize = 256 * 1024;
/// No script, no plug-in, no origin, no requests: for bytes that a browser shows in spite of all other headers.
pub(super) const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// A file in a card.
pub(super) struct FileView {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) size: String,
    pub(super) state: String,
    pub(super) is_confirmed: bool,
    /// The event whose picture is shown.
    pub(super) preview: Option<String>,
    /// The upload that can be saved.
    pub(super) upload: Option<String>,
}

impl FileView {
    pub(super) fn of(file: &FileSummary) -> FileView {
        let stated = match &file.state {
            FileState::Missing => None,
            FileState::Arriving { received } => Some(format!("arriving {} %", percent(*received, file.bytes))),
            FileState::Confirmed { .. } => Some("confirmed".to_owned()),
        };
        let state = match (file.is_announced, stated) {
            _ if file.is_withdrawn && !file.is_confirmed() => "taken back by the citizen".to_owned(),
            (true, None) => "announced".to_owned(),
            (true, Some(stated)) => stated,
            (false, None) => "not announced".to_owned(),
            (false, Some(stated)) => format!("{stated}, not announced"),
        };
        FileView {
            name: file.name.clone(),
            kind: file.media_type.clone().unwrap_or_else(|| "type unknown".to_owned()),
            size: file.bytes.map_or("size unknown".to_owned(), words::size),
            state,
            is_confirmed: file.is_confirmed(),
            // An event's id comes from a checked path; this keeps the page's addresses whole even so.
            preview: file.preview.clone().filter(|event| is_id(event)),
            upload: file.upload.clone().filter(|_| file.is_confirmed()),
        }
    }
}

/// A hundred only when all of it is there, and that is called confirmed.
fn percent(received: u64, bytes: Option<u64>) -> u64 {
    let hundredths = received.saturating_mul(100).checked_div(bytes.unwrap_or_default()).unwrap_or_default();
    hundredths.min(99)
}

/// `GET /incidents/{incident}/files/{upload}`: the bytes of a confirmed file, to be saved.
pub(super) async fn file(State(page): State<Page>, Path((incident, upload)): Path<(String, String)>) -> Response {
    let desk = page.desk.clone();
    let found = tokio::task::spawn_blocking(move || confirmed(&desk, &incident, &upload)).await;
    let Ok(Some(row)) = found else {
        return said(StatusCode::NOT_FOUND, "There is no such file.");
    };
    let disposition = HeaderValue::from_str(&name::disposition(&row.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CONTENT_LENGTH, HeaderValue::from(row.known.bytes)),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
    ];
    (headers, Body::from_stream(blocks(page.desk, row))).into_response()
}

fn confirmed(desk: &Desk, incident: &str, upload: &str) -> Option<UploadRow> {
    let row = desk.store().upload(&UploadId::parse(upload)?).ok()??;
    (row.known.incident == incident && row.known.receipt.is_some()).then_some(row)
}

/// The file's bytes, block by block: a stream that fails breaks the answer off, and the browser says so.
fn blocks(desk: Arc<Desk>, row: UploadRow) -> impl Stream<Item = std::io::Result<Bytes>> {
    unfold(Some((desk, row.upload, 0)), |reading: Option<(Arc<Desk>, UploadId, u64)>| async move {
        let (desk, upload, offset) = reading?;
        let read = tokio::task::spawn_blocking(move || {
            let mut block = vec![0; BLOCK_BYTES];
            let read = desk.media().storage().read(&upload, offset, &mut block);
            read.map(|bytes| {
                block.truncate(bytes);
                (block, desk, upload)
            })
        });
        match read.await.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
            Ok((block, ..)) if block.is_empty() => None,
            Ok((block, desk, upload)) => {
                let next = offset.saturating_add(u64::try_from(block.len()).unwrap_or(u64::MAX));
                Some((Ok(Bytes::from(block)), Some((desk, upload, next))))
            }
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// `GET /incidents/{incident}/previews/{event}`: a small picture.
pub(super) async fn preview(State(page): State<Page>, Path((incident, event)): Path<(String, String)>) -> Response {
    let found = tokio::task::spawn_blocking(move || picture(&page.desk, &incident, &event)).await;
    let Ok(Some(Picture { media_type, bytes })) = found else {
        return said(StatusCode::NOT_FOUND, "There is no such picture.");
    };
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_SECURITY_POLICY, SANDBOX)];
    (headers, bytes).into_response()
}

fn picture(desk: &Desk, incident: &str, event: &str) -> Option<Picture> {
    let record = desk.record(incident).ok()?;
    let row = record.events.iter().find(|row| row.event == event).filter(|row| is_proven(&row.flags))?;
    let envelope = Envelope::read(&row.bytes).filter(|envelope| envelope.kind.as_deref() == Some("preview"))?;
    Picture::read(&envelope.body?)
}
