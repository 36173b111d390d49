//! What the centre says when it is asked: keys, what it offers, timelines.

use serde_json::json;
use siaga::{Reply, Request};
use siaga_centre::secret::presented_digest;

use crate::centre::{Centre, header, ids};

impl Centre {
    pub(super) fn get(&self, request: &Request) -> Reply {
        match request.path.as_str() {
            "/v1/keys" => json_reply(&json!({ "keys": self.key_set })),
            "/v1/capabilities" if self.full => {
                json_reply(&json!({ "v": 1, "profile": "full", "offers": ["timeline", "media", "media-checksum"] }))
            }
            path if self.full && path.starts_with("/v1/incidents/") => self.timeline(request),
            _ => problem(404, "not-found"),
        }
    }

    /// Whether a poll has to wait: there is nothing in it yet that its sender does not know.
    pub(crate) fn holds(&self, request: &Request) -> bool {
        request.path.contains("wait_s=") && self.get(request).status == 304
    }

    fn timeline(&self, request: &Request) -> Reply {
        let Some((incident, _)) = ids(&request.path) else { return problem(400, "bad-id") };
        let Some(known) = self.incidents.get(&incident) else { return problem(404, "not-found") };
        let secret = header(request, "siaga-secret").and_then(presented_digest);
        if known.secret_sha256.is_none() || secret != known.secret_sha256 {
            return problem(403, "secret-needed");
        }
        let after = request
            .path
            .split_once("after=")
            .and_then(|(_, rest)| rest.split('&').next()?.parse::<u32>().ok())
            .unwrap_or(0);
        let steps: Vec<&str> =
            self.steps_of(&incident).iter().filter(|step| step.n > after).map(|step| step.jws.as_str()).collect();
        if steps.is_empty() {
            return reply(304, None, Vec::new());
        }
        json_reply(&json!({ "incident": incident, "steps": steps }))
    }
}

/// A reply without receipt.
pub(crate) fn reply(status: u16, content_type: Option<&str>, body: Vec<u8>) -> Reply {
    Reply {
        status,
        receipt: None,
        content_type: content_type.map(str::to_owned),
        retry_after_ms: None,
        body,
        truncated: false,
        clock_clamped: false,
        upload: None,
    }
}

/// A problem in the protocol's own words.
pub(crate) fn problem(status: u16, slug: &str) -> Reply {
    let body = json!({ "type": format!("https://siaga.example/problems/{slug}"), "title": slug, "status": status });
    reply(status, Some("application/problem+json"), body.to_string().into_bytes())
}

fn json_reply(body: &serde_json::Value) -> Reply {
    reply(200, Some("application/json"), body.to_string().into_bytes())
}
