//! The Node server of `examples/node-centre`: the checker's verdict, a real phone, and a crash.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows these in tests, but not in what several tests share"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use siaga::{Config, Ports, PressAnswer, Siaga, Source};
use siaga_centre::make_test_certificate;
use siaga_conform::{Profile, Target, Trust, check};
use tempfile::TempDir;

const SERVER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/node-centre");
const CENTRE: &str = "kota-node";
const INCIDENT: &str = "/v1/incidents/0190a5d0-7b1e-7cc3-9a55-0123456789ab";
/// Two attempts with their time-outs, and the back-off between them.
const PATIENT_MS: u64 = 30_000;

/// A running server; dropping it kills it as a crash would.
struct Node {
    child: Child,
    url: String,
}

impl Drop for Node {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// The folder of a server with its keys and its certificate.
struct Site {
    folder: TempDir,
    authority: String,
    root_key: String,
}

impl Site {
    fn make() -> Site {
        let folder = TempDir::new().unwrap();
        let (authority, identity) = make_test_certificate(&["127.0.0.1"], 90).unwrap();
        std::fs::write(folder.path().join("cert.pem"), identity.cert_chain_pem).unwrap();
        std::fs::write(folder.path().join("key.pem"), identity.key_pem).unwrap();
        let made = node("keys.mjs").args([&folder.path().join("data"), Path::new(CENTRE)]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let printed = String::from_utf8(made.stdout).unwrap();
        let root_key = printed.lines().find_map(|line| line.strip_prefix("root key  ")).unwrap().to_owned();
        Site { folder, authority, root_key }
    }

    fn start(&self) -> Node {
        let file = |name: &str| self.folder.path().join(name);
        let mut command = node("server.mjs");
        command.args([&file("data"), Path::new("0"), &file("cert.pem"), &file("key.pem")]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("listening on port ").unwrap_or_else(|| panic!("it said {line:?}"));
        Node { child, url: format!("https://127.0.0.1:{port}") }
    }

    fn client(&self) -> reqwest::Client {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(self.authority.as_bytes()).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        reqwest::Client::builder().tls_backend_preconfigured(config).no_proxy().build().unwrap()
    }
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(Path::new(SERVER).join(script));
    command
}

/// Status and receipt of a PUT.
async fn put(client: &reqwest::Client, node: &Node, body: &'static str) -> (u16, Option<String>) {
    let reply = client.put(format!("{}{INCIDENT}", node.url)).body(body).send().await.unwrap();
    let receipt = reply.headers().get("siaga-receipt").map(|value| value.to_str().unwrap().to_owned());
    (reply.status().as_u16(), receipt)
}

#[tokio::test]
async fn the_node_server_breaks_no_rule_and_is_not_warned() {
    let site = Site::make();
    let node = site.start();
    let trust = Trust::Private(vec![site.authority.clone()]);
    let target = Target::new(&node.url, CENTRE, &site.root_key, trust).unwrap();
    let report = check(&target).await.unwrap();
    assert_eq!((report.ids("fail"), report.ids("warning")), (vec![], vec![]), "{}", report.text());
    assert_eq!(report.ids("skipped"), ["P03"], "{}", report.text());
    let all = check(&target.with_profile(Profile::All)).await.unwrap();
    assert!(all.holds() && all.ids("skipped").contains(&"T01"), "it offers no timeline\n{}", all.text());
}

#[test]
fn an_sos_of_a_real_phone_is_receipted_by_the_node_server() {
    let site = Site::make();
    let node = site.start();
    let config = serde_json::json!({ "centre": {
        "id": CENTRE, "root_key": site.root_key, "primary": node.url, "public_roots": false,
        "agency_cas_pem": [site.authority]
    } });
    let config = Config::from_json(&config.to_string()).unwrap();
    let phone = TempDir::new().unwrap();
    let siaga = Siaga::open(phone.path(), &config, Ports::system().unwrap()).unwrap();
    let incident = loop {
        if let PressAnswer::Triggered { incident } = siaga.press(Source::Screen).unwrap() {
            break incident;
        }
    };
    siaga.drain(PATIENT_MS).unwrap();
    let snapshot = siaga.snapshot();
    let view = snapshot.incident(incident).unwrap();
    assert!(view.receipt.is_some(), "{view:#?}");
    let stored = site.folder.path().join(format!("data/events/{incident}.{incident}"));
    let stored = std::fs::read_to_string(stored).unwrap();
    assert!(stored.lines().nth(1).unwrap().contains(r#""kind":"sos""#), "{stored}");
}

#[tokio::test]
async fn what_was_receipted_is_there_after_a_kill() {
    let site = Site::make();
    let first = site.start();
    let client = site.client();
    let (status, receipt) = put(&client, &first, "Tolong").await;
    assert_eq!((status, receipt.is_some()), (201, true));
    drop(first);
    // What a crash in the middle of a write leaves behind.
    std::fs::write(site.folder.path().join("data/new/half"), "half").unwrap();
    let second = site.start();
    assert_eq!(put(&client, &second, "Tolong").await, (200, receipt));
    assert_eq!(put(&client, &second, "other bytes").await, (409, None));
    assert_eq!(std::fs::read_dir(site.folder.path().join("data/new")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_disk_that_fails_is_answered_503_and_never_with_a_receipt() {
    let site = Site::make();
    let node = site.start();
    let client = site.client();
    let events = site.folder.path().join("data/events");
    std::fs::remove_dir(&events).unwrap();
    assert_eq!(put(&client, &node, "Tolong").await, (503, None));
    std::fs::create_dir(&events).unwrap();
    assert_eq!(put(&client, &node, "Tolong").await.0, 201);
}

#[test]
fn keys_that_are_there_already_are_never_overwritten() {
    let site = Site::make();
    let key = site.folder.path().join("data/root.pem");
    let before = std::fs::read(&key).unwrap();
    let again = node("keys.mjs").args([&site.folder.path().join("data"), Path::new(CENTRE)]).output().unwrap();
    assert!(!again.status.success());
    assert_eq!(std::fs::read(&key).unwrap(), before);
}
