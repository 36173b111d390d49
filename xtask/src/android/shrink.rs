//! The five-line sample as a release build sees it: shrunk by R8 under the rules that our AAR brings, and under no others.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::versions::Versions;
use super::{aar, archive, framework, jdk, maven};
use crate::fault::Fault;
use crate::tool::Tool;
use crate::{files, program, repo};

/// Makes `sample.jar` below `work`: class files, so that a JVM runs them.
pub(super) fn make(work: &Path, versions: &Versions) -> Result<PathBuf, Fault> {
    let jar = work.join("sample.jar");
    let rules = aar::rules();
    let inputs: Vec<PathBuf> = ["sample", "sdk", "core"].map(maven::jar).into_iter().chain([rules.clone()]).collect();
    if files::is_newer(&jar, &inputs)? {
        return Ok(jar);
    }
    println!("R8 shrinks the sample");
    let entries = entries(work)?;
    // With the numbers of all resources, as an app has them.
    let sample = work.join("whole-sample.jar");
    archive::pack(&maven::built("sample").join("classes"), &sample)?;
    // The jar, not the AAR: it brings JNA's own library for this machine.
    let jna = maven::artefact(&format!("net.java.dev.jna:jna:{}:jar", versions.jna))?;
    let kotlin = super::kotlin(versions)?;
    let (framework, platform) = (framework()?, jdk::platform()?);
    // Written when it is whole: a broken run must not leave a young file.
    let fresh = work.join("fresh.jar");
    jdk::compile("R8", |command| {
        command.args(["--classfile", "--release", "--output"]).arg(&fresh);
        for library in platform.iter().chain([&framework]) {
            command.arg("--lib").arg(library);
        }
        command.arg("--pg-conf").arg(entries).arg("--pg-conf").arg(rules);
        command.arg(sample).args(["sdk", "core"].map(maven::jar)).arg(jna).args(kotlin);
    })?;
    files::copy(&fresh, &jar)?;
    Ok(jar)
}

/// The rules that Android's own build makes of a manifest: what the system calls by its name stays.
fn entries(work: &Path) -> Result<PathBuf, Fault> {
    let rules = work.join("manifest.pro");
    let sample = maven::built("sample");
    let aapt2 = Tool::Aapt2.place().ok_or_else(|| Fault::Missing(format!("  {}", Tool::Aapt2.command_line())))?;
    let apk = work.join("sample.apk");
    files::write(&apk, "")?;
    let mut command = Command::new(aapt2);
    command.args(["link", "--auto-add-overlay", "-I"]).arg(framework()?).arg("--proguard").arg(&rules);
    command.arg("--manifest").arg(sample.join("AndroidManifest.xml")).arg("-o").arg(apk);
    command.arg("-A").arg(repo::root().join("android/sample/src/main/assets"));
    program::must(command.args(["sdk", "sample"].map(|module| maven::built(module).join("res.zip"))))?;
    Ok(rules)
}

/// How many classes are in an archive.
pub(super) fn classes(jar: &Path) -> Result<usize, Fault> {
    Ok(archive::names(jar)?.iter().filter(|name| name.ends_with(".class")).count())
}
