//! A Maven repository in a folder, and the same as one archive: an app takes it in without an account and without a token.

use std::path::{Path, PathBuf};

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::pom::{self, Dependency};
use super::{VERSION, archive};
use crate::fault::Fault;
use crate::{files, repo};

/// What is published under one name.
pub(super) struct Artefact {
    /// Its name; the group is `io.siaga`.
    pub(super) name: &'static str,
    /// What it is, in a line.
    pub(super) description: &'static str,
    /// The type of its main file.
    pub(super) kind: &'static str,
    /// Its files by their classifier; the main one has none, and all others are jars.
    pub(super) files: Vec<(String, PathBuf)>,
    /// What it needs.
    pub(super) dependencies: Vec<Dependency>,
}

/// The repository's folder, in the archive too.
pub(super) const FOLDER: &str = "siaga-maven";

/// Writes these artefacts, their sums and the list of versions below `root`, and nothing else.
pub(super) fn write(root: &Path, artefacts: &[Artefact]) -> Result<(), Fault> {
    files::clear(root)?;
    for Artefact { name, description, kind, files, dependencies } in artefacts {
        let folder = root.join("io/siaga").join(name);
        let version = folder.join(VERSION);
        for (classifier, file) in files {
            let end = if classifier.is_empty() { format!(".{kind}") } else { format!("-{classifier}.jar") };
            files::copy(file, &version.join(format!("{name}-{VERSION}{end}")))?;
        }
        let text = pom::text(name, description, kind, dependencies);
        files::write(&version.join(format!("{name}-{VERSION}.pom")), text)?;
        files::write(&folder.join("maven-metadata.xml"), versions(name))?;
    }
    files::below(root)?.iter().try_for_each(|path| write_sums(&root.join(path)))
}

/// The repository with what belongs to it, as one archive.
pub(super) fn pack(root: &Path, legal: &[PathBuf], work: &Path, archive: &Path) -> Result<(), Fault> {
    let content = work.join("zip");
    files::clear(&content)?;
    files::copy_below(root, &content.join(FOLDER), |_| true)?;
    files::write(&content.join("README.md"), readme())?;
    let licences = ["LICENSE-APACHE", "LICENSE-MIT"].map(|name| repo::root().join(name));
    for file in legal.iter().chain(&licences) {
        files::copy(file, &content.join(file.file_name().unwrap_or_default()))?;
    }
    archive::pack(&content, archive)
}

/// How an app takes the repository in.
fn readme() -> String {
    include_str!("repository.md").replace("VERSION", VERSION)
}

/// Lists the one version; without a time, so that the same files make the same repository.
fn versions(name: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<metadata>
  <groupId>io.siaga</groupId>
  <artifactId>{name}</artifactId>
  <versioning>
    <latest>{VERSION}</latest>
    <release>{VERSION}</release>
    <versions>
      <version>{VERSION}</version>
    </versions>
  </versioning>
</metadata>
"#
    )
}

/// The sums that Maven and Gradle ask for.
fn write_sums(file: &Path) -> Result<(), Fault> {
    let bytes = files::bytes(file)?;
    for (end, sum) in sums(&bytes) {
        let mut path = file.as_os_str().to_owned();
        path.push(format!(".{end}"));
        files::write(Path::new(&path), sum)?;
    }
    Ok(())
}

fn sums(bytes: &[u8]) -> [(&'static str, String); 3] {
    [
        ("md5", hexadecimal(&Md5::digest(bytes))),
        ("sha1", hexadecimal(&Sha1::digest(bytes))),
        ("sha256", hexadecimal(&Sha256::digest(bytes))),
    ]
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_that_the_world_knows() {
        let [(_, md5), (_, sha1), (_, sha256)] = sums(b"abc");
        assert_eq!(md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_readme_names_this_version_and_the_folder() {
        let readme = readme();
        assert!(readme.contains(&format!("io.siaga:siaga:{VERSION}")) && !readme.contains("VERSION"), "{readme}");
        assert!(readme.contains(FOLDER));
    }
}
