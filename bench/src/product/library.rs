//! The library that a phone gets: built once for all that measure it, and for nothing else.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use siaga_vault::Digest;

use crate::row::{Setting, Stop};
use crate::tool::{cargo, last_line, prepare};

/// Where what it is built from lies, and what its peers are.
const PARTS: [&str; 9] = [
    "core/engine",
    "core/media",
    "core/net",
    "core/runtime",
    "core/store",
    "core/vault",
    "bindings",
    "bench/peers/kotlin",
    "bench/peers/swift",
];

/// See the module.
pub(crate) struct Library {
    /// Where its file lies, stripped.
    pub(crate) folder: PathBuf,
    /// Stands for all that it and the peers around it are built from.
    pub(crate) sources: String,
}

impl Library {
    const NAME: &str = "libsiaga_ffi.so";

    /// Its size in MB.
    pub(super) fn mb(&self) -> Result<f64, Stop> {
        let bytes = std::fs::metadata(self.folder.join(Self::NAME))?.len();
        // Some millions.
        #[allow(clippy::cast_precision_loss)]
        Ok(bytes as f64 / 1e6)
    }
}

/// Builds it by `cargo xtask size`, when its sources are others than those of the last time.
///
/// # Errors
/// [`Stop::Missing`] in a smoke run that finds none.
pub(crate) fn built(setting: &Setting) -> Result<Library, Stop> {
    let (root, folder) = (setting.root()?, setting.tools.join("library"));
    let sources = sources(&root)?;
    prepare(setting, "the phone's library", &folder, Some(&sources), || {
        let mut size = cargo(setting)?;
        // It fails for a library that is too large as well. That is for the row to say: what counts is that it names one.
        let said = size.args(["xtask", "size"]).stdin(Stdio::null()).output()?;
        let words = String::from_utf8_lossy(&said.stdout);
        let (_, library) = words
            .trim()
            .rsplit_once(": ")
            .ok_or_else(|| Stop::failed(format!("`cargo xtask size` built no library: {}", last_line(&said.stderr))))?;
        let _ = std::fs::copy(library, folder.join(Library::NAME))?;
        Ok(())
    })?;
    Ok(Library { folder, sources })
}

/// A digest of all files that the library, its bindings and the peers around them are built from.
fn sources(root: &Path) -> Result<String, Stop> {
    let mut files: Vec<PathBuf> =
        ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "xtask/src/phone.rs"].map(|file| root.join(file)).into();
    for part in PARTS {
        gather(&root.join(part), &mut files)?;
    }
    files.sort();
    let mut all = Vec::new();
    for file in files {
        all.extend_from_slice(file.as_os_str().as_encoded_bytes());
        all.extend_from_slice(&Digest::of(&std::fs::read(&file)?).0);
    }
    Ok(Digest::of(&all).to_string())
}

fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Stop> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_dir() {
            files.push(path);
        } else if !path.ends_with("tests") {
            gather(&path, files)?;
        }
    }
    Ok(())
}
