//! Programs of others: whether they are there, building them, and running them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::row::{Setting, Stop};

/// Where a program lies.
///
/// # Errors
/// [`Stop::Missing`] with the program's name.
pub(crate) fn find(program: &str) -> Result<PathBuf, Stop> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or_else(|| Stop::Missing(format!("`{program}` is not installed")))
}

/// Runs a command to its end; gives what it printed.
///
/// # Errors
/// [`Stop::Failed`] with the last line of what it had to say when it failed.
pub(crate) fn quietly(command: &mut Command) -> Result<String, Stop> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Stop::failed(format!("`{name}` cannot be run ({error})")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Stop::failed(format!("`{name}` failed ({}): {}", output.status, last_line(&output.stderr))))
}

/// The last line of what a program had to say.
pub(crate) fn last_line(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned()
}

/// Cargo, in the repository. Where cargo itself runs the bench, it describes the bench in the environment; build scripts of others
/// watch that, and would run again for nothing.
///
/// # Errors
/// [`Stop::Missing`] when there is none.
pub(crate) fn cargo(setting: &Setting) -> Result<Command, Stop> {
    let mut command = Command::new(find("cargo")?);
    let _ = command.current_dir(setting.root()?);
    for (name, _) in std::env::vars_os() {
        let is_ours = |start| name.as_encoded_bytes().starts_with(start);
        if [&b"CARGO_PKG_"[..], b"CARGO_MANIFEST_", b"CARGO_BIN_", b"CARGO_CRATE_"].into_iter().any(is_ours) {
            let _ = command.env_remove(&name);
        }
    }
    Ok(command)
}

/// Builds something in its folder, or brings it up to date. `sources` stands for all that it is built from, where that is ours:
/// what was built from the same is not built again. A smoke run takes what is there and fits, and builds nothing.
///
/// # Errors
/// [`Stop::Missing`] in a smoke run that finds nothing: its rows are skipped then, and the others are measured. Beside that what
/// `build` says.
pub(crate) fn prepare(
    setting: &Setting,
    name: &str,
    folder: &Path,
    sources: Option<&str>,
    build: impl FnOnce() -> Result<(), Stop>,
) -> Result<(), Stop> {
    // Only what was built to its end has it.
    let mark = folder.join("built");
    let built = std::fs::read_to_string(&mark).ok();
    let fits = built.is_some() && sources.is_none_or(|sources| built.as_deref() == Some(sources));
    if setting.smoke {
        let missing = || Stop::Missing(format!("{name} is not built yet as it is now, and a smoke run builds nothing"));
        return if fits { Ok(()) } else { Err(missing()) };
    }
    if fits && sources.is_some() {
        return Ok(());
    }
    eprintln!("  building {name} below target, from its registry when it is not there yet");
    std::fs::create_dir_all(folder)?;
    build()?;
    Ok(std::fs::write(mark, sources.unwrap_or_default())?)
}

/// Runs the steps that build a program of others.
///
/// # Errors
/// [`Stop::Missing`] when it cannot be had.
pub(crate) fn steps(name: &str, steps: &mut [Command]) -> Result<(), Stop> {
    for step in steps {
        if let Err(Stop::Missing(why) | Stop::Failed(why)) = quietly(step) {
            return Err(Stop::Missing(format!("{name} cannot be built: {why}")));
        }
    }
    Ok(())
}

/// One argument of several parts.
pub(crate) fn joined(parts: &[OsString]) -> OsString {
    parts.iter().fold(OsString::new(), |mut all, part| {
        all.push(part);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(smoke: bool) -> Setting {
        Setting { rounds: 1, smoke, disk: PathBuf::new(), tools: PathBuf::new(), home: PathBuf::new() }
    }

    #[test]
    fn what_was_built_from_other_sources_is_built_anew_and_of_no_use_to_a_smoke_run() {
        let folder = tempfile::tempdir().unwrap();
        let smoke = |sources| prepare(&setting(true), "a peer", folder.path(), Some(sources), || panic!("it built"));
        let whole = |sources| {
            let mut built = false;
            prepare(&setting(false), "a peer", folder.path(), Some(sources), || {
                built = true;
                Ok(())
            })
            .unwrap();
            built
        };
        assert!(matches!(smoke("one"), Err(Stop::Missing(_))));
        assert!(whole("one") && !whole("one"));
        assert!(smoke("one").is_ok());
        assert!(matches!(smoke("two"), Err(Stop::Missing(_))));
        assert!(whole("two") && smoke("two").is_ok());
    }

    #[test]
    fn what_could_not_be_built_to_its_end_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let failing = prepare(&setting(false), "a peer", folder.path(), None, || Err(Stop::failed("no compiler")));
        assert!(failing.is_err());
        assert!(matches!(prepare(&setting(true), "a peer", folder.path(), None, || Ok(())), Err(Stop::Missing(_))));
    }
}
