//! Programs of others: whether they are there, and running them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::row::Stop;

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
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = errors.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing").to_owned();
    Err(Stop::failed(format!("`{name}` failed ({}): {last}", output.status)))
}
