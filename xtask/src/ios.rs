//! `cargo xtask ios`: the `XCFramework` that the Swift package takes in.
//!
//! It needs a Mac. Elsewhere the part of its script that runs anywhere is run and looked at, and a test runs all of the script on
//! stand-ins for Apple's programs.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::{bindings, files, phone, program, repo, tool};

const SCRIPT: &str = "ios/make-xcframework.sh";
/// Phones, and their simulators on both kinds of Mac.
const PHONES: [&str; 3] = ["aarch64-apple-ios", "aarch64-apple-ios-sim", "x86_64-apple-ios"];
/// The Mac itself: `swift test` runs there.
const MACS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];
/// The folder below the headers, and the C module in it.
const MODULE: &str = "SiagaFFI";

/// Makes it on a Mac; checks elsewhere what can be checked. `mac` adds the libraries for the Mac itself.
pub(crate) fn run(mac: bool) -> Result<ExitCode, Fault> {
    bindings::prepare()?;
    if cfg!(target_os = "macos") {
        return make(mac).map(|()| ExitCode::SUCCESS);
    }
    println!("The XCFramework needs Apple's linker: run this on a Mac with Xcode. There it builds the library for");
    println!("  {}", PHONES.join(", "));
    println!(
        "and {SCRIPT} hides all but ours in each, joins the simulators' and writes target/ios/{MODULE}.xcframework."
    );
    println!("What can be checked here: how its headers are laid out.");
    let wrong = check()?;
    for complaint in &wrong {
        println!("ios: {complaint}");
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn make(mac: bool) -> Result<(), Fault> {
    let libraries = program::target().join("ios/libraries");
    files::clear(&libraries)?;
    let targets = PHONES.into_iter().chain(MACS.into_iter().filter(|_| mac));
    for target in targets {
        let mut command = program::cargo();
        phone::build(&mut command, "staticlib");
        command.args(["--target", target]);
        // As in the script and in Package.swift.
        program::must(command.env("IPHONEOS_DEPLOYMENT_TARGET", "17.0").env("MACOSX_DEPLOYMENT_TARGET", "14.0"))?;
        let built = program::target().join(target).join(phone::PROFILE).join("libsiaga_ffi.a");
        files::copy(&built, &libraries.join(target).join("libsiaga_ffi.a"))?;
    }
    let mut command = script();
    program::must(command.arg(&libraries).arg(headers()).arg(program::target().join("ios")))
}

/// Has the script lay out the headers, and says what is wrong with them.
pub(crate) fn check() -> Result<Vec<String>, Fault> {
    let to = repo::root().join("target/ios/headers");
    program::must(script().arg("--headers").arg(headers()).arg(&to))?;
    let map = files::text(&to.join(MODULE).join("module.modulemap")).unwrap_or_default();
    let mut wrong = complaints(&files::below(&to)?, &map);
    if let Some(swift) = tool::swift() {
        let probe = to.with_file_name("probe.swift");
        files::write(
            &probe,
            format!("import {MODULE}\nlet version: UInt32 = ffi_siaga_ffi_uniffi_contract_version()\n"),
        )?;
        let mut command =
            swift.command(&["swiftc", "-typecheck", "-I", "target/ios/headers", "target/ios/probe.swift"]);
        if !program::passes(&mut command)? {
            wrong.push(format!("Swift cannot import {MODULE} from the headers"));
        }
    }
    Ok(wrong)
}

/// What keeps an app from taking the headers in. `laid_out` are their paths.
fn complaints(laid_out: &[String], map: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if !map.lines().any(|line| line.trim_start_matches("framework ").starts_with(&format!("module {MODULE} "))) {
        wrong.push(format!("the module map does not name {MODULE}"));
    }
    let named: Vec<&str> =
        map.lines().filter_map(|line| line.trim().strip_prefix("header \"")?.strip_suffix('"')).collect();
    let there = |name: &str| laid_out.iter().any(|path| *path == format!("{MODULE}/{name}"));
    wrong.extend(named.iter().filter(|name| !there(name)).map(|name| format!("{name} is named and not there")));
    let left_out = laid_out.iter().filter_map(|path| path.strip_prefix(MODULE)?.strip_prefix('/'));
    let left_out = left_out.filter(|name| name.ends_with(".h") && !named.contains(name));
    wrong.extend(left_out.map(|name| format!("{name} is there and not named")));
    let on_top = laid_out.iter().filter(|path| !path.starts_with(&format!("{MODULE}/")));
    wrong.extend(on_top.map(|path| format!("{path} lies at the top, where another library's does")));
    wrong
}

fn script() -> Command {
    let mut command = Command::new(repo::root().join(SCRIPT));
    command.current_dir(repo::root());
    command
}

fn headers() -> PathBuf {
    program::target().join("bindings/swift")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::files::Scratch;

    fn paths(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn headers_that_an_app_cannot_take_in_are_complained_about() {
        let map = "module SiagaFFI {\n    header \"a.h\"\n    export *\n}\n";
        let good = ["SiagaFFI/a.h", "SiagaFFI/module.modulemap"];
        assert_eq!(complaints(&paths(&good), map), Vec::<String>::new());
        assert_eq!(complaints(&paths(&good[1..]), map), ["a.h is named and not there"]);
        let more = paths(&["SiagaFFI/a.h", "SiagaFFI/b.h", "module.modulemap"]);
        let wrong = complaints(&more, map);
        assert_eq!(
            wrong,
            ["b.h is there and not named", "module.modulemap lies at the top, where another library's does"]
        );
        assert_eq!(
            complaints(&paths(&good), &map.replace("SiagaFFI", "Other")),
            ["the module map does not name SiagaFFI"]
        );
    }

    /// Apple's programs, as far as the script can tell: each writes what it was asked for. `SEEN` is what `nm` sees.
    #[cfg(unix)]
    const STAND_INS: [(&str, &str); 4] = [
        (
            "xcrun",
            r#"[ "$1" != --sdk ] || shift 2
[ "$1" != nm ] || { printf '%s\n' "$SEEN"; exit; }
case "$*" in *-exported_symbols_list*) list=${*##*exported_symbols_list,}; grep -qx '_uniffi_siaga_\*' "${list%% *}" || exit 9 ;; esac
while [ $# -gt 1 ]; do case "$1" in -o | -output) echo made >"$2" ;; esac; shift; done"#,
        ),
        (
            "xcodebuild",
            r#"while [ $# -gt 1 ]; do case "$1" in
-library) n=$((${n:-0} + 1)); library=$2 ;;
-headers) mkdir -p "$TMPDIR/$n"; cp "$library" "$TMPDIR/$n/"; cp -R "$2" "$TMPDIR/$n/Headers" ;;
-output) mkdir -p "$2"; cp -R "$TMPDIR"/[0-9]* "$2/" ;; esac; shift; done"#,
        ),
        ("ditto", r#"for last; do :; done; [ -d "$4" ] && echo zip >"$last""#),
        ("swift", r#"[ -f "$3" ] && echo 0123abcd"#),
    ];

    /// The whole script; what it left, or `None` when it refused.
    #[cfg(unix)]
    fn framework(folder: &Path, seen: &str, with_mac: bool) -> Option<Vec<String>> {
        use std::os::unix::fs::PermissionsExt;

        let (bin, headers, libraries) = (folder.join("bin"), folder.join("headers"), folder.join("libraries"));
        for (name, text) in STAND_INS {
            files::write(&bin.join(name), format!("#!/bin/sh\n{text}\n")).unwrap();
            std::fs::set_permissions(bin.join(name), PermissionsExt::from_mode(0o755)).unwrap();
        }
        files::write(&headers.join("a.h"), "").unwrap();
        files::write(&headers.join("module.modulemap"), "module SiagaFFI {\n}\n").unwrap();
        for target in PHONES.into_iter().chain(MACS.into_iter().filter(|_| with_mac)) {
            files::write(&libraries.join(target).join("libsiaga_ffi.a"), target).unwrap();
        }
        let path = std::env::var("PATH").unwrap();
        let mut command = script();
        command.env("PATH", format!("{}:{path}", bin.display())).env("TMPDIR", folder).env("SEEN", seen);
        let out = folder.join("out");
        let output = command.arg(libraries).arg(headers).arg(&out).output().unwrap();
        output.status.success().then(|| files::below(&out).unwrap())
    }

    #[cfg(unix)]
    const OURS: &str =
        "x.a(x.o):\n0000 T _uniffi_siaga_ffi_fn_method_siaga_press\n0000 T _ffi_siaga_ffi_rustbuffer_alloc";

    #[cfg(unix)]
    #[test]
    fn every_slice_has_its_library_its_nested_headers_and_the_privacy_manifest() {
        for (with_mac, slices) in [(false, 2), (true, 3)] {
            let folder = Scratch::new(&format!("framework-{slices}"));
            let left = framework(&folder.0, OURS, with_mac).unwrap();
            let ends = [
                "/libsiaga_ffi.a",
                "/Headers/SiagaFFI/module.modulemap",
                "/Headers/SiagaFFI/a.h",
                "/PrivacyInfo.xcprivacy",
            ];
            for end in ends {
                assert_eq!(left.iter().filter(|path| path.ends_with(end)).count(), slices, "{end} in {left:?}");
            }
            assert!(left.contains(&"SiagaFFI.xcframework.zip.checksum".to_owned()), "{left:?}");
            let unwanted = |path: &String| path.starts_with("work/") || path.ends_with("Headers/module.modulemap");
            assert!(!left.iter().any(unwanted), "{left:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_library_that_shows_more_than_ours_is_refused() {
        for more in
            ["0000 T _sqlite3_open", "0000 T _rust_eh_personality", "0000 S _ring_core_0_17_14__OPENSSL_ia32cap_P"]
        {
            let folder = Scratch::new(&format!("visible-{}", more.len()));
            assert_eq!(framework(&folder.0, &format!("{OURS}\n{more}"), false), None, "{more}");
        }
        let folder = Scratch::new("visible-none");
        assert_eq!(framework(&folder.0, "x.a(x.o):", false), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_first_lines_of_the_script_are_true_of_the_swift_package() {
        let package = files::text(&repo::root().join("Package.swift")).unwrap();
        let script = files::text(&repo::root().join(SCRIPT)).unwrap();
        for (package_says, script_says) in [(".iOS(.v17)", "oldest_ios=17.0"), (".macOS(.v14)", "oldest_mac=14.0")] {
            assert!(package.contains(package_says) && script.contains(script_says), "{package_says}");
        }
    }
}
