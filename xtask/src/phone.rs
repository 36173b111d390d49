//! The library as a phone downloads it: small. `cargo xtask size` builds it for this machine and weighs it.

use std::env;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::program;

/// The profile, in the root's `Cargo.toml`.
pub(crate) const PROFILE: &str = "phone";
/// How SQLite is compiled: as in `.cargo/config.toml`, and without what the store never asks it for. Nothing of how it writes, syncs
/// or checks. What the store does ask for and is not there fails when its statement is prepared.
const SQLITE: (&str, &str) = (
    "LIBSQLITE3_FLAGS",
    "-DHAVE_FDATASYNC=1 -USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_FTS5 -USQLITE_ENABLE_RTREE \
     -USQLITE_ENABLE_DBSTAT_VTAB -USQLITE_ENABLE_STAT4 -USQLITE_SOUNDEX -USQLITE_ENABLE_COLUMN_METADATA \
     -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_OMIT_JSON -DSQLITE_OMIT_DATETIME_FUNCS -DSQLITE_OMIT_DEPRECATED \
     -DSQLITE_OMIT_SHARED_CACHE -DSQLITE_OMIT_AUTHORIZATION -DSQLITE_OMIT_TRACE -DSQLITE_OMIT_PROGRESS_CALLBACK \
     -DSQLITE_OMIT_INCRBLOB -DSQLITE_OMIT_DESERIALIZE -DSQLITE_OMIT_DECLTYPE",
);
/// How C is compiled, SQLite and ring: without tables for unwinding. Rust needs its own, since a panic unwinds to the boundary
/// (INV-11); no C function in this library calls Rust, so nothing ever unwinds through one.
const C: (&str, &str) = ("CFLAGS", "-fno-asynchronous-unwind-tables -fno-unwind-tables");
/// What the library may weigh on x86_64 Linux, in bytes: 3.5 MB is the floor for its dependencies, and 1 MB is ours.
const LIMIT: u64 = 4_500_000;

/// Builds the library and says what it weighs; a failure when that is too much.
pub(crate) fn weigh() -> Result<ExitCode, Fault> {
    let library = library()?;
    let bytes = fs::metadata(&library).map_err(|source| Fault::Read { path: library.clone(), source })?.len();
    println!("{} bytes, {}: {}", bytes, judged(bytes), library.display());
    Ok(if bytes <= LIMIT { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn judged(bytes: u64) -> String {
    // Whole kilobytes are exact enough, and `u32` goes into `f64` without loss.
    let mb = |bytes: u64| f64::from(u32::try_from(bytes / 1000).unwrap_or(u32::MAX)) / 1000.0;
    let verdict = if bytes <= LIMIT { "within" } else { "OVER" };
    format!("{:.2} MB, {verdict} the limit of {:.1} MB", mb(bytes), mb(LIMIT))
}

/// The library for this machine.
pub(crate) fn library() -> Result<PathBuf, Fault> {
    let mut command = program::cargo();
    build(&mut command, "cdylib");
    if !program::passes(&mut command)? {
        return Err(Fault::Build { program: "siaga-ffi".to_owned() });
    }
    Ok(program::target().join(PROFILE).join(format!("{DLL_PREFIX}siaga_ffi{DLL_SUFFIX}")))
}

/// Makes a cargo command build the library, as one kind of library alone: beside others rustc keeps all that any of them could
/// export, and the library is a third larger.
pub(crate) fn build(command: &mut Command, kind: &str) {
    command.args([
        "rustc",
        "--quiet",
        "--locked",
        "--package",
        "siaga-ffi",
        "--profile",
        PROFILE,
        "--crate-type",
        kind,
    ]);
    command.env(SQLITE.0, SQLITE.1);
    // A builder's own flags stay.
    let own = env::var(C.0).unwrap_or_default();
    command.env(C.0, format!("{own} {}", C.1).trim_start());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{files, repo};

    #[test]
    fn sqlite_on_a_phone_has_what_every_build_has() {
        let config = files::text(&repo::root().join(".cargo/config.toml")).unwrap();
        let line = config.lines().find(|line| line.starts_with(SQLITE.0)).unwrap();
        let everywhere = line.split_once('"').unwrap().1.trim_end_matches('"');
        for flag in everywhere.split(' ') {
            assert!(SQLITE.1.split(' ').any(|phone| phone == flag), "{flag}");
        }
    }

    #[test]
    fn a_library_over_the_limit_is_said_to_be() {
        assert_eq!(judged(4_241_656), "4.24 MB, within the limit of 4.5 MB");
        assert_eq!(judged(4_500_001), "4.50 MB, OVER the limit of 4.5 MB");
    }
}
