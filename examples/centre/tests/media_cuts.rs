//! Media over connections that break, a centre that stops, and two who write at once.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod fixture;

use fixture::media::*;
use fixture::*;
use siaga_centre::{CentreHandle, Limits};
use tempfile::TempDir;

/// A centre in clear that has the incident and an empty upload, and the upload's address.
async fn begun(photo: &[u8]) -> (CentreHandle, TempDir, String) {
    let centre = start_with_sos().await;
    let at = centre.created(FILE, photo).await;
    let (handle, folder) = centre.in_clear();
    (handle, folder, at)
}

fn ask(handle: &CentreHandle, line: &str, headers: &[(&str, &str)]) -> String {
    let mut raw = Raw::connect(handle.api_addr());
    raw.head(line, headers);
    raw.answer_head()
}

fn offset(handle: &CentreHandle, at: &str) -> usize {
    let head = ask(handle, &format!("HEAD {at}"), &[]);
    let line = head.lines().find_map(|line| line.strip_prefix("upload-offset: "));
    line.unwrap_or_else(|| panic!("{head}")).parse().unwrap()
}

/// Sends the rest on a TLS connection, and judges the receipt as a phone does.
async fn completes(handle: CentreHandle, folder: TempDir, at: &str, photo: &[u8]) {
    handle.stop();
    let centre = start_in(folder, Limits::default());
    let from = usize::try_from(offset_of(&centre.head(at).await)).unwrap();
    let reply = centre.patch(at, from, &photo[from..]).send().await.unwrap();
    assert_eq!(reply.status(), 204);
    assert!(centre.judge(&reply, FILE, photo, false).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_before_the_connection_broke_counts() {
    let photo = photo(900_000);
    let (handle, folder, at) = begun(&photo).await;
    let mut from = 0;
    // Inside a block, on its border, and far beyond one.
    for sent in [1, 4095, 262_144, 300_000] {
        let mut raw = Raw::connect(handle.api_addr());
        raw.begin_patch(&at, from, photo.len() - from, &[]);
        raw.send(&photo[from..from + sent]);
        raw.cut();
        from += sent;
        assert_eq!(offset(&handle, &at), from);
    }
    completes(handle, folder, &at, &photo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_of_a_piece_with_a_checksum_counts_only_as_a_whole() {
    let photo = photo(90_000);
    let (handle, folder, at) = begun(&photo).await;
    let mut raw = Raw::connect(handle.api_addr());
    raw.begin_patch(&at, 0, photo.len(), &[("upload-checksum", &checksum(&photo))]);
    raw.send(&photo[..50_000]);
    raw.cut();
    assert_eq!(offset(&handle, &at), 0);
    assert_eq!(std::fs::read_dir(folder.path().join("media")).unwrap().count(), 1);
    completes(handle, folder, &at, &photo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_last_answer_was_lost_has_its_receipt_at_the_next_head() {
    let photo = photo(1000);
    let (handle, _folder, at) = begun(&photo).await;
    let mut raw = Raw::connect(handle.api_addr());
    // All of the file comes, and the end of the body does not.
    let headers = [("content-type", PIECE), ("upload-offset", "0"), ("transfer-encoding", "chunked")];
    raw.head(&format!("PATCH {at}"), &headers);
    raw.send(b"3e8\r\n");
    raw.send(&photo);
    raw.send(b"\r\n");
    raw.cut();
    assert!(handle.incidents().unwrap()[0].files[0].is_confirmed());
    let head = ask(&handle, &format!("HEAD {at}"), &[]);
    assert!(head.contains("upload-offset: 1000\r\n") && head.contains("siaga-receipt: "), "{head}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_beyond_the_length_are_not_stored() {
    let photo = photo(1000);
    let (handle, folder, at) = begun(&photo).await;
    let mut raw = Raw::connect(handle.api_addr());
    let headers = [("content-type", PIECE), ("upload-offset", "0"), ("transfer-encoding", "chunked")];
    raw.head(&format!("PATCH {at}"), &headers);
    raw.send(b"3ea\r\n");
    raw.send(&photo);
    raw.send(b"xy\r\n0\r\n\r\n");
    let answer = raw.answer_head();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    let entry = std::fs::read_dir(folder.path().join("media")).unwrap().next().unwrap().unwrap();
    assert_eq!(std::fs::read(entry.path()).unwrap(), photo);
    // All of the file is there, so the next question has the centre's word on it.
    assert!(ask(&handle, &format!("HEAD {at}"), &[]).contains("siaga-receipt: "));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_at_a_time_writes_to_an_upload() {
    let photo = photo(1000);
    let (handle, folder, at) = begun(&photo).await;
    let mut first = Raw::connect(handle.api_addr());
    first.begin_patch(&at, 0, 1000, &[]);
    let piece = [("content-type", PIECE), ("upload-offset", "0"), ("content-length", "0")];
    let second = ask(&handle, &format!("PATCH {at}"), &piece);
    assert!(second.starts_with("HTTP/1.1 423 "), "{second}");
    assert!(ask(&handle, &format!("DELETE {at}"), &[]).starts_with("HTTP/1.1 423 "));
    assert_eq!(offset(&handle, &at), 0, "asking is no writing");
    // A repeated creation brings its beginning in vain.
    let (length, stated) = (photo.len().to_string(), metadata_of(FILE, &photo));
    let creation = [
        ("upload-length", length.as_str()),
        ("upload-metadata", &stated),
        ("content-type", PIECE),
        ("content-length", "3"),
    ];
    let mut again = Raw::connect(handle.api_addr());
    again.head("POST /v1/media", &creation);
    again.send(b"abc");
    let answer = again.answer_head();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("upload-offset: 0\r\n"), "{answer}");

    first.send(&photo[..600]);
    first.cut();
    assert_eq!(offset(&handle, &at), 600, "the lock goes with its connection");
    completes(handle, folder, &at, &photo).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_centre_that_stops_keeps_what_came_and_goes_on_from_there() {
    let photo = photo(600_000);
    let (handle, folder, at) = begun(&photo).await;
    let mut raw = Raw::connect(handle.api_addr());
    raw.begin_patch(&at, 0, photo.len(), &[]);
    raw.send(&photo[..500_000]);
    handle.stop();
    let centre = start_in(folder, Limits::default());
    let from = usize::try_from(offset_of(&centre.head(&at).await)).unwrap();
    assert!(from <= 500_000);
    // The hash of what was there is made anew from the disk.
    let part = centre.patch(&at, from, &photo[from..550_000]).send().await.unwrap();
    assert_eq!(offset_of(&part), 550_000);
    let centre = centre.restarted();
    let last = centre.patch(&at, 550_000, &photo[550_000..]).send().await.unwrap();
    assert!(centre.judge(&last, FILE, &photo, false).await.is_ok());
}

/// The centre's database.
fn database(folder: &TempDir) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.path().join("centre.db")).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_centre_that_was_killed_between_the_last_byte_and_the_receipt_judges_at_the_next_question() {
    let centre = start_with_sos().await;
    let (photo, other) = (photo(2000), photo(2001));
    let (at, _) = centre.brought(FILE, &photo).await;
    let (lost, _) = centre.brought(FILE_2, &other).await;
    let Running { handle, folder, .. } = centre;
    handle.stop();
    // All bytes are on the disk, the receipts are not; and the power loss damaged one of the files.
    database(&folder).execute("UPDATE uploads SET receipt = NULL, confirmed_ms = NULL", []).unwrap();
    let name = lost.rsplit('/').next().unwrap();
    std::fs::write(folder.path().join("media").join(name), vec![0; 2001]).unwrap();

    let centre = start_in(folder, Limits::default());
    let head = centre.head(&at).await;
    assert_eq!(offset_of(&head), 2000);
    assert!(centre.judge(&head, FILE, &photo, false).await.is_ok());
    assert_eq!(centre.head(&lost).await.status(), 404, "never a whole file without the centre's word");
    assert_eq!(centre.on_disk(), [2000]);
    let (_, receipt) = centre.brought(FILE_2, &other).await;
    assert_ne!(receipt, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_came_back_for_in_a_week_is_forgotten_and_what_is_complete_never() {
    let centre = start_with_sos().await;
    let (photo, other) = (photo(2000), photo(2001));
    let (kept, receipt) = centre.brought(FILE, &photo).await;
    let at = centre.created(FILE_2, &other).await;
    centre.patch(&at, 0, &other[..1000]).send().await.unwrap();
    // A week passes while the centre runs.
    database(&centre.folder).execute("UPDATE uploads SET touched_ms = touched_ms - 604800000", []).unwrap();
    assert_eq!(centre.head(&at).await.status(), 404);
    assert_eq!(centre.patch(&at, 1000, &other[1000..]).send().await.unwrap().status(), 404);
    let anew = centre.creation(FILE_2, &other).send().await.unwrap();
    assert_eq!((anew.status().as_u16(), offset_of(&anew)), (201, 0));
    centre.patch(&at, 0, &other[..1000]).send().await.unwrap();
    assert_eq!(centre.head(&kept).await.status(), 200);

    // And while it does not.
    database(&centre.folder).execute("UPDATE uploads SET touched_ms = touched_ms - 604800000", []).unwrap();
    let centre = centre.restarted();
    assert_eq!(centre.on_disk(), [2000]);
    assert_eq!(receipt_of(&centre.head(&kept).await), receipt);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hour_with_new_bytes_puts_the_end_off() {
    let centre = start_with_sos().await;
    let photo = photo(2000);
    let at = centre.created(FILE, &photo).await;
    let touched = "UPDATE uploads SET touched_ms = touched_ms - 600000000";
    database(&centre.folder).execute(touched, []).unwrap();
    let before = header(&centre.head(&at).await, "upload-expires");
    let part = centre.patch(&at, 0, &photo[..1000]).send().await.unwrap();
    assert_ne!(header(&part, "upload-expires"), before);
    database(&centre.folder).execute(touched, []).unwrap();
    assert_eq!(offset_of(&centre.head(&at).await), 1000);
}
