//! Nothing is left unfinished or switched off.

use super::{Finding, Tree};

/// Written in two parts, so that this file does not find itself.
const MARKS: [&str; 6] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("TO", "DO"),
    concat!("#[ig", "nore"),
];
const JUDGED: [&str; 6] = [".rs", ".toml", ".yml", ".yaml", ".html", ".sh"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    JUDGED.into_iter().flat_map(|end| tree.ending(end)).flat_map(|(path, text)| judge_file(path, text)).collect()
}

fn judge_file<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let mark = MARKS.into_iter().find(|mark| stands_alone(line, mark))?;
        Some(Finding::new(path, index + 1, format!("`{mark}`: finish it, or write an issue")))
    })
}

/// Whether the mark is in the line and no part of a longer word.
fn stands_alone(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + mark.len()..).and_then(|text| text.chars().next());
        let grows_left = before.is_some_and(is_word);
        let grows_right = mark.ends_with(is_word) && after.is_some_and(is_word);
        !grows_left && !grows_right
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mark_is_found_with_its_line() {
        for mark in MARKS {
            let text = format!("fn a() {{\n    {mark} later\n}}\n");
            let found = judge(&Tree::of(&[("a.rs", text.as_str())]));
            assert_eq!(found.len(), 1, "{mark}");
            assert_eq!(found[0].line, 2);
        }
    }

    #[test]
    fn a_mark_inside_a_longer_word_is_not_found() {
        let text = format!("const A{0}B: u8 = 1; // mkstemp wants {0}{0}", concat!("XX", "X"));
        assert_eq!(judge(&Tree::of(&[("a.rs", text.as_str())])), []);
    }
}
