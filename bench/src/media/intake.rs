//! How fast a file becomes ours: copied, hashed, synced and in the outbox, beside what a shell would do for the first three. The
//! file's pages are in memory for both.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::original;
use crate::pace::Pace;
use crate::phone::Phone;
use crate::row::{Setting, Side, Stop, Value};
use crate::tool::{find, quietly};

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let folder = setting.disk.join("media-intake");
    std::fs::create_dir_all(&folder)?;
    let tools = Tools { cp: find("cp")?, sync: find("sync")?, sha256sum: find("sha256sum")? };
    let file = folder.join("video.mp4");
    let sha256 = original::make(&file, setting.count(200_000_000, 300_000) as u64)?.to_string();
    let (mut our_side, mut their_side) = (Side::default(), Side::default());
    for _ in 0..setting.rounds {
        our_side.push(vec![ours(&folder.join("phone"), &file)?]);
        their_side.push(vec![tools.take(&folder.join("copy"), &file, &sha256)?]);
    }
    std::fs::remove_file(file)?;
    Ok(vec![Value::Sides { ours: our_side, baseline: their_side }])
}

/// One attach of a phone whose centre never answers, so that nothing runs beside it; in milliseconds.
fn ours(folder: &Path, file: &Path) -> Result<f64, Stop> {
    let phone = Phone::open(folder, false)?;
    let incident = phone.submit()?;
    let (took_us, attached) = Pace::PAUSE.timed(|| phone.siaga.attach_file(incident, file));
    let _ = attached?;
    drop(phone);
    std::fs::remove_dir_all(folder)?;
    Ok(took_us / 1e3)
}

/// Programs of GNU coreutils.
struct Tools {
    cp: PathBuf,
    sync: PathBuf,
    sha256sum: PathBuf,
}

impl Tools {
    /// A copy, as durable as ours; the hash of it. One program after the other, in milliseconds.
    fn take(&self, copy: &Path, file: &Path, sha256: &str) -> Result<f64, Stop> {
        let (took_us, hashed) = Pace::PAUSE.timed(|| {
            let _ = quietly(Command::new(&self.cp).arg(file).arg(copy))?;
            let _ = quietly(Command::new(&self.sync).arg(copy))?;
            quietly(Command::new(&self.sha256sum).arg(copy))
        });
        if !hashed?.starts_with(sha256) {
            return Err(Stop::failed("sha256sum found another hash"));
        }
        std::fs::remove_file(copy)?;
        Ok(took_us / 1e3)
    }
}
