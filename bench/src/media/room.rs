//! Room for large files. The image that is measured has none for 2 GB, and the rows that need them measure no disk.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::row::{Setting, Stop};
use crate::tool::quietly;

/// What the core leaves free, a database, and some to spare.
const SPARE_BYTES: u64 = 256_000_000;

/// The same setting in a new folder with room for so many bytes: on the disk that is measured, or among the temporary files.
///
/// # Errors
/// [`Stop::Missing`] when there is no room for them.
pub(super) fn roomy(setting: &Setting, bytes: u64) -> Result<(Setting, TempDir), Stop> {
    let wanted = if setting.smoke { bytes } else { bytes.saturating_add(SPARE_BYTES) };
    let temporary = std::env::temp_dir();
    for parent in [&setting.disk, &temporary] {
        if free_bytes(parent)? >= wanted {
            let folder = tempfile::Builder::new().prefix("siaga-bench-media-").tempdir_in(parent)?;
            return Ok((Setting { disk: folder.path().to_owned(), ..setting.clone() }, folder));
        }
    }
    Err(Stop::Missing(format!("{} MB of free disk: there is less", wanted / 1_000_000)))
}

fn free_bytes(folder: &Path) -> Result<u64, Stop> {
    let said = quietly(Command::new("df").args(["--output=avail", "--block-size=1"]).arg(folder))
        .map_err(|_| Stop::Missing("`df` of GNU coreutils does not say how much room there is".to_owned()))?;
    Ok(said.lines().last().unwrap_or_default().trim().parse()?)
}
