//! The app as a debug APK: what a developer installs on a phone of his own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::natives::{self, Native};
use super::versions::Versions;
use super::{VERSION, archive, framework, jdk, maven};
use crate::fault::Fault;
use crate::tool::Tool;
use crate::{files, program};

/// The app's resources, and those of the libraries that it takes in; the later ones win.
const RESOURCES: [&str; 3] = ["sdk", "location", "app"];
/// The modules whose jars are in it, beside the app's own classes.
const JARS: [&str; 3] = ["core", "sdk", "location"];
/// What Android's own tools sign with when somebody only tries something out: known to all, and a proof of nothing.
const PASSWORD: &str = "pass:android";

/// Makes it below `work` and puts it into `out`, checked; its name says when it has no library for phones.
pub(super) fn make(work: &Path, out: &Path, versions: &Versions, natives: &[Native]) -> Result<PathBuf, Fault> {
    let [apk, other] = names(out, !natives.is_empty());
    // Of an earlier run, with or without an NDK.
    if other.exists() {
        fs::remove_file(&other).map_err(|source| Fault::Write { path: other, source })?;
    }
    if files::is_newer(&apk, &inputs(natives))? {
        return check(&apk, versions, natives).map(|()| apk);
    }
    println!("{}", apk.file_name().unwrap_or_default().display());
    let (bare, content, aligned) = (work.join("bare.apk"), work.join("apk"), work.join("aligned.apk"));
    link(&bare, versions)?;
    files::clear(&content)?;
    translate(work, &content, versions)?;
    for native in natives {
        let folder = content.join("lib").join(native.abi.name());
        files::copy(&native.library, &folder.join("libsiaga_ffi.so"))?;
        jna(versions, native.abi, &folder)?;
    }
    archive::add(&content, &bare)?;
    program::must(tool(Tool::Zipalign)?.args(["-f", "-p", "4"]).arg(&bare).arg(&aligned))?;
    sign(&aligned, &apk)?;
    check(&apk, versions, natives)?;
    Ok(apk)
}

/// The name that tells the truth, and the other one.
fn names(out: &Path, has_library: bool) -> [PathBuf; 2] {
    let name = |lack| out.join(format!("siaga-app-{VERSION}-debug{lack}.apk"));
    let (with, without) = (name(""), name("-NO-LIBRARY-FOR-PHONES"));
    if has_library { [with, without] } else { [without, with] }
}

/// What it is made from.
fn inputs(natives: &[Native]) -> Vec<PathBuf> {
    let app = maven::built("app");
    let resources = RESOURCES.map(|module| maven::built(module).join("res.zip"));
    let classes = JARS.map(maven::jar).into_iter().chain([app.join("classes"), app.join("AndroidManifest.xml")]);
    classes.chain(resources).chain(natives.iter().map(|native| native.library.clone())).collect()
}

/// Manifest and resources, as Maven linked them for the classes, and marked for debugging.
fn link(bare: &Path, versions: &Versions) -> Result<(), Fault> {
    let app = maven::built("app");
    let mut command = tool(Tool::Aapt2)?;
    command.args(["link", "--auto-add-overlay", "--debug-mode", "--version-code", "1", "--version-name", VERSION]);
    command.args(["--min-sdk-version", &versions.min_sdk, "--target-sdk-version", &versions.target_sdk]);
    command.arg("-I").arg(framework()?).arg("--manifest").arg(app.join("AndroidManifest.xml")).arg("-o").arg(bare);
    program::must(command.args(RESOURCES.map(|module| maven::built(module).join("res.zip"))))
}

/// All classes, as Android's byte code.
fn translate(work: &Path, content: &Path, versions: &Versions) -> Result<(), Fault> {
    // With the numbers of all resources: those of the libraries as well are the app's.
    let app = work.join("app.jar");
    archive::pack(&maven::built("app").join("classes"), &app)?;
    archive::unpack(&jna_aar(versions)?, "classes.jar", &work.join("jna"))?;
    let kotlin = super::kotlin(versions)?;
    let (framework, platform) = (framework()?, jdk::platform()?);
    jdk::compile("D8", |command| {
        command.args(["--debug", "--min-api", &versions.min_sdk, "--output"]).arg(content);
        for library in platform.iter().chain([&framework]) {
            command.arg("--lib").arg(library);
        }
        command.arg(app).args(JARS.map(maven::jar)).arg(work.join("jna/classes.jar")).args(kotlin);
    })
}

/// JNA's own library for a processor.
fn jna(versions: &Versions, abi: natives::Abi, folder: &Path) -> Result<(), Fault> {
    let name = format!("jni/{}/libjnidispatch.so", abi.name());
    archive::unpack(&jna_aar(versions)?, &name, folder)?;
    let library = files::bytes(&folder.join(&name))?;
    natives::check_pages(abi, &name, &library)?;
    files::write(&folder.join("libjnidispatch.so"), library)?;
    files::clear(&folder.join("jni"))?;
    fs::remove_dir(folder.join("jni")).map_err(|source| Fault::Write { path: folder.join("jni"), source })
}

fn jna_aar(versions: &Versions) -> Result<PathBuf, Fault> {
    maven::artefact(&format!("net.java.dev.jna:jna:{}:aar", versions.jna))
}

/// Signs with a key that is made on the spot, once a clone: a phone takes an update from the same key alone.
fn sign(aligned: &Path, apk: &Path) -> Result<(), Fault> {
    let store = maven::tools().join("debug.keystore");
    if !store.is_file() {
        let mut command = jdk::tool("keytool")?;
        command.args(["-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-validity", "10000", "-alias", "debug"]);
        command.args(["-dname", "CN=Android Debug,O=Android,C=US", "-storepass", "android", "-keystore"]);
        program::must(command.arg(&store))?;
    }
    let mut command = tool(Tool::Apksigner)?;
    command
        .args(["sign", "--v4-signing-enabled", "false", "--ks-pass", PASSWORD, "--ks"])
        .arg(store)
        .arg("--out")
        .arg(apk);
    program::must(command.arg(aligned))
}

/// The signature holds, Android's tools can read it, and the libraries are in it that should be.
fn check(apk: &Path, versions: &Versions, natives: &[Native]) -> Result<(), Fault> {
    program::must(tool(Tool::Zipalign)?.args(["-c", "-p", "4"]).arg(apk))?;
    program::must(tool(Tool::Apksigner)?.args(["verify", "--min-sdk-version", &versions.min_sdk]).arg(apk))?;
    let (well, badging) = program::capture(tool(Tool::Aapt2)?.args(["dump", "badging"]).arg(apk))?;
    let entries = archive::entries(&files::bytes(apk)?).unwrap_or_default();
    let mut wrong = complaints(&badging, &entries, versions);
    for native in natives {
        for library in ["libsiaga_ffi.so", "libjnidispatch.so"] {
            let name = format!("lib/{}/{library}", native.abi.name());
            if !entries.iter().any(|entry| entry.name == name) {
                wrong.push(format!("{name} is missing"));
            }
        }
    }
    if well && wrong.is_empty() {
        return Ok(());
    }
    Err(Fault::Package(format!("{} is not as it has to be: {}", apk.display(), wrong.join("; "))))
}

/// What of an APK no phone, or not this app's, would take.
fn complaints(badging: &str, entries: &[archive::Entry], versions: &Versions) -> Vec<String> {
    let wanted = [
        format!("package: name='io.siaga.app' versionCode='1' versionName='{VERSION}'"),
        format!("sdkVersion:'{}'", versions.min_sdk),
        format!("targetSdkVersion:'{}'", versions.target_sdk),
        "application-debuggable".to_owned(),
        "launchable-activity: name='io.siaga.app.".to_owned(),
    ];
    let mut wrong: Vec<String> =
        wanted.into_iter().filter(|line| !badging.contains(line)).map(|line| format!("no {line}")).collect();
    // From Android 11 on a phone refuses a table of resources that is compressed.
    if !entries.iter().any(|entry| entry.name == "resources.arsc" && entry.is_stored) {
        wrong.push("resources.arsc is compressed or missing".to_owned());
    }
    if !entries.iter().any(|entry| entry.name == "classes.dex") {
        wrong.push("no classes.dex".to_owned());
    }
    wrong
}

fn tool(tool: Tool) -> Result<Command, Fault> {
    Ok(Command::new(tool.place().ok_or_else(|| Fault::Missing(format!("  {}", tool.command_line())))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, is_stored: bool) -> archive::Entry {
        archive::Entry { name: name.to_owned(), is_stored }
    }

    #[test]
    fn an_apk_without_a_library_for_phones_says_so_in_its_name() {
        let [without, with] = names(Path::new(""), false);
        assert!(without.to_string_lossy().contains("NO-LIBRARY") && !with.to_string_lossy().contains("NO-LIBRARY"));
        assert_eq!(names(Path::new(""), true), [with, without]);
    }

    #[test]
    fn an_apk_that_a_phone_would_refuse_is_complained_about() {
        let versions = Versions { jna: "5".into(), kotlin: "2".into(), min_sdk: "24".into(), target_sdk: "35".into() };
        let badging = format!(
            "package: name='io.siaga.app' versionCode='1' versionName='{VERSION}' compileSdkVersion='34'\nsdkVersion:'24'\n\
             targetSdkVersion:'35'\napplication-debuggable\nlaunchable-activity: name='io.siaga.app.SosActivity'  label='' icon=''\n"
        );
        let good = [entry("resources.arsc", true), entry("classes.dex", false)];
        assert_eq!(complaints(&badging, &good, &versions), Vec::<String>::new());
        let compressed = [entry("resources.arsc", false), entry("classes.dex", false)];
        assert_eq!(complaints(&badging, &compressed, &versions), ["resources.arsc is compressed or missing"]);
        assert_eq!(complaints(&badging, &good[..1], &versions), ["no classes.dex"]);
        let release = badging.replace("application-debuggable\n", "");
        assert_eq!(complaints(&release, &good, &versions), ["no application-debuggable"]);
    }
}
