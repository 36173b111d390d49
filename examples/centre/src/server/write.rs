//! The two PUTs.

use axum::body::{Body, HttpBody as _};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::problem::Problem;
use super::{Api, on_desk};
use crate::accept::{Arrival, BODY_LIMIT_BYTES, Refusal};
use crate::store::Answer;

/// The signed receipt.
const RECEIPT: HeaderName = HeaderName::from_static("siaga-receipt");

/// `PUT /v1/incidents/{incident}`.
pub(super) async fn create(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path(incident) = path.map_err(|_| Problem::BadId)?;
    put(&api, incident.clone(), incident, request).await
}

/// `PUT /v1/incidents/{incident}/events/{event}`.
pub(super) async fn event(
    State(api): State<Api>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, Problem> {
    let Path((incident, event)) = path.map_err(|_| Problem::BadId)?;
    put(&api, incident, event, request).await
}

async fn put(api: &Api, incident: String, event: String, request: Request) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let body = whole(body).await?;
    let content_digest = text(&head.headers, "content-digest");
    let secret = text(&head.headers, "siaga-secret");
    let sent_at_ms = text(&head.headers, "siaga-sent-at").and_then(|sent| sent.parse().ok());
    let answer = on_desk(&api.desk, move |desk| {
        desk.accept(&Arrival {
            incident: &incident,
            event: &event,
            content_digest: content_digest.as_deref(),
            secret: secret.as_deref(),
            sent_at_ms,
            body: &body,
        })
    });
    match answer.await? {
        Answer::Stored { receipt } => receipted(StatusCode::CREATED, &receipt),
        Answer::Repeated { receipt } => receipted(StatusCode::OK, &receipt),
        Answer::Conflict => Err(Problem::OtherBytes),
        Answer::Refused(Refusal::TooLarge) => Err(Problem::TooLarge),
        Answer::Refused(Refusal::BadId) => Err(Problem::BadId),
        Answer::Refused(Refusal::DigestMismatch) => Err(Problem::DigestMismatch),
    }
}

pub(super) fn receipted(status: StatusCode, receipt: &str) -> Result<Response, Problem> {
    // A compact JWS is always a value; one that is none was not written by this centre.
    let mut receipt = HeaderValue::from_str(receipt).map_err(|_| Problem::Overloaded)?;
    // It says something once. In HPACK's table it would push out what every answer says (RFC 7541, section 7.1.3).
    receipt.set_sensitive(true);
    Ok((status, [(RECEIPT, receipt)]).into_response())
}

/// The whole body. A stated length beyond the limit is refused before a byte of it is read.
async fn whole(body: Body) -> Result<Vec<u8>, Problem> {
    let limit = u64::try_from(BODY_LIMIT_BYTES).unwrap_or(u64::MAX);
    if body.size_hint().lower() > limit {
        return Err(Problem::TooLarge);
    }
    match Limited::new(body, BODY_LIMIT_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes().into()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::TooLarge),
        // The connection broke in the middle of the body; whoever still listens may try again.
        Err(_) => Err(Problem::Overloaded),
    }
}

/// A header's value; one that is no text counts as absent.
pub(super) fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_stays_out_of_hpacks_table() {
        let Ok(answer) = receipted(StatusCode::CREATED, "a.b.c") else { panic!("a receipt") };
        assert!(answer.headers().get(RECEIPT).is_some_and(HeaderValue::is_sensitive));
    }
}
