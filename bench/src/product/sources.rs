//! Counts of the sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::row::Stop;

/// What an app is made of; neither tests nor generated code. `xtask/src/tidy/product.rs` judges the same folders.
const SHELLS: [&str; 8] = [
    "android/sdk/src/main",
    "android/location/src/main",
    "android/boot/src/main",
    "android/background/src/main",
    "android/app/src/main",
    "android/sample/src/main",
    "ios/SiagaKit/Sources",
    "ios/App",
];
/// Stands for Apple's modules in the tests, and is part of no app.
const STUBS: &str = "Stub";
const CORE: [&str; 6] =
    ["core/engine/src", "core/media/src", "core/net/src", "core/runtime/src", "core/store/src", "core/vault/src"];
const BOUNDARY: &str = "bindings/ffi/src";

pub(super) fn shell_lines(root: &Path) -> Result<f64, Stop> {
    lines(root, &SHELLS, &["kt", "java", "swift"])
}

pub(super) fn core_lines(root: &Path) -> Result<f64, Stop> {
    lines(root, &CORE, &["rs"])
}

/// Conversions between two types of ours. A type that exists twice, once for Rust and once for the boundary, needs one.
pub(super) fn twin_conversions(root: &Path) -> Result<f64, Stop> {
    let mut count = 0;
    for file in files(&root.join(BOUNDARY), &["rs"])? {
        count += fs::read_to_string(file)?.lines().filter(|line| converts_ours(line)).count();
    }
    Ok(number(count))
}

/// Whether a line begins a conversion. One from UniFFI's own error is no twin's.
fn converts_ours(line: &str) -> bool {
    let line = line.trim_start();
    let is_conversion = ["From<", "Into<", "TryFrom<", "TryInto<"].iter().any(|name| {
        line.split_once(name).is_some_and(|(before, _)| before.starts_with("impl") && before.ends_with([' ', ':']))
    });
    is_conversion && !line.contains("From<uniffi::")
}

fn lines(root: &Path, folders: &[&str], ends: &[&str]) -> Result<f64, Stop> {
    let mut count = 0;
    for folder in folders {
        for file in files(&root.join(folder), ends)? {
            count += fs::read_to_string(file)?.lines().count();
        }
    }
    Ok(number(count))
}

/// The files of a folder and of those in it; none where there is no folder.
fn files(folder: &Path, ends: &[&str]) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with(STUBS) {
                found.extend(files(&path, ends)?);
            }
        } else if path.extension().is_some_and(|end| ends.iter().any(|wanted| end == *wanted)) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Counts of lines are far below 2⁵².
#[allow(clippy::cast_precision_loss)]
const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversion_between_twins_is_counted_and_that_of_an_error_of_uniffi_is_not() {
        for twin in [
            "impl From<siaga::Snapshot> for Snapshot {",
            "    impl TryFrom<Report> for siaga::Report {",
            "impl<T> std::convert::Into<T> for View {",
        ] {
            assert!(converts_ours(twin), "{twin}");
        }
        for none in [
            "impl From<uniffi::UnexpectedUniFFICallbackError> for PortError {",
            "let views: Vec<View> = Vec::from(views);",
            "/// impl From<Snapshot> would be a twin's",
            "impl Network for ForeignTransport {",
        ] {
            assert!(!converts_ours(none), "{none}");
        }
    }

    #[test]
    fn lines_are_those_of_the_product_and_not_those_of_its_stubs_or_tests() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "one\ntwo\n").unwrap();
        };
        for path in ["android/sdk/src/main/kotlin/A.kt", "ios/App/Screen.swift", "core/engine/src/a/b.rs"] {
            write(path);
        }
        for path in ["android/sdk/src/test/kotlin/ATest.kt", "ios/App/Stub/SwiftUI.swift", "android/app/src/main/a.xml"]
        {
            write(path);
        }
        assert_eq!((shell_lines(root.path()).unwrap(), core_lines(root.path()).unwrap()), (4.0, 2.0));
    }
}
