//! A metered network over the public API: told, remembered by the next process, and overruled by the citizen.

use std::fs;
use std::sync::Arc;

use siaga::{AttachFault, Error, FileId, FileState, IncidentId, MediaConfig, Method, Ports, Report, Siaga};
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

/// A phone whose agency lets every file of a report wait for an unmetered network, and a photo of one.
struct Handset {
    keys: Keys,
    folder: TempDir,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
    report: IncidentId,
    file: FileId,
}

impl Handset {
    /// Told that the network is metered, before the photo came.
    fn new() -> (Self, Siaga) {
        let (keys, folder, gallery) = (Keys::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (wires, watch) = (Arc::<Wires>::default(), Arc::new(Watch::new()));
        let siaga = open(&keys, &folder, &wires, &watch);
        siaga.network_metered(true).unwrap();
        wires.take("/v1/keys").unwrap().1(keys.key_set());
        let report = siaga.submit(Report { category: "fire".to_owned(), ..Default::default() }).unwrap();
        let (create, done) = wires.take("/v1/incidents/").unwrap();
        done(keys.receipt(&create));
        let photo = gallery.path().join("photo.jpg");
        fs::write(&photo, [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 100_000]].concat()).unwrap();
        let file = siaga.attach_file(report, photo).unwrap();
        while let Some((request, done)) = wires.take("/v1/incidents/") {
            if request.method == Method::Put {
                done(keys.receipt(&request));
            }
        }
        wires.take("/v1/capabilities").unwrap().1(Keys::offers());
        (Self { keys, folder, wires, watch, report, file }, siaga)
    }

    fn open(&self) -> Siaga {
        open(&self.keys, &self.folder, &self.wires, &self.watch)
    }

    fn uploads(&self) -> bool {
        self.wires.take("/v1/media").is_some()
    }

    fn state(&self, siaga: &Siaga) -> FileState {
        siaga.snapshot().incident(self.report).unwrap().files[0].state
    }
}

fn open(keys: &Keys, folder: &TempDir, wires: &Arc<Wires>, watch: &Arc<Watch>) -> Siaga {
    let ports = Ports { clock: Arc::<Watch>::clone(watch), ..Ports::system().unwrap() };
    keys.phone_of(folder.path(), wires, ports, MediaConfig { metered_max_mb: 0, ..MediaConfig::default() })
}

#[test]
fn what_was_told_is_known_to_the_next_process_and_the_file_leaves_with_the_next_network() {
    let (phone, siaga) = Handset::new();
    assert!(!phone.uploads() && phone.state(&siaga) == FileState::Metered);
    std::mem::forget(siaga);
    let siaga = phone.open();
    phone.watch.advance(3_600_000);
    siaga.wake().unwrap();
    assert!(!phone.uploads() && phone.state(&siaga) == FileState::Metered);
    siaga.network_metered(false).unwrap();
    assert!(phone.uploads() && phone.state(&siaga) == FileState::Waiting, "at once");
}

#[test]
fn the_citizen_overrules_it_for_one_file_and_a_file_that_is_none_is_an_error() {
    let (phone, siaga) = Handset::new();
    siaga.resume_file(phone.file).unwrap();
    assert!(!phone.uploads(), "to go on is not to go over any network");
    siaga.allow_any_network(phone.file).unwrap();
    assert!(phone.uploads() && phone.state(&siaga) == FileState::Waiting);
    let error = siaga.allow_any_network(FileId::from_bytes([9; 16])).unwrap_err();
    assert!(matches!(error, Error::Attach { fault: AttachFault::NoSuchFile }), "{error}");
}

#[test]
fn a_process_that_sleeps_leaves_it_to_the_platform_for_an_unmetered_network_f57() {
    let (phone, siaga) = Handset::new();
    let taken = siaga.take_transfers().unwrap();
    assert!(taken.len() == 1 && taken[0].unmetered && taken[0].method == "POST", "{taken:?}");
    assert!(!phone.uploads());
    let waits = siaga.drain(0).unwrap();
    assert_eq!((waits.waiting, waits.in_flight), (1, 0), "no job of the phone waits for it");
}
