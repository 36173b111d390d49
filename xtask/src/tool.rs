//! Tools that are no part of Rust: where they are, and how they get here.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::fault::Fault;
use crate::{program, repo};

/// The release whose findings `deny.toml` is written for.
const CARGO_DENY: &str = "0.20.2";
const CARGO_DENY_SERIES: &str = "cargo-deny 0.20.";

/// A tool that a verb needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Judges licences, bans and sources.
    CargoDeny,
    /// A browser and its driver, for the centre's page.
    Browser,
    /// Gives a process another time, for phones whose clock is wrong.
    Faketime,
    /// Makes a process's syncs fail.
    Fiu,
    /// Makes a small disk that can be full.
    Ext4,
}

/// A browser and the driver that steers it.
pub(crate) struct Browser {
    /// The browser.
    pub(crate) chromium: PathBuf,
    /// Speaks `WebDriver` to us.
    pub(crate) driver: PathBuf,
}

impl Tool {
    /// Every tool.
    pub(crate) const ALL: [Self; 5] = [Self::CargoDeny, Self::Browser, Self::Faketime, Self::Fiu, Self::Ext4];

    /// What it is called in messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::CargoDeny => "cargo-deny 0.20",
            Self::Browser => "Chromium and its driver",
            Self::Faketime => "faketime",
            Self::Fiu => "fiu-run",
            Self::Ext4 => "mkfs.ext4",
        }
    }

    /// What it is needed for.
    pub(crate) const fn purpose(self) -> &'static str {
        match self {
            Self::CargoDeny => "`check`: licences, bans and sources of every dependency",
            Self::Browser => "`test`: the centre's page in a real browser",
            Self::Faketime => "`test`: an SOS from a phone whose clock is years wrong",
            Self::Fiu => "`test`: an SOS on a disk whose syncs fail",
            Self::Ext4 => "`test` and `bench`: a small disk that can be full, and one with a journal",
        }
    }

    /// Where it is, or `None`.
    pub(crate) fn place(self) -> Option<PathBuf> {
        match self {
            Self::CargoDeny => cargo_deny(),
            Self::Browser => browser().map(|browser| browser.chromium),
            Self::Faketime => on_path("faketime"),
            Self::Fiu => on_path("fiu-run"),
            Self::Ext4 => on_path("mkfs.ext4"),
        }
    }

    /// The commands that install it, in their order; they are run as they are shown.
    pub(crate) fn commands(self) -> Vec<Vec<String>> {
        let lines: &[&str] = match self {
            Self::CargoDeny => &[
                // A debug build of a tool that runs for a second: half the time of a release build.
                "cargo install --locked --debug --config profile.dev.debug=0 --root .tools cargo-deny@",
            ],
            Self::Browser => {
                &["apt-get update", "apt-get install --yes --no-install-recommends chromium chromium-driver"]
            }
            Self::Faketime => &["apt-get update", "apt-get install --yes --no-install-recommends faketime"],
            Self::Fiu => &["apt-get update", "apt-get install --yes --no-install-recommends fiu-utils"],
            Self::Ext4 => {
                &["apt-get update", "apt-get install --yes --no-install-recommends e2fsprogs mount util-linux"]
            }
        };
        lines
            .iter()
            .map(|line| line.split(' ').map(|word| word.replace("cargo-deny@", &format!("cargo-deny@{CARGO_DENY}"))))
            .map(Iterator::collect)
            .collect()
    }

    /// The commands as one line for a shell in the repository's root.
    pub(crate) fn command_line(self) -> String {
        let lines: Vec<String> = self.commands().iter().map(|words| words.join(" ")).collect();
        lines.join(" && ")
    }

    /// Whether we are able to install it: Debian's packages need root and apt.
    fn installable(self) -> bool {
        match self {
            Self::CargoDeny => true,
            Self::Browser | Self::Faketime | Self::Fiu | Self::Ext4 => on_path("apt-get").is_some() && is_root(),
        }
    }

    fn install(self) -> Result<(), Fault> {
        for words in self.commands() {
            let Some((first, rest)) = words.split_first() else { continue };
            let mut command = if first == "cargo" { program::cargo() } else { Command::new(first) };
            command.args(rest).env("DEBIAN_FRONTEND", "noninteractive");
            if !program::passes(&mut command)? {
                return Err(Fault::Install { name: self.name(), command: words.join(" ") });
            }
        }
        Ok(())
    }
}

/// Sees to it that the tools are there. Says what it is about to install before it does; where `install` is false it names
/// everything that is missing and ends. A tool that we are not able to install is left out loudly: its stage is skipped.
pub(crate) fn ensure(tools: &[Tool], install: bool) -> Result<(), Fault> {
    let missing: Vec<Tool> = tools.iter().copied().filter(|tool| tool.place().is_none()).collect();
    if !install && !missing.is_empty() {
        return Err(Fault::Missing(refusal(&missing)));
    }
    let (able, unable): (Vec<Tool>, Vec<Tool>) = missing.into_iter().partition(|tool| tool.installable());
    for tool in unable {
        println!(
            "!!! {} is missing, and installing it needs root and apt-get: its stage will be SKIPPED.",
            tool.name()
        );
        println!("!!! It is needed for {}; the command: {}", tool.purpose(), tool.command_line());
    }
    for tool in &able {
        println!("about to install {}, for {}", tool.name(), tool.purpose());
        println!("    {}", tool.command_line());
    }
    for tool in able {
        tool.install()?;
    }
    Ok(())
}

fn refusal(missing: &[Tool]) -> String {
    let lines: Vec<String> = missing
        .iter()
        .map(|tool| {
            format!("  {}, needed for {}; install it with\n    {}", tool.name(), tool.purpose(), tool.command_line())
        })
        .collect();
    lines.join("\n")
}

/// cargo-deny: this repository's own, or one on the path when its findings are the same.
pub(crate) fn cargo_deny() -> Option<PathBuf> {
    [Some(repo::tools().join("bin").join(executable("cargo-deny"))), on_path("cargo-deny")]
        .into_iter()
        .flatten()
        .find(|path| program::version(&mut Command::new(path)).is_some_and(|said| said.starts_with(CARGO_DENY_SERIES)))
}

/// A browser of Chromium's family with its driver.
pub(crate) fn browser() -> Option<Browser> {
    let chromium = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path)?;
    Some(Browser { chromium, driver: on_path("chromedriver")? })
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(executable(name))).find(|file| file.is_file())
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

fn is_root() -> bool {
    program::capture(Command::new("id").arg("-u")).is_ok_and(|(_, said)| said.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_each_missing_tool_its_purpose_and_its_command() {
        let said = refusal(&Tool::ALL);
        for tool in Tool::ALL {
            assert!(said.contains(tool.name()) && said.contains(tool.purpose()), "{said}");
        }
        assert!(said.contains("--root .tools cargo-deny@0.20.2"), "{said}");
        assert!(said.contains("chromium chromium-driver"), "{said}");
    }
}
