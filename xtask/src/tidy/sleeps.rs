//! No test sleeps: a sleep is either too short on a slow machine or too long on all others.

use super::{Finding, Tree};

/// Written in two parts, so that this file does not find itself. `time::sleep` stands for tokio's.
const SLEEPS: [&str; 8] = [
    concat!("thread::sl", "eep("),
    concat!("time::sl", "eep("),
    concat!(" sl", "eep("),
    concat!("sl", "eep_until("),
    // Kotlin's and Swift's.
    concat!("Thread.sl", "eep("),
    concat!("Clock.sl", "eep("),
    concat!("Task.sl", "eep("),
    concat!("usl", "eep("),
];
const JUDGED: [&str; 3] = [".rs", ".kt", ".swift"];
/// A folder, or a file, of this name is tests alone.
const TESTS: [&str; 4] = ["tests", "tests.rs", "test", "Tests"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    JUDGED
        .into_iter()
        .flat_map(|end| tree.ending(end))
        .flat_map(|(path, text)| {
            test_lines(path, text).filter_map(move |(number, line)| {
                let sleep = SLEEPS.into_iter().find(|sleep| line.contains(sleep))?;
                let sleep = sleep.trim();
                Some(Finding::new(path, number, format!("`{sleep}…)` in a test: wait for what you wait for")))
            })
        })
        .collect()
}

/// The lines that are tests, with their numbers: all of a file under `tests/` (or how else it is called), else what stands under
/// `#[cfg(test)]` up to the brace that closes it, which stands as far to the right as the attribute (our code is formatted).
fn test_lines<'a>(path: &str, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let all = path.split('/').any(|part| TESTS.contains(&part));
    let mut close: Option<String> = None;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let is_test = all || close.is_some();
        if close.as_deref() == Some(line) {
            close = None;
        } else if close.is_none() && line.trim_start().starts_with("#[cfg(test)]") {
            let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
            close = Some(format!("{indent}}}"));
        }
        is_test.then_some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found_lines(path: &str, text: &str) -> Vec<usize> {
        judge(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_sleep_anywhere_under_tests_is_found() {
        for sleep in SLEEPS {
            let text = format!("fn wait() {{\n    {sleep}10);\n}}\n");
            assert_eq!(found_lines("core/net/tests/slow.rs", &text), [2], "{sleep}");
            assert_eq!(found_lines("core/net/src/pool/tests.rs", &text), [2], "{sleep}");
            assert_eq!(found_lines("core/net/src/pool.rs", &text), [0; 0], "{sleep}");
            assert_eq!(found_lines("android/sdk/src/test/kotlin/A.kt", &text), [2], "{sleep}");
            assert_eq!(found_lines("ios/SiagaKit/Tests/SiagaKitTests/A.swift", &text), [2], "{sleep}");
            assert_eq!(found_lines("android/sdk/src/main/kotlin/A.kt", &text), [0; 0], "{sleep}");
        }
    }

    #[test]
    fn a_sleep_in_a_test_module_is_found_and_one_after_it_is_not() {
        let sleep = SLEEPS[0];
        let text =
            format!("#[cfg(test)]\nmod tests {{\n    std::{sleep}1);\n}}\n\nfn wait() {{\n    std::{sleep}1);\n}}\n");
        assert_eq!(found_lines("core/net/src/pool.rs", &text), [3]);
    }
}
