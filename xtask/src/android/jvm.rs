//! The core's library for a JVM on a computer: an app developer's own unit tests run on it.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS};
use std::path::{Path, PathBuf};

use super::archive;
use super::pom::Dependency;
use super::repository::Artefact;
use super::versions::Versions;
use crate::fault::Fault;
use crate::files;

/// Makes it below `work` from this machine's library, and from those in `others`: built elsewhere, and laid out in the same way.
pub(super) fn make(work: &Path, library: &Path, others: Option<&Path>, versions: &Versions) -> Result<Artefact, Fault> {
    let (content, jar) = (work.join("jvm"), work.join("jvm.jar"));
    let inputs: Vec<PathBuf> = others.into_iter().chain([library]).map(Path::to_path_buf).collect();
    let (names, from) = (format!("{inputs:?}"), work.join("jvm.from"));
    if !files::is_newer(&jar, &inputs)? || files::text(&from).ok().as_ref() != Some(&names) {
        println!("siaga-native-jvm.jar");
        files::clear(&content)?;
        if let Some(others) = others {
            files::copy_below(others, &content, |path| path.contains('/'))?;
        }
        files::copy(library, &content.join(folder(OS, ARCH)).join(format!("{DLL_PREFIX}siaga_ffi{DLL_SUFFIX}")))?;
        archive::pack(&content, &jar)?;
        files::write(&from, names)?;
    }
    Ok(Artefact {
        name: "siaga-native-jvm",
        description: "The core's library for unit tests on a computer.",
        kind: "jar",
        files: vec![(String::new(), jar)],
        // Here the jar, which has JNA's own libraries for computers.
        dependencies: vec![Dependency::of("net.java.dev.jna:jna", &versions.jna, "jar")],
    })
}

/// Where JNA looks for a library on such a machine.
fn folder(os: &str, processor: &str) -> String {
    let os = match os {
        "macos" => "darwin",
        "windows" => "win32",
        os => os,
    };
    let processor = match processor {
        "x86_64" => "x86-64",
        processor => processor,
    };
    format!("{os}-{processor}")
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn the_folders_are_those_in_which_jna_looks() {
        assert_eq!(folder("linux", "x86_64"), "linux-x86-64");
        assert_eq!(folder("macos", "aarch64"), "darwin-aarch64");
        assert_eq!(folder("windows", "x86_64"), "win32-x86-64");
    }
}
