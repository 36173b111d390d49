//! The crates in the library: of all phones together, and without what only builds it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{Ecosystem, Part, others};
use crate::fault::Fault;
use crate::{files, program, repo};

/// Phones, their simulators, and the computer on which an app's own tests run.
const TARGETS: [&str; 7] = [
    "aarch64-linux-android",
    "armv7-linux-androideabi",
    "x86_64-linux-android",
    "aarch64-apple-ios",
    "aarch64-apple-ios-sim",
    "x86_64-apple-ios",
    "x86_64-unknown-linux-gnu",
];
/// Texts for crates that bring none, by their licence; the first that fits.
const FALLBACKS: [(&str, &str); 2] = [("Apache-2.0", "LICENSE-APACHE"), ("MPL-2.0", "bindings/notices/MPL-2.0.txt")];
/// How files are called that have to go along.
const LEGAL: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
/// The crate that has SQLite's own source in it.
const SQLITE: &str = "libsqlite3-sys";

type Name = (String, String);

/// Every crate in the library.
pub(super) fn parts() -> Result<Vec<Part>, Fault> {
    let inside = inside()?;
    let (well, said) = program::capture(program::cargo().args(["metadata", "--locked", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&said).unwrap_or(Value::Null);
    if !well {
        return Err(Fault::Package("cargo does not say what the crates are".to_owned()));
    }
    let sums = sums(&files::text(&repo::root().join("Cargo.lock"))?);
    let empty = Vec::new();
    let packages = metadata.get("packages").and_then(Value::as_array).unwrap_or(&empty);
    let mut parts = BTreeMap::new();
    for package in packages {
        let name = (string(package, "name").to_owned(), string(package, "version").to_owned());
        if inside.contains(&name) {
            let part = part(package, sums.get(&name).cloned())?;
            parts.insert(string(package, "id").to_owned(), part);
        }
    }
    if parts.len() != inside.len() {
        return Err(Fault::Package(format!("of {} crates cargo describes {}", inside.len(), parts.len())));
    }
    let nodes = metadata.pointer("/resolve/nodes").and_then(Value::as_array).unwrap_or(&empty);
    let references: BTreeMap<String, String> = parts.iter().map(|(id, part)| (id.clone(), part.reference())).collect();
    for node in nodes {
        if let Some(part) = parts.get_mut(string(node, "id")) {
            part.needs = needed(node).filter_map(|id| references.get(id).cloned()).collect();
        }
    }
    let mut parts: Vec<Part> = parts.into_values().collect();
    let bundled = packages.iter().find(|package| string(package, "name") == SQLITE);
    if let (Some(package), Some(part)) = (bundled, parts.iter_mut().find(|part| part.name == SQLITE)) {
        let sqlite = others::sqlite(folder(package))?;
        part.needs.push(sqlite.reference());
        parts.push(sqlite);
    }
    Ok(parts)
}

/// Names and versions of the crates whose code is in the library on any phone.
fn inside() -> Result<BTreeSet<Name>, Fault> {
    let mut command = program::cargo();
    command.args(["tree", "--locked", "--package", "siaga-ffi", "--prefix", "none", "--no-dedupe", "--format", "{p}"]);
    command.args(["--edges", "normal,no-proc-macro"]);
    for target in TARGETS {
        command.args(["--target", target]);
    }
    let (well, said) = program::capture(&mut command)?;
    let names: BTreeSet<Name> = said.lines().filter_map(name).collect();
    if well && !names.is_empty() {
        return Ok(names);
    }
    Err(Fault::Package("cargo does not say which crates are in the library".to_owned()))
}

/// `name v1.2.3`, and for one of ours its path.
fn name(line: &str) -> Option<Name> {
    let mut words = line.split(' ');
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?;
    Some((name.to_owned(), version.to_owned()))
}

fn part(package: &Value, sum: Option<String>) -> Result<Part, Fault> {
    let (name, version) = (string(package, "name"), string(package, "version"));
    let is_ours = package.get("source").is_none_or(Value::is_null);
    // How it was written before there were expressions.
    let licence = string(package, "license").replace(" / ", " OR ").replace('/', " OR ");
    let texts = if is_ours { Vec::new() } else { texts(folder(package), &licence)? };
    if licence.is_empty() || (texts.is_empty() && !is_ours) {
        return Err(Fault::Package(format!(
            "{name} {version} brings no licence, and bindings/notices has none for {licence:?}"
        )));
    }
    let (name, version) = (name.to_owned(), version.to_owned());
    let ecosystem = (!is_ours).then_some(Ecosystem::Cargo);
    Ok(Part { name, version, licence, ecosystem, sum, texts, needs: Vec::new() })
}

/// Where a package's sources lie.
fn folder(package: &Value) -> &Path {
    Path::new(string(package, "manifest_path")).parent().unwrap_or(Path::new(""))
}

/// The texts in a crate's folder, or ours for its licence.
fn texts(folder: &Path, licence: &str) -> Result<Vec<String>, Fault> {
    let names = files::below(folder)?;
    let legal = names.iter().filter(|name| !name.contains('/') && is_legal(name));
    let found = legal.map(|name| files::text(&folder.join(name))).collect::<Result<Vec<String>, Fault>>()?;
    if !found.is_empty() {
        return Ok(found);
    }
    let fallback = FALLBACKS.into_iter().find(|(name, _)| licence.split([' ', '(', ')']).any(|word| word == *name));
    fallback.map(|(_, file)| files::text(&repo::root().join(file))).into_iter().collect()
}

fn is_legal(name: &str) -> bool {
    let name = name.to_uppercase();
    LEGAL.iter().any(|start| name.starts_with(start))
}

/// The sums of all fetched packages in a `Cargo.lock`.
fn sums(lock: &str) -> BTreeMap<Name, String> {
    let value = |package: &str, key: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "))?;
        Some(line.trim_matches('"').to_owned())
    };
    let packages = lock.split("[[package]]").skip(1);
    packages
        .filter_map(|package| {
            Some(((value(package, "name")?, value(package, "version")?), value(package, "checksum")?))
        })
        .collect()
}

/// The ids of what a package needs when it runs.
fn needed(node: &Value) -> impl Iterator<Item = &str> {
    let deps = node.get("deps").and_then(Value::as_array).into_iter().flatten();
    let is_normal = |dep: &&Value| {
        let kinds = dep.get("dep_kinds").and_then(Value::as_array);
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind.get("kind").is_none_or(Value::is_null)))
    };
    deps.filter(is_normal).map(|dep| string(dep, "pkg"))
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Scratch;

    #[test]
    fn the_lines_of_cargo_and_its_lock_are_read() {
        let ours = name("siaga v0.1.0 (/somewhere/core/runtime)");
        assert_eq!(ours, Some(("siaga".to_owned(), "0.1.0".to_owned())));
        assert_eq!(name(""), None);
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0\"\nsource = \"r\"\nchecksum = \"ff\"\n\n[[package]]\n\
                    name = \"ours\"\nversion = \"0.1\"\n";
        assert_eq!(sums(lock), BTreeMap::from([(("a".to_owned(), "1.0".to_owned()), "ff".to_owned())]));
    }

    #[test]
    fn a_crate_without_any_text_of_its_licence_stops_the_command() {
        let folder = Scratch::new("crate");
        let manifest = folder.0.join("Cargo.toml");
        let package = |licence: &str| serde_json::json!({"name": "a", "version": "1.0", "license": licence, "source": "registry", "manifest_path": manifest});
        let refused = part(&package("LicenseRef-Odd"), None).unwrap_err().to_string();
        assert!(refused.contains("a 1.0 brings no licence"), "{refused}");
        assert!(part(&package(""), None).is_err());
        let found = part(&package("MIT/Apache-2.0"), None).unwrap();
        assert_eq!(found.licence, "MIT OR Apache-2.0");
        assert!(found.texts[0].contains("Apache License"));
        files::write(&folder.0.join("license-mit"), "mine").unwrap();
        assert_eq!(part(&package("LicenseRef-Odd"), None).unwrap().texts, ["mine"]);
    }

    #[test]
    fn only_what_is_needed_at_run_time_counts() {
        let node = serde_json::json!({"deps": [
            {"pkg": "a", "dep_kinds": [{"kind": null}]},
            {"pkg": "b", "dep_kinds": [{"kind": "dev"}, {"kind": "build"}]},
        ]});
        assert_eq!(needed(&node).collect::<Vec<_>>(), ["a"]);
    }
}
