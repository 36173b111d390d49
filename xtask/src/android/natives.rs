//! The core's library for phones: needs Android's NDK.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::elf;
use super::versions::Versions;
use crate::fault::Fault;
use crate::{files, phone, program, repo};

/// The release whose arguments these are.
const CARGO_NDK: &str = "cargo-ndk@4.1.2";
/// Where a path to an NDK stands, the first one first.
const NDK: [&str; 2] = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"];
/// Where a path to an SDK stands, which may have NDKs in it.
const SDK: [&str; 2] = ["ANDROID_HOME", "ANDROID_SDK_ROOT"];

/// The processors of phones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abi {
    /// Nearly all phones.
    Arm64,
    /// Old and very cheap phones.
    Arm32,
    /// The emulator on most computers.
    X86,
}

impl Abi {
    const ALL: [Self; 3] = [Self::Arm64, Self::Arm32, Self::X86];

    /// As Android calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64-v8a",
            Self::Arm32 => "armeabi-v7a",
            Self::X86 => "x86_64",
        }
    }

    /// As Rust calls it.
    const fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-linux-android",
            Self::Arm32 => "armv7-linux-androideabi",
            Self::X86 => "x86_64-linux-android",
        }
    }

    /// Whether there are such phones with pages of 16 KB.
    const fn may_have_large_pages(self) -> bool {
        match self {
            Self::Arm64 | Self::X86 => true,
            Self::Arm32 => false,
        }
    }
}

/// A library for one processor.
pub(super) struct Native {
    /// The processor.
    pub(super) abi: Abi,
    /// The file.
    pub(super) library: PathBuf,
}

/// Builds the libraries for all processors; none, and loudly, where there is no NDK.
pub(super) fn build(versions: &Versions) -> Result<Vec<Native>, Fault> {
    let Some(ndk) = ndk() else {
        println!("{}", without());
        return Ok(Vec::new());
    };
    let missing = missing_targets()?;
    let has_cargo_ndk = program::version(program::cargo().arg("ndk")).is_some();
    if !missing.is_empty() || !has_cargo_ndk {
        return Err(Fault::Missing(needed(&missing, has_cargo_ndk)));
    }
    // Gradle takes them from here as well.
    let folder = repo::root().join("target/android/jni");
    files::clear(&folder)?;
    let mut command = program::cargo();
    command.args(["ndk", "--platform", &versions.min_sdk, "--output-dir"]).arg(&folder);
    for abi in Abi::ALL {
        command.args(["--target", abi.name()]);
    }
    phone::build(&mut command, "cdylib");
    program::must(command.env("ANDROID_NDK_HOME", ndk))?;
    let natives = Abi::ALL.map(|abi| Native { abi, library: folder.join(abi.name()).join("libsiaga_ffi.so") });
    for native in &natives {
        let (name, library) = (native.library.display().to_string(), files::bytes(&native.library)?);
        if let Err(fault) = check_pages(native.abi, &name, &library) {
            // Gradle would take it from there.
            files::clear(&folder)?;
            return Err(fault);
        }
    }
    Ok(natives.into())
}

/// Refuses a library that a phone with large pages would not load.
pub(super) fn check_pages(abi: Abi, name: &str, library: &[u8]) -> Result<(), Fault> {
    let Some(page) = elf::page(library) else {
        return Err(Fault::Package(format!("{name} is no library that a phone could load")));
    };
    if abi.may_have_large_pages() && page < elf::LARGEST_PAGE {
        return Err(Fault::Package(format!(
            "{name} is laid out for pages of {page} bytes: a phone with pages of 16 KB does not load it. An NDK from r28 on lays \
             it out for both; an older one does with RUSTFLAGS=\"-C link-arg=-Wl,-z,max-page-size=16384\""
        )));
    }
    Ok(())
}

/// The NDK: the one that is named, else the newest in the SDK.
fn ndk() -> Option<PathBuf> {
    let named = NDK.into_iter().find_map(env::var_os).map(PathBuf::from).filter(|path| path.is_dir());
    named.or_else(|| {
        let inside = fs::read_dir(PathBuf::from(SDK.into_iter().find_map(env::var_os)?).join("ndk")).ok()?;
        let folders = inside.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir());
        folders.max_by_key(|path| version(&path.file_name().unwrap_or_default().to_string_lossy()))
    })
}

/// The numbers of a version, so that 9 is older than 28.
fn version(name: &str) -> Vec<u32> {
    name.split('.').filter_map(|part| part.parse().ok()).collect()
}

fn missing_targets() -> Result<Vec<&'static str>, Fault> {
    let (_, sysroot) = program::capture(Command::new("rustc").current_dir(repo::root()).args(["--print", "sysroot"]))?;
    let libraries = PathBuf::from(sysroot.trim()).join("lib/rustlib");
    Ok(Abi::ALL.map(Abi::target).into_iter().filter(|target| !libraries.join(target).join("lib").is_dir()).collect())
}

fn needed(targets: &[&str], has_cargo_ndk: bool) -> String {
    let mut lines = Vec::new();
    if !has_cargo_ndk {
        lines.push(format!("  cargo-ndk, needed for `android`: libraries for phones; install it with\n    cargo install --locked {CARGO_NDK}"));
    }
    if !targets.is_empty() {
        let targets = targets.join(" ");
        lines.push(format!("  Rust's own library for {targets}; install it with\n    rustup target add {targets}"));
    }
    lines.join("\n")
}

fn without() -> String {
    let targets = Abi::ALL.map(Abi::target).join(" ");
    format!(
        "!!! There is no Android NDK here: {} names none, and there is none in ndk/ under {}.\n\
         !!! What is made now has NO LIBRARY FOR PHONES; everything else is complete.\n\
         !!! For a library: install the NDK (r28 or newer) with Android Studio's SDK manager, then\n\
         !!!     rustup target add {targets}\n\
         !!!     cargo install --locked {CARGO_NDK}\n\
         !!!     cargo xtask android",
        NDK.join(" or "),
        SDK.join(" or ")
    )
}

#[cfg(test)]
mod tests {
    use super::super::elf::tests::library;
    use super::*;

    #[test]
    fn a_library_for_small_pages_is_refused_where_phones_have_large_ones() {
        let small = library(true, &[16_384, 4_096]);
        let refused = check_pages(Abi::Arm64, "libsiaga_ffi.so", &small).unwrap_err().to_string();
        assert!(refused.contains("libsiaga_ffi.so") && refused.contains("4096"), "{refused}");
        assert!(check_pages(Abi::X86, "a", &small).is_err());
        assert!(check_pages(Abi::Arm64, "a", &library(true, &[16_384])).is_ok());
        assert!(check_pages(Abi::Arm32, "a", &library(false, &[4_096])).is_ok());
        assert!(check_pages(Abi::Arm32, "a", b"no library").is_err());
    }

    #[test]
    fn the_newest_ndk_is_not_the_one_whose_name_comes_last() {
        assert!(version("28.0.12674087") > version("9.9.1"));
    }

    #[test]
    fn what_is_missing_is_named_with_its_command() {
        let all = without();
        let needed = needed(&[Abi::Arm64.target()], false);
        for words in ["rustup target add aarch64-linux-android", "cargo install --locked cargo-ndk@"] {
            assert!(all.contains(words) && needed.contains(words), "{words}");
        }
    }
}
