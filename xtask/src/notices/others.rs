//! What is handed out and is no crate.

use std::path::Path;

use super::{Ecosystem, Part};
use crate::android::AndroidVersions;
use crate::fault::Fault;
use crate::{files, repo};

/// Rust's, Kotlin's and Java's side, and what lies inside other parts.
pub(super) fn parts() -> Result<Vec<Part>, Fault> {
    let versions = AndroidVersions::read()?;
    // JNA does not say which release it has taken in.
    let libffi = part("libffi", "", "MIT", Ecosystem::Generic, "bindings/notices/LIBFFI.txt")?;
    let jna = "net.java.dev.jna/jna";
    let mut jna = part(jna, &versions.jna, "LGPL-2.1-or-later OR Apache-2.0", Ecosystem::Maven, "LICENSE-APACHE")?;
    jna.needs = vec![libffi.reference()];
    let kotlin = "org.jetbrains.kotlin/kotlin-stdlib";
    Ok(vec![
        jna,
        libffi,
        part(kotlin, &versions.kotlin, "Apache-2.0", Ecosystem::Maven, "LICENSE-APACHE")?,
        part("rust-std", &rust()?, "MIT OR Apache-2.0", Ecosystem::Generic, "bindings/notices/RUST.txt")?,
    ])
}

fn part(name: &str, version: &str, licence: &str, ecosystem: Ecosystem, text: &str) -> Result<Part, Fault> {
    Ok(Part {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: licence.to_owned(),
        ecosystem: Some(ecosystem),
        sum: None,
        texts: vec![files::text(&repo::root().join(text))?],
        needs: Vec::new(),
    })
}

/// SQLite, whose source lies in the folder of the crate that builds it.
pub(super) fn sqlite(folder: &Path) -> Result<Part, Fault> {
    let header = files::text(&folder.join("sqlite3/sqlite3.h"))?;
    let version =
        header.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION ")?.trim().trim_matches('"').into());
    let missing = || Fault::Package(format!("{} does not say which SQLite it has", folder.display()));
    part("sqlite", version.ok_or_else(missing)?, "blessing", Ecosystem::Generic, "bindings/notices/SQLITE.txt")
}

/// The release in `rust-toolchain.toml`.
fn rust() -> Result<String, Fault> {
    let text = files::text(&repo::root().join("rust-toolchain.toml"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("channel = "));
    let missing = || Fault::Package("rust-toolchain.toml names no channel".to_owned());
    Ok(line.ok_or_else(missing)?.trim_matches('"').to_owned())
}
