//! Our phone towards our centre, over lines that toxiproxy spoils: each file ends with the centre's word on its hash.

use std::sync::atomic::Ordering;

use siaga::{IncidentId, Snapshot};
use siaga_centre::CentreHandle;
use siaga_centre::media::FileState as AtCentre;
use siaga_vault::Digest;
use tempfile::TempDir;

use crate::damage::Damage;
use crate::phone::{Phone, centre, video};
use crate::toxic::{Toxic, Toxiproxy};

/// A centre, and a line to it that is spoilt.
struct Field {
    toxiproxy: Toxiproxy,
    centre: CentreHandle,
    folder: TempDir,
}

impl Field {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { toxiproxy: Toxiproxy::start(), centre: centre(&folder), folder }
    }

    fn phone(&self, toxics: &[Toxic]) -> Phone {
        Phone::new(&self.centre, self.toxiproxy.line_to(self.centre.api_addr(), toxics))
    }

    /// Waits for the whole file, and looks at what the centre has of it.
    fn judge(&self, phone: &Phone, sos: IncidentId, bytes: &[u8]) {
        let snapshot = phone.until("complete", |snapshot| snapshot.incident(sos).unwrap().complete);
        assert_eq!(snapshot.incident(sos).unwrap().files[0].sent, bytes.len() as u64);
        let incidents = self.centre.incidents().unwrap();
        let [incident] = incidents.as_slice() else { panic!("one SOS is one incident: {incidents:?}") };
        let [file] = incident.files.as_slice() else { panic!("{:?}", incident.files) };
        assert_eq!(file.sha256, Some(Digest::of(bytes)));
        assert!(matches!(file.state, AtCentre::Confirmed { .. }) && incident.complete, "{:?}", file.state);
        let stored = std::fs::read_dir(self.folder.path().join("media")).unwrap().map(|entry| entry.unwrap().path());
        let stored: Vec<bool> = stored.map(|path| std::fs::read(path).unwrap() == bytes).collect();
        assert_eq!(stored, [true], "one upload, byte for byte");
    }
}

/// Brings a file over a line that is spoilt from its first byte to its last.
fn brought(bytes: usize, toxics: &[Toxic]) {
    let field = Field::new();
    let phone = field.phone(toxics);
    let sos = phone.sos_with(&video(bytes));
    field.judge(&phone, sos, &video(bytes));
}

#[test]
fn a_file_arrives_over_a_line_with_a_long_way_back() {
    brought(1_000_000, &[Toxic::Latency { ms: 150 }]);
}

#[test]
fn a_file_arrives_over_a_narrow_line() {
    brought(1_000_000, &[Toxic::Bandwidth { rate: 250 }]);
}

#[test]
fn a_file_arrives_over_a_line_that_is_reset_three_times() {
    let (field, video) = (Field::new(), video(1_000_000));
    let phone = field.phone(&[Toxic::Bandwidth { rate: 250 }]);
    let sos = phone.sos_with(&video);
    for so_far in [100_000, 300_000, 500_000] {
        let file = |snapshot: &Snapshot| snapshot.incident(sos).unwrap().files[0].clone();
        let _ = phone.until("on its way", |snapshot| file(snapshot).sent > so_far);
        field.toxiproxy.spoil(field.centre.api_addr(), Toxic::ResetPeer);
        let _ = phone.until("in trouble", |snapshot| file(snapshot).trouble.is_some());
        field.toxiproxy.heal(field.centre.api_addr(), Toxic::ResetPeer);
    }
    field.judge(&phone, sos, &video);
}

#[test]
fn a_file_arrives_over_a_line_that_is_cut() {
    brought(2_000_000, &[Toxic::LimitData { bytes: 500_000 }]);
}

#[test]
fn a_file_arrives_over_a_line_that_damages_parts_each_of_which_is_refused_and_sent_again() {
    let (field, video) = (Field::new(), video(300_000));
    let damage = Damage::of(3);
    let phone = Phone::new(&field.centre, damage.line_to(field.centre.api_addr()));
    let sos = phone.sos_with(&video);
    field.judge(&phone, sos, &video);
    assert_eq!(damage.refused.load(Ordering::Relaxed), 3, "each at once, and no whole file behind it");
    assert!(damage.checked.load(Ordering::Relaxed) > 3, "the same with their hash again");
}

#[test]
fn a_file_arrives_over_a_line_that_slices() {
    brought(1_000_000, &[Toxic::Slicer { bytes: 700, apart_us: 50 }]);
}

#[test]
fn a_file_arrives_over_a_line_that_does_all_of_it() {
    brought(
        1_000_000,
        &[
            Toxic::Latency { ms: 50 },
            Toxic::Bandwidth { rate: 400 },
            Toxic::Slicer { bytes: 1_400, apart_us: 100 },
            Toxic::LimitData { bytes: 400_000 },
        ],
    );
}
