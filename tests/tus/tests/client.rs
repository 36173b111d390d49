//! The tus project's own client towards our centre.

use serde_json::{Value, json};
use siaga_centre::media::FileState;
use siaga_vault::{Digest, KeySet, ReceiptClaims, verify_receipt};
use tempfile::TempDir;

use crate::peer;
use crate::phone::{centre, video};
use crate::toxic::{Toxic, Toxiproxy};

const INCIDENT: &str = "0190a5d0-7b1e-7cc3-9a55-0123456789ab";
const FILE: &str = "0190a5d0-ab1e-7cc3-9a55-0123456789ab";
const SECRET: [u8; 32] = [7; 32];

/// Brings a file in this way over such a line, judges the receipt as a phone does, and gives what client and centre said to each other.
fn brought(bytes: &[u8], way: &Value, toxics: &[Toxic]) -> Vec<Value> {
    let (folder, files) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let centre = centre(&folder);
    let toxiproxy = Toxiproxy::start();
    let line = toxiproxy.line_to(centre.api_addr(), toxics);
    let path = files.path().join("video.mp4");
    std::fs::write(&path, bytes).unwrap();
    let envelope = json!({
        "v": 1, "incident": INCIDENT, "event": INCIDENT, "seq": 0, "kind": "sos", "to": ["centre"], "timing": "live",
        "drill": true, "urgency": 3, "content_type": "application/vnd.siaga.sos.v1+json",
        "body": {
            "position": { "no_fix": { "reason": "no_signal" } }, "secret_sha256": Digest::of(&SECRET).to_string(),
            "clock": { "wall_ms": 1_793_000_000_000_i64, "boot": INCIDENT, "since_trigger_ms": 0 }
        }
    });
    let mut words = json!({
        "centre": format!("http://{line}"), "incident": INCIDENT, "file": FILE, "path": path,
        "sha256": Digest::of(bytes).to_string(), "secret": siaga_vault::to_base64url(&SECRET),
        "envelope": envelope.to_string(), "withCreation": false
    });
    words.as_object_mut().unwrap().extend(way.as_object().unwrap().clone());
    let told = peer::run("client.mjs", &words);

    let keys = KeySet::verify(told["keys"].as_str().unwrap(), &centre.root_key(), centre.centre_id()).unwrap();
    let claims = ReceiptClaims {
        incident: INCIDENT.to_owned(),
        event: FILE.to_owned(),
        sha256: Digest::of(bytes),
        centre: centre.centre_id().to_owned(),
        drill: true,
    };
    let receipt = told["receipt"].as_str().unwrap_or_else(|| panic!("no receipt in {told}"));
    assert!(verify_receipt(receipt, &keys, &claims).is_ok(), "{told}");
    let [file] = centre.incidents().unwrap()[0].files.clone().try_into().unwrap();
    let FileState::Confirmed { receipt: stored, .. } = file.state else { panic!("{:?}", file.state) };
    assert_eq!(receipt, stored);
    told["said"].as_array().unwrap().clone()
}

fn count(said: &[Value], method: &str, status: u16) -> usize {
    said.iter().filter(|said| said["method"] == method && said["status"] == status).count()
}

#[test]
fn tus_js_client_brings_a_file_in_chunks_and_is_told_the_receipt() {
    let said = brought(&video(1_500_000), &json!({ "chunk": 400_000 }), &[]);
    assert_eq!((count(&said, "POST", 201), count(&said, "PATCH", 204), said.len()), (1, 4, 5), "{said:?}");
}

#[test]
fn tus_js_client_goes_on_where_it_gave_up_between_two_chunks() {
    let said = brought(&video(1_500_000), &json!({ "chunk": 400_000, "abortAt": 800_000 }), &[]);
    let resumed = said.iter().position(|said| said["method"] == "abort").unwrap();
    let head = said[resumed..].iter().find(|said| said["method"] == "HEAD").unwrap();
    let offset: usize = head["offset"].as_str().unwrap().parse().unwrap();
    assert!(offset >= 400_000, "{said:?}");
    assert_eq!(count(&said, "POST", 201), 1, "{said:?}");
}

#[test]
fn tus_js_client_goes_on_where_its_line_was_cut_in_the_middle_of_a_body() {
    let said = brought(&video(4_000_000), &json!({}), &[Toxic::LimitData { bytes: 1_100_000 }]);
    let heads: Vec<usize> = said
        .iter()
        .filter(|said| said["method"] == "HEAD")
        .filter_map(|said| said["offset"].as_str()?.parse().ok())
        .collect();
    assert!(heads.len() >= 3 && heads.is_sorted(), "{said:?}");
    assert!(heads.iter().all(|offset| (1..4_000_000).contains(offset)), "{said:?}");
    assert_eq!((count(&said, "POST", 201), count(&said, "PATCH", 204)), (1, 1), "{said:?}");
}

#[test]
fn tus_js_client_brings_a_small_file_with_its_creation() {
    let said = brought(&video(30_000), &json!({ "withCreation": true }), &[]);
    assert_eq!((count(&said, "POST", 201), said.len()), (1, 1), "{said:?}");
}
