//! Media of strangers: hostile metadata, too much of everything, and names that want to be paths.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod fixture;

use fixture::media::*;
use fixture::*;

async fn create_with(centre: &Running, length: &str, stated: &str) -> reqwest::Response {
    let request = centre.tus("POST", MEDIA).header("upload-length", length);
    request.header("upload-metadata", stated).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metadata_without_ids_that_can_be_read_is_refused() {
    let centre = start_with_sos().await;
    let sha256 = siaga_vault::Digest::of(b"x").to_string();
    let whole = [("incident", INCIDENT), ("file", FILE), ("sha256", sha256.as_str())];
    let mut bad: Vec<String> = (0..3).map(|n| metadata(&[&whole[..n], &whole[n + 1..]].concat())).collect();
    let loud = INCIDENT.to_uppercase();
    for (n, value) in [(0, loud.as_str()), (1, "../../etc/passwd"), (1, ""), (2, "abc"), (2, &sha256.to_uppercase())] {
        let mut pairs = whole;
        pairs[n].1 = value;
        bad.push(metadata(&pairs));
    }
    for text in ["", ",", ",,, ,", "incident", "incident !!!,file ===,sha256 \u{1}", "incident  ", "é"] {
        bad.push(text.replace('\u{1}', "~"));
    }
    for stated in bad {
        let reply = create_with(&centre, "1", &stated).await;
        assert_eq!(reply.status(), 400, "{stated}");
        assert_eq!(problem_of(reply).await, "bad-id", "{stated}");
    }
    assert_eq!(centre.on_disk(), [0; 0]);
    assert_eq!(create_with(&centre, "1", &metadata(&whole)).await.status(), 201, "a name is not needed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_length_is_a_number_above_zero() {
    let centre = start_with_sos().await;
    let stated = metadata_of(FILE, b"");
    for length in ["0", "-1", "+1", "", "1.0", "1e3", "0x10", " ", "99999999999999999999999"] {
        assert_eq!(create_with(&centre, length, &stated).await.status(), 400, "{length}");
    }
    let deferred = centre.tus("POST", MEDIA).header("upload-defer-length", "1").header("upload-metadata", &stated);
    assert_eq!(deferred.send().await.unwrap().status(), 400);
    let both = centre.tus("POST", MEDIA).header("upload-defer-length", "1").header("upload-length", "5");
    assert_eq!(both.header("upload-metadata", &stated).send().await.unwrap().status(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_file_has_two_gib_and_one_incident_four_of_them_and_sixty_four_files() {
    let centre = start_with_sos().await;
    let id = |n: u32| format!("0190a5d0-ab1e-7cc3-9a55-{n:012x}");
    let stated = |n: u32| metadata_of(&id(n), &n.to_le_bytes());
    let largest = (2_u64 << 30).to_string();
    let reply = create_with(&centre, &((2_u64 << 30) + 1).to_string(), &stated(0)).await;
    assert_eq!(reply.status(), 413);
    assert_eq!(problem_of(reply).await, "too-large");
    for n in 0..4 {
        assert_eq!(create_with(&centre, &largest, &stated(n)).await.status(), 201);
    }
    assert_eq!(create_with(&centre, "1", &stated(4)).await.status(), 413);
    assert_eq!(create_with(&centre, &largest, &stated(3)).await.status(), 200, "what is there goes on");

    let mut other = sos(OTHER);
    other["body"]["message"] = "another".into();
    centre.create(OTHER, &bytes(&other)).await;
    let of_other = |n: u32| stated(n).replace(&metadata(&[("incident", INCIDENT)]), &metadata(&[("incident", OTHER)]));
    for n in 0..64 {
        assert_eq!(create_with(&centre, "1", &of_other(n)).await.status(), 201);
    }
    assert_eq!(create_with(&centre, "1", &of_other(64)).await.status(), 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_name_is_a_reason_to_refuse_or_a_part_of_a_path() {
    let centre = start_with_sos().await;
    let long = "x".repeat(4000);
    for (n, name) in ["../../../evil.jpg", "a\0b.jpg", "", "/etc/passwd", "C:\\x.exe", &long].iter().enumerate() {
        let photo = photo(100 + n);
        let id = format!("0190a5d0-ab1e-7cc3-9a55-{n:012x}");
        let stated = metadata_of(&id, &photo).replace(&metadata(&[("name", "foto.jpg")]), &metadata(&[("name", name)]));
        let request = centre.tus("POST", MEDIA).header("upload-length", photo.len()).header("upload-metadata", stated);
        let reply = request.header("content-type", PIECE).body(photo.clone()).send().await.unwrap();
        assert_eq!(reply.status(), 201, "{name}");
        assert!(centre.judge(&reply, &id, &photo, false).await.is_ok());
    }
    let names: Vec<String> = centre.handle.incidents().unwrap()[0].files.iter().map(|file| file.name.clone()).collect();
    assert_eq!(names, ["evil.jpg", "ab.jpg", "file", "passwd", "x.exe", &long[..120]]);
    assert_eq!(centre.on_disk().len(), 6);
    let beside: Vec<String> = std::fs::read_dir(centre.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("centre.db"))
        .collect();
    assert_eq!(beside.len(), 3, "keys.json, root.key, media: {beside:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_the_centre_never_gave_is_nothing() {
    let centre = start_with_sos().await;
    centre.created(FILE, b"bytes").await;
    let unknown = "0".repeat(32);
    for name in [&unknown, "..%2f..%2fcentre.db", "x", "%00", "%ff", &"a".repeat(5000)] {
        let at = format!("{MEDIA}/{name}");
        assert_eq!(centre.head(&at).await.status(), 404, "{name}");
        assert_eq!(centre.patch(&at, 0, b"x").send().await.unwrap().status(), 404, "{name}");
        assert_eq!(centre.tus("DELETE", &at).send().await.unwrap().status(), 404, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_fills_every_place_keeps_no_sos_out() {
    let limits = siaga_centre::Limits { uploads_at_once: 0, ..siaga_centre::Limits::default() };
    let centre = start_in(tempfile::TempDir::new().unwrap(), limits);
    assert_eq!(centre.create(INCIDENT, &sos_bytes()).await.status(), 201);
    let busy = centre.creation(FILE, b"bytes").send().await.unwrap();
    assert_eq!((busy.status().as_u16(), header(&busy, "retry-after")), (503, "2".to_owned()));
    assert_eq!(problem_of(busy).await, "overloaded");
    assert_eq!(centre.head(&format!("{MEDIA}/{}", "0".repeat(32))).await.status(), 404, "asking is a read");
}
