//! A disk on which one operation fails, and what a copy does then.

use std::fs;
use std::io::{self, Cursor};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siaga_engine::ids::EventId;
use siaga_engine::wire::Slice;
use siaga_vault::Digest;

use crate::disk::{FileLock, FileReader, FileWriter, Files};
use crate::files::SystemFiles;
use crate::{Disk, MediaFolder, Store, StoreOptions, TakeFault, TakeLimits};

/// The platform's files, but for one operation.
#[derive(Clone, Debug)]
struct Faulty {
    /// The operation of this number fails; none when it is 0 already.
    left: Arc<AtomicU64>,
    kind: io::ErrorKind,
    free_bytes: Option<u64>,
    /// The largest write.
    largest: Arc<AtomicU64>,
}

impl Faulty {
    fn new(kind: io::ErrorKind) -> Self {
        let number = || Arc::new(AtomicU64::new(0));
        Self { left: number(), kind, free_bytes: None, largest: number() }
    }

    fn bite(&self) -> io::Result<()> {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(1), Ordering::Relaxed);
        if left == 1 { Err(self.kind.into()) } else { Ok(()) }
    }
}

impl Files for Faulty {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.make_folder(folder))
    }
    fn is_folder(&self, folder: &Path) -> bool {
        SystemFiles.is_folder(folder)
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.bite().and_then(|()| SystemFiles.names(folder))
    }
    fn size(&self, file: &Path) -> Option<u64> {
        SystemFiles.size(file)
    }
    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        SystemFiles.read(file)
    }
    fn read_start(&self, file: &Path, bytes: usize) -> io::Result<Vec<u8>> {
        SystemFiles.read_start(file, bytes)
    }
    fn write(&self, file: &Path, bytes: &[u8]) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.write(file, bytes))
    }
    fn write_again(&self, file: &Path) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.write_again(file))
    }
    fn create(&self, file: &Path) -> io::Result<Box<dyn FileWriter>> {
        self.bite()?;
        Ok(Box::new(FaultyWriter { disk: self.clone(), file: SystemFiles.create(file)? }))
    }
    fn open(&self, file: &Path) -> io::Result<Box<dyn FileReader>> {
        SystemFiles.open(file)
    }
    fn free_bytes(&self, _folder: &Path) -> Option<u64> {
        self.free_bytes
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.rename(from, to))
    }
    fn remove_file(&self, file: &Path) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.remove_file(file))
    }
    fn remove_folder(&self, folder: &Path) -> io::Result<()> {
        SystemFiles.remove_folder(folder)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.bite().and_then(|()| SystemFiles.sync_folder(folder))
    }
    fn lock(&self, file: &Path, wait_ms: u32) -> io::Result<Box<dyn FileLock>> {
        self.bite().and_then(|()| SystemFiles.lock(file, wait_ms))
    }
}

/// A write that fails has written half.
#[derive(Debug)]
struct FaultyWriter {
    disk: Faulty,
    file: Box<dyn FileWriter>,
}

impl FileWriter for FaultyWriter {
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let _ = self.disk.largest.fetch_max(bytes.len() as u64, Ordering::Relaxed);
        let fault = self.disk.bite();
        self.file.write_all(if fault.is_ok() { bytes } else { &bytes[..bytes.len() / 2] })?;
        fault
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.bite().and_then(|()| self.file.sync())
    }
}

struct Stage {
    _dir: tempfile::TempDir,
    disk: Faulty,
    media: MediaFolder,
    store: Store,
}

fn stage(disk: Faulty) -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let plain = StoreOptions::new(dir.path(), "boot-1");
    let (store, _) = Store::open(&plain).unwrap();
    let of_disk = Disk { vfs: None, files: Arc::new(disk.clone()) };
    Stage { _dir: dir, disk, media: MediaFolder::new(&StoreOptions { disk: of_disk, ..plain }), store }
}

const LIMITS: TakeLimits = TakeLimits { file_bytes: 1 << 30, keep_free_bytes: 1_000_000, head_bytes: 16 };

impl Stage {
    fn take(&self, bytes: &[u8]) -> Result<Digest, TakeFault> {
        self.media.take(EventId::from_bytes([1; 16]), &mut Cursor::new(bytes), LIMITS).map(|copied| copied.sha256)
    }

    /// What lies in the folder, but for locks. Whatever has a copy's name must be that copy.
    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.media.folder) else { return Vec::new() };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            if let Ok(sha256) = name.parse::<Digest>() {
                assert_eq!(Digest::of(&fs::read(entry.path()).unwrap()), sha256, "a copy under a wrong hash");
            }
            if !name.ends_with("lock") {
                names.push(name);
            }
        }
        names
    }

    fn sweep(&mut self) -> Result<u32, crate::StoreError> {
        let tx = self.store.begin().unwrap();
        self.media.sweep(&tx)
    }
}

fn video() -> Vec<u8> {
    (0..700_000_u32).map(|at| (at % 253) as u8).collect()
}

#[test]
fn a_fault_at_any_operation_of_a_copy_leaves_no_copy_under_a_wrong_hash_and_the_next_try_goes_through() {
    // F63.
    let bytes = video();
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::PermissionDenied] {
        let mut faults = 0;
        for number in 1.. {
            let mut stage = stage(Faulty::new(kind));
            stage.disk.left.store(number, Ordering::Relaxed);
            let taken = stage.take(&bytes);
            let bitten = stage.disk.left.swap(0, Ordering::Relaxed) == 0;
            faults += u32::from(taken.is_err());
            match (&taken, kind) {
                (Err(TakeFault::Full), io::ErrorKind::StorageFull) | (Ok(_), _) => {}
                (Err(TakeFault::Io { kind: told, .. }), kind) => assert_eq!(*told, kind),
                other => panic!("operation {number}: {other:?}"),
            }
            assert!(!stage.names().iter().any(|name| name.ends_with(".part")), "operation {number}: half a copy");
            assert_eq!(stage.take(&bytes).unwrap(), Digest::of(&bytes), "operation {number}");
            assert_eq!(stage.names(), [Digest::of(&bytes).to_string()]);
            assert_eq!(stage.sweep().unwrap(), 1);
            assert!(stage.names().is_empty());
            if !bitten {
                break;
            }
        }
        // Folder, lock, lock, removal, creation, six writes, sync, name, sync: each of them was met.
        assert_eq!(faults, 14);
    }
}

#[test]
fn a_sweep_that_fails_anywhere_is_gone_on_with_by_the_next() {
    for number in 1.. {
        let mut stage = stage(Faulty::new(io::ErrorKind::PermissionDenied));
        stage.take(b"nobody's").unwrap();
        fs::write(stage.media.folder.join("01.part"), "half").unwrap();
        stage.disk.left.store(number, Ordering::Relaxed);
        let swept = stage.sweep();
        let bitten = stage.disk.left.swap(0, Ordering::Relaxed) == 0;
        assert_eq!(swept.is_err(), bitten, "operation {number}: {swept:?}");
        stage.sweep().unwrap();
        assert!(stage.names().is_empty(), "operation {number}");
        if !bitten {
            break;
        }
    }
}

#[test]
fn a_copy_stops_before_it_takes_the_room_that_is_kept_for_what_is_more_urgent() {
    // F63.
    let bytes = video();
    let with = |free: u64| stage(Faulty { free_bytes: Some(free), ..Faulty::new(io::ErrorKind::Other) });
    for free in [0, 999_999, 1_000_000, 1_131_071] {
        let stage = with(free);
        assert_eq!(stage.take(&bytes), Err(TakeFault::Full), "{free}");
        assert!(stage.names().is_empty());
    }
    assert!(with(1_131_072).take(&bytes).is_ok());
    assert_eq!(with(1_000_006).take(b"a photo"), Err(TakeFault::Full));
    assert!(with(1_000_007).take(b"a photo").is_ok());
}

#[test]
fn a_file_whose_size_is_known_is_refused_before_it_is_copied_into_room_that_it_has_not() {
    let stage = stage(Faulty { free_bytes: Some(1_500_000), ..Faulty::new(io::ErrorKind::Other) });
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("video"), video()).unwrap();
    let source = crate::open_source(&dir.path().join("video")).unwrap();
    let taken = stage.media.take_file(EventId::from_bytes([1; 16]), source, LIMITS);
    assert_eq!(taken.map(|copied| copied.sha256), Err(TakeFault::Full));
    assert_eq!(stage.disk.largest.load(Ordering::Relaxed), 0);
}

#[test]
fn a_fault_at_any_operation_of_a_slice_leaves_no_slice_that_is_not_whole_and_the_next_try_goes_through() {
    // F63.
    let bytes = video();
    for number in 1.. {
        let stage = stage(Faulty { free_bytes: Some(2_000_000), ..Faulty::new(io::ErrorKind::StorageFull) });
        let slice = Slice { sha256: stage.take(&bytes).unwrap(), offset: 1, length: 600_000, checked: false };
        stage.disk.left.store(number, Ordering::Relaxed);
        let cut = stage.media.cut(&slice, 1_000_000);
        let bitten = stage.disk.left.swap(0, Ordering::Relaxed) == 0;
        assert!(matches!(cut, Ok(_) | Err(TakeFault::Full)), "operation {number}: {cut:?}");
        assert!(!stage.names().iter().any(|name| name.ends_with(".part")), "operation {number}: half a slice");
        let file = stage.media.cut(&slice, 1_000_000).unwrap();
        assert_eq!(fs::read(file).unwrap(), bytes[1..600_001], "operation {number}");
        assert_eq!(stage.media.cut(&Slice { offset: 2, ..slice }, 1_500_000), Err(TakeFault::Full), "no room");
        if !bitten {
            break;
        }
    }
}

#[test]
fn a_long_file_is_written_in_short_blocks() {
    let stage = stage(Faulty::new(io::ErrorKind::Other));
    stage.take(&video()).unwrap();
    assert_eq!(stage.disk.largest.load(Ordering::Relaxed), 128 * 1024);
}
