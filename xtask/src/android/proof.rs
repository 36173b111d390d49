//! The stage `package`: what is handed out, made from the library of the tests and used as others would use it.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::maven::Anew;
use super::repository::FOLDER;
use super::versions::Versions;
use super::{TOOLS, VERSION, archive, make, maven, shrink};
use crate::fault::Fault;
use crate::tally::{Tally, surefire};
use crate::{bindings, files, ios, program, test, tool};

/// The sample has some 3,000 classes with its libraries, and 650 after R8.
const SHRUNK_CLASSES: usize = 1_500;

/// Makes everything, looks into it, takes it in as an app developer's tests do, and presses the button of the shrunk sample; and
/// what of the packages for iOS can be had here.
pub(crate) fn judge() -> Result<Tally, Fault> {
    if !tool::there(&TOOLS) {
        return Ok(Tally::skip());
    }
    bindings::prepare()?;
    let library = program::target().join("debug").join(format!("{DLL_PREFIX}siaga_ffi{DLL_SUFFIX}"));
    let versions = Versions::read()?;
    maven::build(Anew::Changed)?;
    let proof = program::target().join("proof");
    let out = proof.join("out");
    // Nothing of an earlier run may be taken for one of this.
    files::clear(&proof.join("maven/io/siaga"))?;
    make(&proof.join("work"), &out, (&library, None), &[], &versions)?;
    let mut tally = contents(&out)?;
    tally.add(hides_sqlite(&library)?);
    let work = proof.join("sample");
    let classes = shrink::classes(&shrink::make(&work, &versions)?)?;
    println!("the shrunk sample has {classes} classes");
    tally.add(Tally::one(classes < SHRUNK_CLASSES));
    let headers = ios::check()?;
    headers.iter().for_each(|complaint| println!("ios: {complaint}"));
    tally.add(Tally::one(headers.is_empty()));
    tally.add(tests(&proof.join("integrator"), |command| integrator(command, &proof, &versions))?);
    tally.add(tests(&proof.join("shrunk"), |command| shrunk(command, &work))?);
    Ok(tally)
}

/// What has to be in each archive, and what must not.
fn contents(out: &Path) -> Result<Tally, Fault> {
    let folder = |name: &str| out.join(FOLDER).join("io/siaga").join(name).join(VERSION);
    let mut wrong = Vec::new();
    let mut demand = |archive: PathBuf, wanted: &[&str], unwanted: &str| -> Result<(), Fault> {
        let names = archive::names(&archive)?;
        let missing = wanted.iter().filter(|name| !names.iter().any(|other| other.ends_with(*name)));
        wrong.extend(missing.map(|name| format!("{} has no {name}", archive.display())));
        let found = names.iter().filter(|name| name.contains(unwanted));
        wrong.extend(found.map(|name| format!("{} has {name}", archive.display())));
        Ok(())
    };
    let aar = ["AndroidManifest.xml", "classes.jar", "R.txt"];
    let siaga = folder("siaga");
    demand(siaga.join(format!("siaga-{VERSION}.aar")), &[aar.as_slice(), &["proguard.txt"]].concat(), ".dex")?;
    let classes = ["io/siaga/Siaga.class", "io/siaga/sdk/SiagaSdk.class", "io/siaga/engine/Snapshot.class"];
    demand(siaga.join(format!("siaga-{VERSION}-classes.jar")), &classes, "/R.class")?;
    let sources = ["io/siaga/siaga_ffi.kt", "io/siaga/sdk/SiagaSdk.kt"];
    demand(siaga.join(format!("siaga-{VERSION}-sources.jar")), &sources, ".class")?;
    for name in ["siaga-location", "siaga-boot", "siaga-background"] {
        demand(folder(name).join(format!("{name}-{VERSION}.aar")), &aar, "proguard.txt")?;
    }
    let zip =
        ["README.md", "LICENSE-MIT", "THIRD-PARTY-NOTICES.txt", ".cdx.json", ".aar.sha256", ".pom.sha1", ".jar.md5"];
    demand(out.join(format!("siaga-{VERSION}-maven.zip")), &zip, ".list")?;
    for complaint in &wrong {
        println!("package: {complaint}");
    }
    Ok(Tally::one(wrong.is_empty()))
}

/// An app may have an SQLite of its own: ours must not be seen from outside.
fn hides_sqlite(library: &Path) -> Result<Tally, Fault> {
    if !cfg!(target_os = "linux") {
        return Ok(Tally::skip());
    }
    let (well, seen) = program::capture(Command::new("nm").args(["--dynamic", "--defined-only"]).arg(library))?;
    let complaint = shown(&seen);
    complaint.iter().for_each(|symbol| println!("package: {symbol} can be seen in {}", library.display()));
    Ok(Tally::one(well && seen.contains(" uniffi_siaga_ffi_") && complaint.is_empty()))
}

/// SQLite's own symbols among those that `nm` saw.
fn shown(seen: &str) -> Vec<&str> {
    seen.lines().filter_map(|line| line.split(' ').next_back()).filter(|name| name.starts_with("sqlite3_")).collect()
}

/// Maven's tests of one project, which builds in a folder of its own. One that tested nothing has failed.
fn tests(folder: &Path, project: impl FnOnce(&mut Command)) -> Result<Tally, Fault> {
    surefire::forget(&surefire::reports(folder)?)?;
    let mut command = maven::maven();
    command.arg("test").arg(property("siaga.work", &folder.join("build")));
    project(&mut command);
    let well = maven::passes(&mut command)?;
    Ok(test::judged(surefire::tally(&surefire::reports(folder)?)?, well))
}

/// Somebody who has the repository and nothing else of ours. The local repository is this test's own, so that it holds nothing of
/// an earlier run; what it needs of others comes out of the machine's.
fn integrator(command: &mut Command, proof: &Path, versions: &Versions) {
    let out = proof.join("out");
    command.args(["--file", "android/integrator/pom.xml", "--settings", "android/integrator/settings.xml"]);
    command.arg(property("maven.repo.local", &proof.join("maven")));
    command.arg(property("siaga.parts", &out.join(format!("siaga-{VERSION}.cdx.json"))));
    command.arg(format!("-Dsiaga.repository=file://{}", out.join(FOLDER).display()));
    command.args([format!("-Dsiaga.version={VERSION}"), format!("-Dversion.kotlin={}", versions.kotlin)]);
}

/// Android's framework on the JVM, with the shrunk sample in it.
fn shrunk(command: &mut Command, work: &Path) {
    command.args(["--file", "android/shrunk/pom.xml"]).arg(property("siaga.shrunk", work));
    command.arg(property("siaga.native", &program::target().join("debug")));
}

fn property(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_symbol_of_sqlite_that_can_be_seen_is_found() {
        let seen = "0000 T uniffi_siaga_ffi_fn_method_siaga_press\n0000 T sqlite3_open\n0000 D sqlite3_version\n";
        assert_eq!(shown(seen), ["sqlite3_open", "sqlite3_version"]);
        assert_eq!(shown("0000 T uniffi_sqlite3_x\n"), Vec::<&str>::new());
    }
}
