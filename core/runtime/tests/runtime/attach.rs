//! Files: known, copied, announced; and what becomes of copies that nobody finished or needs.

use std::fs;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use siaga::{AttachFault, Error, FileState, IncidentId, MediaConfig, Ports, Report, Siaga};
use siaga_vault::Digest;
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

struct Phone {
    keys: Keys,
    folder: TempDir,
    gallery: TempDir,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
    media: MediaConfig,
}

impl Phone {
    fn new() -> Self {
        Self {
            keys: Keys::new(),
            folder: tempfile::tempdir().unwrap(),
            gallery: tempfile::tempdir().unwrap(),
            wires: Arc::default(),
            watch: Arc::new(Watch::new()),
            media: MediaConfig::default(),
        }
    }

    fn open(&self) -> Siaga {
        let ports = Ports { clock: Arc::<Watch>::clone(&self.watch), ..Ports::system().unwrap() };
        self.keys.phone_of(self.folder.path(), &self.wires, ports, self.media.clone())
    }

    /// A photo in the gallery: the beginning of a JPEG, and so many bytes.
    fn photo(&self, name: &str, bytes: usize) -> PathBuf {
        let path = self.gallery.path().join(name);
        fs::write(&path, jpeg(bytes)).unwrap();
        path
    }

    /// What is in the folder of copies, but for locks.
    fn copies(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.folder.path().join("media")) else { return Vec::new() };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.ends_with("lock")).collect()
    }
}

fn jpeg(bytes: usize) -> Vec<u8> {
    let mut photo = vec![0xFF, 0xD8, 0xFF, 0xE0];
    photo.extend((0..bytes).map(|at| (at % 249) as u8));
    photo
}

fn report(siaga: &Siaga) -> IncidentId {
    siaga.submit(Report { category: "fire".to_owned(), text: "Smoke".to_owned(), ..Default::default() }).unwrap()
}

fn fault<T: std::fmt::Debug>(attached: Result<T, Error>) -> AttachFault {
    let Err(Error::Attach { fault }) = attached else { panic!("{attached:?}") };
    fault
}

fn wake_for(siaga: &Siaga, watch: &Watch, ms: u64) {
    watch.advance(ms);
    siaga.wake().unwrap();
}

#[test]
fn a_file_is_ours_before_attach_returns_and_the_original_may_go_f67() {
    let phone = Phone::new();
    let siaga = phone.open();
    let incident = report(&siaga);
    let photo = phone.photo("IMG_1.jpg", 100_000);
    let file = siaga.attach_file(incident, &photo).unwrap();
    fs::remove_file(&photo).unwrap();
    let sha256 = Digest::of(&jpeg(100_000));
    assert_eq!(phone.copies(), [sha256.to_string()]);
    assert_eq!(fs::read(phone.folder.path().join("media").join(sha256.to_string())).unwrap(), jpeg(100_000));
    // A process that dies now has lost nothing.
    std::mem::forget(siaga);
    let siaga = phone.open();
    let view = siaga.snapshot().incident(incident).unwrap().files[0].clone();
    assert_eq!((view.id, view.name.as_str(), view.state, view.bytes), (file, "IMG_1.jpg", FileState::Waiting, 100_004));
}

#[test]
fn what_is_no_photo_video_or_sound_is_refused_with_its_reason_and_leaves_nothing() {
    let phone = Phone { media: MediaConfig { file_max_mb: 1, ..MediaConfig::default() }, ..Phone::new() };
    let siaga = phone.open();
    let incident = report(&siaga);
    let empty = phone.gallery.path().join("empty.jpg");
    fs::write(&empty, "").unwrap();
    let text = phone.gallery.path().join("photo.jpg");
    fs::write(&text, "<html>").unwrap();
    let link = phone.gallery.path().join("link.jpg");
    std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
    let pipe = phone.gallery.path().join("pipe.jpg");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (path, expected) in [
        (empty.as_path(), AttachFault::Empty),
        (&text, AttachFault::UnknownType),
        (phone.gallery.path(), AttachFault::NotAFile),
        (&link, AttachFault::NotAFile),
        (&pipe, AttachFault::NotAFile),
        (Path::new("/dev/zero"), AttachFault::NotAFile),
        (Path::new("/nowhere/photo.jpg"), AttachFault::Unreadable),
        (&phone.photo("large.jpg", 1_000_001), AttachFault::TooLarge { most_bytes: 1_000_000 }),
    ] {
        assert_eq!(fault(siaga.attach_file(incident, path)), expected, "{}", path.display());
    }
    let nobody = IncidentId::from_bytes([9; 16]);
    assert_eq!(fault(siaga.attach_file(nobody, phone.photo("a.jpg", 9))), AttachFault::NoSuchIncident);
    assert!(siaga.snapshot().incident(incident).unwrap().files.is_empty(), "whoever attached was told");
    siaga.wake().unwrap();
    assert_eq!(phone.copies(), Vec::<String>::new());
}

#[test]
fn all_copies_together_are_bounded() {
    let phone = Phone { media: MediaConfig { total_max_mb: 10, ..MediaConfig::default() }, ..Phone::new() };
    let siaga = phone.open();
    let incident = report(&siaga);
    let _ = siaga.attach_file(incident, phone.photo("a.jpg", 6_000_000)).unwrap();
    let full = AttachFault::TooMuchWaiting { most_bytes: 10_000_000 };
    assert_eq!(fault(siaga.attach_file(incident, phone.photo("b.jpg", 6_000_001))), full);
    let _ = siaga.attach_file(incident, phone.photo("c.jpg", 3_000_000)).unwrap();
}

/// A stream that ends with its process.
struct Dying(usize);

impl Read for Dying {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        assert!(self.0 > 0, "the process dies");
        self.0 -= 1;
        into.fill(0xFF);
        Ok(into.len())
    }
}

#[test]
fn a_stream_that_ended_with_its_process_is_shown_as_lost_and_leaves_nothing_f13() {
    let phone = Phone::new();
    let siaga = phone.open();
    let incident = report(&siaga);
    let died = catch_unwind(AssertUnwindSafe(|| siaga.attach_stream(incident, "video.mp4", &mut Dying(40))));
    assert!(died.is_err());
    drop(siaga);
    let siaga = phone.open();
    assert_eq!(siaga.snapshot().incident(incident).unwrap().files[0].state, FileState::Copying);
    siaga.take_up_copies().unwrap();
    let view = siaga.snapshot().incident(incident).unwrap().files[0].clone();
    assert_eq!((view.name.as_str(), view.state), ("video.mp4", FileState::Lost { fault: AttachFault::Interrupted }));
    siaga.wake().unwrap();
    assert_eq!(phone.copies(), Vec::<String>::new());
}

#[test]
fn a_stream_that_fails_is_no_file() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }
    let phone = Phone::new();
    let siaga = phone.open();
    let incident = report(&siaga);
    assert_eq!(fault(siaga.attach_stream(incident, "a", &mut Failing)), AttachFault::Unreadable);
}

#[test]
fn a_copy_goes_when_it_is_confirmed_and_its_time_is_over_and_never_before_f10() {
    let phone = Phone { media: MediaConfig { keep_days: 2, ..MediaConfig::default() }, ..Phone::new() };
    let siaga = phone.open();
    let incident = report(&siaga);
    let (_, done) = phone.wires.take("/v1/keys").unwrap();
    done(phone.keys.key_set());
    let (_, done) = phone.wires.take("/v1/capabilities").unwrap();
    done(Keys::offers());
    let _ = siaga.attach_file(incident, phone.photo("a.jpg", 1_000)).unwrap();
    const DAY_MS: u64 = 86_400_000;
    wake_for(&siaga, &phone.watch, 40 * DAY_MS);
    assert_eq!(phone.copies().len(), 1, "it is not confirmed");
    let mut is_confirmed = false;
    while !is_confirmed {
        while let Some((request, done)) = phone.wires.take("/v1/incidents/") {
            done(phone.keys.receipt(&request));
        }
        while let Some((request, done)) = phone.wires.take("/v1/media") {
            done(phone.keys.file_receipt(&request));
        }
        is_confirmed = siaga.snapshot().incident(incident).unwrap().complete;
        wake_for(&siaga, &phone.watch, 60_000);
    }
    wake_for(&siaga, &phone.watch, DAY_MS);
    assert_eq!(phone.copies().len(), 1, "it is kept for two days");
    wake_for(&siaga, &phone.watch, DAY_MS + 60_000);
    wake_for(&siaga, &phone.watch, DAY_MS);
    assert_eq!(phone.copies(), Vec::<String>::new());
}
