//! Every answer about media.

use axum::http;
use reqwest::{RequestBuilder, Response};

use super::exercise::Exercise;
use crate::fixture::media::*;
use crate::fixture::*;

const UPLOAD: &str = "/v1/media/{upload}";
/// An upload that no centre ever made.
const UNKNOWN: &str = "/v1/media/0000000000000000000000000000000000000000000000000000000000000000";
const BYTES: usize = 3000;
/// One more id.
const SIXTH: &str = "0190a5d0-cb1e-7cc3-9a55-0123456789ab";

/// Sends all of it to a centre that has the incident.
pub(crate) async fn exercise(exercise: &mut Exercise, centre: &Running) {
    exercise.send(MEDIA, centre.client.request("OPTIONS".parse().unwrap(), centre.url(MEDIA)), 204).await;
    creations(exercise, centre).await;
    refused_creations(exercise, centre).await;
    pieces(exercise, centre).await;
    refused_by_whom(exercise, centre).await;
}

/// What a centre says that has no place for anybody.
pub(crate) async fn busy(exercise: &mut Exercise, busy: &Running) {
    exercise.send(MEDIA, busy.tus("OPTIONS", MEDIA), 503).await;
    exercise.send(MEDIA, busy.creation(FILE, b"bytes"), 503).await;
    exercise.send(UPLOAD, busy.tus("HEAD", UNKNOWN), 503).await;
    exercise.send(UPLOAD, busy.patch(UNKNOWN, 0, b""), 503).await;
    exercise.send(UPLOAD, busy.tus("DELETE", UNKNOWN), 503).await;
}

async fn creations(exercise: &mut Exercise, centre: &Running) {
    let photo = photo(BYTES);
    let at = exercise.send_for("location", MEDIA, centre.creation(FILE, &photo), 201).await;
    assert_eq!(exercise.send_for("location", MEDIA, centre.creation(FILE, &photo), 200).await, at);
    let with = |piece: &[u8]| centre.creation(FILE, &photo).header("content-type", PIECE).body(piece.to_vec());
    exercise.send(MEDIA, with(&photo[..1000]).header("upload-checksum", checksum(b"others")), 460).await;
    assert_ne!(exercise.send_for("siaga-receipt", MEDIA, with(&photo), 200).await, "");
    exercise.send(UPLOAD, centre.tus("DELETE", &at), 403).await;

    let whole = fixture_file(1);
    let request = centre.creation(FILE_2, &whole).header("content-type", PIECE).body(whole.clone());
    assert_ne!(exercise.send_for("siaga-receipt", MEDIA, request, 201).await, "");
    let wrong = centre.creation(EVENT, &fixture_file(2)).header("content-type", PIECE).body(whole);
    exercise.send(MEDIA, wrong, 460).await;
}

async fn refused_creations(exercise: &mut Exercise, centre: &Running) {
    let file = fixture_file(3);
    let stated = |length: &str, metadata: &str| {
        centre.tus("POST", MEDIA).header("upload-length", length).header("upload-metadata", metadata)
    };
    exercise.send(MEDIA, stated("100", "incident bm9uc2Vuc2U="), 400).await;
    exercise.send(MEDIA, stated("-1", &metadata_of(FILE, &file)), 400).await;
    let unread = stated("100", &metadata_of(FILE, &file)).header("content-type", PIECE).body(file.clone());
    exercise.send(MEDIA, unread.header("upload-checksum", "md5 1B2M2Y8AsgTpgAmY7PhCfg=="), 400).await;
    exercise.send(MEDIA, stated("100", &metadata_of(FILE, &file)), 409).await;
    exercise.send(MEDIA, stated("99999999999", &metadata_of(OTHER, &file)), 413).await;
    let unknown = metadata(&[("incident", OTHER), ("file", OTHER), ("sha256", &"0".repeat(64))]);
    exercise.send(MEDIA, stated("100", &unknown), 404).await;
}

async fn pieces(exercise: &mut Exercise, centre: &Running) {
    let file = fixture_file(4);
    let at = centre.created(OTHER, &file).await;
    let (one, two) = file.split_at(40);
    let head = || centre.tus("HEAD", &at);
    exercise.send(UPLOAD, centre.patch(&at, 0, one), 204).await;
    exercise.send(UPLOAD, centre.patch(&at, 0, one), 409).await;
    exercise.send(UPLOAD, centre.patch(&at, 40, &file), 413).await;
    exercise.send(UPLOAD, centre.tus("PATCH", &at).header("upload-offset", 40).body("x"), 415).await;
    let unread = centre.tus("PATCH", &at).header("content-type", PIECE).header("upload-offset", "forty");
    exercise.send(UPLOAD, unread.body("x"), 400).await;
    exercise.send(UPLOAD, centre.patch(&at, 40, two).header("upload-checksum", checksum(one)), 460).await;
    assert_eq!(exercise.send_for("siaga-receipt", UPLOAD, head(), 200).await, "");
    let receipt = exercise.send_for("siaga-receipt", UPLOAD, centre.patch(&at, 40, two), 204).await;
    assert_eq!(exercise.send_for("siaga-receipt", UPLOAD, head(), 200).await, receipt);
    assert_ne!(receipt, "");

    let at = centre.created(INCIDENT, &fixture_file(5)).await;
    exercise.send(UPLOAD, centre.patch(&at, 0, &fixture_file(6)), 460).await;
    let at = centre.created(INCIDENT, &fixture_file(7)).await;
    exercise.send(UPLOAD, centre.tus("DELETE", &at), 204).await;
}

/// Each request without the secret, without a version, and about what is not there.
async fn refused_by_whom(exercise: &mut Exercise, centre: &Running) {
    let file = fixture_file(8);
    let at = centre.created(SIXTH, &file).await;
    let bare = |method: &str, path: &str| centre.client.request(method.parse().unwrap(), centre.url(path));
    let stated = |request: RequestBuilder| {
        let creation = request.header("upload-length", file.len()).header("upload-metadata", metadata_of(SIXTH, &file));
        creation.header("content-type", PIECE).header("upload-offset", 0)
    };
    for (method, template, path) in
        [("POST", MEDIA, MEDIA), ("HEAD", UPLOAD, &at), ("PATCH", UPLOAD, &at), ("DELETE", UPLOAD, &at)]
    {
        let strange = bare(method, path).header("tus-resumable", "1.0.0").header("siaga-secret", secret_text(&[9; 32]));
        exercise.send(template, stated(strange), 403).await;
        exercise.send(template, stated(bare(method, path)).header("siaga-secret", secret_text(&SECRET)), 412).await;
        if template == UPLOAD {
            exercise.send(template, stated(centre.tus(method, UNKNOWN)), 404).await;
        }
    }
}

/// What a connection shows that writes its own bytes: a second writer, and a body that breaks off.
pub(crate) async fn raw(exercise: &mut Exercise, centre: Running) {
    let file = fixture_file(9);
    let at = centre.created(EVENT, &file).await;
    let (handle, _folder) = centre.in_clear();
    let connect = || Raw::connect(handle.api_addr());
    let mut first = connect();
    first.begin_patch(&at, 0, file.len(), &[]);
    let (mut second, mut third) = (connect(), connect());
    let piece = [("content-type", PIECE), ("upload-offset", "0"), ("content-length", "0"), ("connection", "close")];
    second.head(&format!("PATCH {at}"), &piece);
    exercise.came("PATCH", UPLOAD, answer(&second.rest()), 423).await;
    third.head(&format!("DELETE {at}"), &[("connection", "close")]);
    exercise.came("DELETE", UPLOAD, answer(&third.rest()), 423).await;
    first.send(&file[..10]);
    first.end();
    exercise.came("PATCH", UPLOAD, answer(&first.rest()), 408).await;

    let mut creation = connect();
    let other = fixture_file(10);
    let (length, metadata) = (other.len().to_string(), metadata_of(INCIDENT, &other));
    let stated = [("upload-length", length.as_str()), ("upload-metadata", &metadata), ("content-type", PIECE)];
    creation.head("POST /v1/media", &[&stated[..], &[("content-length", &length)]].concat());
    creation.send(&other[..10]);
    creation.end();
    exercise.came("POST", MEDIA, answer(&creation.rest()), 408).await;
}

/// An answer of HTTP/1.1, read from its bytes.
fn answer(bytes: &[u8]) -> Response {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer but {text:?}"));
    let mut lines = head.lines();
    let status: u16 = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let named = lines.map(|line| line.split_once(": ").unwrap()).filter(|(name, _)| *name != "connection");
    let answer =
        named.fold(http::Response::builder().status(status), |answer, (name, value)| answer.header(name, value));
    Response::from(answer.body(body.to_owned()).unwrap())
}

/// A small file that differs from every other number's.
fn fixture_file(number: u8) -> Vec<u8> {
    let mut file = photo(100);
    file.push(number);
    file
}
