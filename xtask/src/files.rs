//! Reading, writing and listing files, with faults that name them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::fault::Fault;

/// The bytes of a file.
pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Fault> {
    fs::read(path).map_err(|source| Fault::Read { path: path.to_path_buf(), source })
}

/// The text of a file; what is no UTF-8 in it is replaced.
pub(crate) fn text(path: &Path) -> Result<String, Fault> {
    Ok(String::from_utf8_lossy(&bytes(path)?).into_owned())
}

/// Writes a file, and the folders above it.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<(), Fault> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, bytes)).map_err(|source| Fault::Write { path: path.to_path_buf(), source })
}

/// Copies a file, and makes the folders above its copy.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    write(to, bytes(from)?)
}

/// Copies the files below a folder that are wanted, by their paths from there.
pub(crate) fn copy_below(from: &Path, to: &Path, is_wanted: impl Fn(&str) -> bool) -> Result<(), Fault> {
    below(from)?.iter().filter(|path| is_wanted(path)).try_for_each(|path| copy(&from.join(path), &to.join(path)))
}

/// Empties a folder, and makes it where there is none.
pub(crate) fn clear(folder: &Path) -> Result<(), Fault> {
    let fault = |source| Fault::Write { path: folder.to_path_buf(), source };
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fault(error)),
        Ok(()) | Err(_) => {}
    }
    fs::create_dir_all(folder).map_err(fault)
}

/// Every file below a folder, by its path from there with `/`, in the order of the paths. No folder, no files.
pub(crate) fn below(folder: &Path) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    gather(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn gather(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Fault> {
    let fault = |source| Fault::Read { path: folder.to_path_buf(), source };
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(fault)?,
    };
    for entry in entries {
        let entry = entry.map_err(fault)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(fault)?.is_dir() {
            gather(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a file was written after every one of these, which may be folders; one that is missing is never old enough.
pub(crate) fn is_newer(file: &Path, than: &[PathBuf]) -> Result<bool, Fault> {
    let Some(written) = written(file) else { return Ok(false) };
    for path in than {
        let files = if path.is_dir() {
            below(path)?.into_iter().map(|file| path.join(file)).collect()
        } else {
            vec![path.clone()]
        };
        if files.iter().any(|file| self::written(file).is_none_or(|other| other > written)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn written(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

/// A folder of a test's own, gone when it ends.
#[cfg(test)]
pub(crate) struct Scratch(pub(crate) PathBuf);

#[cfg(test)]
impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("siaga-xtask-{}-{name}", std::process::id()));
        clear(&path).unwrap();
        Self(path)
    }
}

#[cfg(test)]
impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_in_the_order_of_their_paths_and_no_folder_has_none() {
        let folder = Scratch::new("listed");
        for path in ["b", "a/z", "a/b/c", "a.txt"] {
            write(&folder.0.join(path), path).unwrap();
        }
        assert_eq!(below(&folder.0).unwrap(), ["a.txt", "a/b/c", "a/z", "b"]);
        assert_eq!(below(&folder.0.join("nowhere")).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_file_is_not_newer_than_one_that_changed_after_it_or_is_missing() {
        let folder = Scratch::new("newer");
        let at = |name: &str, seconds: u64| {
            let path = folder.0.join(name);
            write(&path, name).unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
            path
        };
        let (made, old, young) = (at("made", 20), at("in/old", 10), at("young", 30));
        assert!(is_newer(&made, &[old.clone(), folder.0.join("in")]).unwrap());
        assert!(!is_newer(&made, &[old.clone(), young]).unwrap());
        assert!(!is_newer(&made, &[folder.0.join("missing")]).unwrap());
        assert!(!is_newer(&folder.0.join("missing"), &[old]).unwrap());
    }
}
