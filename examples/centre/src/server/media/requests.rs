//! The four requests about an upload.

use axum::body::{Body, HttpBody as _};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use siaga_vault::Digest;

use super::super::write::text;
use super::answer::{self, Stop};
use super::receive::{discard, receive};
use super::{Api, on_desk, spoken};
use crate::media::desk::Begun;
use crate::media::{Checksum, Creation, MediaRefusal, Patch, Session, UploadId, brings_bytes};
use crate::store::{Created, UploadRow};

/// An upload's name in a path.
type Named = Result<Path<String>, PathRejection>;

/// `POST /v1/media`, with the beginning of the file in its body or without.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Result<Response, Stop> {
    let (head, mut body) = request.into_parts();
    let made = make(&api, &head.headers, Stated::of(&body)).await;
    let (row, status, beginning) = match made {
        Ok(made) => made,
        Err(stop) => {
            discard(&mut body, &head.headers).await;
            return Err(stop);
        }
    };
    let Some(session) = beginning else {
        discard(&mut body, &head.headers).await;
        return Ok(answer::located(answer::standing(status, &row), &row));
    };
    let outcome = receive(&api, session, body).await?;
    Ok(answer::located(answer::ended(status, outcome, row.known.bytes)?, &row))
}

/// What is known of a body before it is read.
#[derive(Clone, Copy)]
struct Stated {
    is_empty: bool,
    /// Its size, where `Content-Length` states it.
    bytes: Option<u64>,
}

impl Stated {
    fn of(body: &Body) -> Stated {
        Stated { is_empty: body.is_end_stream(), bytes: body.size_hint().exact() }
    }
}

/// Makes or finds the upload, and begins with the body if it is one and nothing is there yet.
async fn make(api: &Api, headers: &HeaderMap, body: Stated) -> Result<(UploadRow, StatusCode, Option<Session>), Stop> {
    let presented = spoken(headers)?;
    let metadata = text(headers, "upload-metadata").unwrap_or_default();
    let is_deferred = headers.contains_key("upload-defer-length");
    let creation = Creation::read(text(headers, "upload-length").as_deref(), is_deferred, Some(&metadata))?;
    let has_beginning = !body.is_empty && text(headers, "content-type").is_some_and(|text| brings_bytes(&text));
    let checksum = text(headers, "upload-checksum").filter(|_| has_beginning);
    let checksum = checksum.map(|text| Checksum::read(&text)).transpose()?;
    let beginning = has_beginning.then_some(Patch { offset: 0, checksum, bytes: body.bytes });
    let beginning_bytes = beginning.as_ref().and_then(|patch| patch.bytes);
    let created = Created { creation, metadata, beginning_bytes, presented };
    let (row, is_new) = on_desk(&api.desk, move |desk| desk.create_upload(&created)).await??;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let Some(patch) = beginning.filter(|_| row.received == 0 && row.known.receipt.is_none()) else {
        return Ok((row, status, None));
    };
    match begin(api, row.upload.clone(), patch, presented).await {
        Ok(Begun::Take(session)) => Ok((row, status, Some(*session))),
        // Somebody else brings it: the answer says how far that is.
        Ok(Begun::Finished { .. }) | Err(Stop::Refused(MediaRefusal::Locked | MediaRefusal::OtherOffset)) => {
            Ok((row, status, None))
        }
        Err(stop) => Err(stop),
    }
}

/// `PATCH /v1/media/{upload}`.
pub(super) async fn patch(State(api): State<Api>, path: Named, request: Request) -> Result<Response, Stop> {
    let (head, mut body) = request.into_parts();
    let begun = match read_patch(path, &head.headers, &body) {
        Ok((upload, patch, presented)) => begin(&api, upload, patch, presented).await,
        Err(refusal) => Err(refusal.into()),
    };
    let session = match begun {
        Ok(Begun::Take(session)) => *session,
        Ok(Begun::Finished { receipt, bytes }) => {
            let outcome = crate::media::Outcome::Confirmed { receipt };
            return answer::ended(StatusCode::NO_CONTENT, outcome, bytes);
        }
        Err(stop) => {
            discard(&mut body, &head.headers).await;
            return Err(stop);
        }
    };
    let bytes = session.upload().bytes;
    let outcome = receive(&api, session, body).await?;
    answer::ended(StatusCode::NO_CONTENT, outcome, bytes)
}

fn read_patch(
    path: Named,
    headers: &HeaderMap,
    body: &Body,
) -> Result<(UploadId, Patch, Option<Digest>), MediaRefusal> {
    let presented = spoken(headers)?;
    let upload = named(path)?;
    let patch = Patch::read(
        text(headers, "content-type").as_deref(),
        text(headers, "upload-offset").as_deref(),
        text(headers, "upload-checksum").as_deref(),
        body.size_hint().exact(),
    )?;
    Ok((upload, patch, presented))
}

async fn begin(api: &Api, upload: UploadId, patch: Patch, presented: Option<Digest>) -> Result<Begun, Stop> {
    Ok(on_desk(&api.desk, move |desk| desk.begin(&upload, &patch, presented.as_ref())).await??)
}

/// `HEAD /v1/media/{upload}`.
pub(super) async fn standing(State(api): State<Api>, path: Named, headers: HeaderMap) -> Result<Response, Stop> {
    let presented = spoken(&headers)?;
    let upload = named(path)?;
    match on_desk(&api.desk, move |desk| desk.standing(&upload, presented.as_ref())).await? {
        Ok(row) => Ok(answer::described(answer::standing(StatusCode::OK, &row), &row)),
        // It was judged just now, and is gone.
        Err(MediaRefusal::WholeDiffers) => Err(MediaRefusal::NotFound.into()),
        Err(refusal) => Err(refusal.into()),
    }
}

/// `DELETE /v1/media/{upload}`.
pub(super) async fn delete(State(api): State<Api>, path: Named, headers: HeaderMap) -> Result<Response, Stop> {
    let presented = spoken(&headers)?;
    let upload = named(path)?;
    on_desk(&api.desk, move |desk| desk.delete_upload(&upload, presented.as_ref())).await??;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A name that this centre never gave stands for nothing.
fn named(path: Named) -> Result<UploadId, MediaRefusal> {
    let Path(text) = path.map_err(|_| MediaRefusal::NotFound)?;
    UploadId::parse(&text).ok_or(MediaRefusal::NotFound)
}
