//! The shells stay thin: what is written by hand in Kotlin and Swift is a fraction of the core, and what only Apple's systems
//! have is little and named.

use std::collections::BTreeSet;

use super::{Finding, Tree};

/// What an app is made of; neither tests nor generated code.
const SHELLS: [&str; 8] = [
    "android/sdk/src/main/",
    "android/location/src/main/",
    "android/boot/src/main/",
    "android/background/src/main/",
    "android/app/src/main/",
    "android/sample/src/main/",
    "ios/SiagaKit/Sources/",
    "ios/App/",
];
/// Stands for Apple's modules in the tests, and is part of no app.
const STUBS: &str = "ios/App/Stub/";
const CORE: [&str; 6] =
    ["core/engine/src/", "core/store/src/", "core/media/src/", "core/vault/src/", "core/net/src/", "core/runtime/src/"];
/// Beyond this share of the core's lines, in percent, something is decided in the shells.
const MAX_PERCENT: usize = 25;

const README: &str = "ios/README.md";
/// Between these two the README lists, in back-ticks, the files that are never compiled here.
const BEGIN: &str = "<!-- apple-only -->";
const END: &str = "<!-- /apple-only -->";
const SWIFT: &str = "ios/SiagaKit/Sources/";
/// Conditions that Linux meets.
const HERE: [&str; 4] = ["canImport(FoundationNetworking)", "canImport(Observation)", "os(Linux)", "!canImport("];
/// Lines that no compiler of ours sees; beyond this nobody would read them all.
const MAX_APPLE_LINES: usize = 600;

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    let mut findings = judge_share(tree);
    findings.extend(judge_apple(tree));
    findings
}

fn judge_share(tree: &Tree) -> Vec<Finding> {
    let shells: usize = SHELLS
        .into_iter()
        .flat_map(|folder| [".kt", ".java", ".swift"].map(|end| (folder, end)))
        .map(|(folder, end)| lines(tree, folder, end))
        .sum::<usize>()
        - lines(tree, STUBS, ".swift");
    let core: usize = CORE.into_iter().map(|folder| lines(tree, folder, ".rs")).sum();
    if shells * 100 <= core * MAX_PERCENT {
        return Vec::new();
    }
    let what = format!("{shells} lines of Kotlin and Swift to {core} of the core; at most {MAX_PERCENT} %");
    vec![Finding::new("android, ios", 0, what)]
}

fn judge_apple(tree: &Tree) -> Vec<Finding> {
    let guarded: BTreeSet<&str> = tree
        .ending(".swift")
        .filter(|(path, text)| path.starts_with(SWIFT) && is_guarded(text))
        .map(|(path, _)| path)
        .collect();
    let listed = tree.text(README).map(listed).unwrap_or_default();
    let mut findings = Vec::new();
    for (line, path) in &listed {
        if !guarded.contains(path.as_str()) {
            let what = format!("`{path}` is not there, or does not stand whole under an `#if canImport(…)`");
            findings.push(Finding::new(README, *line, what));
        }
    }
    let unlisted = guarded.iter().filter(|path| !listed.iter().any(|(_, listed)| listed == *path));
    let unsaid = format!("is Apple's alone, and {README} does not say so between `{BEGIN}` and `{END}`");
    findings.extend(unlisted.map(|path| Finding::new(path, 0, unsaid.as_str())));
    let sum: usize = guarded.iter().filter_map(|path| tree.text(path)).map(|text| text.lines().count()).sum();
    if sum > MAX_APPLE_LINES {
        let what = format!("{sum} lines that are never compiled here; at most {MAX_APPLE_LINES}");
        findings.push(Finding::new(SWIFT, 0, what));
    }
    findings
}

/// Whether the whole file stands under a condition that only Apple's systems meet: from its first line of code to its last.
fn is_guarded(text: &str) -> bool {
    let mut code = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let Some(first) = code.next().and_then(|line| line.strip_prefix("#if ")) else { return false };
    if HERE.iter().any(|here| first.starts_with(here)) {
        return false;
    }
    let mut depth = 1_usize;
    for line in code {
        if depth == 0 {
            return false;
        }
        if line.starts_with("#if ") {
            depth += 1;
        } else if line.starts_with("#endif") {
            depth -= 1;
        }
    }
    true
}

/// The files that the README lists, with their lines.
fn listed(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| line.trim() != BEGIN);
    lines
        .take_while(|(_, line)| line.trim() != END)
        .flat_map(|(index, line)| line.split('`').skip(1).step_by(2).map(move |path| (index + 1, path)))
        .filter(|(_, path)| path.ends_with(".swift"))
        .map(|(line, path)| (line, if path.starts_with("ios/") { path.to_owned() } else { format!("ios/{path}") }))
        .collect()
}

fn lines(tree: &Tree, folder: &str, end: &str) -> usize {
    tree.ending(end).filter(|(path, _)| path.starts_with(folder)).map(|(_, text)| text.lines().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPLE: &str = "// The keychain.\n\n#if canImport(Security)\n  import Security\n#endif\n";

    #[test]
    fn only_a_whole_file_that_linux_does_not_compile_is_apples_alone() {
        assert!(is_guarded(APPLE));
        assert!(is_guarded("#if os(iOS)\n#if DEBUG\n#endif\nlet a = 1\n#endif\n// The end.\n"));
        assert!(!is_guarded(&format!("{APPLE}let compiled = true\n")));
        assert!(!is_guarded("import Foundation\n#if os(iOS)\n#endif\n"));
        assert!(!is_guarded("#if os(Linux)\nlet a = 1\n#endif\n"));
        assert!(!is_guarded(""));
    }

    #[test]
    fn a_shell_that_grows_beyond_its_share_is_found() {
        let (core, fits, grown) = ("x\n".repeat(100), "x\n".repeat(13), "x\n".repeat(14));
        for (kotlin, count) in [(&fits, 0), (&grown, 1)] {
            let found = judge(&Tree::of(&[
                ("core/engine/src/lib.rs", core.as_str()),
                ("core/engine/tests/a.rs", core.as_str()),
                ("android/sdk/src/main/kotlin/A.kt", kotlin.as_str()),
                ("android/sdk/src/test/kotlin/ATest.kt", core.as_str()),
                ("ios/App/Screen.swift", &"x\n".repeat(12)),
                ("ios/App/Stub/SwiftUI.swift", core.as_str()),
            ]));
            assert_eq!(found.len(), count, "{found:?}");
        }
    }

    fn found(readme: &str, lines: usize) -> Vec<String> {
        let apple = format!("{APPLE}{}", "//\n".repeat(lines.saturating_sub(5)));
        let files = [
            ("ios/SiagaKit/Sources/Apple/Keychain.swift", apple.as_str()),
            ("ios/SiagaKit/Sources/Options.swift", "import Foundation\n#if canImport(Security)\n#endif\n"),
            ("core/engine/src/lib.rs", &"x\n".repeat(9999)),
            (README, readme),
        ];
        judge(&Tree::of(&files)).into_iter().map(|finding| finding.path).collect()
    }

    #[test]
    fn each_file_that_is_apples_alone_is_listed() {
        let path = "ios/SiagaKit/Sources/Apple/Keychain.swift";
        let listed = format!("{BEGIN}\n- `SiagaKit/Sources/Apple/Keychain.swift`: keys\n{END}\n");
        assert_eq!(found(&listed, 5), [""; 0]);
        assert_eq!(found("- `SiagaKit/Sources/Apple/Keychain.swift`\n", 5), [path]);
        assert_eq!(found(&listed.replace("Keychain", "Gone"), 5), [README, path]);
        let compiled = listed.replace("Apple/Keychain", "Options");
        assert_eq!(found(&compiled, 5), [README, path]);
    }

    #[test]
    fn more_of_them_than_anybody_would_read_are_found() {
        let listed = format!("{BEGIN}\n`ios/SiagaKit/Sources/Apple/Keychain.swift`\n{END}\n");
        assert_eq!(found(&listed, 600), [""; 0]);
        assert_eq!(found(&listed, 601), [SWIFT]);
    }
}
