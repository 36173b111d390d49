//! What the programs of others need before they can bring a file: an incident that the centre has, and an upload.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::json;
use siaga_vault::{Digest, to_base64url};
use tokio::runtime::Runtime;

use crate::row::Stop;
use crate::wire::bare::tls;
use crate::wire::site::Site;

/// The secret of every incident here: nobody keeps anything from us.
const SECRET: [u8; 32] = [7; 32];

/// A bare client that makes incidents.
pub(super) struct Foreign {
    client: Client,
    runtime: Runtime,
    /// Where the centre is.
    pub(super) origin: String,
    made: u32,
}

/// An incident that the centre has, and a file that is to belong to it.
pub(super) struct Awaited {
    pub(super) incident: String,
    pub(super) file: String,
    pub(super) secret: String,
}

impl Foreign {
    /// A client of this centre; nothing is connected yet.
    pub(super) fn of(site: &Site) -> Result<Self, Stop> {
        let client = Client::builder().tls_backend_preconfigured(tls(&site.authority_pem)?).no_proxy().build()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { client, runtime, origin: format!("https://{}", site.centre.api_addr()), made: 0 })
    }

    /// Brings the create of a new incident.
    pub(super) fn incident(&mut self) -> Result<Awaited, Stop> {
        self.made = self.made.saturating_add(1);
        let id = |kind: &str| format!("0190a5d0-{kind}-7cc3-9a55-{:012x}", self.made);
        let (incident, file) = (id("7b1e"), id("ab1e"));
        let envelope = json!({
            "v": 1, "incident": incident, "event": incident, "seq": 0, "kind": "sos", "to": ["centre"], "timing": "live",
            "drill": true, "urgency": 3, "content_type": "application/vnd.siaga.sos.v1+json",
            "body": {
                "position": { "no_fix": { "reason": "no_signal" } }, "secret_sha256": Digest::of(&SECRET).to_string(),
                "clock": { "wall_ms": 1_793_000_000_000_i64, "boot": incident, "since_trigger_ms": 0 }
            }
        });
        let _ = self.send(Method::PUT, &format!("/v1/incidents/{incident}"), |put| put.body(envelope.to_string()))?;
        Ok(Awaited { incident, file, secret: to_base64url(&SECRET) })
    }

    /// Creates an upload of a file of which nothing is there yet; gives its address.
    pub(super) fn upload(&self, awaited: &Awaited, sha256: Digest, bytes: u64) -> Result<String, Stop> {
        let pairs = [
            ("incident", awaited.incident.clone()),
            ("file", awaited.file.clone()),
            ("sha256", sha256.to_string()),
            ("name", "video.mp4".to_owned()),
            ("type", "video/mp4".to_owned()),
            ("drill", "true".to_owned()),
        ];
        let metadata = pairs.map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",");
        let created = self.send(Method::POST, "/v1/media", |post| {
            post.header("tus-resumable", "1.0.0")
                .header("siaga-secret", &awaited.secret)
                .header("upload-length", bytes)
                .header("upload-metadata", metadata)
        })?;
        let place = created.headers().get("location").and_then(|place| place.to_str().ok());
        let place = place.ok_or_else(|| Stop::failed("an upload was created nowhere"))?;
        Ok(format!("{}{place}", self.origin))
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        with: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Response, Stop> {
        let request = with(self.client.request(method, format!("{}{path}", self.origin)));
        let response = self.runtime.block_on(request.send())?;
        if response.status() == StatusCode::CREATED {
            return Ok(response);
        }
        Err(Stop::failed(format!("{path} was answered with {}", response.status())))
    }
}
