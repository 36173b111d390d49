//! Wires in the test's own hands: requests are taken, and replies given at the moment that the test chooses.

use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siaga::ports::Network;
use siaga::{
    Centre, Config, FileId, IncidentConfig, IncidentId, MediaConfig, Method, Outcome, Payload, Ports, PressConfig,
    Reply, Request, Siaga, Ticket, UploadLocation, UploadReply,
};
use siaga_vault::sign::{KeySetClaims, ListedKey, SigningKey};
use siaga_vault::{Digest, ReceiptClaims};

const CENTRE: &str = "kota-uji";

type Done = Box<dyn FnOnce(Outcome) + Send>;

/// Requests that nobody has answered yet.
#[derive(Default)]
pub(crate) struct Wires(Mutex<Vec<(Ticket, Request, Done)>>);

impl Network for Wires {
    fn perform(&self, ticket: &Ticket, request: Request, done: Done) {
        self.0.lock().unwrap().push((ticket.clone(), request, done));
    }

    fn network_changed(&self) {}
}

impl Wires {
    /// Takes the request for this path, if it was made.
    pub(crate) fn take(&self, path: &str) -> Option<(Request, Done)> {
        self.take_whole(path).map(|(_, request, done)| (request, done))
    }

    /// The same with its ticket.
    pub(crate) fn take_whole(&self, path: &str) -> Option<(Ticket, Request, Done)> {
        let mut waiting = self.0.lock().unwrap();
        let index = waiting.iter().position(|(_, request, _)| request.path.starts_with(path))?;
        Some(waiting.remove(index))
    }
}

/// A centre as far as its keys go.
pub(crate) struct Keys {
    root: SigningKey,
    online: SigningKey,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self { root: SigningKey::from_seed([1; 32]).unwrap(), online: SigningKey::from_seed([2; 32]).unwrap() }
    }

    /// A phone on these wires, without a thread of its own.
    pub(crate) fn phone(&self, folder: &std::path::Path, wires: &Arc<Wires>) -> Siaga {
        self.phone_with(folder, wires, Ports::system().unwrap())
    }

    /// The same with a clock, or randomness, of the test's own.
    pub(crate) fn phone_with(&self, folder: &std::path::Path, wires: &Arc<Wires>, ports: Ports) -> Siaga {
        self.phone_of(folder, wires, ports, MediaConfig::default())
    }

    /// The same with another agency's limits for files.
    pub(crate) fn phone_of(
        &self,
        folder: &std::path::Path,
        wires: &Arc<Wires>,
        ports: Ports,
        media: MediaConfig,
    ) -> Siaga {
        let network: Arc<dyn Network> = Arc::<Wires>::clone(wires);
        let ports = Ports { network: Some(network), own_thread: false, ..ports };
        Siaga::open(folder, &self.config(media), ports).unwrap()
    }

    /// The configuration of such a phone.
    pub(crate) fn config(&self, media: MediaConfig) -> Config {
        Config {
            centre: Centre {
                id: CENTRE.to_owned(),
                root_key: self.root.public().clone(),
                primary: "https://centre.example".to_owned(),
                second: None,
                public_roots: true,
                agency_cas_pem: Vec::new(),
            },
            press: PressConfig { debounce_ms: 20, ..PressConfig::default() },
            incident: IncidentConfig::default(),
            media,
        }
    }

    pub(crate) fn key_set(&self) -> Outcome {
        let listed =
            ListedKey { key_id: self.online.key_id().to_owned(), key: self.online.public().clone(), until_ms: None };
        let claims =
            KeySetClaims { centre: CENTRE.to_owned(), serial: 1, issued_ms: 1_790_000_000_000, keys: vec![listed] };
        let body = serde_json::json!({ "keys": self.root.sign_keys(&claims) }).to_string().into_bytes();
        Ok(Reply { status: 200, body, ..empty() })
    }

    /// Signs for a write.
    pub(crate) fn receipt(&self, request: &Request) -> Outcome {
        assert_eq!(request.method, Method::Put);
        let envelope: serde_json::Value = serde_json::from_slice(request.body.bytes()).unwrap();
        let text = |field: &str| envelope[field].as_str().unwrap().to_owned();
        let claims = ReceiptClaims {
            incident: text("incident"),
            event: text("event"),
            sha256: Digest::of(request.body.bytes()),
            centre: CENTRE.to_owned(),
            drill: envelope["drill"].as_bool().unwrap(),
        };
        Ok(Reply { status: 201, receipt: Some(self.online.sign_receipt(&claims, 1_790_000_000_000)), ..empty() })
    }
}

impl Keys {
    /// What a centre that takes files says of itself.
    pub(crate) fn offers() -> Outcome {
        let body = serde_json::json!({ "v": 1, "profile": "full", "offers": ["media"] }).to_string().into_bytes();
        Ok(Reply { status: 200, body, ..empty() })
    }

    /// Signs for a file that came along with its creation.
    pub(crate) fn file_receipt(&self, request: &Request) -> Outcome {
        assert_eq!(request.method, Method::Post);
        let Payload::Slice(slice) = &request.body else { panic!("no part of a file") };
        let (_, metadata) = request.headers.iter().find(|(name, _)| name == "upload-metadata").unwrap();
        let said = |key: &str| {
            let pair = metadata.split(',').find_map(|pair| pair.strip_prefix(key)?.strip_prefix(' ')).unwrap();
            String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap()
        };
        let claims = ReceiptClaims {
            incident: said("incident"),
            event: said("file"),
            sha256: slice.sha256,
            centre: CENTRE.to_owned(),
            drill: false,
        };
        let receipt = Some(self.online.sign_receipt(&claims, 1_790_000_000_000));
        Ok(Reply { receipt, ..Self::uploaded(201, slice.length) })
    }

    /// Signs for a file by what is known of it.
    pub(crate) fn sign_file(&self, incident: IncidentId, file: FileId, sha256: Digest) -> String {
        let (incident, event) = (incident.to_string(), file.to_string());
        let claims = ReceiptClaims { incident, event, sha256, centre: CENTRE.to_owned(), drill: false };
        self.online.sign_receipt(&claims, 1_790_000_000_000)
    }

    /// So many bytes of an upload are there.
    pub(crate) fn uploaded(status: u16, bytes: u64) -> Reply {
        let location = Some(UploadLocation::Here("/v1/media/a".to_owned()));
        Reply { status, upload: Some(UploadReply { offset: Some(bytes), location }), ..empty() }
    }
}

fn empty() -> Reply {
    Reply {
        status: 0,
        receipt: None,
        content_type: None,
        retry_after_ms: None,
        body: Vec::new(),
        truncated: false,
        clock_clamped: false,
        upload: None,
    }
}
