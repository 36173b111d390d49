//! Every place that a document names is there.

use super::{Finding, Tree};

/// Code in back-ticks that begins so is a place in the repository.
const PLACES: [&str; 10] =
    ["android/", "bindings/", "core/", "examples/", "docs/", "ios/", "xtask/", "tests/", ".ci/", ".github/"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    tree.ending(".md").flat_map(|(path, text)| judge_document(tree, path, text)).collect()
}

fn judge_document(tree: &Tree, path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_block = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
        }
        if in_block {
            continue;
        }
        let links = targets(line).into_iter().filter_map(|target| resolve(path, target));
        let places = places(line).map(str::to_owned);
        findings.extend(
            links
                .chain(places)
                .filter(|place| !tree.has(place))
                .map(|place| Finding::new(path, index + 1, format!("names `{place}`, which is not there"))),
        );
    }
    findings
}

/// What stands between `](` and `)`.
fn targets(line: &str) -> Vec<&str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

/// Code in back-ticks that is one path of ours, a pattern or a command left out.
fn places(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| PLACES.iter().any(|start| code.starts_with(start)))
        .filter(|code| !code.contains(['*', '{', ' ', '…', '<']))
        .map(|code| code.split(':').next().unwrap_or(code))
}

/// A link's target as a path from the root, or `None` when it is no file of ours.
fn resolve(document: &str, target: &str) -> Option<String> {
    let target = target.split('#').next().unwrap_or(target);
    if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::of(&[("docs/A.md", text), ("docs/B.md", ""), ("README.md", ""), ("core/engine/src/lib.rs", "")])
    }

    #[test]
    fn a_link_to_a_missing_file_is_found_with_its_line() {
        let found = judge(&tree("# A\n[b](B.md) and [c](C.md#part)\n"));
        assert_eq!(found, [Finding::new("docs/A.md", 2, "names `docs/C.md`, which is not there")]);
    }

    #[test]
    fn a_place_in_back_ticks_that_is_missing_is_found() {
        let found = judge(&tree("See `core/engine/src/lib.rs:12`, `core/*/src` and `core/gone/src/lib.rs`.\n"));
        assert_eq!(found, [Finding::new("docs/A.md", 1, "names `core/gone/src/lib.rs`, which is not there")]);
    }

    #[test]
    fn links_that_resolve_anchors_and_other_sites_are_not_found() {
        let text = "[a](#a) [r](../README.md) [b](./B.md#b) [s](https://example.org/C.md) [f](../core/)\n```\n[x](gone.md)\n```\n";
        assert_eq!(judge(&tree(text)), []);
    }
}
