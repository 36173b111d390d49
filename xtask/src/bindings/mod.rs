//! `cargo xtask bindings`: the Kotlin and Swift of the library, and the surface that both see.
//!
//! Generated code is never committed. Kotlin goes to `target/bindings/kotlin`; Swift's C headers with their module map to
//! `target/bindings/swift`; Swift itself to `ios/SiagaKit/Generated`, since SwiftPM takes a module's sources from below one folder
//! and walks all of it.

mod mirror;
mod surface;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::tally::Tally;
use crate::{program, repo};

/// What the verb does beside generating.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Golden {
    /// Nothing: a changed surface is said, and is no failure.
    Tell,
    /// A changed surface is a failure.
    Check,
    /// The surface becomes the golden one.
    Accept,
}

/// Builds the library and generates.
pub(crate) fn run(golden: Golden) -> Result<ExitCode, Fault> {
    let bindings = prepare()?;
    let well = match golden {
        Golden::Tell => {
            surface::is_golden(&bindings.surface()?)?;
            true
        }
        Golden::Check => surface::is_golden(&bindings.surface()?)?,
        Golden::Accept => {
            surface::accept(&bindings.surface()?)?;
            true
        }
    };
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The stage: everything is generated, and the surface is the golden one.
pub(crate) fn judge() -> Result<Tally, Fault> {
    Ok(Tally::one(surface::is_golden(&prepare()?.surface()?)?))
}

/// A library and the generator that reads it.
pub(crate) struct Bindings {
    bindgen: PathBuf,
    library: PathBuf,
}

/// Builds the library and its generator, and writes what changed. What comes after it (Maven, SwiftPM) looks at the files' times
/// and does nothing where nothing changed.
pub(crate) fn prepare() -> Result<Bindings, Fault> {
    let bindings = Bindings { library: library()?, bindgen: program::built("siaga-bindgen", &[])? };
    let made = made();
    let fresh = made.join("fresh");
    let (kotlin, swift) = (fresh.join("kotlin"), fresh.join("swift"));
    mirror::clear(&fresh)?;
    bindings.generate("kotlin", &kotlin)?;
    bindings.generate("swift", &swift)?;
    let is_swift = |path: &Path| path.extension().is_some_and(|end| end == "swift");
    let changed = mirror::mirror(&kotlin, &made.join("kotlin"), |_| true)?
        + mirror::mirror(&swift, &made.join("swift"), |path| !is_swift(path))?
        + mirror::mirror(&swift, &repo::root().join("ios/SiagaKit/Generated"), is_swift)?;
    println!("bindings: {changed} files changed");
    Ok(bindings)
}

/// Builds what the tests of both languages talk to, each in a process of its own: the reference centre, and the terminal shell,
/// which conducts the golden traces.
pub(crate) fn peers() -> Result<(), Fault> {
    ["centre", "citizen"].into_iter().try_for_each(|name| program::built(name, &[]).map(drop))
}

impl Bindings {
    fn generate(&self, language: &str, folder: &Path) -> Result<(), Fault> {
        let mut command = Command::new(&self.bindgen);
        // It asks cargo where the crates lie, for the names that their `uniffi.toml` give.
        command.current_dir(repo::root()).arg(language).arg(&self.library).arg(folder);
        if program::passes(&mut command)? {
            return Ok(());
        }
        Err(Fault::Generate { what: language.to_owned() })
    }

    /// Everything that a shell can see, a line each, in no language.
    fn surface(&self) -> Result<String, Fault> {
        let mut command = Command::new(&self.bindgen);
        let (well, said) = program::capture(command.current_dir(repo::root()).arg("surface").arg(&self.library))?;
        if well { Ok(said) } else { Err(Fault::Generate { what: "surface".to_owned() }) }
    }
}

/// Where everything generated lies.
fn made() -> PathBuf {
    program::target().join("bindings")
}

/// Builds the library as the tests of both languages load it: not optimised, not stripped. By itself, so that it has the
/// features of its own dependencies and none that another crate's tests ask for.
fn library() -> Result<PathBuf, Fault> {
    if !program::passes(program::cargo().args(["build", "--quiet", "--package", "siaga-ffi"]))? {
        return Err(Fault::Build { program: "siaga-ffi".to_owned() });
    }
    let (start, end) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    Ok(program::target().join("debug").join(format!("{start}siaga_ffi{end}")))
}
