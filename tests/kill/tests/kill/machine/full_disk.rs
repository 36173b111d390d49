//! A full disk: a small ext4 of its own, mounted from a file (F63).

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use siaga_kill_tests::{Act, Told};
use tempfile::TempDir;

use crate::machine::{PATIENT, SOS, Scene, are_here, run, said, skipped, sos_of};
use crate::story::plainly;

/// The smallest that holds a journal of ext4's own.
const DISK_BYTES: u64 = 8 * 1024 * 1024;

/// A mounted disk. It goes when it is dropped, also after a failure.
struct Disk {
    place: PathBuf,
    _folder: TempDir,
}

impl Disk {
    /// Makes one; `None`, and a line that says why, where the machine does not allow it.
    fn mount(what: &str) -> Option<Self> {
        if !are_here(what, &["mkfs.ext4", "mount", "umount"]) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let (image, place) = (folder.path().join("image"), folder.path().join("disk"));
        File::create(&image).unwrap().set_len(DISK_BYTES).unwrap();
        std::fs::create_dir(&place).unwrap();
        // The block size of a phone's disk. On one whose blocks are smaller than a page, SQLite's index of the log has holes, and
        // a full disk answers with SIGBUS, which no process survives. No blocks are kept back for root, who runs this.
        let arguments = ["-q", "-F", "-b", "4096", "-m", "0"].map(Path::new);
        let made = run("mkfs.ext4", &[&arguments[..], &[&image]].concat());
        // The loop device goes with the mount.
        let mounted = made.and_then(|()| run("mount", &[Path::new("-o"), Path::new("loop"), &image, &place]));
        match mounted {
            Ok(()) => Some(Self { place, _folder: folder }),
            Err(why) => {
                skipped(what, &format!("a file cannot be mounted here ({why})"));
                None
            }
        }
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut photos = File::create(self.photos()).unwrap();
        for size in [64 * 1024, 4096, 512, 1] {
            while photos.write_all(&vec![1; size]).is_ok() {}
        }
        photos.sync_all().unwrap();
    }

    fn photos(&self) -> PathBuf {
        self.place.join("photos")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if run("umount", &[&self.place]).is_err() {
            // Somebody still looks at it: it goes as soon as they stop.
            let _ = run("umount", &[Path::new("-l"), &self.place]);
        }
    }
}

#[test]
fn an_sos_on_a_full_disk_is_recorded_and_delivered_f63() {
    let Some(disk) = Disk::mount("an SOS on a full ext4") else { return };
    let mut scene = Scene::new();
    scene.folder = disk.place.join("phone");
    let _ = scene.life(plainly(), &[PATIENT]).unwrap();
    disk.fill();
    // The phone is not told to deliver: it ends with the SOS on its disk, delivered or not.
    let pressed = scene.life(plainly(), &SOS).unwrap();
    let (incident, durable) = sos_of(&pressed);
    assert!(durable, "it is on the disk: {:?}", pressed.lines);
    let delivered = scene.life(plainly(), &[PATIENT]).unwrap();
    assert_eq!(delivered.left, Some((0, 0)));
    scene.is_at_the_centre_once(incident);
    assert!(
        File::options().append(true).open(disk.photos()).unwrap().write_all(&[1; 4096]).is_err(),
        "it is still full"
    );
    scene.is_kept(incident);
}

#[test]
fn an_sos_of_a_phone_that_first_starts_on_a_full_disk_is_delivered_and_kept_when_there_is_room_inv_2() {
    let Some(disk) = Disk::mount("an SOS of a first start on a full ext4") else { return };
    let mut scene = Scene::new();
    scene.folder = disk.place.join("phone");
    disk.fill();
    let pressed = scene.life(plainly(), &[SOS.as_slice(), &[PATIENT]].concat()).unwrap();
    let (incident, durable) = sos_of(&pressed);
    assert!(!durable, "there is no room for a database: {:?}", pressed.lines);
    assert!(said(&pressed).contains(&Told::Receipted(incident)));
    scene.is_at_the_centre_once(incident);
    std::fs::remove_file(disk.photos()).unwrap();
    let after = scene.life(plainly(), &[SOS.as_slice(), &[PATIENT, Act::Durable]].concat()).unwrap();
    assert!(sos_of(&after).1, "{:?}", after.lines);
}
