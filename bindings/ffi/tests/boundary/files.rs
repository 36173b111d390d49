//! Files over the host's own HTTP stack.

use std::fs;

use siaga::{Failure, FileId, FileState, Report};
use siaga_ffi::Siaga;
use siaga_net::{Header, RawReply, Transfer};
use siaga_vault::Digest;
use tempfile::TempDir;

use crate::shell::{CONFIG, Platform};

const BYTES: usize = 2_000_000;

fn video() -> Vec<u8> {
    let mut video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    video.extend((video.len()..BYTES).map(|at| (at % 253) as u8));
    video
}

/// Waits until a request that nobody has answered yet has begun: a long part is cut on a thread of its own.
fn next(platform: &Platform, answered: &mut usize, is_it: impl Fn(&Transfer) -> bool) -> Transfer {
    loop {
        let begun = platform.begun.lock().unwrap().clone();
        if let Some(index) = begun.iter().skip(*answered).position(&is_it) {
            *answered += index + 1;
            return begun[*answered - 1].clone();
        }
        std::thread::yield_now();
    }
}

fn reply(siaga: &Siaga, transfer: Transfer, status: u16, offset: usize) {
    let header = |(name, value): (&str, String)| Header { name: name.to_owned(), value };
    let headers = [
        ("Tus-Resumable", "1.0.0".to_owned()),
        ("Upload-Offset", offset.to_string()),
        ("Location", "/v1/media/a".to_owned()),
    ];
    let headers = headers.into_iter().map(header).collect();
    siaga.transfer_replied(transfer.id, RawReply { status, headers, body: Vec::new() }).unwrap();
}

#[test]
fn a_file_goes_over_the_hosts_own_http_stack_each_part_out_of_a_file_with_exactly_its_bytes() {
    let (platform, folder, gallery) = (Platform::new(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    let incident = siaga.submit(Report { category: "fire".to_owned(), ..Default::default() }).unwrap();
    let path = gallery.path().join("video.mp4");
    fs::write(&path, video()).unwrap();
    let _ = siaga.attach_file(incident, path.to_str().unwrap().to_owned()).unwrap();
    let mut answered = 0;
    let offers = next(&platform, &mut answered, |transfer| transfer.url.ends_with("/v1/capabilities"));
    let body = br#"{"v":1,"profile":"full","offers":["media","media-checksum"]}"#.to_vec();
    siaga.transfer_replied(offers.id, RawReply { status: 200, headers: Vec::new(), body }).unwrap();
    let create = next(&platform, &mut answered, |transfer| transfer.method == "POST");
    assert!(create.file.is_none() && create.body.is_empty());
    reply(&siaga, create, 201, 0);
    let (mut there, mut longest) = (0, 0);
    while there < BYTES {
        let part = next(&platform, &mut answered, |transfer| transfer.method == "PATCH");
        let file = part.file.clone().unwrap();
        let bytes = fs::read(&file).unwrap();
        assert!(part.body.is_empty() && bytes == video()[there..there + bytes.len()], "{there}");
        let stated = part.headers.iter().find(|header| header.name == "upload-checksum").map(|header| &header.value);
        let checksum = Digest::of(&bytes).upload_checksum();
        assert_eq!(stated, (bytes.len() <= 1024 * 1024).then_some(&checksum), "{} bytes", bytes.len());
        (there, longest) = (there + bytes.len(), longest.max(bytes.len()));
        reply(&siaga, part, 204, there);
        assert!(!fs::exists(file).unwrap(), "it goes with its transfer");
    }
    assert!(longest > 300_000, "parts that take a thread as well: {longest}");
    let look = next(&platform, &mut answered, |transfer| transfer.method == "HEAD");
    siaga.transfer_failed(look.id, Failure::Broken).unwrap();
}

#[test]
fn a_large_file_waits_while_the_network_is_metered_and_the_citizen_lets_it_go() {
    let (platform, folder, gallery) = (Platform::new(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let config = CONFIG.replacen('{', "{\"media\":{\"metered_max_mb\":1},", 1);
    let siaga = Siaga::open(folder.path().to_str().unwrap().to_owned(), config, platform.ports()).unwrap();
    siaga.network_metered(true).unwrap();
    let incident = siaga.submit(Report { category: "fire".to_owned(), ..Default::default() }).unwrap();
    let path = gallery.path().join("video.mp4");
    fs::write(&path, video()).unwrap();
    let file = siaga.attach_file(incident, path.to_str().unwrap().to_owned()).unwrap();
    let state = || siaga.snapshot().unwrap().incidents[0].files[0].state;
    assert_eq!(state(), FileState::Metered);
    siaga.network_metered(false).unwrap();
    assert_eq!(state(), FileState::Waiting);
    siaga.network_metered(true).unwrap();
    siaga.allow_any_network(file).unwrap();
    assert_eq!(state(), FileState::Waiting);
    assert!(siaga.allow_any_network(FileId::from_bytes([9; 16])).is_err());
}
