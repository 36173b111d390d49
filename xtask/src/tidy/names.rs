//! No file or folder is named for nothing in particular.

use super::{Finding, Tree};

/// Words under which anything could be put, so that in time everything is.
const EMPTY_WORDS: [&str; 7] = ["manager", "managers", "util", "utils", "helper", "helpers", "common"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    tree.files()
        .filter_map(|(path, _)| {
            let word = words(path).into_iter().find(|word| EMPTY_WORDS.contains(&word.as_str()))?;
            Some(Finding::new(path, 0, format!("`{word}` in a path says nothing: name what it holds")))
        })
        .collect()
}

/// The words of a path in small letters; a hump in the middle of a name begins one, as Kotlin and Swift name their files.
fn words(path: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in path.chars() {
        if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && was_small) {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), c.is_ascii_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    words
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

    #[test]
    fn an_empty_word_in_a_hump_is_found() {
        let tree = Tree::of(&[("a/QueueManager.kt", ""), ("a/QueueHelper.swift", ""), ("a/Managerial.kt", "")]);
        assert_eq!(judge(&tree).len(), 2);
    }
}
