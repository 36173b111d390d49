//! A source that is gone leaves its classes behind, and a test among them would still run: the compiler compiles what has changed,
//! and says nothing about what is no more. Nor does it compile what uses a generated class that has changed in another module.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::fault::Fault;
use crate::files;

/// Takes away what Maven made of all modules when a source of the last run is gone, or a generated one has changed. Both folders
/// are walked whole; `out` holds a folder for each module, and the list of the last run.
pub(super) fn forget(written: &Path, generated: &Path, out: &Path) -> Result<(), Fault> {
    let mut now: BTreeSet<String> = files::below(written)?.into_iter().filter(|path| is_source(path)).collect();
    for path in files::below(generated)?.into_iter().filter(|path| is_source(path)) {
        let mut content = DefaultHasher::new();
        files::bytes(&generated.join(&path))?.hash(&mut content);
        let _ = now.insert(format!("{path} {:016x}", content.finish()));
    }
    let list = out.join("sources.txt");
    // Without a list nobody knows what has gone.
    let is_gone = !list.is_file() || files::text(&list)?.lines().any(|path| !now.contains(path));
    if is_gone {
        modules(out)?;
    }
    files::write(&list, now.into_iter().collect::<Vec<_>>().join("\n"))
}

fn modules(out: &Path) -> Result<(), Fault> {
    let fault = |source| Fault::Write { path: out.to_path_buf(), source };
    fs::create_dir_all(out).map_err(fault)?;
    for entry in fs::read_dir(out).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_name().to_string_lossy().starts_with("siaga-") {
            fs::remove_dir_all(entry.path()).map_err(fault)?;
        }
    }
    Ok(())
}

fn is_source(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "kt" || end == "java")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder of this test's own, gone when it ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("siaga-xtask-{}-{name}", std::process::id()));
            files::clear(&path).unwrap();
            Self(path)
        }

        fn write(&self, path: &str) {
            files::write(&self.0.join(path), "").unwrap();
        }

        fn has(&self, path: &str) -> bool {
            self.0.join(path).is_file()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn classes_go_when_a_source_is_gone_or_a_generated_one_changes_and_stay_when_another_comes_or_changes() {
        const OLD: &str = "siaga-boot/test-classes/OldTest.class";
        let (android, bindings, out) = (Folder::new("android"), Folder::new("bindings"), Folder::new("out"));
        let forget = || forget(&android.0, &bindings.0, &out.0).unwrap();
        out.write(OLD);
        out.write("tools/android.jar");
        android.write("boot/src/test/kotlin/OldTest.kt");
        bindings.write("io/siaga/siaga.kt");
        forget();
        assert!(!out.has(OLD), "what was made before the first list may be of anything");

        out.write(OLD);
        android.write("boot/src/test/kotlin/NewTest.kt");
        android.write("boot/src/test/resources/a.txt");
        forget();
        assert!(out.has(OLD));
        fs::remove_file(android.0.join("boot/src/test/resources/a.txt")).unwrap();
        forget();
        assert!(out.has(OLD), "no class comes of it");

        fs::remove_file(android.0.join("boot/src/test/kotlin/OldTest.kt")).unwrap();
        forget();
        assert!(!out.has(OLD) && out.has("tools/android.jar"));

        out.write(OLD);
        files::write(&bindings.0.join("io/siaga/siaga.kt"), "class Siaga").unwrap();
        forget();
        assert!(!out.has(OLD), "what uses it was compiled against another one");

        out.write(OLD);
        fs::remove_file(bindings.0.join("io/siaga/siaga.kt")).unwrap();
        forget();
        assert!(!out.has(OLD), "a generated source as well");
    }
}
