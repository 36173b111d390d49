//! No file or folder is named for nothing in particular.

use super::{Finding, Tree};

/// Words under which anything could be put, so that in time everything is.
const EMPTY_WORDS: [&str; 7] = ["manager", "managers", "util", "utils", "helper", "helpers", "common"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter_map(|(path, _)| {
            let words = path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
            let word = words.into_iter().find(|word| EMPTY_WORDS.contains(&word.as_str()))?;
            Some(Finding::new(path, 0, format!("`{word}` in a path says nothing: name what it holds")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_word_in_a_file_or_folder_name_is_found() {
        let tree = Tree::of(&[("core/net/src/http_util.rs", ""), ("core/common/a.rs", ""), ("core/utility.rs", "")]);
        let paths: Vec<String> = judge(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["core/common/a.rs", "core/net/src/http_util.rs"]);
    }
}
