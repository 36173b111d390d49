//! Where the repository is.

use std::env;
use std::path::{Path, PathBuf};

/// The repository's root: the folder above this crate's.
pub(crate) fn root() -> PathBuf {
    // Cargo sets it when it runs us; the compiled-in one serves whoever starts the binary by hand.
    let crate_folder =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    crate_folder.parent().map_or_else(|| crate_folder.clone(), Path::to_path_buf)
}

/// Where tools are installed that only this repository needs; ignored by git.
pub(crate) fn tools() -> PathBuf {
    root().join(".tools")
}
