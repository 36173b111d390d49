//! Everything in Kotlin, by Maven: compiled, formatted as it should be, and run in a real Android framework on the JVM.

mod gone;
mod maven;

use std::time::Duration;

use crate::fault::Fault;
use crate::tally::{Tally, surefire};
use crate::tool::{self, Tool};
use crate::{bindings, repo, test};

/// What the stage cannot do without.
pub(crate) const TOOLS: [Tool; 3] = [Tool::Jdk, Tool::Maven, Tool::Aapt2];

/// How long the stage may take.
pub(crate) const BUDGET: Duration = Duration::from_secs(480);
/// When any run of Maven is taken for hung. Long after the budget: a slow machine is no hang.
pub(crate) const LIMIT: Duration = Duration::from_secs(3 * BUDGET.as_secs());

/// Modules that hold one finding, what to leave out, and the plugin that has to give up over it.
const PLANTED: [(&str, &[&str], &str); 2] = [
    ("android/planted/pom.xml", &[], "ktlint-maven-plugin"),
    ("android/planted/pom.xml", &["-Dktlint.skip"], "detekt-maven-plugin"),
];

/// Generates what Kotlin sees, runs Maven, and counts what its reports say.
pub(crate) fn judge() -> Result<Tally, Fault> {
    if !tool::there(&TOOLS) {
        return Ok(Tally::skip());
    }
    bindings::prepare()?;
    bindings::peers()?;
    let modules = repo::root().join("target/android");
    let (written, generated) = (repo::root().join("android"), repo::root().join("target/bindings/kotlin"));
    gone::forget(&written, &generated, &modules)?;
    surefire::forget(&surefire::reports(&modules)?)?;
    let well = maven::verify()?;
    let mut tally = test::judged(surefire::tally(&surefire::reports(&modules)?)?, well);
    if well {
        tally.add(planted()?);
    }
    Ok(tally)
}

/// A linter that sees nothing says that all is well: each of ours has to find what is planted for it.
fn planted() -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    for (pom, arguments, plugin) in PLANTED {
        let said = maven::complaint(pom, arguments)?;
        let is_found = is_found(&said, plugin);
        if !is_found {
            println!("{said}\nkotlin: {plugin} does not find what is planted in {pom}");
        }
        tally.add(Tally::one(is_found));
    }
    Ok(tally)
}

/// Whether Maven gave up in this plugin's own work, and not because it could not get the plugin.
fn is_found(said: &str, plugin: &str) -> bool {
    said.lines().any(|line| line.contains("Failed to execute goal ") && line.contains(plugin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_that_gives_up_is_told_from_one_that_is_not_there() {
        let found = "[ERROR] Failed to execute goal com.github.gantsign.maven:ktlint-maven-plugin:3.7.1:check (ktlint) on project a: failed";
        assert!(is_found(found, "ktlint-maven-plugin"));
        assert!(!is_found(found, "detekt-maven-plugin"));
        let missing = "[ERROR] Plugin com.github.gantsign.maven:ktlint-maven-plugin:3.7.1 could not be resolved";
        assert!(!is_found(missing, "ktlint-maven-plugin"));
        assert!(!is_found("", "ktlint-maven-plugin"));
    }
}
