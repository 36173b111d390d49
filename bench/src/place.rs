//! Where is measured: a fresh journaled ext4 on a loop device, or the folder that was given.
//!
//! The image is mounted inside a mount namespace of this program's own, and its file is removed as soon as it is mounted: when
//! the program ends, however it ends, the kernel unmounts and frees everything.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::row::Stop;
use crate::tool::{self, quietly};

/// Room for a database of a million rows, its log, the peers' files, and a file of 200 MB three times.
const IMAGE_MIB: usize = 2_304;
/// The same of a small one, and what the core leaves free when it takes a file.
const SMOKE_IMAGE_MIB: usize = 192;
const MIB: usize = 1024 * 1024;

/// The folder to measure in.
pub(crate) struct Place {
    /// Empty, and on the disk that is measured.
    pub(crate) folder: PathBuf,
    /// What disk that is, for people.
    pub(crate) says: String,
    /// Removes it at the end.
    _temporary: Option<tempfile::TempDir>,
}

/// What the outer program hands to the inner one, which sees the image mounted.
pub(crate) struct Image {
    /// The file that holds the file system.
    pub(crate) file: PathBuf,
    /// Where to mount it.
    pub(crate) at: PathBuf,
}

impl Place {
    /// A folder that was asked for: a new one inside it.
    pub(crate) fn given(folder: &Path) -> Result<Self, Stop> {
        let made = tempfile::Builder::new().prefix("siaga-bench-").tempdir_in(folder);
        let temporary = made.map_err(|error| Stop::failed(format!("--folder {}: {error}", folder.display())))?;
        let says = format!("the given folder, on {}", file_system(folder));
        Ok(Self { folder: temporary.path().to_owned(), says, _temporary: Some(temporary) })
    }

    /// The system's folder for temporary files, because there is no image.
    pub(crate) fn temporary(why: &str) -> Result<Self, Stop> {
        let temporary = tempfile::Builder::new().prefix("siaga-bench-").tempdir()?;
        let says = format!("a temporary folder, on {}: no loop image ({why})", file_system(temporary.path()));
        Ok(Self { folder: temporary.path().to_owned(), says, _temporary: Some(temporary) })
    }

    /// Mounts the image; this program is inside its own mount namespace.
    pub(crate) fn mounted(image: &Image) -> Result<Self, Stop> {
        let mounted = mount(image);
        // The loop device keeps the bytes until it is freed, which the kernel does at the last unmount.
        fs::remove_file(&image.file)?;
        mounted?;
        let says = "ext4 with its journal, as mkfs.ext4 makes it, on a loop device with direct I/O".to_owned();
        Ok(Self { folder: image.at.clone(), says, _temporary: None })
    }
}

/// Direct I/O, so that a write that was not synced is in one cache and not in two. The device is let go of at once: the kernel
/// frees it when nothing is mounted from it any more.
fn mount(image: &Image) -> Result<(), Stop> {
    let made = quietly(Command::new("losetup").args(["--find", "--show", "--direct-io=on"]).arg(&image.file))?;
    let device = made.trim();
    let mounted = quietly(Command::new("mount").arg(device).arg(&image.at));
    let freed = quietly(Command::new("losetup").args(["--detach", device]));
    mounted.and(freed).map(drop)
}

/// Makes an image and runs this program again with the same arguments where it is mounted; gives that program's end.
///
/// # Errors
/// Why there can be no image here.
pub(crate) fn run_on_image(smoke: bool) -> Result<ExitCode, String> {
    let temporary = tempfile::Builder::new().prefix("siaga-bench-").tempdir().map_err(|error| error.to_string())?;
    for program in ["unshare", "mount", "mkfs.ext4", "losetup"] {
        tool::find(program).map_err(|_| format!("{program} is missing"))?;
    }
    let (file, at) = (temporary.path().join("image"), temporary.path().join("mounted"));
    let words = |stop: Stop| match stop {
        Stop::Missing(why) | Stop::Failed(why) => why,
    };
    make_image(&file, if smoke { SMOKE_IMAGE_MIB } else { IMAGE_MIB }).map_err(words)?;
    fs::create_dir(&at).map_err(|error| error.to_string())?;
    let unshare = || {
        let mut command = Command::new("unshare");
        let _ = command.args(["--mount", "--propagation", "private", "--"]);
        command
    };
    // Once for trying: a container's root may mount nothing.
    let _ = quietly(unshare().args(["mount", "-o", "loop"]).arg(&file).arg(&at)).map_err(words)?;
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut inner = unshare();
    let _ = inner.arg(this).args(std::env::args_os().skip(1)).arg("--image").arg(&file).arg("--mount-at").arg(&at);
    let status = inner.status().map_err(|error| error.to_string())?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// A whole file, not a sparse one: blocks that the host gives only when they are first written would be paid by whoever writes
/// there first.
fn make_image(file: &Path, mib: usize) -> Result<(), Stop> {
    let zeros = vec![0; MIB];
    let mut image = File::create(file)?;
    for _ in 0..mib {
        image.write_all(&zeros)?;
    }
    image.sync_all()?;
    quietly(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(file).stdin(Stdio::null())).map(drop)
}

/// The file system's type, in the kernel's words.
fn file_system(folder: &Path) -> String {
    let found = quietly(Command::new("findmnt").args(["--noheadings", "--output", "FSTYPE", "--target"]).arg(folder));
    found.map_or_else(|_| "an unknown file system".to_owned(), |text| text.trim().to_owned())
}

/// Makes `to` a copy of a folder of files, wholly on the disk.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Stop> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for file in fs::read_dir(from)? {
        let file = file?;
        let copied = to.join(file.file_name());
        let _ = fs::copy(file.path(), &copied)?;
        File::open(copied)?.sync_all()?;
    }
    Ok(File::open(to)?.sync_all()?)
}
