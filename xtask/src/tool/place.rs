//! Where tools are on this machine.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::{program, repo};

/// The series whose findings `deny.toml` is written for.
const CARGO_DENY_SERIES: &str = "cargo-deny 0.20.";
/// The oldest JDK that compiles and runs the Kotlin side.
const OLDEST_JDK: u32 = 17;
/// The oldest Swift whose language mode ours is written in.
const OLDEST_SWIFT: u32 = 6;

/// A browser and the driver that steers it.
pub(crate) struct Browser {
    /// The browser.
    pub(crate) chromium: PathBuf,
    /// Speaks `WebDriver` to us.
    pub(crate) driver: PathBuf,
}

/// A Swift toolchain.
pub(crate) struct Swift {
    /// Its compiler driver, or its folder.
    pub(crate) place: PathBuf,
    /// It lies in a chroot of its own, into which a script leads.
    is_apart: bool,
}

impl Swift {
    /// A program of the toolchain, in the repository's root. Its errors come with its output, in their order.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = if self.is_apart { Command::new(swift_env()) } else { Command::new("env") };
        // Two streams of one story: XCTest writes to one and Swift's own tests to the other.
        command.args(["sh", "-c", "exec \"$@\" 2>&1", "sh"]).args(words).current_dir(repo::root());
        command
    }
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

/// A JDK's compiler that is new enough: the one that Maven will take, and that is `JAVA_HOME`'s before the path's.
pub(super) fn javac() -> Option<PathBuf> {
    let home = env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin").join(executable("javac")));
    let javac = home.or_else(|| on_path("javac"))?;
    let said = program::version(&mut Command::new(&javac))?;
    (number_after(&said, "javac ")? >= OLDEST_JDK).then_some(javac)
}

/// The machine's own Swift when it is new enough, else the one that `ios/swift-env.sh` keeps.
pub(crate) fn swift() -> Option<Swift> {
    let own = on_path("swift").filter(|path| {
        let said = program::version(&mut Command::new(path));
        said.and_then(|said| number_after(&said, "Swift version ")).is_some_and(|major| major >= OLDEST_SWIFT)
    });
    if let Some(place) = own {
        return Some(Swift { place, is_apart: false });
    }
    let output = Command::new(swift_env()).arg("--where").stderr(Stdio::null()).output().ok()?;
    let place = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end());
    output.status.success().then_some(Swift { place, is_apart: true })
}

fn swift_env() -> PathBuf {
    repo::root().join("ios/swift-env.sh")
}

/// A program on the path.
pub(super) fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(executable(name))).find(|file| file.is_file())
}

/// Whether Debian's packages can be installed.
pub(super) fn has_apt_as_root() -> bool {
    on_path("apt-get").is_some() && is_root()
}

/// Whether this is Debian itself, not one of its relatives.
pub(super) fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

fn is_root() -> bool {
    program::capture(Command::new("id").arg("-u")).is_ok_and(|(_, said)| said.trim() == "0")
}

/// The whole number that stands right behind these words.
fn number_after(said: &str, words: &str) -> Option<u32> {
    let (_, rest) = said.split_once(words)?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_a_jdk_and_of_swift_is_read() {
        assert_eq!(number_after("javac 17.0.15", "javac "), Some(17));
        assert_eq!(number_after("javac 1.8.0_392", "javac "), Some(1));
        assert_eq!(number_after("Swift version 6.0.3 (swift-6.0.3-RELEASE)", "Swift version "), Some(6));
        let apple = "swift-driver version: 1.120.5 Apple Swift version 6.1.2 (swiftlang-6.1.2)";
        assert_eq!(number_after(apple, "Swift version "), Some(6));
    }

    #[test]
    fn something_else_that_is_called_so_has_no_version() {
        assert_eq!(number_after("swift 4.0.0", "Swift version "), None);
        assert_eq!(number_after("javac next", "javac "), None);
    }
}
