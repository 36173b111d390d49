//! The languages: how the program of each is built and started. All of Kotlin and Swift use one file of the library, that of the
//! phone's profile.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::product::library;
use crate::row::{Setting, Stop};
use crate::tool::{cargo, find, joined, prepare, quietly, steps};

/// A language that calls the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    Kotlin,
    Swift,
}

impl Language {
    pub(super) const ALL: [Self; 3] = [Self::Rust, Self::Kotlin, Self::Swift];

    /// Its program, ready to be started with the configuration's file as the one argument that is missing.
    ///
    /// # Errors
    /// [`Stop::Missing`] when the language's tools are not there.
    pub(super) fn program(self, setting: &Setting) -> Result<Program, Stop> {
        match self {
            Self::Rust => rust(setting),
            Self::Kotlin => kotlin(setting),
            Self::Swift => swift(setting),
        }
    }

    /// Its name in the names of folders.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Kotlin => "Kotlin",
            Self::Swift => "Swift",
        })
    }
}

/// A program and its first arguments.
pub(super) struct Program {
    pub(super) language: Language,
    words: Vec<OsString>,
}

impl Program {
    pub(super) fn command(&self, config: &Path) -> Result<Command, Stop> {
        let (program, arguments) = self.words.split_first().ok_or_else(|| Stop::failed("a program without a name"))?;
        let mut command = Command::new(program);
        let _ = command.args(arguments).arg(config);
        Ok(command)
    }
}

/// This program again, with the phone's optimisation as the library has it; of a smoke run itself.
fn rust(setting: &Setting) -> Result<Program, Stop> {
    let program = if setting.smoke {
        std::env::current_exe()?
    } else {
        eprintln!("  building the Rust side below target");
        let built = setting.tools.join("rust");
        let mut build = cargo(setting)?;
        let _ = build.args(["build", "--quiet", "--profile", "phone", "--package", "siaga-bench", "--target-dir"]);
        let _ = quietly(build.arg(&built))?;
        built.join("phone").join("siaga-bench")
    };
    Ok(Program { language: Language::Rust, words: vec![program.into(), "child".into(), "shells-rust".into()] })
}

/// Compiled by Maven with what `cargo xtask bindings` makes, and run by a plain `java`.
fn kotlin(setting: &Setting) -> Result<Program, Stop> {
    let (_, java) = (find("mvn")?, find("java")?);
    let library = library::built(setting)?;
    let built = setting.tools.join("kotlin");
    let mut build = Command::new("mvn");
    let _ = build.args(["--quiet", "--batch-mode", "compile", "--file"]);
    let _ = build.arg(setting.home.join("peers").join("kotlin").join("pom.xml"));
    let _ = build.arg(joined(&["-Dbuilt=".into(), built.clone().into()]));
    let bindings = setting.root()?.join("target").join("bindings").join("kotlin");
    let _ = build.arg(joined(&["-Dbindings=".into(), bindings.into()]));
    prepare(setting, "the Kotlin peer", &built, Some(&library.sources), || {
        steps("the Kotlin peer", &mut [generate(setting)?, build])
    })?;
    let classes = joined(&[built.join("classes").into(), ":".into(), built.join("lib").join("*").into()]);
    let found = joined(&["-Djna.library.path=".into(), library.folder.into()]);
    let words = vec![java.into(), found, "-cp".into(), classes, "siaga.bench.PeerKt".into()];
    Ok(Program { language: Language::Kotlin, words })
}

/// Compiled by the Swift of `ios/swift-env.sh`, in a system of its own; run by that system's loader in this one, whose disk is the
/// one that is measured.
fn swift(setting: &Setting) -> Result<Program, Stop> {
    let root = setting.root()?;
    let swift_env = root.join("ios").join("swift-env.sh");
    let no_swift = |_| Stop::Missing("no Swift: `ios/swift-env.sh --setup-only` makes one".to_owned());
    let system = quietly(Command::new(&swift_env).arg("--where")).map_err(no_swift)?;
    let system = PathBuf::from(system.trim());
    let loader = system.join("lib64").join("ld-linux-x86-64.so.2");
    if !loader.exists() {
        return Err(Stop::Missing("a loader for Swift's programs is known for x86_64 Linux alone".to_owned()));
    }
    let library = library::built(setting)?;
    let built = setting.tools.join("swift");
    let program = built.join("peer");
    prepare(setting, "the Swift peer", &built, Some(&library.sources), || {
        steps("the Swift peer", &mut [generate(setting)?])?;
        let mut build = Command::new(&swift_env);
        let _ = build.current_dir(&root).args(["swiftc", "-O", "-wmo", "-swift-version", "6", "-module-name", "peer"]);
        let _ = build.arg(setting.home.join("peers").join("swift").join("main.swift"));
        for file in std::fs::read_dir(root.join("ios").join("SiagaKit").join("Generated"))? {
            let _ = build.arg(file?.path());
        }
        let _ = build.arg("-I").arg(root.join("target").join("bindings").join("swift"));
        let _ = build.arg("-L").arg(&library.folder).args(["-lsiaga_ffi", "-o"]).arg(&program);
        steps("the Swift peer", &mut [build])
    })?;
    let own = [&["usr", "lib", "x86_64-linux-gnu"][..], &["usr", "libexec", "swift", "lib", "swift", "linux"]];
    let folders = own.map(|parts| parts.iter().fold(system.clone(), |path, part| path.join(part)));
    let path = std::env::join_paths(folders.into_iter().chain([library.folder]))?;
    let words = vec![loader.into(), "--library-path".into(), path, program.into()];
    Ok(Program { language: Language::Swift, words })
}

/// What both languages see of the library.
fn generate(setting: &Setting) -> Result<Command, Stop> {
    let mut command = cargo(setting)?;
    let _ = command.args(["xtask", "bindings"]);
    Ok(command)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_kotlin_peer_has_the_versions_of_the_sdk() {
        let list = include_str!("../../../android/gradle/libs.versions.toml");
        let pom = include_str!("../../peers/kotlin/pom.xml");
        for name in ["jvm", "kotlin", "jna"] {
            let line = list.lines().find_map(|line| line.strip_prefix(&format!("{name} = \""))).unwrap();
            let version = line.trim_end_matches('"');
            let element = format!("<version.{name}>{version}</version.{name}>");
            assert!(pom.contains(&element), "{element}");
        }
    }
}
