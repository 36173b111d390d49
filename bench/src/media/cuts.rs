//! What four cuts cost. Sent again is what came from the phone over all connections of an upload with cuts, less what the same
//! upload took without any: TLS records, heads, handshakes and questions are in it, and so is what the link had in flight,
//! which `cutting.rs` says. A centre that forgot what a broken request had brought would cost some hundred times as much.

use std::path::Path;

use super::cutting::Cutting;
use super::original;
use super::phone::{MediaPhone, Uploaded};
use crate::row::{Setting, Stop, Value};
use crate::wire::site::Site;

/// Where the connections are cut, in fifths of the file.
const PLACES: [u64; 4] = [1, 2, 3, 4];

/// 0.2 % of the file.
const SENT_AGAIN_LIMIT: f64 = 0.002;

pub(super) fn run(setting: &Setting) -> Result<Vec<Value>, Stop> {
    let site = Site::set(setting, "media-cuts")?;
    let link = Cutting::before(site.centre.api_addr())?;
    let file = site.beside("video.mp4");
    let bytes = setting.count(200_000_000, 300_000) as u64;
    let _ = original::make(&file, bytes)?;
    let places = PLACES.map(|fifths| bytes / 5 * fifths);
    // After each there is a back-off of some seconds.
    let places = places.get(..setting.count(PLACES.len(), 1)).unwrap_or_default();
    let mut worst = Cost::default();
    for _ in 0..setting.rounds {
        let whole = upload(&site, &link, &file, &[])?;
        let before = link.lost();
        let cut = upload(&site, &link, &file, places)?;
        let lost = link.lost().saturating_sub(before);
        let (again, reread) = (cut.up.saturating_sub(whole.up), cut.read.saturating_sub(bytes));
        let part = cut.uploaded.largest_part;
        eprintln!("  sent again: {again} bytes, lost in cuts: {lost}; read again: {reread}, largest part: {part}");
        // Of each the worst round.
        worst.again = again.max(worst.again);
        if reread >= worst.reread {
            (worst.reread, worst.part) = (reread, part);
        }
    }
    std::fs::remove_file(file)?;
    Ok(vec![
        Value::Count { ours: kb(worst.again), baseline: kb(bytes) * SENT_AGAIN_LIMIT },
        Value::Count { ours: kb(worst.reread), baseline: kb(worst.part) },
    ])
}

/// All in bytes.
#[derive(Default)]
struct Cost {
    again: u64,
    reread: u64,
    part: u64,
}

/// One upload.
struct Trial {
    uploaded: Uploaded,
    /// What the phone sent, in bytes.
    up: u64,
    /// What it read of its copy, in bytes.
    read: u64,
}

fn upload(site: &Site, link: &Cutting, file: &Path, cuts: &[u64]) -> Result<Trial, Stop> {
    let folder = site.beside("phone");
    let phone = MediaPhone::open(&folder, &site.config(link.address()))?;
    let before = link.up();
    link.cut_after(cuts.iter().copied());
    let uploaded = phone.upload(file)?;
    let trial = Trial { uploaded, up: link.up().saturating_sub(before), read: phone.read_bytes() };
    if link.cuts_left() > 0 {
        return Err(Stop::failed(format!("{} cuts never came", link.cuts_left())));
    }
    drop(phone);
    std::fs::remove_dir_all(folder)?;
    for upload in std::fs::read_dir(site.beside("centre").join("media"))? {
        std::fs::remove_file(upload?.path())?;
    }
    Ok(trial)
}

/// Thousands of bytes, as a row has them.
fn kb(bytes: u64) -> f64 {
    // Far below 2⁵²: exact as a float.
    #[allow(clippy::cast_precision_loss)]
    let figure = bytes as f64;
    figure / 1e3
}
