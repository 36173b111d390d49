//! What Swift's two test runners print: XCTest a line for each case, Swift Testing a line for each test, with a mark before it.

use super::Tally;

impl Tally {
    /// Adds what a line says about one test; the sums that both print as well say nothing.
    pub(crate) fn read_swift_line(&mut self, line: &str) {
        match end_of_test(line.trim()) {
            Some(End::Passed) => self.passed += 1,
            Some(End::Failed) => self.failed += 1,
            Some(End::Skipped) => self.skipped += 1,
            None => {}
        }
    }
}

enum End {
    Passed,
    Failed,
    Skipped,
}

fn end_of_test(line: &str) -> Option<End> {
    if let Some(case) = line.strip_prefix("Test Case '") {
        let (_, end) = case.rsplit_once("' ")?;
        return match end.split(' ').next()? {
            "passed" => Some(End::Passed),
            "failed" => Some(End::Failed),
            "skipped" => Some(End::Skipped),
            _ => None,
        };
    }
    let (mark, test) = line.split_once(' ')?;
    let is_mark = mark.chars().count() == 1 && !mark.is_ascii();
    if !is_mark || !test.starts_with("Test ") || test.starts_with("Test run ") {
        return None;
    }
    // From the end: a test's name is a sentence, and may well say that something passed.
    if test.ends_with(" seconds.") && test.contains(" passed after ") {
        Some(End::Passed)
    } else if (test.ends_with(" issue.") || test.ends_with(" issues.")) && test.contains(" failed after ") {
        Some(End::Failed)
    } else if test.ends_with(" skipped.") || test.contains(" skipped: \"") {
        Some(End::Skipped)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Swift 6.0.3 prints them.
    const PRINTED: &str = r#"[29/30] Linking SiagaKitPackageTests.xctest
Test Suite 'PressTests' started at 2026-11-22 12:32:46.292
Test Case 'PressTests.testThree' started at 2026-11-22 12:32:46.292
Test Case 'PressTests.testThree' passed (0.001 seconds)
a/PressTests.swift:12: error: PressTests.testFour : XCTAssertEqual failed: ("1") is not equal to ("2") -
Test Case 'PressTests.testFour' failed (0.201 seconds)
Test Case 'PressTests.testFive' skipped (0.001 seconds)
Test Suite 'PressTests' failed at 2026-11-22 12:32:46.495
	 Executed 3 tests, with 1 test skipped and 1 failure (0 unexpected) in 0.203 (0.203) seconds
◇ Test run started.
◇ Test many(x:) started.
◇ Suite "a suite" started.
✘ Test off() skipped: "no keychain here"
◇ Passing 1 argument x → 1 to many(x:)
✔ Test many(x:) passed after 0.001 seconds.
✔ Test "a press that failed after 3 s is kept" passed after 0.001 seconds.
◇ Test "what passed after 3 seconds" started.
✔ Suite "a suite" passed after 0.001 seconds.
✘ Test "with a name" recorded an issue at ATests.swift:15:49: Expectation failed: (a → 1) == 2
✘ Test "with a name" failed after 0.001 seconds with 1 issue.
✘ Test run with 5 tests failed after 0.001 seconds with 1 issue.
"#;

    #[test]
    fn each_test_of_both_runners_is_counted_once() {
        let mut tally = Tally::default();
        PRINTED.lines().for_each(|line| tally.read_swift_line(line));
        assert_eq!(tally, Tally { passed: 3, failed: 2, skipped: 2 });
    }
}
