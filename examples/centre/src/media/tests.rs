//! Disks that fail, and moments that no client can aim at.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use siaga_vault::Digest;
use tempfile::TempDir;

use super::desk::Begun;
use super::*;
use crate::accept::Arrival;
use crate::desk::Desk;
use crate::store::Created;

const INCIDENT: &str = "0190a5d0-7b1e-7cc3-9a55-0123456789ab";
const FILE: &str = "0190a5d0-ab1e-7cc3-9a55-0123456789ab";
const SECRET: [u8; 32] = [7; 32];

/// What is wrong with a disk.
#[derive(Default)]
struct Faults {
    /// Bytes that still fit.
    room: AtomicU64,
    finish_fails: AtomicBool,
}

struct FaultyDisk {
    disk: DiskStorage,
    faults: Arc<Faults>,
}

impl Storage for FaultyDisk {
    fn create(&self, upload: &UploadId) -> io::Result<()> {
        self.disk.create(upload)
    }

    fn append(&self, upload: &UploadId, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let room = usize::try_from(self.faults.room.load(Ordering::SeqCst)).unwrap();
        let fitting = bytes.len().min(room);
        self.faults.room.fetch_sub(u64::try_from(fitting).unwrap(), Ordering::SeqCst);
        self.disk.append(upload, offset, &bytes[..fitting])?;
        if fitting < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn size(&self, upload: &UploadId) -> io::Result<u64> {
        self.disk.size(upload)
    }

    fn read(&self, upload: &UploadId, offset: u64, into: &mut [u8]) -> io::Result<usize> {
        self.disk.read(upload, offset, into)
    }

    fn hash(&self, upload: &UploadId, bytes: u64) -> io::Result<RunningHash> {
        self.disk.hash(upload, bytes)
    }

    fn cut(&self, upload: &UploadId, bytes: u64) -> io::Result<()> {
        self.disk.cut(upload, bytes)
    }

    fn sync(&self, upload: &UploadId) -> io::Result<()> {
        self.disk.sync(upload)
    }

    fn finish(&self, upload: &UploadId) -> io::Result<()> {
        if self.faults.finish_fails.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::Other.into());
        }
        self.disk.finish(upload)
    }

    fn remove(&self, upload: &UploadId) -> io::Result<()> {
        self.disk.remove(upload)
    }
}

/// A desk with an SOS and an empty upload of these bytes.
struct Scene {
    desk: Desk,
    faults: Arc<Faults>,
    upload: UploadId,
    presented: Option<Digest>,
    _folder: TempDir,
}

fn scene(photo: &[u8]) -> Scene {
    let folder = TempDir::new().unwrap();
    let faults = Arc::new(Faults { room: AtomicU64::new(1 << 30), ..Faults::default() });
    let disk = DiskStorage::open(&folder.path().join("media")).unwrap();
    let storage = FaultyDisk { disk, faults: faults.clone() };
    let desk = Desk::open_with(folder.path(), "contoh", || Ok(Box::new(storage))).unwrap();
    let secret_sha256 = Digest::of(&SECRET);
    let sos = format!(r#"{{"v":1,"kind":"sos","body":{{"secret_sha256":"{secret_sha256}"}}}}"#);
    let secret = URL_SAFE_NO_PAD.encode(SECRET);
    let arrival = Arrival {
        incident: INCIDENT,
        event: INCIDENT,
        content_digest: None,
        secret: Some(&secret),
        sent_at_ms: None,
        body: sos.as_bytes(),
    };
    desk.accept(&arrival).unwrap();
    let creation = Creation {
        incident: INCIDENT.to_owned(),
        file: FILE.to_owned(),
        sha256: Digest::of(photo),
        bytes: u64::try_from(photo.len()).unwrap(),
        name: "foto.jpg".to_owned(),
        media_type: None,
        drill: false,
    };
    let presented = Some(secret_sha256);
    let created = Created { creation, metadata: String::new(), beginning_bytes: None, presented };
    let (row, is_new) = desk.create_upload(&created).unwrap().unwrap();
    assert!(is_new);
    Scene { desk, faults, upload: row.upload, presented, _folder: folder }
}

impl Scene {
    fn session(&self, offset: u64, checksum: Option<Checksum>) -> Session {
        let patch = Patch { offset, checksum, bytes: None };
        let begun = self.desk.begin(&self.upload, &patch, self.presented.as_ref()).unwrap();
        let Ok(Begun::Take(session)) = begun else { panic!("it is incomplete") };
        *session
    }

    fn standing(&self) -> Result<(u64, Option<String>), MediaRefusal> {
        let standing = self.desk.standing(&self.upload, self.presented.as_ref()).unwrap();
        standing.map(|row| (row.received, row.known.receipt))
    }

    /// Sends all that is missing.
    fn complete(&self, photo: &[u8]) -> Outcome {
        let (received, _) = self.standing().unwrap();
        let mut session = self.session(received, None);
        assert!(session.write(&photo[usize::try_from(received).unwrap()..]).unwrap());
        self.desk.end(session, true).unwrap()
    }
}

#[test]
fn after_a_full_disk_it_goes_on_where_the_disk_was_full() {
    let photo = b"a photo of ninety thousand kilobytes, more or less";
    let scene = scene(photo);
    scene.faults.room.store(20, Ordering::SeqCst);
    let mut session = scene.session(0, None);
    session.write(&photo[..15]).unwrap();
    session.write(&photo[15..]).unwrap_err();
    session.give_up();
    assert_eq!(scene.standing(), Ok((20, None)));
    scene.faults.room.store(1 << 30, Ordering::SeqCst);
    assert!(matches!(scene.complete(photo), Outcome::Confirmed { .. }));
}

#[test]
fn what_a_full_disk_took_of_a_piece_with_a_checksum_counts_for_nothing() {
    let photo = b"a photo of ninety thousand kilobytes, more or less";
    let scene = scene(photo);
    scene.faults.room.store(20, Ordering::SeqCst);
    let mut session = scene.session(0, Some(Checksum(Digest::of(photo))));
    session.write(photo).unwrap_err();
    session.give_up();
    assert_eq!(scene.standing(), Ok((0, None)));
    scene.faults.room.store(1 << 30, Ordering::SeqCst);
    assert!(matches!(scene.complete(photo), Outcome::Confirmed { .. }));
}

#[test]
fn a_piece_that_is_not_checked_yet_is_seen_by_nobody() {
    let photo = b"a photo";
    let scene = scene(photo);
    let mut session = scene.session(0, Some(Checksum(Digest::of(photo))));
    session.write(photo).unwrap();
    assert_eq!(scene.standing(), Ok((0, None)));
    assert!(matches!(scene.desk.end(session, true).unwrap(), Outcome::Confirmed { .. }));
}

#[test]
fn no_receipt_is_stored_before_the_file_is_on_the_disk() {
    let photo = b"a photo";
    let scene = scene(photo);
    scene.faults.finish_fails.store(true, Ordering::SeqCst);
    let mut session = scene.session(0, None);
    session.write(photo).unwrap();
    scene.desk.end(session, true).unwrap_err();
    let stored = scene.desk.store().upload(&scene.upload).unwrap().unwrap();
    assert_eq!(stored.known.receipt, None);
    scene.faults.finish_fails.store(false, Ordering::SeqCst);
    let (received, receipt) = scene.standing().unwrap();
    assert_eq!((received, receipt.is_some()), (7, true));
}

#[test]
fn a_whole_file_is_not_shown_before_it_is_judged() {
    let photo = b"a photo";
    let scene = scene(photo);
    let mut session = scene.session(0, None);
    session.write(photo).unwrap();
    assert_eq!(scene.standing(), Err(MediaRefusal::Busy), "or a phone would take this for a server without receipts");
    let Outcome::Confirmed { receipt } = scene.desk.end(session, true).unwrap() else { panic!("all is there") };
    assert_eq!(scene.standing(), Ok((7, Some(receipt))));
}
