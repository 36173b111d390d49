//! Programs of the JDK, and the compilers of Android's byte code, which run on it.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::{archive, maven};
use crate::fault::Fault;
use crate::tool::Tool;
use crate::{files, program};

/// R8 with D8 in it: one shrinks, the other only translates.
const R8: &str = "com.android.tools:r8:9.5.28:jar";
/// Of Java, what R8 may take for granted on a phone. `java.awt` lies elsewhere, as it does for an app that R8 shrinks.
const MODULES: [&str; 2] = ["java.base", "java.logging"];

/// A program of the JDK that Maven takes as well.
pub(super) fn tool(name: &str) -> Result<Command, Fault> {
    Ok(Command::new(javac()?.with_file_name(format!("{name}{}", env::consts::EXE_SUFFIX))))
}

/// One of the two compilers, to be given its arguments. It has to end well.
pub(super) fn compile(main: &str, arguments: impl FnOnce(&mut Command)) -> Result<(), Fault> {
    let mut command = tool("java")?;
    let class = format!("com.android.tools.r8.{main}");
    command.arg("-XX:+UseSerialGC").arg("-classpath").arg(maven::artefact(R8)?).arg(class);
    arguments(&mut command);
    program::must(&mut command)
}

/// The classes of Java, as jars for R8: it reads no module of a newer JDK than it knows, and all of this one would be too much.
pub(super) fn platform() -> Result<Vec<PathBuf>, Fault> {
    let folder = maven::tools();
    let jars = MODULES.map(|module| folder.join(format!("{module}.jar")));
    if jars.iter().all(|jar| jar.is_file()) {
        return Ok(jars.to_vec());
    }
    let javac = javac()?;
    // A command on the path is a link into the JDK.
    let home = fs::canonicalize(&javac).map_err(|source| Fault::Read { path: javac, source })?;
    let modules = home.ancestors().nth(2).map(|home| home.join("lib/modules")).unwrap_or_default();
    let classes = folder.join("java");
    files::clear(&classes)?;
    let mut jimage = tool("jimage")?;
    let wanted = MODULES.map(|module| format!("/{module}/.*")).join("|");
    program::must(
        jimage.args(["extract", "--include", &format!("regex:{wanted}"), "--dir"]).arg(&classes).arg(modules),
    )?;
    for (module, jar) in MODULES.iter().zip(&jars) {
        archive::pack(&classes.join(module), jar)?;
    }
    files::clear(&classes)?;
    Ok(jars.to_vec())
}

fn javac() -> Result<PathBuf, Fault> {
    Tool::Jdk.place().ok_or_else(|| Fault::Missing(format!("  {}", Tool::Jdk.command_line())))
}
