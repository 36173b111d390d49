//! The one list of versions: `android/gradle/libs.versions.toml`.

use crate::fault::Fault;
use crate::{files, repo};

const LIST: &str = "android/gradle/libs.versions.toml";

/// The versions that what we publish names.
pub(crate) struct Versions {
    /// JNA, which loads our library.
    pub(crate) jna: String,
    /// Kotlin and its standard library.
    pub(crate) kotlin: String,
    /// The oldest Android that takes us in.
    pub(crate) min_sdk: String,
    /// The Android that the app is written for.
    pub(crate) target_sdk: String,
}

impl Versions {
    /// Reads the list.
    pub(crate) fn read() -> Result<Self, Fault> {
        let text = files::text(&repo::root().join(LIST))?;
        let version = |name| {
            let missing = || Fault::Package(format!("{LIST} names no version of `{name}`"));
            version(&text, name).map(str::to_owned).ok_or_else(missing)
        };
        Ok(Self {
            jna: version("jna")?,
            kotlin: version("kotlin")?,
            min_sdk: version("minSdk")?,
            target_sdk: version("targetSdk")?,
        })
    }
}

/// One version: a line `name = "version"` under `[versions]`.
fn version<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lines = text.lines().skip_while(|line| line.trim() != "[versions]").skip(1);
    let mut section = lines.take_while(|line| !line.starts_with('['));
    section.find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_its_own_section_alone() {
        let text = "[libraries]\njna = \"no\"\n[versions]\n# all\njna = \"5.1\"\n\n[plugins]\nkotlin = \"no\"\n";
        assert_eq!(version(text, "jna"), Some("5.1"));
        assert_eq!(version(text, "kotlin"), None);
    }
}
