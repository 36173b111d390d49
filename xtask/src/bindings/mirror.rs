//! A folder made like another one, without touching what is the same already.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::fault::Fault;

/// Makes `to` hold the files of `from` that are wanted, and no others; a file with the same content keeps its time. How many
/// files changed, came or went.
pub(super) fn mirror(from: &Path, to: &Path, is_wanted: impl Fn(&Path) -> bool) -> Result<usize, Fault> {
    fs::create_dir_all(to).map_err(|source| Fault::Write { path: to.to_path_buf(), source })?;
    let wanted: Vec<PathBuf> = files(from)?.into_iter().filter(|path| is_wanted(path)).collect();
    let mut changed = 0;
    for path in files(to)?.into_iter().filter(|path| !wanted.contains(path)) {
        let path = to.join(path);
        fs::remove_file(&path).map_err(|source| Fault::Write { path, source })?;
        changed += 1;
    }
    for path in wanted {
        let (from, to) = (from.join(&path), to.join(&path));
        let fresh = fs::read(&from).map_err(|source| Fault::Read { path: from, source })?;
        if fs::read(&to).is_ok_and(|kept| kept == fresh) {
            continue;
        }
        write(&to, &fresh)?;
        changed += 1;
    }
    Ok(changed)
}

/// Empties a folder, and makes it where there is none.
pub(super) fn clear(folder: &Path) -> Result<(), Fault> {
    let fault = |source| Fault::Write { path: folder.to_path_buf(), source };
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(fault(error)),
        Ok(()) | Err(_) => {}
    }
    fs::create_dir_all(folder).map_err(fault)
}

/// Writes a file, and the folders above it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(path, bytes)).map_err(|source| Fault::Write { path: path.to_path_buf(), source })
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let fault = |source| Fault::Read { path: folder.to_path_buf(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = PathBuf::from(entry.file_name());
        if entry.file_type().map_err(fault)?.is_dir() {
            found.extend(files(&entry.path())?.into_iter().map(|path| name.join(path)));
        } else {
            found.push(name);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own, gone when it ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("siaga-xtask-{}-{name}", std::process::id()));
            clear(&path).unwrap();
            Self(path)
        }

        fn write(&self, path: &str, text: &str) {
            write(&self.0.join(path), text.as_bytes()).unwrap();
        }

        fn read(&self, path: &str) -> Option<String> {
            fs::read_to_string(self.0.join(path)).ok()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn what_is_the_same_is_left_alone_and_what_is_gone_goes() {
        let (from, to) = (Folder::new("from"), Folder::new("to"));
        from.write("io/a.kt", "a");
        from.write("io/b.kt", "new");
        from.write("c.h", "c");
        to.write("io/a.kt", "a");
        to.write("io/b.kt", "old");
        to.write("io/gone.kt", "gone");
        let kept = fs::metadata(to.0.join("io/a.kt")).unwrap().modified().unwrap();

        let is_kotlin = |path: &Path| path.extension().is_some_and(|end| end == "kt");
        assert_eq!(mirror(&from.0, &to.0, is_kotlin).unwrap(), 2);

        assert_eq!(fs::metadata(to.0.join("io/a.kt")).unwrap().modified().unwrap(), kept);
        assert_eq!(to.read("io/b.kt").as_deref(), Some("new"));
        assert_eq!((to.read("io/gone.kt"), to.read("c.h")), (None, None));
        assert_eq!(mirror(&from.0, &to.0, is_kotlin).unwrap(), 0);
    }
}
