//! The timeline of one step, and the health.

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, Response};
use axum::response::IntoResponse as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use siaga_vault::Digest;

use super::{CENTRE, Desk, Flaw};

impl Desk {
    pub(super) fn health(&self) -> Response<Body> {
        let mut health = json!({
            "status": "ok", "time": self.next_at(), "versions": [1], "key_ids": [self.keys.online.key_id()], "centre": CENTRE
        });
        if self.flaw == Flaw::HealthWithoutVersions {
            health["versions"] = json!([]);
        }
        Json(health).into_response()
    }

    pub(super) async fn timeline(&self, incident: &str, headers: &HeaderMap, query: &str) -> Response<Body> {
        let secret = headers.get("siaga-secret").and_then(|value| value.to_str().ok());
        let presented = secret.and_then(|text| URL_SAFE_NO_PAD.decode(text).ok()).map(|secret| Digest::of(&secret));
        let stated = self.secrets.lock().unwrap().get(incident).cloned();
        let is_known = stated.is_some();
        match stated.flatten() {
            Some(_) if self.flaw == Flaw::ShowsTimelinesToAll => {}
            Some(stated) if presented.is_some_and(|presented| presented.to_string() == stated) => {}
            Some(_) => return self.problem(403, "secret-needed"),
            None if is_known && self.flaw == Flaw::ShowsTimelinesWithoutASecret => {}
            None if is_known || self.flaw == Flaw::HidesUnknownIncidents => return self.problem(403, "secret-needed"),
            None => return self.problem(404, "not-found"),
        }
        let number = |name: &str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse::<u64>().ok()).unwrap_or(0)
        };
        let (after, wait_s) = (number("after"), number("wait_s").min(25));
        let tag = if self.flaw == Flaw::WeakTags { "W/\"1\"" } else { "\"1\"" };
        let has_seen = headers.get("if-none-match").is_some_and(|seen| seen == tag);
        let is_new = after == 0 || self.flaw == Flaw::IgnoresAfter;
        if has_seen || (wait_s > 0 && !is_new) {
            let wait_s = match self.flaw {
                Flaw::NeverWaits => 0,
                Flaw::WaitsTooShort => wait_s.min(2),
                _ => wait_s,
            };
            let nothing = tokio::sync::Notify::new();
            // A step that never comes.
            let _ = tokio::time::timeout(Duration::from_secs(wait_s), nothing.notified()).await;
            return Response::builder().status(304).header("etag", tag).body(Body::empty()).unwrap();
        }
        let steps = if is_new { vec![self.keys.step(self.flaw, incident)] } else { Vec::new() };
        ([("etag", tag)], Json(json!({ "incident": incident, "steps": steps }))).into_response()
    }
}
