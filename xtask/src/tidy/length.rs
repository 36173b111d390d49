//! No file is longer than a reader keeps in mind.

use super::{Finding, Tree};

/// Beyond this a file holds two ideas, and a reader wants them in two files. Functions are judged by clippy.
const MAX_LINES: usize = 400;
const JUDGED: [&str; 8] = [".css", ".html", ".js", ".kt", ".kts", ".rs", ".sh", ".swift"];

pub(super) fn judge(tree: &Tree) -> Vec<Finding> {
    JUDGED
        .into_iter()
        .flat_map(|end| tree.ending(end))
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| Finding::new(path, 0, format!("{lines} lines; at most {MAX_LINES}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_401_lines_is_found_and_one_of_400_is_not() {
        let (long, short) = ("x\n".repeat(401), "x\n".repeat(400));
        for end in JUDGED {
            let (a, b) = (format!("a{end}"), format!("b{end}"));
            let found = judge(&Tree::of(&[(&a, long.as_str()), (&b, short.as_str()), ("c.md", long.as_str())]));
            assert_eq!(found, [Finding::new(&a, 0, "401 lines; at most 400")]);
        }
    }
}
