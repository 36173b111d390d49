//! Media on the wire: tus 1.0.0 with a receipt at its end.

mod fixture;

use fixture::media::*;
use fixture::*;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_in_two_pieces_gets_a_receipt_that_names_its_hash() {
    let centre = start_with_sos().await;
    let photo = photo(70_000);
    let made = centre.creation(FILE, &photo).send().await.unwrap();
    assert_eq!((made.status().as_u16(), offset_of(&made)), (201, 0));
    assert_eq!((header(&made, "tus-resumable"), receipt_of(&made)), ("1.0.0".to_owned(), String::new()));
    assert!(header(&made, "upload-expires").ends_with(" GMT"));
    let at = header(&made, "location");
    assert!(at.starts_with("/v1/media/"), "{at}");

    let first = centre.patch(&at, 0, &photo[..40_000]).send().await.unwrap();
    assert_eq!((first.status().as_u16(), offset_of(&first), receipt_of(&first)), (204, 40_000, String::new()));
    let half = centre.head(&at).await;
    assert_eq!((half.status().as_u16(), offset_of(&half), receipt_of(&half)), (200, 40_000, String::new()));
    assert_eq!((header(&half, "upload-length"), header(&half, "cache-control")), ("70000".into(), "no-store".into()));
    assert_eq!(header(&half, "upload-metadata"), metadata_of(FILE, &photo));

    let last = centre.patch(&at, 40_000, &photo[40_000..]).send().await.unwrap();
    assert_eq!((last.status().as_u16(), offset_of(&last)), (204, 70_000));
    assert!(centre.judge(&last, FILE, &photo, false).await.is_ok());
    assert_eq!(header(&last, "upload-expires"), "", "what is complete does not expire");
    assert_eq!(centre.on_disk(), [70_000]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_costs_nothing_and_the_receipt_is_the_same_byte_for_byte() {
    let centre = start_with_sos().await;
    let photo = photo(5000);
    let at = centre.created(FILE, &photo).await;
    let again = centre.creation(FILE, &photo).send().await.unwrap();
    assert_eq!((again.status().as_u16(), header(&again, "location"), offset_of(&again)), (200, at.clone(), 0));
    centre.patch(&at, 0, &photo[..3000]).send().await.unwrap();
    let again = centre.creation(FILE, &photo).send().await.unwrap();
    assert_eq!((again.status().as_u16(), offset_of(&again), receipt_of(&again)), (200, 3000, String::new()));

    let receipt = receipt_of(&centre.patch(&at, 3000, &photo[3000..]).send().await.unwrap());
    assert_eq!(receipt.split('.').count(), 3);
    let centre = centre.restarted();
    let head = centre.head(&at).await;
    assert_eq!((head.status().as_u16(), offset_of(&head), receipt_of(&head)), (200, 5000, receipt.clone()));
    let post = centre.creation(FILE, &photo).send().await.unwrap();
    assert_eq!((post.status().as_u16(), offset_of(&post), receipt_of(&post)), (200, 5000, receipt.clone()));
    let patch = centre.patch(&at, 5000, b"").send().await.unwrap();
    assert_eq!((patch.status().as_u16(), offset_of(&patch), receipt_of(&patch)), (204, 5000, receipt));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_file_comes_with_its_creation() {
    let centre = start_with_sos().await;
    let photo = photo(9000);
    let with = |piece: &[u8]| centre.creation(FILE, &photo).header("content-type", PIECE).body(piece.to_vec());
    let begun = with(&photo[..4000]).send().await.unwrap();
    assert_eq!((begun.status().as_u16(), offset_of(&begun)), (201, 4000));
    // Something is there: the body of the repeat is ignored.
    let again = with(&photo).send().await.unwrap();
    assert_eq!((again.status().as_u16(), offset_of(&again)), (200, 4000));
    let at = header(&again, "location");
    let last = centre.patch(&at, 4000, &photo[4000..]).send().await.unwrap();
    assert!(centre.judge(&last, FILE, &photo, false).await.is_ok());

    let other = fixture::media::photo(100);
    let whole = centre.creation(FILE_2, &other).header("content-type", PIECE).body(other.clone()).send().await.unwrap();
    assert_eq!((whole.status().as_u16(), offset_of(&whole)), (201, 100));
    assert!(centre.judge(&whole, FILE_2, &other, false).await.is_ok());
    assert!(header(&whole, "location").starts_with("/v1/media/"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_creation_that_got_no_byte_through_takes_the_beginning_of_its_repeat() {
    let centre = start_with_sos().await;
    let photo = photo(100);
    centre.created(FILE, &photo).await;
    let whole = centre.creation(FILE, &photo).header("content-type", PIECE).body(photo.clone()).send().await.unwrap();
    assert_eq!((whole.status().as_u16(), offset_of(&whole)), (200, 100));
    assert!(centre.judge(&whole, FILE, &photo, false).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_pair_never_stands_for_another_file_length_or_drill() {
    let centre = start_with_sos().await;
    let photo = photo(100);
    let at = centre.created(FILE, &photo).await;
    let drill = format!("{},{}", metadata_of(FILE, &photo), metadata(&[("drill", "true")]));
    for (length, stated) in [
        (100, metadata_of(FILE_2, &photo)),
        (101, metadata_of(FILE, &photo)),
        (100, drill),
        // And the other way round: the file's id stands for one hash.
        (100, metadata_of(FILE, b"other bytes")),
    ] {
        let request = centre.tus("POST", MEDIA).header("upload-length", length).header("upload-metadata", stated);
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), 409);
        assert_eq!(problem_of(reply).await, "other-bytes");
    }
    assert_eq!(offset_of(&centre.head(&at).await), 0);
    assert_eq!(centre.on_disk(), [0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drills_receipt_says_drill() {
    let centre = start_with_sos().await;
    let photo = photo(100);
    let stated = format!("{},{}", metadata_of(FILE, &photo), metadata(&[("drill", "true")]));
    let request = centre.tus("POST", MEDIA).header("upload-length", 100).header("upload-metadata", stated);
    let reply = request.header("content-type", PIECE).body(photo.clone()).send().await.unwrap();
    assert!(centre.judge(&reply, FILE, &photo, true).await.is_ok());
    assert!(centre.judge(&reply, FILE, &photo, false).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checksum_guards_its_piece() {
    let centre = start_with_sos().await;
    let photo = photo(3000);
    let at = centre.created(FILE, &photo).await;
    let (one, two) = photo.split_at(1000);
    let right = centre.patch(&at, 0, one).header("upload-checksum", checksum(one)).send().await.unwrap();
    assert_eq!((right.status().as_u16(), offset_of(&right)), (204, 1000));
    let wrong = centre.patch(&at, 1000, two).header("upload-checksum", checksum(one)).send().await.unwrap();
    assert_eq!(wrong.status(), 460);
    assert_eq!(json_of(wrong).await["type"], "about:blank", "the upload is not gone");
    assert_eq!(centre.on_disk(), [1000], "the piece counts for nothing");
    for unknown in ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha256", "sha256 !", "sha256 AAAA", "SHA-256 x"] {
        let reply = centre.patch(&at, 1000, two).header("upload-checksum", unknown).send().await.unwrap();
        assert_eq!(reply.status(), 400, "{unknown}");
    }
    assert_eq!(offset_of(&centre.head(&at).await), 1000);
    let last = centre.patch(&at, 1000, two).header("upload-checksum", checksum(two)).send().await.unwrap();
    assert!(centre.judge(&last, FILE, &photo, false).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_with_another_hash_is_gone_and_begins_anew() {
    let centre = start_with_sos().await;
    let photo = photo(2000);
    let at = centre.created(FILE, &photo).await;
    let mut damaged = photo.clone();
    damaged[1234] ^= 1;
    let reply = centre.patch(&at, 0, &damaged).send().await.unwrap();
    assert_eq!(reply.status(), 460);
    assert_eq!(problem_of(reply).await, "digest-mismatch");
    assert_eq!(centre.head(&at).await.status(), 404);
    assert_eq!(centre.on_disk(), [0; 0]);
    let (_, receipt) = centre.brought(FILE, &photo).await;
    assert_ne!(receipt, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_piece_that_does_not_fit_is_refused_and_changes_nothing() {
    let centre = start_with_sos().await;
    let photo = photo(1000);
    let at = centre.created(FILE, &photo).await;
    centre.patch(&at, 0, &photo[..500]).send().await.unwrap();
    for (offset, piece, status) in
        [(0, &photo[..500], 409), (499, &photo[499..], 409), (501, &photo[501..], 409), (500, &photo[..501], 413)]
    {
        let reply = centre.patch(&at, offset, piece).send().await.unwrap();
        assert_eq!(reply.status(), status, "{offset}");
    }
    for offset in ["-1", "+500", "5e2", "", "99999999999999999999"] {
        let request = centre.tus("PATCH", &at).header("content-type", PIECE).header("upload-offset", offset);
        assert_eq!(request.body("x").send().await.unwrap().status(), 400, "{offset}");
    }
    let plain = centre.tus("PATCH", &at).header("content-type", "text/plain").header("upload-offset", 500);
    assert_eq!(plain.body("x").send().await.unwrap().status(), 415);
    let untyped = centre.tus("PATCH", &at).header("upload-offset", 500).body("x");
    assert_eq!(untyped.send().await.unwrap().status(), 415);
    assert_eq!((offset_of(&centre.head(&at).await), centre.on_disk()), (500, vec![500]));
    let last = centre.patch(&at, 500, &photo[500..]).send().await.unwrap();
    assert!(centre.judge(&last, FILE, &photo, false).await.is_ok());
    assert_eq!(centre.patch(&at, 999, &photo[999..]).send().await.unwrap().status(), 409, "nothing follows the end");
    assert_eq!(centre.patch(&at, 1000, b"x").send().await.unwrap().status(), 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_whoever_has_the_incidents_secret_sees_or_changes_anything() {
    let centre = start_with_sos().await;
    let photo = photo(100);
    let at = centre.created(FILE, &photo).await;
    for secret in [Some(secret_text(&WRONG_SECRET)), Some("nonsense".to_owned()), None] {
        let creation = [("upload-length", "100".to_owned()), ("upload-metadata", metadata_of(FILE, &photo))];
        let piece = [("content-type", PIECE.to_owned()), ("upload-offset", "0".to_owned())];
        for (method, path, headers) in
            [("POST", MEDIA, &creation[..]), ("HEAD", &at, &[]), ("PATCH", &at, &piece[..]), ("DELETE", &at, &[])]
        {
            let mut request = centre.client.request(method.parse().unwrap(), centre.url(path));
            for (name, value) in headers.iter().chain(&[("tus-resumable", "1.0.0".to_owned())]) {
                request = request.header(*name, value);
            }
            if let Some(secret) = &secret {
                request = request.header("siaga-secret", secret);
            }
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 403, "{method}");
            assert_eq!((header(&reply, "upload-offset"), header(&reply, "location")), Default::default());
            if method != "HEAD" {
                assert_eq!(problem_of(reply).await, "secret-needed");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_says_which_tus_it_speaks_and_every_answer_too() {
    let centre = start_with_sos().await;
    let at = centre.created(FILE, b"bytes").await;
    for version in [None, Some("0.2.2")] {
        for (method, path) in [("POST", MEDIA), ("HEAD", &at), ("PATCH", &at), ("DELETE", &at)] {
            let mut request = centre.client.request(method.parse().unwrap(), centre.url(path));
            if let Some(version) = version {
                request = request.header("tus-resumable", version);
            }
            let reply = request.header("siaga-secret", secret_text(&SECRET)).send().await.unwrap();
            assert_eq!((reply.status().as_u16(), header(&reply, "tus-version")), (412, "1.0.0".to_owned()), "{method}");
            assert_eq!(header(&reply, "tus-resumable"), "1.0.0");
        }
    }
    let offered = centre.client.request("OPTIONS".parse().unwrap(), centre.url(MEDIA)).send().await.unwrap();
    assert_eq!(offered.status(), 204);
    let said = ["tus-version", "tus-resumable", "tus-max-size", "tus-checksum-algorithm"].map(|n| header(&offered, n));
    assert_eq!(said, ["1.0.0", "1.0.0", "2147483648", "sha256"]);
    let extensions = header(&offered, "tus-extension");
    assert_eq!(extensions, "creation,creation-with-upload,checksum,expiration,termination");
    let capabilities = json_of(centre.client.get(centre.url("/v1/capabilities")).send().await.unwrap()).await;
    for offer in ["media", "media-checksum"] {
        assert!(capabilities["offers"].as_array().unwrap().contains(&json!(offer)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_may_not_come_before_its_incident() {
    let centre = start();
    let photo = photo(100);
    let reply = centre.creation(FILE, &photo).send().await.unwrap();
    assert_eq!(reply.status(), 404);
    assert_eq!(problem_of(reply).await, "not-found");
    // Something of it is here, but not the create with its secret.
    centre.event(INCIDENT, EVENT, &cancel(EVENT)).await;
    assert_eq!(centre.creation(FILE, &photo).send().await.unwrap().status(), 404);
    centre.create(INCIDENT, &sos_bytes()).await;
    assert_eq!(centre.creation(FILE, &photo).send().await.unwrap().status(), 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_citizen_took_back_is_gone_and_what_is_complete_stays() {
    let centre = start_with_sos().await;
    let photo = photo(100);
    let at = centre.created(FILE, &photo).await;
    centre.patch(&at, 0, &photo[..50]).send().await.unwrap();
    assert_eq!(centre.tus("DELETE", &at).send().await.unwrap().status(), 204);
    assert_eq!(centre.on_disk(), [0; 0]);
    assert_eq!(centre.head(&at).await.status(), 404);
    assert_eq!(centre.tus("DELETE", &at).send().await.unwrap().status(), 404);
    assert_eq!(centre.patch(&at, 50, &photo[50..]).send().await.unwrap().status(), 404);

    let (at, receipt) = centre.brought(FILE, &photo).await;
    let refused = centre.tus("DELETE", &at).send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(problem_of(refused).await, "refused");
    assert_eq!((receipt_of(&centre.head(&at).await), centre.on_disk()), (receipt, vec![100]));
}
