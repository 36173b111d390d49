//! The list of parts for machines: `CycloneDX` 1.6. Without a time and a serial number, so that the same parts make the same file.

use serde_json::{Value, json};

use super::Part;
use crate::android::VERSION;

/// What the list is about.
const ROOT: &str = "siaga";

/// The text of the list.
pub(super) fn of(parts: &[Part]) -> String {
    let root = format!("{ROOT}@{VERSION}");
    // What no crate needs is taken in beside the library.
    let first = parts.iter().filter(|part| !parts.iter().any(|other| other.needs.contains(&part.reference())));
    let first: Vec<String> = first.map(Part::reference).collect();
    let needs = parts.iter().map(|part| dependency(&part.reference(), &part.needs));
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {
            "type": "library",
            "bom-ref": root,
            "group": "io.siaga",
            "name": ROOT,
            "version": VERSION,
            "licenses": [{"expression": "Apache-2.0 OR MIT"}],
        }},
        "components": parts.iter().map(component).collect::<Vec<_>>(),
        "dependencies": std::iter::once(dependency(&root, &first)).chain(needs).collect::<Vec<_>>(),
    });
    format!("{list:#}\n")
}

fn component(part: &Part) -> Value {
    let reference = part.reference();
    let (group, name) =
        part.name.rsplit_once('/').map_or((None, part.name.as_str()), |(group, name)| (Some(group), name));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "licenses": [{"expression": part.licence}],
    });
    let optional = [
        ("group", group.map(Value::from)),
        ("version", (!part.version.is_empty()).then(|| part.version.as_str().into())),
        ("purl", part.ecosystem.map(|_| reference.into())),
        ("hashes", part.sum.as_ref().map(|sum| json!([{"alg": "SHA-256", "content": sum}]))),
    ];
    if let Value::Object(fields) = &mut component {
        fields.extend(optional.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    }
    component
}

fn dependency(reference: &str, needs: &[String]) -> Value {
    let mut needs = needs.to_vec();
    needs.sort();
    needs.dedup();
    json!({"ref": reference, "dependsOn": needs})
}

#[cfg(test)]
mod tests {
    use super::super::Ecosystem;
    use super::*;

    fn part(name: &str, ecosystem: Option<Ecosystem>, needs: &[&str]) -> Part {
        Part {
            name: name.to_owned(),
            version: "1".to_owned(),
            licence: "MIT".to_owned(),
            ecosystem,
            sum: Some("ff".to_owned()),
            texts: Vec::new(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
        }
    }

    #[test]
    fn every_part_hangs_on_the_root_and_the_same_parts_make_the_same_list() {
        let parts = [
            part("siaga-ffi", None, &["pkg:cargo/b@1", "pkg:cargo/b@1"]),
            part("b", Some(Ecosystem::Cargo), &[]),
            part("g.h/jna", Some(Ecosystem::Maven), &[]),
        ];
        let list: Value = serde_json::from_str(&of(&parts)).unwrap();
        assert_eq!(list["dependencies"][0]["dependsOn"], json!(["pkg:maven/g.h/jna@1", "siaga:siaga-ffi@1"]));
        assert_eq!(list["dependencies"][1]["dependsOn"], json!(["pkg:cargo/b@1"]));
        assert_eq!(list["components"][2]["group"], "g.h");
        assert_eq!(list["components"][1]["hashes"][0]["content"], "ff");
        assert_eq!(of(&parts), of(&parts.clone()));
    }
}
