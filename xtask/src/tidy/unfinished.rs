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
const JUDGED: [&str; 10] = [".rs", ".toml", ".yml", ".yaml", ".html", ".sh", ".kt", ".kts", ".swift", ".xml"];
/// How a test of Kotlin or Swift is switched off.
const SWITCHES: [&str; 4] =
    [concat!("@Ig", "nore"), concat!("@Dis", "abled"), concat!("XCT", "Skip"), concat!(".dis", "abled(")];
const SWITCHED: [&str; 2] = [".kt", ".swift"];
/// A comment on the line before, that begins so and says why, lets it pass: what is skipped is skipped in plain sight.
const REASON: &str = "// SKIPPED: ";

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    let unfinished = JUDGED.into_iter().flat_map(|end| tree.ending(end)).flat_map(|(path, text)| marked(path, text));
    let off = SWITCHED.into_iter().flat_map(|end| tree.ending(end)).flat_map(|(path, text)| switched_off(path, text));
    unfinished.chain(off).collect()
}

fn marked<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let mark = MARKS.into_iter().find(|mark| stands_alone(line, mark))?;
        Some(Finding::new(path, index + 1, format!("`{mark}`: finish it, or write an issue")))
    })
}

/// The tests that are switched off without a word. A view's own `.disabled(…)` is no test's.
fn switched_off<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Finding> + 'a {
    let before = std::iter::once("").chain(text.lines());
    text.lines().zip(before).enumerate().filter_map(move |(index, (line, before))| {
        let switch = SWITCHES.into_iter().find(|switch| stands_alone(line, switch))?;
        let is_a_views = switch.starts_with('.') && !line.contains("@Test");
        let why = before.trim_start().strip_prefix(REASON).unwrap_or("");
        if is_a_views || !why.is_empty() {
            return None;
        }
        Some(Finding::new(path, index + 1, format!("`{switch}`: say why on the line before, in `{REASON}…`")))
    })
}

/// Whether the mark is in the line and no part of a longer word.
fn stands_alone(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + mark.len()..).and_then(|text| text.chars().next());
        let grows_left = mark.starts_with(is_word) && before.is_some_and(is_word);
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
            for path in ["a.rs", "a.kt", "a.swift"] {
                let found = judge(&Tree::of(&[(path, text.as_str())]));
                assert_eq!(found.len(), 1, "{mark}");
                assert_eq!(found[0].line, 2);
            }
        }
    }

    #[test]
    fn a_mark_inside_a_longer_word_is_not_found() {
        let text = format!("const A{0}B: u8 = 1; // mkstemp wants {0}{0}", concat!("XX", "X"));
        assert_eq!(judge(&Tree::of(&[("a.rs", text.as_str())])), []);
    }

    #[test]
    fn a_test_that_is_switched_off_needs_a_reason_on_the_line_before() {
        for switch in SWITCHES {
            let bare = format!("class A {{\n    @Test({switch} x)\n    fun a() {{}}\n}}\n");
            assert_eq!(judge(&Tree::of(&[("a.kt", bare.as_str())])).len(), 1, "{switch}");
            let empty = bare.replace("{\n    @Test(", &format!("{{\n    {REASON}\n    @Test("));
            assert_eq!(judge(&Tree::of(&[("a.kt", empty.as_str())])).len(), 1, "{switch}");
            let said = bare.replace("{\n    @Test(", &format!("{{\n    {REASON}no keystore here\n    @Test("));
            assert_eq!(judge(&Tree::of(&[("a.kt", said.as_str())])), [], "{switch}");
        }
    }

    #[test]
    fn a_view_may_be_disabled() {
        let text = format!("Button(\"a\").{}true)\n", &SWITCHES[3][1..]);
        assert_eq!(judge(&Tree::of(&[("ios/App/A.swift", text.as_str())])), []);
    }
}
