//! Maven: the classes and resources of our modules, and what others publish.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::Fault;
use crate::{files, kotlin, program, repo};

/// The goal that copies an artefact of others, in the version that the build of `android/` has.
const COPY: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy";
/// What is packaged.
const MODULES: [&str; 7] = ["core", "sdk", "location", "boot", "background", "app", "sample"];

/// Where Maven builds a module of ours.
pub(super) fn built(module: &str) -> PathBuf {
    repo::root().join("target/android").join(format!("siaga-{module}"))
}

/// Where the artefacts of others lie that we need as files.
pub(super) fn tools() -> PathBuf {
    repo::root().join("target/android/tools")
}

/// What is built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anew {
    /// Everything: the class of a source that is gone must not be handed out.
    All,
    /// What has changed; nothing where nothing has.
    Changed,
}

/// Builds the modules without their tests.
pub(super) fn build(anew: Anew) -> Result<(), Fault> {
    let stamp = tools().join("built");
    if anew == Anew::Changed && is_fresh(&stamp)? {
        return Ok(());
    }
    println!("Maven builds the modules of android/");
    let mut command = maven();
    if anew == Anew::All {
        command.arg("clean");
    }
    command.args(["package", "-Dmaven.test.skip=true", "-Dktlint.skip", "-Ddetekt.skip", "--file", "android/pom.xml"]);
    must(command.args(["--also-make", "--projects", &MODULES.join(",")]))?;
    files::write(&stamp, "")
}

/// Built by us, or by a run of everything, since the last change.
fn is_fresh(stamp: &Path) -> Result<bool, Fault> {
    for module in MODULES {
        let (jar, sources) = (jar(module), sources(module));
        if !jar.is_file() || !(files::is_newer(stamp, &sources)? || files::is_newer(&jar, &sources)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Everything of ours that a module is made from.
fn sources(module: &str) -> Vec<PathBuf> {
    let android = repo::root().join("android");
    let mut sources =
        vec![android.join("pom.xml"), android.join("resources.xml"), android.join(module).join("pom.xml")];
    // The generated module has no sources of its own.
    let written = android.join(module).join("src/main");
    sources.push(if written.is_dir() { written } else { program::target().join("bindings/kotlin") });
    sources
}

/// The jar of a module, as Maven names it.
pub(super) fn jar(module: &str) -> PathBuf {
    built(module).join(format!("siaga-{module}-{}.jar", super::VERSION))
}

/// An artefact of others, `group:name:version:type`, as a file; fetched once.
pub(super) fn artefact(coordinates: &str) -> Result<PathBuf, Fault> {
    let mut parts = coordinates.split(':').skip(1);
    let (name, version, kind) = (parts.next(), parts.next(), parts.next());
    let file = tools().join(format!("{}-{}.{}", name.unwrap_or(""), version.unwrap_or(""), kind.unwrap_or("jar")));
    if !file.is_file() {
        files::write(&tools().join("fetched"), "")?;
        let mut command = maven();
        // Where no pom.xml lies.
        command.current_dir(tools()).arg(COPY).arg(format!("-Dartifact={coordinates}")).arg("-DoutputDirectory=.");
        must(&mut command)?;
    }
    Ok(file)
}

/// Runs Maven within its limit; whether it ended well.
pub(super) fn passes(command: &mut Command) -> Result<bool, Fault> {
    program::watch_within(kotlin::LIMIT, command, |_| {})
}

fn must(command: &mut Command) -> Result<(), Fault> {
    if passes(command)? { Ok(()) } else { Err(Fault::Failed { program: "mvn".to_owned() }) }
}

/// Maven in the repository's root, quiet, to be given its goals.
pub(super) fn maven() -> Command {
    let mut command = Command::new("mvn");
    command.current_dir(repo::root()).args(["--quiet", "--batch-mode", "--no-transfer-progress"]);
    command
}
