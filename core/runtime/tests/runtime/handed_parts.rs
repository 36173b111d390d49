//! Parts of files that the platform's own transfer service carries (F57).

use std::fs;
use std::path::Path;
use std::sync::Arc;

use siaga::{
    Failure, FileId, FileState, Header, IncidentId, Method, Payload, Ports, RawReply, Report, Siaga, StoreHealth,
    Transfer,
};
use siaga_vault::Digest;
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

const BYTES: usize = 300_000;

fn photo() -> Vec<u8> {
    let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
    photo.extend((4..BYTES).map(|at| (at % 249) as u8));
    photo
}

/// A phone whose centre has the text of a report, and one part of its photo.
struct Handset {
    keys: Keys,
    folder: TempDir,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
    siaga: Siaga,
    report: IncidentId,
    file: FileId,
    there: u64,
}

impl Handset {
    fn new() -> Self {
        let (keys, folder, gallery) = (Keys::new(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (wires, watch) = (Arc::<Wires>::default(), Arc::new(Watch::new()));
        let siaga = open(&keys, folder.path(), &wires, &watch);
        wires.take("/v1/keys").unwrap().1(keys.key_set());
        let report = siaga.submit(Report { category: "fire".to_owned(), ..Default::default() }).unwrap();
        let (create, done) = wires.take("/v1/incidents/").unwrap();
        done(keys.receipt(&create));
        fs::write(gallery.path().join("photo.jpg"), photo()).unwrap();
        let file = siaga.attach_file(report, gallery.path().join("photo.jpg")).unwrap();
        while let Some((request, done)) = wires.take("/v1/incidents/") {
            if request.method == Method::Put {
                done(keys.receipt(&request));
            }
        }
        wires.take("/v1/capabilities").unwrap().1(Keys::offers());
        let (request, created) = wires.take("/v1/media").unwrap();
        assert_eq!((request.method, request.body.length()), (Method::Post, 0));
        created(Ok(Keys::uploaded(201, 0)));
        let (part, arrived) = wires.take("/v1/media/a").unwrap();
        let there = part.body.length();
        assert!(matches!(part.body, Payload::Slice(_)) && siaga.take_transfers().unwrap().is_empty());
        arrived(Ok(Keys::uploaded(204, there)));
        assert!(wires.take("/v1/media").is_none(), "the rest is the platform's");
        Self { keys, folder, wires, watch, siaga, report, file, there }
    }

    /// The process dies: it is never called again, and closes nothing.
    fn die(self) -> Dead {
        let Self { keys, folder, watch, siaga, report, file, .. } = self;
        std::mem::forget(siaga);
        Dead { keys, folder, watch, report, file }
    }

    /// What lies beside the copy.
    fn slices(&self) -> usize {
        slices(self.folder.path())
    }
}

struct Dead {
    keys: Keys,
    folder: TempDir,
    watch: Arc<Watch>,
    report: IncidentId,
    file: FileId,
}

fn open(keys: &Keys, folder: &Path, wires: &Arc<Wires>, watch: &Arc<Watch>) -> Siaga {
    keys.phone_with(folder, wires, Ports { clock: Arc::<Watch>::clone(watch), ..Ports::system().unwrap() })
}

fn slices(folder: &Path) -> usize {
    let entries = fs::read_dir(folder.join("media")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "slice")).count()
}

fn rest(mut taken: Vec<Transfer>) -> Transfer {
    assert_eq!(taken.len(), 1, "{taken:?}");
    taken.remove(0)
}

fn state(siaga: &Siaga, report: IncidentId) -> FileState {
    siaga.snapshot().incident(report).unwrap().files[0].state
}

fn header(name: &str, value: impl ToString) -> Header {
    Header { name: name.to_owned(), value: value.to_string() }
}

#[test]
fn the_rest_of_a_photo_is_a_file_and_its_receipt_in_a_later_process_confirms_it_and_removes_that_inv_3() {
    let phone = Handset::new();
    let there = phone.there;
    let taken = rest(phone.siaga.take_transfers().unwrap());
    assert_eq!((taken.method.as_str(), taken.url.as_str()), ("PATCH", "https://centre.example/v1/media/a"));
    assert!(taken.headers.contains(&header("upload-offset", there)) && taken.body.is_empty());
    let file = taken.file.clone().unwrap();
    assert_eq!(fs::read(&file).unwrap(), photo()[there as usize..]);
    assert!(Path::new(&file).starts_with(phone.folder.path()), "nothing is written outside our folder");
    let again = rest(phone.siaga.take_transfers().unwrap());
    assert_eq!((again.id, again.file), (taken.id.clone(), taken.file.clone()), "to be compared with the system's list");
    phone.siaga.prepare_suspend().unwrap();

    let dead = phone.die();
    dead.watch.advance(3 * 86_400_000);
    let next = open(&dead.keys, dead.folder.path(), &Arc::default(), &dead.watch);
    assert_eq!(state(&next, dead.report), FileState::Waiting);
    let receipt = dead.keys.sign_file(dead.report, dead.file, Digest::of(&photo()));
    let headers =
        vec![header("Tus-Resumable", "1.0.0"), header("Upload-Offset", BYTES), header("Siaga-Receipt", receipt)];
    next.transfer_replied(&taken.id, RawReply { status: 204, headers, body: Vec::new() }).unwrap();
    assert!(matches!(state(&next, dead.report), FileState::Confirmed { .. }));
    assert!(next.snapshot().incident(dead.report).unwrap().complete);
    assert_eq!(slices(dead.folder.path()), 0);
}

#[test]
fn what_a_platform_carries_is_known_after_steps_in_memory_f57_f58() {
    let phone = Handset::new();
    let taken = rest(phone.siaga.take_transfers().unwrap());
    phone.siaga.prepare_suspend().unwrap();
    phone.siaga.network_changed().unwrap();
    assert_eq!(phone.siaga.snapshot().store, StoreHealth::InMemoryOnly);
    phone.siaga.resume().unwrap();
    assert_eq!(phone.siaga.snapshot().store, StoreHealth::Durable);
    assert!(phone.wires.take("/v1/media").is_none(), "nothing is sent beside it");
    assert_eq!(rest(phone.siaga.take_transfers().unwrap()).id, taken.id);
}

#[test]
fn what_the_platform_has_dropped_is_tried_anew_at_the_next_start_and_what_it_carries_is_left_alone_f57() {
    for is_carried in [true, false] {
        let phone = Handset::new();
        let taken = rest(phone.siaga.take_transfers().unwrap());
        phone.siaga.reconcile_transfers(&[]).unwrap();
        assert_eq!(rest(phone.siaga.take_transfers().unwrap()).id, taken.id, "its own it compares by itself");
        let dead = phone.die();
        let wires = Arc::<Wires>::default();
        let next = open(&dead.keys, dead.folder.path(), &wires, &dead.watch);
        let carried = if is_carried { vec![taken.id] } else { Vec::new() };
        next.reconcile_transfers(&carried).unwrap();
        assert_eq!(slices(dead.folder.path()), usize::from(is_carried));
        dead.watch.advance(60_000);
        next.wake().unwrap();
        let looks = wires.take("/v1/media").is_some_and(|(request, _)| request.method == Method::Head);
        assert_eq!(looks, !is_carried);
    }
}

#[test]
fn a_rest_for_which_there_is_no_file_is_sent_by_ourselves_later() {
    let phone = Handset::new();
    let media = phone.folder.path().join("media");
    // The copy is gone, as after a cleaner that took it for a duplicate.
    fs::remove_file(media.join(Digest::of(&photo()).to_string())).unwrap();
    assert!(phone.siaga.take_transfers().unwrap().is_empty());
    assert_eq!(phone.slices(), 0);
    let trouble = phone.siaga.snapshot().incident(phone.report).unwrap().files[0].trouble.clone();
    assert_eq!(trouble, Some(siaga::Trouble::NoReply(Failure::NoCopy)));
}
