//! Tools that are no part of Rust: what each is for, where it is, and how it gets here.

mod ensure;
mod place;

use std::path::PathBuf;

pub(crate) use ensure::{ensure, there};
pub(crate) use place::{Swift, browser, cargo_deny, swift};

/// The release whose findings `deny.toml` is written for.
const CARGO_DENY: &str = "cargo-deny@0.20.2";

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
    /// Compiles and runs the Kotlin side.
    Jdk,
    /// Builds and tests the Kotlin side.
    Maven,
    /// Compiles Android resources.
    Aapt2,
    /// Lays out an APK.
    Zipalign,
    /// Signs an APK.
    Apksigner,
    /// Compiles, formats and runs the Swift side.
    Swift,
}

/// How a tool gets here.
enum Source {
    /// From crates.io, into this repository.
    Crate,
    /// Packages of Debian.
    Debian(&'static str),
    /// A script of ours, which itself takes packages of Debian.
    Script(&'static str),
}

impl Tool {
    /// Every tool.
    pub(crate) const ALL: [Self; 11] = [
        Self::CargoDeny,
        Self::Browser,
        Self::Faketime,
        Self::Fiu,
        Self::Ext4,
        Self::Jdk,
        Self::Maven,
        Self::Aapt2,
        Self::Zipalign,
        Self::Apksigner,
        Self::Swift,
    ];

    /// What it is called in messages.
    pub(crate) const fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it is needed for.
    pub(crate) const fn purpose(self) -> &'static str {
        self.facts().1
    }

    /// Name, purpose, source.
    const fn facts(self) -> (&'static str, &'static str, Source) {
        use Source::{Crate, Debian, Script};
        match self {
            Self::CargoDeny => ("cargo-deny 0.20", "`check`: licences, bans and sources of every dependency", Crate),
            Self::Browser => (
                "Chromium and its driver",
                "`test`: the centre's page in a real browser",
                Debian("chromium chromium-driver"),
            ),
            Self::Faketime => {
                ("faketime", "`test`: an SOS from a phone whose clock is years wrong", Debian("faketime"))
            }
            Self::Fiu => ("fiu-run", "`test`: an SOS on a disk whose syncs fail", Debian("fiu-utils")),
            Self::Ext4 => (
                "mkfs.ext4",
                "`test` and `bench`: a small disk that can be full, and one with a journal",
                Debian("e2fsprogs mount util-linux"),
            ),
            // Debian 12's is 17, the oldest that will do; what comes later does as well.
            Self::Jdk => ("JDK 17 or newer", "`test`: everything in Kotlin", Debian("default-jdk-headless")),
            Self::Maven => ("Maven", "`test`: everything in Kotlin, built and tested", Debian("maven")),
            Self::Aapt2 => ("aapt2", "`test`: the Android resources, compiled", Debian("aapt")),
            Self::Zipalign => ("zipalign", "`android`: a debug APK", Debian("zipalign")),
            Self::Apksigner => ("apksigner", "`android`: a debug APK", Debian("apksigner")),
            Self::Swift => (
                "Swift 6",
                "`test`: everything in Swift (565 MB in ~/.cache/swift-env, about 90 s)",
                Script("ios/swift-env.sh"),
            ),
        }
    }

    /// Where it is, or `None`.
    pub(crate) fn place(self) -> Option<PathBuf> {
        match self {
            Self::CargoDeny => cargo_deny(),
            Self::Browser => browser().map(|browser| browser.chromium),
            Self::Faketime => place::on_path("faketime"),
            Self::Fiu => place::on_path("fiu-run"),
            Self::Ext4 => place::on_path("mkfs.ext4"),
            Self::Jdk => place::javac(),
            Self::Maven => place::on_path("mvn"),
            Self::Aapt2 => place::on_path("aapt2"),
            Self::Zipalign => place::on_path("zipalign"),
            Self::Apksigner => place::on_path("apksigner"),
            Self::Swift => swift().map(|swift| swift.place),
        }
    }

    /// The commands that install it, in their order; they are run as they are shown, in the repository's root.
    pub(crate) fn commands(self) -> Vec<String> {
        match self.facts().2 {
            // A debug build of a tool that runs for a second: half the time of a release build.
            Source::Crate => {
                vec![format!("cargo install --locked --debug --config profile.dev.debug=0 --root .tools {CARGO_DENY}")]
            }
            Source::Debian(packages) => {
                vec!["apt-get update".to_owned(), format!("apt-get install --yes --no-install-recommends {packages}")]
            }
            Source::Script(script) => vec![format!("{script} --setup-only")],
        }
    }

    /// The commands as one line for a shell in the repository's root.
    pub(crate) fn command_line(self) -> String {
        self.commands().join(" && ")
    }

    /// What has to be true of a machine before we can install it, in words; `None` when that holds here.
    fn obstacle(self) -> Option<&'static str> {
        match self.facts().2 {
            Source::Crate => None,
            Source::Debian(_) => (!place::has_apt_as_root()).then_some("needs root and apt-get"),
            Source::Script(_) => (!place::has_apt_as_root() || !place::is_debian()).then_some("needs Debian, as root"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tool_is_listed_once_and_has_a_purpose_and_a_command() {
        for (index, tool) in Tool::ALL.into_iter().enumerate() {
            assert_eq!(Tool::ALL.iter().position(|other| *other == tool), Some(index));
            assert!(tool.purpose().starts_with('`') && !tool.commands().is_empty(), "{tool:?}");
        }
    }

    #[test]
    fn the_command_line_is_what_is_run() {
        assert_eq!(Tool::Aapt2.command_line(), "apt-get update && apt-get install --yes --no-install-recommends aapt");
        assert_eq!(Tool::Swift.command_line(), "ios/swift-env.sh --setup-only");
    }
}
