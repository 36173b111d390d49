//! How fast a file arrives: ours, curl and tus-js-client in turns, towards one centre, with the same file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use siaga_vault::Digest;

use super::curl::Curl;
use super::foreign::Foreign;
use super::original;
use super::phone::{MediaPhone, Uploaded};
use super::tus_js::TusJs;
use crate::pace::Pace;
use crate::row::{Setting, Side, Stop, Value};
use crate::wire::site::Site;

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let mut stage = Stage::set(setting)?;
    // The first shows what our parts grow to on this link.
    let first = stage.ours()?;
    let part_bytes = first.largest_part;
    eprintln!("  our largest of {} parts has {part_bytes} bytes, and so have those of tus-js-client", first.parts);
    let (curl, tus_js) = (Curl::find(&stage.site), TusJs::prepare(setting, &stage.site));
    let (curl, tus_js) = (or_why(curl)?, or_why(tus_js)?);
    let (mut ours, mut by_curl, mut by_tus_js) = (Side::default(), Side::default(), Side::default());
    for _ in 0..setting.rounds {
        ours.push(vec![ms(stage.ours()?.took)]);
        if let Ok(curl) = &curl {
            by_curl.push(vec![ms(stage.theirs(|foreign, file, sha256| curl.upload(foreign, file, sha256))?)]);
        }
        if let Ok(tus_js) = &tus_js {
            let upload = stage.theirs(|foreign, file, sha256| tus_js.upload(foreign, file, sha256, part_bytes));
            by_tus_js.push(vec![ms(upload?)]);
        }
    }
    stage.clear()?;
    Ok(vec![beside(&ours, by_curl, curl), beside(&ours, by_tus_js, tus_js)])
}

/// One centre, and the file that all bring.
struct Stage {
    /// Before the centre, which waits for open connections when it stops.
    foreign: Foreign,
    site: Site,
    file: PathBuf,
    sha256: Digest,
}

impl Stage {
    fn set(setting: &Setting) -> Result<Self, Stop> {
        let site = Site::set(setting, "media-speed")?;
        let file = site.beside("video.mp4");
        let sha256 = original::make(&file, setting.count(200_000_000, 300_000) as u64)?;
        Ok(Self { foreign: Foreign::of(&site)?, site, file, sha256 })
    }

    /// A phone that was just opened, so that the connection is made anew as the others make theirs.
    fn ours(&self) -> Result<Uploaded, Stop> {
        let folder = self.site.beside("phone");
        let phone = MediaPhone::open(&folder, &self.site.config(self.site.centre.api_addr()))?;
        std::thread::sleep(Pace::PAUSE.0);
        let uploaded = phone.upload(&self.file)?;
        drop(phone);
        std::fs::remove_dir_all(folder)?;
        self.forget_uploads()?;
        Ok(uploaded)
    }

    fn theirs(
        &mut self,
        upload: impl FnOnce(&mut Foreign, &Path, Digest) -> Result<Duration, Stop>,
    ) -> Result<Duration, Stop> {
        std::thread::sleep(Pace::PAUSE.0);
        let took = upload(&mut self.foreign, &self.file, self.sha256)?;
        self.forget_uploads()?;
        Ok(took)
    }

    /// Makes room: each upload is a file of the centre's.
    fn forget_uploads(&self) -> Result<(), Stop> {
        for upload in std::fs::read_dir(self.site.beside("centre").join("media"))? {
            std::fs::remove_file(upload?.path())?;
        }
        Ok(())
    }

    fn clear(&self) -> Result<(), Stop> {
        Ok(std::fs::remove_file(&self.file)?)
    }
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

/// A program that is missing is no failure.
fn or_why<T>(found: Result<T, Stop>) -> Result<Result<T, String>, Stop> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(Stop::Missing(why)) => Ok(Err(why)),
        Err(failed @ Stop::Failed(_)) => Err(failed),
    }
}

fn beside<T>(ours: &Side, baseline: Side, peer: Result<T, String>) -> Value {
    match peer {
        Ok(_) => Value::Sides { ours: ours.clone(), baseline },
        Err(why) => Value::Skipped { why },
    }
}
