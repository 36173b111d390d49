//! Maven: what it is told, and when it may ask the network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::LIMIT;
use crate::fault::Fault;
use crate::{program, repo};

/// Builds and tests all modules; whether all is well. Without the network where nothing can be new: all versions are exact, and
/// the last run that ended well had everything.
pub(super) fn verify() -> Result<bool, Fault> {
    let wanted = poms(&repo::root().join("android"))?;
    let had = repo::root().join("target/android/resolved.txt");
    if fs::read_to_string(&had).is_ok_and(|had| had == wanted) {
        let mut is_incomplete = false;
        let mut command = maven("android/pom.xml");
        let well =
            program::watch_within(LIMIT, command.arg("--offline"), |line| is_incomplete |= misses_something(line))?;
        if !is_incomplete {
            return Ok(well);
        }
        println!("Maven's own repository has lost something: once more, with the network.");
    }
    let well = program::watch_within(LIMIT, &mut maven("android/pom.xml"), |_| {})?;
    if well {
        fs::write(&had, wanted).map_err(|source| Fault::Write { path: had, source })?;
    }
    Ok(well)
}

/// What Maven says about a module that it shall refuse; nothing when it does not refuse it.
pub(super) fn complaint(pom: &str, arguments: &[&str]) -> Result<String, Fault> {
    let (well, said) = program::capture_within(LIMIT, maven(pom).args(arguments))?;
    Ok(if well { String::new() } else { said })
}

fn maven(pom: &str) -> Command {
    let mut command = Command::new("mvn");
    let native = format!("-Dsiaga.native={}", program::target().join("debug").display());
    // At the end: what does not depend on a module that failed is still judged.
    command.args(["--quiet", "--batch-mode", "--fail-at-end", "--file", pom, &native, "verify"]);
    command.current_dir(repo::root());
    command
}

fn misses_something(line: &str) -> bool {
    line.contains("offline mode")
}

/// The text of every `pom.xml`: what Maven resolves depends on nothing else.
fn poms(android: &Path) -> Result<String, Fault> {
    let fault = |source| Fault::Read { path: android.to_path_buf(), source };
    let entries = fs::read_dir(android).map_err(fault)?;
    let modules = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>, _>>().map_err(fault)?;
    let mut poms: Vec<PathBuf> = modules.into_iter().map(|module| module.join("pom.xml")).collect();
    poms.push(android.join("pom.xml"));
    poms.sort();
    poms.iter()
        .filter(|pom| pom.is_file())
        .map(|pom| fs::read_to_string(pom).map_err(|source| Fault::Read { path: pom.clone(), source }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_maven_says_when_it_may_not_ask_the_network_is_known() {
        let said = "Cannot access central (https://repo.maven.apache.org/maven2) in offline mode and the artifact \
                    org.jetbrains.kotlin:kotlin-stdlib:jar:2.4.21 has not been downloaded from it before.";
        assert!(misses_something(said));
        assert!(!misses_something("[ERROR] a test says that it is offline"));
    }
}
