//! The AARs: what a host app on Android takes in.

use std::path::{Path, PathBuf};

use super::natives::Native;
use super::pom::Dependency;
use super::repository::Artefact;
use super::versions::Versions;
use super::{archive, maven};
use crate::fault::Fault;
use crate::{files, program, repo};

/// One AAR.
pub(super) struct Aar {
    /// Its name in a Maven repository.
    pub(super) name: &'static str,
    /// What it is, in a line.
    description: &'static str,
    /// The module whose manifest and resources it has.
    module: &'static str,
    /// The modules whose classes it has.
    classes: &'static [&'static str],
}

/// The main artefact, and those that a host app opts in to.
pub(super) const AARS: [Aar; 4] = [
    Aar {
        name: "siaga",
        description: "Siaga for Android: the core of a citizen emergency app.",
        module: "sdk",
        classes: &["core", "sdk"],
    },
    Aar {
        name: "siaga-location",
        description: "Opt-in: the permissions and the foreground service for positions.",
        module: "location",
        classes: &["location"],
    },
    Aar {
        name: "siaga-boot",
        description: "Opt-in: go on after a restart of the phone.",
        module: "boot",
        classes: &["boot"],
    },
    Aar {
        name: "siaga-background",
        description: "Opt-in: positions while the app is not in front.",
        module: "background",
        classes: &["background"],
    },
];

/// The rules for R8 that every app needs which takes us in.
pub(super) fn rules() -> PathBuf {
    repo::root().join("android/core/consumer-rules.pro")
}

impl Aar {
    const fn is_main(&self) -> bool {
        self.classes.len() > 1
    }

    /// Makes it below `work`, with its sources, and for the main one its classes alone: tests on a JVM take these.
    pub(super) fn make(&self, work: &Path, versions: &Versions, natives: &[Native]) -> Result<Artefact, Fault> {
        println!("{}.aar", self.name);
        let (content, classes, jar) = (work.join("aar"), work.join("classes"), work.join("classes.jar"));
        files::clear(&content)?;
        files::clear(&classes)?;
        for module in self.classes {
            files::copy_below(&maven::built(module).join("classes"), &classes, is_class)?;
        }
        archive::pack(&classes, &jar)?;
        files::copy(&jar, &content.join("classes.jar"))?;
        let main = repo::root().join("android").join(self.module).join("src/main");
        let manifest = files::text(&main.join("AndroidManifest.xml"))?;
        files::write(&content.join("AndroidManifest.xml"), self.manifest(&manifest, &versions.min_sdk)?)?;
        files::copy_below(&main.join("res"), &content.join("res"), |_| true)?;
        files::copy_below(&main.join("assets"), &content.join("assets"), |_| true)?;
        files::copy(&maven::built(self.module).join("R.txt"), &content.join("R.txt"))?;
        if self.is_main() {
            files::copy(&rules(), &content.join("proguard.txt"))?;
            for native in natives {
                files::copy(&native.library, &content.join("jni").join(native.abi.name()).join("libsiaga_ffi.so"))?;
            }
        }
        let aar = work.join(format!("{}.aar", self.name));
        archive::pack(&content, &aar)?;
        let mut files = vec![(String::new(), aar), ("sources".to_owned(), self.sources(work)?)];
        if self.is_main() {
            files.push(("classes".to_owned(), jar));
        }
        let dependencies = self.dependencies(versions);
        Ok(Artefact { name: self.name, description: self.description, kind: "aar", files, dependencies })
    }

    /// The module's own manifest, with what a library's says beside: its package, and the oldest Android.
    fn manifest(&self, text: &str, min_sdk: &str) -> Result<String, Fault> {
        let wrong = || Fault::Package(format!("android/{}/src/main/AndroidManifest.xml has no manifest", self.module));
        let start = text.find("<manifest").ok_or_else(wrong)? + "<manifest".len();
        let (head, rest) = text.split_at_checked(start).ok_or_else(wrong)?;
        let (attributes, body) = rest.split_once('>').ok_or_else(wrong)?;
        let (attributes, body) = match attributes.strip_suffix('/') {
            Some(attributes) => (attributes.trim_end(), "\n</manifest>\n"),
            None => (attributes, body),
        };
        let package = format!("\n    package=\"io.siaga.{}\"", self.module);
        let sdk = format!("\n    <uses-sdk android:minSdkVersion=\"{min_sdk}\" />");
        Ok(format!("{head}{attributes}{package}>{sdk}{body}"))
    }

    fn sources(&self, work: &Path) -> Result<PathBuf, Fault> {
        let (sources, jar) = (work.join("sources"), work.join("sources.jar"));
        files::clear(&sources)?;
        for module in self.classes {
            let kotlin = repo::root().join("android").join(module).join("src/main/kotlin");
            files::copy_below(&kotlin, &sources, |_| true)?;
        }
        if self.is_main() {
            files::copy_below(&program::target().join("bindings/kotlin"), &sources, |_| true)?;
        }
        archive::pack(&sources, &jar)?;
        Ok(jar)
    }

    fn dependencies(&self, versions: &Versions) -> Vec<Dependency> {
        let kotlin = Dependency::of("org.jetbrains.kotlin:kotlin-stdlib", &versions.kotlin, "jar");
        let first = if self.is_main() {
            // The jar of the same name has no libraries for Android.
            Dependency::of("net.java.dev.jna:jna", &versions.jna, "aar")
        } else {
            Dependency::of("io.siaga:siaga", super::VERSION, "aar")
        };
        vec![first, kotlin]
    }
}

/// Classes of ours, and what Kotlin writes beside them. Not the numbers of resources: the app has these made anew.
fn is_class(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_number = name == "R.class" || name.starts_with("R$");
    (path.ends_with(".class") && !is_number) || path.ends_with(".kotlin_module")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_gets_its_package_and_the_oldest_android() {
        let [main, location, ..] = AARS;
        let text = "<!-- why -->\n<manifest xmlns:android=\"x\">\n    <application />\n</manifest>\n";
        assert_eq!(
            main.manifest(text, "24").unwrap(),
            "<!-- why -->\n<manifest xmlns:android=\"x\"\n    package=\"io.siaga.sdk\">\n    <uses-sdk \
             android:minSdkVersion=\"24\" />\n    <application />\n</manifest>\n"
        );
        assert_eq!(
            location.manifest("<manifest xmlns:android=\"x\" />\n", "24").unwrap(),
            "<manifest xmlns:android=\"x\"\n    package=\"io.siaga.location\">\n    <uses-sdk \
             android:minSdkVersion=\"24\" />\n</manifest>\n"
        );
        assert!(main.manifest("<application />", "24").is_err());
    }

    #[test]
    fn the_numbers_of_resources_are_left_to_the_app() {
        assert!(is_class("io/siaga/Siaga.class") && is_class("META-INF/siaga-sdk.kotlin_module"));
        assert!(is_class("io/siaga/Radius.class") && is_class("io/siaga/sdk/Rest$R.class"));
        assert!(!is_class("io/siaga/sdk/R.class") && !is_class("io/siaga/sdk/R$xml.class"));
        assert!(!is_class("com/android/tools/test_config.properties"));
    }
}
