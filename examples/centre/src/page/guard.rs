//! Keeping other web sites away from the page.
//!
//! A page on the loopback interface is in reach of every site that the dispatcher's browser has open. So the `Host` must be
//! a loopback name (against DNS rebinding), and a form must come from the page itself (against forged requests).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Own files and pictures and nothing else; no inline script or style, so that hostile text cannot become one.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
);

/// Lets only the page's own requests through, and gives every answer the headers that fence it in.
pub(super) async fn guarded(request: Request, next: Next) -> Response {
    let authority = request.uri().authority().map(ToString::to_string);
    let is_ours = is_own_request(request.method(), authority.as_deref(), request.headers());
    let mut response = if is_ours {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "Only the page itself may ask for this.").into_response()
    };
    let headers = response.headers_mut();
    // What citizens sent has a stricter one of its own.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(POLICY);
    // Else any site that is open in the browser could put a citizen's picture into its own page.
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Not `no-referrer`: with it browsers send `Origin: null` with the page's own forms.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn is_own_request(method: &Method, authority: Option<&str>, headers: &HeaderMap) -> bool {
    // HTTP/2 has the authority in the request's target, HTTP/1.1 in the header.
    let Some(host) = authority.or_else(|| value(headers, "host")) else { return false };
    if !is_loopback(host) {
        return false;
    }
    if *method == Method::GET || *method == Method::HEAD {
        return true;
    }
    match value(headers, "origin") {
        Some(origin) => origin.strip_prefix("http://") == Some(host),
        // Every browser of today sends `Origin` with a form; a command-line client sends neither.
        None => matches!(value(headers, "sec-fetch-site"), None | Some("same-origin")),
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|loopback| name.eq_ignore_ascii_case(loopback))
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
