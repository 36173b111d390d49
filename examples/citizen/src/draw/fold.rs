//! Folding text into lines.

/// Folds `text` at its spaces so that no line is longer than `columns` characters. The first line begins with `indent`,
/// further ones with as many spaces; a word that is longer than a line is cut.
pub(super) fn fold(indent: &str, text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let width = indent.chars().count();
    // On a screen that is hardly wider than the indent, the indent goes.
    let (indent, hang) =
        if width * 2 > columns { (String::new(), String::new()) } else { (indent.to_owned(), " ".repeat(width)) };
    let room = columns - hang.len();
    let mut folded: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').flat_map(|word| pieces(word, room)) {
        let letters = line.chars().count();
        if letters > 0 && letters + 1 + word.chars().count() > room {
            folded.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    folded.push(line);
    let mut prefix = indent;
    folded.iter().map(|line| std::mem::replace(&mut prefix, hang.clone()) + line).collect()
}

/// A word in pieces that fit.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    letters.chunks(room.max(1)).map(|piece| piece.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_hang_below_the_indent() {
        assert_eq!(fold("- ", "one two three", 9), ["- one two", "  three"]);
        assert_eq!(fold("", "one two three", 100), ["one two three"]);
    }

    #[test]
    fn a_word_that_is_too_long_is_cut() {
        assert_eq!(fold("", "abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(fold("    ", "abc", 2), ["ab", "c"]);
        assert_eq!(fold("", "a b", 0), ["a", "b"]);
    }

    #[test]
    fn no_line_is_ever_longer_than_the_screen() {
        for columns in 1..60 {
            for line in fold("  - ", "a first attempt left; nothing proves that it arrived", columns) {
                assert!(line.chars().count() <= columns, "{columns}: {line:?}");
            }
        }
    }
}
