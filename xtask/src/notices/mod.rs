//! `cargo xtask notices`: the licences of everything that we hand out, for people and for machines.

mod crates;
mod others;
mod sbom;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::android;
use crate::fault::Fault;
use crate::files;

/// Something that is in what we hand out.
#[derive(Clone, Debug)]
struct Part {
    /// How it is called where it comes from; `group/name` in Maven's world.
    name: String,
    /// Empty where nobody says which it is.
    version: String,
    /// An SPDX expression.
    licence: String,
    /// Where it comes from: the world's own kind of package, or `None` for one of ours.
    ecosystem: Option<Ecosystem>,
    /// The SHA-256 of the package as it was fetched, where that is known.
    sum: Option<String>,
    /// The texts of its licences, in the order of their files.
    texts: Vec<String>,
    /// The references of the parts that it needs.
    needs: Vec<String>,
}

/// Where parts come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ecosystem {
    Cargo,
    Maven,
    /// Source code inside another part.
    Generic,
}

impl Part {
    /// What names it in the whole world, and in the list of parts.
    fn reference(&self) -> String {
        let kind = match self.ecosystem {
            None => return format!("siaga:{}@{}", self.name, self.version),
            Some(Ecosystem::Cargo) => "cargo",
            Some(Ecosystem::Maven) => "maven",
            Some(Ecosystem::Generic) => "generic",
        };
        let version = if self.version.is_empty() { String::new() } else { format!("@{}", self.version) };
        format!("pkg:{kind}/{}{version}", self.name)
    }
}

/// Writes both files into the folder for what is handed out.
pub(crate) fn run() -> Result<ExitCode, Fault> {
    for file in write(&android::package())? {
        println!("{}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes both files into a folder, and says which they are.
pub(crate) fn write(out: &Path) -> Result<Vec<PathBuf>, Fault> {
    let mut parts = crates::parts()?;
    parts.extend(others::parts()?);
    parts.sort_by_key(|part| (part.name.to_lowercase(), part.version.clone()));
    let (notices, list) =
        (out.join("THIRD-PARTY-NOTICES.txt"), out.join(format!("siaga-{}.cdx.json", android::VERSION)));
    files::write(&notices, text::of(&parts))?;
    files::write(&list, sbom::of(&parts))?;
    Ok(vec![notices, list])
}
