//! Archives: AARs, jars and APKs are all of one kind. The same files make the same bytes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::jdk;
use crate::fault::Fault;
use crate::{files, program};

/// The time that every file in an archive bears; the one that Gradle writes.
const TIME: &str = "1980-02-01T00:00:00Z";

/// An archive with nothing in it, which `jar` does not make: the classes of a library that is only a manifest.
const EMPTY: &[u8; 22] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// Packs everything below a folder.
pub(super) fn pack(folder: &Path, archive: &Path) -> Result<(), Fault> {
    // Under its own name only when it is whole.
    let part = archive.with_extension("part");
    files::write(&part, EMPTY)?;
    if !files::below(folder)?.is_empty() {
        jar("--create", folder, &part)?;
    }
    fs::rename(&part, archive).map_err(|source| Fault::Write { path: archive.to_path_buf(), source })
}

/// Adds everything below a folder to an archive.
pub(super) fn add(folder: &Path, archive: &Path) -> Result<(), Fault> {
    jar("--update", folder, archive)
}

fn jar(mode: &str, folder: &Path, archive: &Path) -> Result<(), Fault> {
    // Named one by one: how a folder is walked differs from one file system to the other.
    let names: String = files::below(folder)?.iter().map(|path| format!("\"{path}\"\n")).collect();
    let list = archive.with_extension("list");
    files::write(&list, names)?;
    let mut command = jdk::tool("jar")?;
    command.current_dir(folder).args([mode, "--no-manifest", "--date", TIME, "--file"]).arg(archive);
    let mut named = OsString::from("@");
    named.push(&list);
    let outcome = program::must(command.arg(named));
    fs::remove_file(&list).map_err(|source| Fault::Write { path: list, source })?;
    outcome
}

/// A file in an archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path.
    pub(super) name: String,
    /// It lies there as it is, not compressed.
    pub(super) is_stored: bool,
}

/// What is in an archive, in its order; folders are left out. `None` when this is no archive.
pub(super) fn entries(archive: &[u8]) -> Option<Vec<Entry>> {
    let end = archive.windows(4).rposition(|bytes| bytes == b"PK\x05\x06")?;
    let count = number(archive, end + 10, 2)?;
    let mut at = number(archive, end + 16, 4)?;
    let mut entries = Vec::new();
    for _ in 0..count {
        if archive.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        let is_stored = number(archive, at + 10, 2)? == 0;
        let (name, extra, comment) =
            (number(archive, at + 28, 2)?, number(archive, at + 30, 2)?, number(archive, at + 32, 2)?);
        let bytes = archive.get(at + 46..at + 46 + name)?;
        if !bytes.ends_with(b"/") {
            entries.push(Entry { name: String::from_utf8_lossy(bytes).into_owned(), is_stored });
        }
        at += 46 + name + extra + comment;
    }
    Some(entries)
}

/// The names of what is in an archive.
pub(super) fn names(archive: &Path) -> Result<Vec<String>, Fault> {
    let wrong = || Fault::Package(format!("{} is no archive", archive.display()));
    let entries = entries(&files::bytes(archive)?).ok_or_else(wrong)?;
    Ok(entries.into_iter().map(|entry| entry.name).collect())
}

/// One file of an archive, into a folder.
pub(super) fn unpack(archive: &Path, name: &str, folder: &Path) -> Result<(), Fault> {
    fs::create_dir_all(folder).map_err(|source| Fault::Write { path: folder.to_path_buf(), source })?;
    let mut command = jdk::tool("jar")?;
    program::must(command.current_dir(folder).args(["--extract", "--file"]).arg(archive).arg(name))
}

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + width)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive with one stored file `a/b` that holds `x`, as `zip -0` writes it, and the folder `a/`.
    const ARCHIVE: &[u8] = b"PK\x03\x04\x0a\0\0\0\0\0\0\0A\x28\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0a/\
        PK\x03\x04\x0a\0\0\0\0\0\0\0A\x28\x83\x16\xdc\x8c\x01\0\0\0\x01\0\0\0\x03\0\0\0a/bx\
        PK\x01\x02\x0a\0\x0a\0\0\0\0\0\0\0A\x28\0\0\0\0\0\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\0\0\x10\0\0\0\0\0\0\0a/\
        PK\x01\x02\x0a\0\x0a\0\0\0\0\0\0\0A\x28\x83\x16\xdc\x8c\x01\0\0\0\x01\0\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0\0\x20\0\0\0a/b\
        PK\x05\x06\0\0\0\0\x02\0\x02\0a\0\0\0B\0\0\0\0\0";

    #[test]
    fn the_files_of_an_archive_are_read_and_its_folders_are_not() {
        assert_eq!(entries(ARCHIVE).unwrap(), [Entry { name: "a/b".to_owned(), is_stored: true }]);
    }

    #[test]
    fn what_is_no_archive_or_is_cut_off_has_no_files() {
        assert_eq!(entries(b"PK\x03\x04"), None);
        assert_eq!(entries(&ARCHIVE[..ARCHIVE.len() - 22]), None);
        assert_eq!(entries(&ARCHIVE[40..]), None);
        assert_eq!(entries(EMPTY).unwrap(), []);
    }
}
