//! Everything in Swift that can be had without Apple's systems: formatted, parsed, type-checked, and the rest run.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::fault::Fault;
use crate::tally::Tally;
use crate::tool::{self, Swift, Tool};
use crate::{bindings, program, repo, test};

/// Where SwiftPM builds.
const BUILT: &str = "target/swift";
/// What is written by hand; `ios/SiagaKit/Generated` is not.
const WRITTEN: [&str; 5] =
    ["Package.swift", "ios/App", "ios/SiagaKit/Sample", "ios/SiagaKit/Sources", "ios/SiagaKit/Tests"];

/// How long the stage may take.
pub(crate) const BUDGET: Duration = Duration::from_secs(360);
/// When its tests are taken for hung. Long after the budget: a slow machine is no hang.
const LIMIT: Duration = Duration::from_secs(3 * BUDGET.as_secs());

/// Generates what Swift sees, and judges all that is written by hand.
pub(crate) fn judge() -> Result<Tally, Fault> {
    let Some(swift) = tool::swift().filter(|_| tool::there(&[Tool::Swift])) else { return Ok(Tally::skip()) };
    bindings::prepare()?;
    bindings::peers()?;
    let mut tally = format(&swift)?;
    tally.add(tests(&swift)?);
    tally.add(app(&swift)?);
    Ok(tally)
}

fn format(swift: &Swift) -> Result<Tally, Fault> {
    let mut command = swift.command(&["swift", "format", "lint", "--strict", "--recursive", "--parallel"]);
    Ok(said("swift format lint", program::passes(command.args(WRITTEN))?))
}

fn tests(swift: &Swift) -> Result<Tally, Fault> {
    let mut tally = Tally::default();
    let mut command = swift.command(&["swift", "test", "--scratch-path", BUILT]);
    let well = program::watch_within(LIMIT, &mut command, |line| tally.read_swift_line(line))?;
    Ok(test::judged(tally, well))
}

/// The app's screens, and what only Apple's systems have of the package: always parsed. The screens are type-checked as well,
/// against modules of ours that stand for Apple's: so a misspelt call into our own layer is found here.
fn app(swift: &Swift) -> Result<Tally, Fault> {
    let screens = sources("ios/App")?;
    let apple = sources("ios/SiagaKit/Sources/Apple")?;
    let mut command = swift.command(&["swiftc", "-parse"]);
    let mut tally = said("swiftc -parse", program::passes(command.args(screens.iter().chain(&apple)))?);

    let (modules, kit) = (format!("{BUILT}/stubs"), format!("{BUILT}/debug/Modules"));
    make(&modules)?;
    for stub in sources("ios/App/Stub")? {
        let name = Path::new(&stub).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let to = format!("{modules}/{name}.swiftmodule");
        let words = ["swiftc", "-emit-module", "-parse-as-library", "-module-name", &name, "-emit-module-path", &to];
        tally.add(said(&stub, program::passes(swift.command(&words).arg(&stub))?));
    }
    let words = ["swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-I", &modules, "-I", &kit];
    let mut command = swift.command(&words);
    command.args(["-Xcc", "-fmodule-map-file=target/bindings/swift/module.modulemap"]).args(&screens);
    tally.add(said("swiftc -typecheck", program::passes(&mut command)?));
    Ok(tally)
}

/// The Swift files of a folder, by their paths from the root, in the order of their names; none where there is no folder.
fn sources(folder: &str) -> Result<Vec<String>, Fault> {
    let path = repo::root().join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let fault = |source| Fault::Read { path: path.clone(), source };
    let mut found = Vec::new();
    for entry in fs::read_dir(&path).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".swift") {
            found.push(format!("{folder}/{name}"));
        }
    }
    found.sort();
    Ok(found)
}

fn make(folder: &str) -> Result<(), Fault> {
    let path = repo::root().join(folder);
    fs::create_dir_all(&path).map_err(|source| Fault::Write { path, source })
}

/// Names what did not pass: its own words alone do not say which part of the stage they belong to.
fn said(what: &str, passed: bool) -> Tally {
    if !passed {
        println!("swift: {what} did not pass");
    }
    Tally::one(passed)
}
