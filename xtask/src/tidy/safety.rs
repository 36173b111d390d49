//! Every promise of docs/SAFETY.md names a test that exists, or says that there is none.

use std::collections::BTreeSet;

use super::{Finding, Tree};

const SAFETY: &str = "docs/SAFETY.md";
/// The last column's head in every table of promises.
const HEAD: &str = "Test that shows it";
/// Where tests are written.
const CODE: [&str; 3] = [".rs", ".kt", ".swift"];
/// What stands there while nothing shows it.
const NONE: &str = "no test yet";

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(SAFETY) else { return Vec::new() };
    let files = CODE.into_iter().flat_map(|end| tree.ending(end));
    let tests: BTreeSet<&str> = files.flat_map(|(_, text)| test_names(text)).collect();
    let mut findings = Vec::new();
    let mut in_table = false;
    for (index, line) in text.lines().enumerate() {
        let Some(cell) = last_cell(line) else {
            in_table = false;
            continue;
        };
        if cell == HEAD {
            in_table = true;
        } else if in_table && !is_rule(cell) {
            findings.extend(judge_cell(cell, &tests).into_iter().map(|what| Finding::new(SAFETY, index + 1, what)));
        }
    }
    findings
}

fn judge_cell(cell: &str, tests: &BTreeSet<&str>) -> Vec<String> {
    let names: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    if names.is_empty() && !cell.contains(NONE) {
        return vec![format!("names no test, and does not say \"{NONE}\"")];
    }
    names.into_iter().filter(|name| !tests.contains(name)).map(|name| format!("there is no test `{name}`")).collect()
}

/// The line between a table's head and its rows.
fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c == '-' || c == ':')
}

fn last_cell(line: &str) -> Option<&str> {
    let row = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    row.rsplit('|').next().map(str::trim)
}

/// The functions under an attribute that ends in `test]`, or that has arguments, as tokio's may; under `@Test` in Kotlin and
/// Swift, also in one line with it; and those of XCTest, which it knows by their name.
fn test_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") || line.starts_with("@Test") {
            is_test = true;
        }
        if let Some(name) = function_name(line) {
            if is_test || line.starts_with("func test") {
                names.push(name);
            }
            is_test = false;
        }
    }
    names
}

/// The name of the function that this line begins. Kotlin's may be a sentence in back-ticks.
fn function_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("@Test ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = ["fn ", "fun ", "func "].into_iter().find_map(|word| line.strip_prefix(word))?;
    match rest.strip_prefix('`') {
        Some(quoted) => quoted.split('`').next(),
        None => rest.split(['(', '<']).next(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "#[test]\nfn a_press_is_kept() {}\n\n    #[tokio::test]\n    async fn a_reply_is_late() {}\n\nfn no_test() {}\n";

    fn found(cell: &str) -> Vec<Finding> {
        let text = format!("# Safety\n\n| F | Behaviour | {HEAD} |\n| --- | --- | --- |\n| F1 | kept | {cell} |\n");
        judge(&Tree::of(&[(SAFETY, text.as_str()), ("core/engine/tests/press.rs", CODE)]))
    }

    #[test]
    fn a_test_that_does_not_exist_is_found_with_its_line() {
        assert_eq!(found("`a_press_is_lost`"), [Finding::new(SAFETY, 5, "there is no test `a_press_is_lost`")]);
    }

    #[test]
    fn a_function_that_is_no_test_is_found() {
        assert_eq!(found("`a_press_is_kept`, `no_test`"), [Finding::new(SAFETY, 5, "there is no test `no_test`")]);
    }

    #[test]
    fn the_tests_of_kotlin_and_swift_are_known() {
        let kotlin = "@Test\nfun `a press is kept`() {}\n@Test fun a_press_is_sent() {}\nfun no_test() {}\n";
        let swift = "func testAPressIsKept() throws {}\n@Test func pressIsSent() {}\nfunc helps() {}\n";
        assert_eq!(test_names(kotlin), ["a press is kept", "a_press_is_sent"]);
        assert_eq!(test_names(swift), ["testAPressIsKept", "pressIsSent"]);
    }

    #[test]
    fn an_empty_cell_is_found_and_an_honest_one_is_not() {
        assert_eq!(found("").len(), 1);
        assert_eq!(found("soon").len(), 1);
        assert_eq!(found("no test yet"), []);
        assert_eq!(found("`a_press_is_kept`, `a_reply_is_late`"), []);
    }
}
