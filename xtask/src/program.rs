//! Running other programs.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::fault::Fault;
use crate::repo;

/// Cargo itself, in the repository's root.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(repo::root());
    // Cargo describes us to ourselves in these. Build scripts of others watch them, and would run again for nothing.
    for (name, _) in env::vars_os() {
        let name_text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|p| name_text.starts_with(p)) {
            command.env_remove(&name);
        }
    }
    command
}

/// Builds a program of ours and says where it lies. Over the whole workspace: with one package alone cargo would choose other
/// features for what is shared, and build it a second time.
pub(crate) fn built(program: &str, arguments: &[&str]) -> Result<PathBuf, Fault> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--workspace", "--bin", program]).args(arguments);
    if !passes(&mut command)? {
        return Err(Fault::Build { program: program.to_owned() });
    }
    let profile = if arguments.contains(&"--release") { "release" } else { "debug" };
    Ok(target().join(profile).join(format!("{program}{}", env::consts::EXE_SUFFIX)))
}

/// The folder that cargo builds into.
pub(crate) fn target() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    repo::root().join(target)
}

/// Runs a program with our own streams; whether it ended well.
pub(crate) fn passes(command: &mut Command) -> Result<bool, Fault> {
    let status = command.status().map_err(|source| Fault::Start { program: name(command), source })?;
    Ok(status.success())
}

/// Runs a program with our own streams; a fault when it does not end well.
pub(crate) fn must(command: &mut Command) -> Result<(), Fault> {
    if passes(command)? { Ok(()) } else { Err(Fault::Failed { program: name(command) }) }
}

/// Runs a program and keeps its standard output; its errors go to ours.
pub(crate) fn capture(command: &mut Command) -> Result<(bool, String), Fault> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|source| Fault::Start { program: name(command), source })?;
    Ok((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// Runs a program, passes each line of its standard output on and shows it to `see`; whether it ended well.
pub(crate) fn watch(command: &mut Command, mut see: impl FnMut(&str)) -> Result<bool, Fault> {
    let program = name(command);
    let start = |source| Fault::Start { program: program.clone(), source };
    let output = |source| Fault::Output { program: program.clone(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    if let Some(stdout) = child.stdout.take() {
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        // By bytes: a test may print what is no UTF-8.
        while lines.read_until(b'\n', &mut line).map_err(output)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            see(&text);
            line.clear();
        }
    }
    Ok(child.wait().map_err(output)?.success())
}

/// The first line that a program prints about its version, or `None` when there is no such program.
pub(crate) fn version(command: &mut Command) -> Option<String> {
    let output = command.arg("--version").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.lines().next().unwrap_or("").trim().to_owned())
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
