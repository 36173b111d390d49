//! Running other programs.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::fault::Fault;
use crate::limit::Limit;
use crate::repo;

/// Makes cargo choose the features that a build of the tests has, so that nothing is built a second time for other ones. The
/// workspace has no examples in cargo's sense; where they are asked for, what tests depend on counts.
pub(crate) const AS_TESTED: &str = "--examples";

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
    let is_release = arguments.contains(&"--release");
    let mut command = cargo();
    command.args(["build", "--workspace", "--bin", program]).args(arguments);
    if !is_release {
        command.arg(AS_TESTED);
    }
    if !passes(&mut command)? {
        return Err(Fault::Build { program: program.to_owned() });
    }
    let profile = if is_release { "release" } else { "debug" };
    Ok(target().join(profile).join(format!("{program}{}", env::consts::EXE_SUFFIX)))
}

/// One suite of tests that needs more than Rust, with the feature that turns it on. Over the whole workspace, for the reason that
/// `built` has.
pub(crate) fn suite(feature: &str, name: &str) -> Command {
    let mut command = cargo();
    command.args(["test", "--workspace", "--features", feature, "--test", name]);
    command
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
pub(crate) fn watch(command: &mut Command, see: impl FnMut(&str)) -> Result<bool, Fault> {
    let mut child = Spoken::start(command)?;
    child.tell(passed_on(see))?;
    child.end()
}

/// The same, with an end to it: a fault when the program, or anything that it started, goes on for longer than this.
pub(crate) fn watch_within(limit: Duration, command: &mut Command, see: impl FnMut(&str)) -> Result<bool, Fault> {
    within(limit, command, passed_on(see))
}

/// Runs a program within a limit and keeps its standard output; its errors go to ours.
pub(crate) fn capture_within(limit: Duration, command: &mut Command) -> Result<(bool, String), Fault> {
    let mut said = String::new();
    let well = within(limit, command, |line| said.push_str(line))?;
    Ok((well, said))
}

fn within(limit: Duration, command: &mut Command, see: impl FnMut(&str)) -> Result<bool, Fault> {
    let mut child = Spoken::start(command)?;
    let limit = Limit::start(child.child.id(), limit);
    // It holds its output open until it ends, or is ended.
    let told = child.tell(see);
    let well = child.end();
    match limit.exceeded() {
        Some(limit) => Err(Fault::Endless { command: line(command), minutes: limit.as_secs() / 60 }),
        None => told.and(well),
    }
}

fn passed_on(mut see: impl FnMut(&str)) -> impl FnMut(&str) {
    move |line| {
        print!("{line}");
        see(line);
    }
}

/// A program that runs, and whose standard output is ours to read.
struct Spoken {
    program: String,
    child: Child,
}

impl Spoken {
    fn start(command: &mut Command) -> Result<Self, Fault> {
        let program = name(command);
        match command.stdout(Stdio::piped()).spawn() {
            Ok(child) => Ok(Self { program, child }),
            Err(source) => Err(Fault::Start { program, source }),
        }
    }

    /// Shows each line to `see`, until there are no more.
    fn tell(&mut self, mut see: impl FnMut(&str)) -> Result<(), Fault> {
        let Some(stdout) = self.child.stdout.take() else { return Ok(()) };
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        // By bytes: a test may print what is no UTF-8.
        while lines.read_until(b'\n', &mut line).map_err(|source| self.output(source))? > 0 {
            see(&String::from_utf8_lossy(&line));
            line.clear();
        }
        Ok(())
    }

    /// Whether it ended well.
    fn end(&mut self) -> Result<bool, Fault> {
        let ended = self.child.wait();
        ended.map(|status| status.success()).map_err(|source| self.output(source))
    }

    fn output(&self, source: io::Error) -> Fault {
        Fault::Output { program: self.program.clone(), source }
    }
}

/// The first line that a program prints about its version, or `None` when there is no such program.
pub(crate) fn version(command: &mut Command) -> Option<String> {
    let output = command.arg("--version").stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then(|| text.lines().next().unwrap_or("").trim().to_owned())
}

/// With its arguments: what is started is often a shell, or `env`.
fn line(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name(command)).chain(words).collect::<Vec<_>>().join(" ")
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_hangs_is_a_fault_with_its_name() {
        let fault = watch_within(Duration::from_millis(100), &mut shell("exec sleep 100000"), |_| {}).unwrap_err();
        assert_eq!(fault.to_string(), "`sh -c exec sleep 100000` did not end within 0 min, and was ended");
    }

    /// What hangs is most often not the program itself. It holds the output open, so this ends only when it was ended, too.
    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_program_started_is_ended_with_it() {
        let mut seen = Vec::new();
        let script = "echo begun; sleep 100000; echo done";
        let fault = watch_within(Duration::from_secs(1), &mut shell(script), |line| seen.push(line.to_owned()));
        assert!(matches!(fault, Err(Fault::Endless { .. })));
        assert_eq!(seen, ["begun\n"]);
    }

    #[test]
    fn a_program_that_ends_in_time_says_how_it_ended() {
        let hour = Duration::from_secs(3600);
        assert_eq!(capture_within(hour, &mut shell("echo all")).unwrap(), (true, "all\n".to_owned()));
        assert!(!watch_within(hour, &mut shell("exit 3"), |_| {}).unwrap());
    }
}
