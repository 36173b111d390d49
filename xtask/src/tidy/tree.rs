//! The repository's files as the rules see them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::fault::Fault;

/// Folders that are made, not written, wherever they lie: by git, by ourselves, by Cargo and Maven, by Gradle, by SwiftPM.
const MADE: [&str; 8] = [".git", ".tools", "target", ".gradle", ".idea", ".kotlin", ".build", ".swiftpm"];
/// More of them, by their paths.
const MADE_AT: [&str; 1] = ["ios/SiagaKit/Generated"];

/// Every written file with its text, by its path from the root with `/`. A file that is no UTF-8 has an empty text.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads the repository.
    pub(crate) fn read(root: &Path) -> Result<Self, Fault> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<(), Fault> {
        let fault = |source| Fault::Read { path: folder.to_path_buf(), source };
        for entry in fs::read_dir(folder).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            if entry.file_type().map_err(fault)?.is_dir() {
                if !is_made(&path) {
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else {
                let bytes = fs::read(entry.path()).map_err(|source| Fault::Read { path: entry.path(), source })?;
                self.files.insert(path, String::from_utf8(bytes).unwrap_or_default());
            }
        }
        Ok(())
    }

    /// A tree with these files.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// Path and text of every file, in the order of their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Path and text of every file whose name ends so.
    pub(crate) fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(move |(path, _)| path.ends_with(end))
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Whether there is a file with this path, or a folder when the path ends in `/` or names one.
    pub(crate) fn has(&self, path: &str) -> bool {
        let bare = path.trim_end_matches('/');
        let folder = format!("{bare}/");
        let is_folder = self.files.keys().any(|file| file.starts_with(&folder));
        is_folder || (!path.ends_with('/') && self.files.contains_key(bare))
    }

    /// The folders directly under this one (`""` is the root), each ending in `/`.
    pub(crate) fn folders_in(&self, folder: &str) -> BTreeSet<String> {
        self.files
            .keys()
            .filter_map(|path| path.strip_prefix(folder)?.split_once('/'))
            .map(|(name, _)| format!("{folder}{name}/"))
            .collect()
    }
}

/// Whether this folder is made, not written.
fn is_made(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let by_gradle = name == "build" && path.starts_with("android/");
    MADE.contains(&name) || MADE_AT.contains(&path) || by_gradle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_tools_make_are_no_part_of_the_tree() {
        for path in ["target", "android/sdk/target", "android/sdk/build", "ios/SiagaKit/Generated", ".git"] {
            assert!(is_made(path), "{path}");
        }
        for path in ["core/engine/src/wire", "ios/SiagaKit/Sources", "bench/src/build"] {
            assert!(!is_made(path), "{path}");
        }
    }

    #[test]
    fn files_and_folders_are_told_apart() {
        let tree = Tree::of(&[("core/engine/src/lib.rs", ""), ("README.md", "")]);
        assert!(tree.has("core/") && tree.has("core/engine") && tree.has("README.md"));
        assert!(!tree.has("README.md/") && !tree.has("core/engin"));
        assert_eq!(tree.folders_in(""), BTreeSet::from(["core/".into()]));
        assert_eq!(tree.folders_in("core/"), BTreeSet::from(["core/engine/".into()]));
    }
}
