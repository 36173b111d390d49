//! toxiproxy, steered over its own HTTP: <https://github.com/Shopify/toxiproxy>.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http;
use crate::peer::brought;

/// A bound for one that does not start.
const LIMIT: Duration = Duration::from_secs(60);

/// What spoils a line. Each is for every connection anew.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Toxic {
    /// Each answer comes so much later.
    Latency { ms: u64 },
    /// So many KB a second towards the centre.
    Bandwidth { rate: u64 },
    /// Each connection is reset at its next byte.
    ResetPeer,
    /// The connection ends behind so many bytes towards the centre.
    LimitData { bytes: u64 },
    /// What is sent arrives in slices of so many bytes, so many microseconds apart.
    Slicer { bytes: u64, apart_us: u64 },
}

impl Toxic {
    fn json(self) -> Value {
        let (kind, stream, attributes) = match self {
            Self::Latency { ms } => ("latency", "downstream", json!({ "latency": ms })),
            Self::Bandwidth { rate } => ("bandwidth", "upstream", json!({ "rate": rate })),
            Self::ResetPeer => ("reset_peer", "upstream", json!({ "timeout": 0 })),
            Self::LimitData { bytes } => ("limit_data", "upstream", json!({ "bytes": bytes })),
            Self::Slicer { bytes, apart_us } => {
                let sizes = json!({ "average_size": bytes, "size_variation": bytes / 2, "delay": apart_us });
                ("slicer", "upstream", sizes)
            }
        };
        json!({ "type": kind, "stream": stream, "attributes": attributes })
    }
}

/// A running proxy; dropping it ends it and its lines.
pub(crate) struct Toxiproxy {
    child: Child,
    api: SocketAddr,
}

impl Toxiproxy {
    pub(crate) fn start() -> Self {
        // It does not say which port it took, so one that was free a moment ago is named. Its chance is fixed, too.
        let api = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(brought("SIAGA_TOXIPROXY"));
        command.args(["-host", "127.0.0.1", "-port", &api.port().to_string(), "-seed", "1"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + LIMIT;
        while TcpStream::connect(api).is_err() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < deadline, "toxiproxy does not listen: {ended:?}");
            std::thread::yield_now();
        }
        Self { child, api }
    }

    /// A line to this address that is spoilt in these ways from its first byte to its last.
    pub(crate) fn line_to(&self, upstream: SocketAddr, toxics: &[Toxic]) -> SocketAddr {
        let name = upstream.port().to_string();
        let proxy = json!({ "name": name, "listen": "127.0.0.1:0", "upstream": upstream.to_string(), "enabled": true });
        let made = self.post("/proxies", &proxy);
        for toxic in toxics {
            self.spoil(upstream, *toxic);
        }
        made["listen"].as_str().unwrap().parse().unwrap()
    }

    /// Spoils a line from now on, also for the connections that there are.
    pub(crate) fn spoil(&self, upstream: SocketAddr, toxic: Toxic) {
        let _ = self.post(&format!("/proxies/{}/toxics", upstream.port()), &toxic.json());
    }

    /// Makes the line as good as it was before this one.
    pub(crate) fn heal(&self, upstream: SocketAddr, toxic: Toxic) {
        // It names each by its kind and its direction when nobody else does.
        let json = toxic.json();
        let name = format!("{}_{}", json["type"].as_str().unwrap(), json["stream"].as_str().unwrap());
        let _ = self.ask("DELETE", &format!("/proxies/{}/toxics/{name}", upstream.port()), "");
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, &body.to_string())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, answer) = http::exchange(self.api, method, path, &[], body.as_bytes()).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        assert!((200..300).contains(&status), "{method} {path} {body}: {status} {answer}");
        answer
    }
}

impl Drop for Toxiproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
