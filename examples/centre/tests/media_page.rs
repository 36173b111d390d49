//! The files of an incident, as the centre counts them and as the page shows them.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fixture::media::*;
use fixture::*;
use serde_json::{Value, json};
use siaga_centre::media::FileState;
use siaga_vault::Digest;

const JPEG: &[u8] = b"\xFF\xD8\xFF\xE0 a small picture";

fn announced(file: &str, name: &str, bytes: &[u8]) -> Value {
    json!({ "file": file, "name": name, "type": "image/jpeg", "bytes": bytes.len(), "sha256": Digest::of(bytes) })
}

fn sos_with(manifest: Value) -> Vec<u8> {
    let mut sos = sos(INCIDENT);
    sos["body"]["manifest"] = manifest;
    bytes(&sos)
}

fn preview(event: &str, seq: u32, file: &str, picture: &[u8]) -> Vec<u8> {
    let data = STANDARD.encode(picture);
    bytes(&envelope(INCIDENT, event, seq, "preview", json!({ "file": file, "type": "image/jpeg", "data": data })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_is_complete_when_every_announced_file_is_confirmed() {
    let centre = start();
    let (one, two) = (photo(1000), photo(1001));
    centre.create(INCIDENT, &sos_with(json!([announced(FILE, "satu.jpg", &one)]))).await;
    let later = json!({ "manifest": [announced(FILE_2, "dua.jpg", &two), announced(FILE, "satu.jpg", &one)], "clock": clock() });
    let event = bytes(&envelope(INCIDENT, EVENT, 1, "manifest", later));
    assert_eq!(centre.event(INCIDENT, EVENT, &event).await.status(), 201);
    let read = || centre.handle.incidents().unwrap().remove(0);

    let incident = read();
    assert_eq!(incident.events[1].flags, [], "a manifest is a known kind");
    assert!(!incident.complete);
    let names: Vec<&str> = incident.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["satu.jpg", "dua.jpg"], "a file that is announced twice is one");
    assert!(incident.files.iter().all(|file| file.is_announced && file.state == FileState::Missing));
    assert_eq!(incident.files[0].sha256, Some(Digest::of(&one)));

    let (_, receipt) = centre.brought(FILE, &one).await;
    let at = centre.created(FILE_2, &two).await;
    centre.patch(&at, 0, &two[..400]).send().await.unwrap();
    let incident = read();
    assert!(!incident.complete && incident.files[0].is_confirmed());
    assert!(matches!(&incident.files[0].state, FileState::Confirmed { receipt: stored, .. } if *stored == receipt));
    assert_eq!(incident.files[1].state, FileState::Arriving { received: 400 });

    centre.patch(&at, 400, &two[400..]).send().await.unwrap();
    assert!(read().complete);
    assert!(centre.page().await.contains(">all that were announced are here<"));
    assert!(centre.restarted().handle.incidents().unwrap()[0].complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_incident_without_files_is_complete_with_its_create_and_files_of_nobody_change_nothing() {
    let centre = start();
    centre.event(INCIDENT, EVENT, &cancel(EVENT)).await;
    assert!(!centre.handle.incidents().unwrap()[0].complete, "the create may announce files");
    centre.create(INCIDENT, &sos_bytes()).await;
    assert!(centre.handle.incidents().unwrap()[0].complete);
    let photo = photo(1000);
    centre.created(FILE, &photo).await;
    let incident = centre.handle.incidents().unwrap().remove(0);
    assert!(incident.complete);
    assert_eq!((incident.files.len(), incident.files[0].is_announced), (1, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_that_cannot_be_read_is_never_complete() {
    for manifest in [json!([7]), json!([{}]), json!([{ "file": FILE, "sha256": "abc", "bytes": "many" }])] {
        let centre = start();
        centre.create(INCIDENT, &sos_with(manifest.clone())).await;
        let incident = centre.handle.incidents().unwrap().remove(0);
        assert_eq!((incident.files.len(), incident.complete), (1, false), "{manifest}");
    }
    for nothing in [json!(null), json!([]), json!("foto.jpg"), json!({})] {
        let centre = start();
        centre.create(INCIDENT, &sos_with(nothing.clone())).await;
        let incident = centre.handle.incidents().unwrap().remove(0);
        assert_eq!((incident.files.len(), incident.complete), (0, true), "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_what_is_there_of_each_file() {
    let centre = start();
    let (one, two, three) = (photo(1000), photo(2_500_000), photo(1002));
    let hostile = "</span><script>alert(1)</script>.jpg";
    let manifest = json!([
        announced(FILE, hostile, &one),
        announced(FILE_2, "video.mp4", &two),
        { "file": OTHER, "name": "hilang.jpg", "type": "text/html\"", "bytes": 10, "sha256": Digest::of(b"lost") }
    ]);
    centre.create(INCIDENT, &sos_with(manifest)).await;
    let page = centre.page().await;
    assert_eq!(page.matches(">announced<").count(), 3, "{page}");
    assert!(
        page.contains(">not all that were announced are here<")
            && !page.contains("<script>alert")
            && !page.contains(" download>")
    );
    assert!(page.contains("image/jpeg, 2.3 MiB") && page.contains("type unknown, 10 bytes"), "{page}");

    let (at, _) = centre.brought(FILE, &one).await;
    let part = centre.created(FILE_2, &two).await;
    centre.patch(&part, 0, &two[..1_125_000]).send().await.unwrap();
    centre.brought("0190a5d0-ab1e-7cc3-9a55-0123456789ad", &three).await;
    let page = centre.page().await;
    assert!(page.contains(">confirmed<") && page.contains(">arriving 45 %<") && page.contains(">announced<"), "{page}");
    assert!(page.contains(">confirmed, not announced<"));
    assert!(page.contains(">not all that were announced are here<"));
    let upload = at.rsplit('/').next().unwrap();
    assert!(page.contains(&format!("href=\"/incidents/{INCIDENT}/files/{upload}\" download>")));
    assert_eq!(page.matches(" download>").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_only_ever_saved_and_never_shown() {
    let centre = start_with_sos().await;
    let page_of_a_stranger = b"<html><script>alert(1)</script>".repeat(20_000);
    let stated = metadata_of(FILE, &page_of_a_stranger)
        .replace(&metadata(&[("name", "foto.jpg")]), &metadata(&[("name", "..\\\"\r\nSet-Cookie: x=1\u{202E}.html")]))
        .replace(&metadata(&[("type", "image/jpeg")]), &metadata(&[("type", "text/html")]));
    let request = centre.tus("POST", MEDIA).header("upload-length", page_of_a_stranger.len());
    let made = request.header("upload-metadata", stated).send().await.unwrap();
    let at = header(&made, "location");
    let upload = at.rsplit('/').next().unwrap();
    let url = centre.page_url(&format!("/incidents/{INCIDENT}/files/{upload}"));
    centre.patch(&at, 0, &page_of_a_stranger[..10]).send().await.unwrap();
    assert_eq!(centre.client.get(&url).send().await.unwrap().status(), 404, "nothing is served before it is confirmed");

    centre.patch(&at, 10, &page_of_a_stranger[10..]).send().await.unwrap();
    let reply = centre.client.get(&url).send().await.unwrap();
    let said = ["content-type", "content-security-policy", "x-content-type-options", "cross-origin-resource-policy"];
    assert_eq!(
        said.map(|name| header(&reply, name)),
        ["application/octet-stream", "sandbox; default-src 'none'", "nosniff", "same-origin"]
    );
    let name = "attachment; filename=\"_Set-Cookie__x_1.html\"; filename*=UTF-8''%22Set-Cookie%3A%20x%3D1.html";
    assert_eq!(header(&reply, "content-disposition"), name);
    assert_eq!(header(&reply, "set-cookie"), "");
    assert_eq!(reply.bytes().await.unwrap(), page_of_a_stranger);

    for wrong in
        [format!("/incidents/{OTHER}/files/{upload}"), format!("/incidents/{INCIDENT}/files/..%2f..%2froot.key")]
    {
        assert_eq!(centre.client.get(centre.page_url(&wrong)).send().await.unwrap().status(), 404, "{wrong}");
    }
    let rebound = centre.client.get(&url).header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_is_shown_when_its_bytes_are_a_picture_and_its_sender_is_known() {
    let centre = start();
    centre.create(INCIDENT, &sos_with(json!([announced(FILE, "foto.jpg", b"bytes")]))).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let path = |event: &str| centre.page_url(&format!("/incidents/{INCIDENT}/previews/{event}"));
    let stranger = "0190a5d0-cb1e-7cc3-9a55-0123456789ab";
    let forged = centre.client.put(centre.url(&event_path(INCIDENT, stranger)));
    forged.body(preview(stranger, 8, FILE, JPEG)).send().await.unwrap();
    let mut large = JPEG.to_vec();
    large.resize(12 * 1024 + 1, 0);
    for (n, (picture, is_shown)) in [(&svg[..], false), (&large, false), (JPEG, true)].into_iter().enumerate() {
        let event = format!("0190a5d0-db1e-7cc3-9a55-{n:012x}");
        let sent = preview(&event, 1, FILE, picture);
        assert_eq!(centre.event(INCIDENT, &event, &sent).await.status(), 201);
        let reply = centre.client.get(path(&event)).send().await.unwrap();
        assert_eq!(reply.status().as_u16(), if is_shown { 200 } else { 404 }, "{n}");
        assert_eq!(centre.handle.incidents().unwrap()[0].files[0].preview.is_some(), is_shown);
        assert_eq!(centre.page().await.contains("<img src="), is_shown, "{n}");
        if is_shown {
            assert_eq!(
                (header(&reply, "content-type"), header(&reply, "x-content-type-options")),
                ("image/jpeg".into(), "nosniff".into())
            );
            assert_eq!(header(&reply, "content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(reply.bytes().await.unwrap(), JPEG);
        }
    }
    assert_eq!(centre.handle.incidents().unwrap()[0].events[4].flags, [], "a preview is a known kind");
    assert_eq!(centre.client.get(path(stranger)).send().await.unwrap().status(), 404);
    assert_eq!(centre.client.get(path(INCIDENT)).send().await.unwrap().status(), 404, "an SOS is no picture");
    let page = centre.client.get(centre.page_url("/")).send().await.unwrap();
    assert!(header(&page, "content-security-policy").contains("img-src 'self';"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_the_citizen_took_back_is_not_missed_until_it_is_announced_again() {
    let centre = start();
    let photo = photo(1000);
    centre.create(INCIDENT, &sos_with(json!([announced(FILE, "foto.jpg", &photo)]))).await;
    let read = || centre.handle.incidents().unwrap().remove(0);
    let id = |n: u32| format!("0190a5d0-eb1e-7cc3-9a55-{n:012x}");
    let manifest = |n: u32, body: Value| bytes(&envelope(INCIDENT, &id(n), n, "manifest", body));
    let back = json!({ "withdrawn": [FILE], "clock": clock() });
    let forged = centre.client.put(centre.url(&event_path(INCIDENT, &id(7))));
    forged.body(manifest(7, back.clone())).send().await.unwrap();
    assert!(!read().complete && !read().files[0].is_withdrawn, "whoever has no secret takes nothing back");

    assert_eq!(centre.event(INCIDENT, &id(2), &manifest(2, back)).await.status(), 201);
    assert!(read().complete && read().files[0].is_withdrawn);
    assert!(centre.page().await.contains(">taken back by the citizen<"));

    let again = json!({ "manifest": [announced(FILE, "foto.jpg", &photo)], "clock": clock() });
    assert_eq!(centre.event(INCIDENT, &id(3), &manifest(3, again)).await.status(), 201);
    assert!(!read().complete && !read().files[0].is_withdrawn);
    centre.brought(FILE, &photo).await;
    assert!(read().complete);
}
