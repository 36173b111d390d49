//! Files between us and other people's programs: packages of Node, and one program in Go.

use std::path::PathBuf;
use std::process::Command;

use crate::fault::Fault;
use crate::tally::Tally;
use crate::{files, machine, program, repo, test};

/// The proxy that spoils lines, as its tests know it.
const TOXIPROXY: &str = "github.com/Shopify/toxiproxy/v2/cmd/server@v2.5.0";

/// Runs the tests with peers, or says loudly that they were skipped.
pub(crate) fn judge() -> Result<Tally, Fault> {
    if !machine::has_node() {
        return Ok(Tally::skip());
    }
    if program::capture(Command::new("go").arg("version")).is_err() {
        println!("!!! SKIPPED: no Go here, and toxiproxy is written in it.");
        return Ok(Tally::skip());
    }
    let mut command = program::suite("siaga-tus-tests/peers", "tus");
    command.env("SIAGA_TUS_PEERS", packages()?).env("SIAGA_TOXIPROXY", toxiproxy()?);
    test::tests(&mut command)
}

/// The scripts of the tests, beside exactly the packages that their lock names.
fn packages() -> Result<PathBuf, Fault> {
    let (from, to) = (repo::root().join("tests/tus/peers"), program::target().join("tus/peers"));
    let lock = "package-lock.json";
    let done = to.join("node_modules/.done");
    let is_there =
        files::bytes(&done).is_ok_and(|locked| files::bytes(&from.join(lock)).is_ok_and(|lock| lock == locked));
    for name in files::below(&from)? {
        files::copy(&from.join(&name), &to.join(&name))?;
    }
    if !is_there {
        println!("about to fetch the packages of tests/tus/peers/{lock}");
        let options = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
        program::must(Command::new("npm").args(options).current_dir(&to))?;
        files::copy(&from.join(lock), &done)?;
    }
    Ok(to)
}

/// The proxy, built once for each version.
fn toxiproxy() -> Result<PathBuf, Fault> {
    let version = TOXIPROXY.rsplit('@').next().unwrap_or_default();
    let folder = program::target().join("tus").join(format!("toxiproxy-{version}"));
    let place = folder.join("server");
    if !place.is_file() {
        println!("about to build {TOXIPROXY}");
        program::must(Command::new("go").args(["install", TOXIPROXY]).env("GOBIN", &folder))?;
    }
    Ok(place)
}
