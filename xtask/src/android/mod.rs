//! `cargo xtask android`: what an app developer takes in, and the app as an APK.
//!
//! Everything that a machine without an NDK can make is made there too; what has no library for phones says so.

mod aar;
mod apk;
mod archive;
mod elf;
mod jdk;
mod jvm;
mod maven;
mod natives;
mod pom;
mod proof;
mod repository;
mod shrink;
mod versions;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::fault::Fault;
use crate::tool::{self, Tool};
use crate::{bindings, files, notices, phone, program, repo};
use aar::AARS;
use maven::Anew;
use natives::Native;
use versions::Versions;

pub(crate) use proof::judge;
pub(crate) use versions::Versions as AndroidVersions;

/// The version of all that we publish.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
/// What the packages cannot be made without.
pub(crate) const TOOLS: [Tool; 5] = [Tool::Jdk, Tool::Maven, Tool::Aapt2, Tool::Zipalign, Tool::Apksigner];

/// Makes everything and puts it into `out`. `natives` has libraries for other computers' JVMs, built there.
pub(crate) fn run(out: Option<&Path>, natives: Option<&Path>, install: bool) -> Result<ExitCode, Fault> {
    tool::ensure(&TOOLS, install)?;
    bindings::prepare()?;
    let versions = Versions::read()?;
    let for_phones = natives::build(&versions)?;
    let here = phone::library()?;
    maven::build(Anew::All)?;
    let out = out.map_or_else(package, Path::to_path_buf);
    let work = program::target().join("android/package");
    let made = make(&work, &out, (&here, natives), &for_phones, &versions)?;
    println!("\n{}", out.display());
    for file in &made {
        let bytes = fs::metadata(file).map_err(|source| Fault::Read { path: file.clone(), source })?.len();
        println!("  {:>10} bytes  {}", bytes, file.file_name().unwrap_or_default().display());
    }
    if for_phones.is_empty() {
        println!("!!! NO LIBRARY FOR PHONES is in these: there is no Android NDK here, see above.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Where everything goes that is handed out, when nobody says otherwise.
pub(crate) fn package() -> PathBuf {
    program::target().join("package")
}

/// The repository with its archive, the APK, the notices and the list of parts. For a JVM there is the library for this machine,
/// and a folder of others.
fn make(
    work: &Path,
    out: &Path,
    (here, others): (&Path, Option<&Path>),
    for_phones: &[Native],
    versions: &Versions,
) -> Result<Vec<PathBuf>, Fault> {
    let legal = notices::write(out)?;
    let mut artefacts = Vec::new();
    for aar in &AARS {
        artefacts.push(aar.make(&work.join(aar.name), versions, for_phones)?);
    }
    artefacts.push(jvm::make(work, here, others, versions)?);
    let root = out.join(repository::FOLDER);
    repository::write(&root, &artefacts)?;
    let zip = out.join(format!("siaga-{VERSION}-maven.zip"));
    repository::pack(&root, &legal, work, &zip)?;
    let apk = apk::make(work, out, versions, for_phones)?;
    Ok(legal.into_iter().chain([zip, apk]).collect())
}

/// The classes of Android, for compilers alone: in the version that our own build takes.
fn framework() -> Result<PathBuf, Fault> {
    const NAME: &str = "android.jar.version";
    let pom = files::text(&repo::root().join("android/pom.xml"))?;
    let version = pom.split_once(&format!("<{NAME}>")).and_then(|(_, rest)| rest.split_once("</"));
    let missing = || Fault::Package(format!("android/pom.xml names no {NAME}"));
    maven::artefact(&format!("org.robolectric:android-all:{}:jar", version.ok_or_else(missing)?.0))
}

/// Kotlin's standard library, with the annotations that it names.
fn kotlin(versions: &Versions) -> Result<[PathBuf; 2], Fault> {
    let library = maven::artefact(&format!("org.jetbrains.kotlin:kotlin-stdlib:{}:jar", versions.kotlin))?;
    Ok([library, maven::artefact("org.jetbrains:annotations:13.0:jar")?])
}
