//! Files on their way to the real centre.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use siaga::{FileState, IncidentId, Ports};
use siaga_centre::media::FileState as AtCentre;
use siaga_vault::Digest;

use crate::cut::CutLine;
use crate::field::{Field, Phone, config};

/// A video, as far as its first bytes say so.
fn video(bytes: usize) -> Vec<u8> {
    let mut video = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    video.extend((0..bytes).map(|at| (at / 256) as u8 ^ (at % 241) as u8));
    video
}

/// What the centre says of the only file of an incident.
fn at_centre(field: &Field, incident: IncidentId) -> (String, AtCentre, bool) {
    let incidents = field.centre.incidents().unwrap();
    let found = incidents.into_iter().find(|found| found.incident == incident.to_string()).unwrap();
    let [file] = found.files.as_slice() else { panic!("{:?}", found.files) };
    (file.sha256.unwrap().to_string(), file.state.clone(), found.complete)
}

#[test]
fn a_video_reaches_the_centre_whole_and_the_incident_is_complete_only_then() {
    let field = Field::new([]);
    let settings = config(&field.centre, field.centre.api_addr());
    let phone = Phone::open(field.folder.path(), &settings, Ports::system().unwrap());
    let sos = phone.sos();
    let seen_incomplete = AtomicBool::new(false);
    let path = field.folder.path().join("video.mp4");
    fs::write(&path, video(5_000_000)).unwrap();
    let file = phone.siaga.attach_file(sos, &path).unwrap();
    let snapshot = phone.until("complete", |snapshot| {
        let view = snapshot.incident(sos).unwrap();
        let is_confirmed = matches!(view.files[0].state, FileState::Confirmed { .. });
        seen_incomplete.fetch_or(!view.complete && !is_confirmed, Ordering::SeqCst);
        view.complete
    });
    assert!(seen_incomplete.load(Ordering::SeqCst), "F36");
    let view = &snapshot.incident(sos).unwrap().files[0];
    assert_eq!((view.id, view.sent), (file, view.bytes));
    let (sha256, state, complete) = at_centre(&field, sos);
    assert_eq!(sha256, Digest::of(&video(5_000_000)).to_string());
    assert!(matches!(state, AtCentre::Confirmed { .. }) && complete, "{state:?}");
}

#[test]
fn a_line_that_breaks_four_times_costs_hardly_a_byte_and_text_passes_meanwhile_f41_inv_5() {
    const BYTES: usize = 8_000_000;
    let field = Field::new([]);
    let line = CutLine::before(field.centre.api_addr(), 4, 700_000);
    let settings = config(&field.centre, line.address);
    let phone = Phone::open(field.folder.path(), &settings, Ports::system().unwrap());
    let report = siaga::Report { category: "fire".to_owned(), text: "Smoke".to_owned(), ..Default::default() };
    let incident = phone.siaga.submit(report).unwrap();
    let path = field.folder.path().join("video.mp4");
    fs::write(&path, video(BYTES)).unwrap();
    let _ = phone.siaga.attach_file(incident, &path).unwrap();
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    let _ = phone.until("complete", |snapshot| snapshot.incident(incident).unwrap().complete);
    assert_eq!(line.cuts_left(), 0);
    let (_, state, complete) = at_centre(&field, incident);
    assert!(matches!(state, AtCentre::Confirmed { .. }) && complete, "{state:?}");
    // Heads of requests and texts among them.
    let beside = line.bytes() - BYTES as u64;
    assert!(beside < 100_000, "{beside} bytes beside the file's own");
}

#[test]
fn an_upload_goes_on_where_a_killed_process_left_it_f41_inv_13() {
    let field = Field::new([]);
    let line = CutLine::before(field.centre.api_addr(), usize::MAX, 1_000_000);
    let settings = config(&field.centre, line.address);
    let phone = Phone::open(field.folder.path(), &settings, Ports::system().unwrap());
    let sos = phone.sos();
    let path = field.folder.path().join("video.mp4");
    fs::write(&path, video(4_000_000)).unwrap();
    let _ = phone.siaga.attach_file(sos, &path).unwrap();
    let _ = phone.until("begun", |snapshot| snapshot.incident(sos).unwrap().files[0].sent > 100_000);
    fs::remove_file(&path).unwrap();
    drop(phone);
    let settings = config(&field.centre, field.centre.api_addr());
    let phone = Phone::open(field.folder.path(), &settings, Ports::system().unwrap());
    let _ = phone.until("complete", |snapshot| snapshot.incident(sos).unwrap().complete);
    let (sha256, ..) = at_centre(&field, sos);
    assert_eq!(sha256, Digest::of(&video(4_000_000)).to_string());
}
