//! The README's annotated tree is true.
//!
//! The tree is the fenced block that opens with ```` ```tree ````: one path a line, two spaces of indent for each folder that
//! it lies in, a description after two or more spaces. A folder ends in `/`.

use std::collections::BTreeSet;

use super::{Finding, Tree};

const README: &str = "README.md";
/// All folders directly under these are named; of others, those that help a reader.
const COMPLETE: [&str; 4] = ["", "core/", "examples/", "tests/"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(README) else {
        return vec![Finding::new(README, 0, "there is no README.md")];
    };
    let named = parse(text);
    if named.is_empty() {
        return vec![Finding::new(README, 0, "no block that opens with ```tree")];
    }
    let mut findings: Vec<Finding> = named
        .iter()
        .filter(|(_, path)| !tree.has(path))
        .map(|(line, path)| Finding::new(README, *line, format!("the tree names `{path}`, which is not there")))
        .collect();
    let paths: BTreeSet<&str> = named.iter().map(|(_, path)| path.as_str()).collect();
    findings.extend(
        COMPLETE
            .into_iter()
            .flat_map(|folder| tree.folders_in(folder))
            .filter(|folder| !paths.contains(folder.as_str()))
            .map(|folder| Finding::new(README, 0, format!("the tree does not name `{folder}`"))),
    );
    findings
}

/// The paths of the block with their line numbers.
fn parse(text: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let mut folders: Vec<&str> = Vec::new();
    let lines = text.lines().enumerate();
    let block = lines.skip_while(|(_, line)| *line != "```tree").skip(1).take_while(|(_, line)| *line != "```");
    for (index, line) in block {
        let Some(name) = line.split_whitespace().next() else { continue };
        let indent = line.len() - line.trim_start().len();
        folders.truncate(indent / 2);
        named.push((index + 1, format!("{}{name}", folders.concat())));
        folders.push(name);
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [(&str, &str); 3] = [("core/engine/src/press.rs", ""), ("core/store/a.rs", ""), ("docs/A.md", "")];
    const TRUE_TREE: &str = "# Siaga\n```tree\ncore/  the core\n  engine/  decides\n    src/press.rs  counts\n  store/  remembers\ndocs/\n```\n";

    fn found(readme: &str) -> Vec<Finding> {
        let mut files = FILES.to_vec();
        files.push((README, readme));
        judge(&Tree::of(&files))
    }

    #[test]
    fn a_true_tree_is_accepted() {
        assert_eq!(found(TRUE_TREE), []);
    }

    #[test]
    fn a_named_file_that_is_not_there_is_found_with_its_line() {
        let readme = TRUE_TREE.replace("press.rs", "gone.rs");
        assert_eq!(
            found(&readme),
            [Finding::new(README, 5, "the tree names `core/engine/src/gone.rs`, which is not there")]
        );
    }

    #[test]
    fn a_folder_that_is_not_named_is_found_at_the_top_and_in_the_core() {
        assert_eq!(
            found(&TRUE_TREE.replace("docs/\n", "")),
            [Finding::new(README, 0, "the tree does not name `docs/`")]
        );
        assert_eq!(
            found(&TRUE_TREE.replace("  store/  remembers\n", "")),
            [Finding::new(README, 0, "the tree does not name `core/store/`")]
        );
    }

    #[test]
    fn a_readme_without_a_tree_is_found() {
        assert_eq!(found("# Siaga\n").len(), 1);
        assert_eq!(judge(&Tree::of(&FILES)).len(), 1);
    }
}
