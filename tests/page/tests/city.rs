//! A city: a centre that runs, and phones that speak its wire format.

use serde_json::{Value, json};
use siaga_centre::{Centre, CentreHandle, CentreOptions};
use siaga_vault::Digest;
use tempfile::TempDir;

use crate::http;

/// A centre on loopback. Phones are served in clear: this is about the page.
pub(crate) struct City {
    pub(crate) centre: CentreHandle,
    _data: TempDir,
}

impl City {
    pub(crate) fn new() -> Self {
        let data = TempDir::new().unwrap();
        let mut options = CentreOptions::new(data.path(), "polda-jateng");
        options.page = Some(([127, 0, 0, 1], 0).into());
        Self { centre: Centre::start(options).unwrap(), _data: data }
    }

    /// The page's address.
    pub(crate) fn page(&self) -> String {
        format!("http://{}/", self.centre.page_addr().unwrap())
    }

    /// A phone's create of an SOS or of a drill, which the centre stores.
    pub(crate) fn put_sos(&self, incident: &str, drill: bool, message: &str) {
        let secret = [7; 32];
        let envelope = json!({
            "v": 1, "incident": incident, "event": incident, "seq": 0, "prev": null, "kind": "sos", "to": ["centre"],
            "timing": "live", "drill": drill, "urgency": 3,
            "content_type": "application/vnd.siaga.sos.v1+json", "key_id": null,
            "body": {
                "trigger": { "source": "screen", "presses": 3, "span_ms": 812 },
                "position": { "no_fix": { "reason": "no_signal" } },
                "clock": { "wall_ms": 1_793_000_000_000_i64, "boot": incident, "since_trigger_ms": 0 },
                "secret_sha256": Digest::of(&secret).to_string(), "message": message,
                "needs": [], "contacts": [], "subject": "me", "place": null, "manifest": [], "replaces": null,
                "battery_percent": null,
            },
        });
        let bytes = envelope.to_string().into_bytes();
        let headers = [
            ("Content-Type", "application/vnd.siaga.v1+json".to_owned()),
            ("Content-Digest", Digest::of(&bytes).content_digest()),
            ("Siaga-Secret", siaga_vault::to_base64url(&secret)),
            ("Siaga-Attempt", "1".to_owned()),
        ];
        let path = format!("/v1/incidents/{incident}");
        let (status, reply) = http::exchange(self.centre.api_addr(), "PUT", &path, &headers, &bytes).unwrap();
        let reply: Value = serde_json::from_slice(&reply).unwrap_or(Value::Null);
        assert_eq!(status, 201, "{reply}");
    }

    /// The steps of an incident, as the centre has stored them.
    pub(crate) fn steps(&self, incident: &str) -> Vec<String> {
        let incidents = self.centre.incidents().unwrap();
        incidents.into_iter().find(|summary| summary.incident == incident).unwrap().steps
    }
}
