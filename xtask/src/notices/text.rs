//! The notices for people: which part has which licence, then each text once, with those that bring it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Part;

const RULE: &str = "------------------------------------------------------------------------";

/// The text of `THIRD-PARTY-NOTICES.txt`.
pub(super) fn of(parts: &[Part]) -> String {
    let foreign: Vec<&Part> = parts.iter().filter(|part| part.ecosystem.is_some()).collect();
    let mut text = format!(
        "Siaga is licensed under Apache-2.0 or MIT. It is built from the work of others: what follows is in its library or\n\
         in its packages for Android. Where there is a choice of licences, all texts that the part brings are given.\n\
         The source of a crate is at https://crates.io/crates/NAME/VERSION.\n\n{RULE}\n\n"
    );
    for part in &foreign {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}: {}", title(part), part.licence);
    }
    for (licence, names) in texts(&foreign) {
        let _ = write!(text, "\n{RULE}\n{}\n{RULE}\n\n{licence}\n", names.join(", "));
    }
    text
}

fn title(part: &Part) -> String {
    format!("{} {}", part.name, part.version).trim_end().to_owned()
}

/// Each text once, in the order of those that bring it, with their titles.
fn texts(parts: &[&Part]) -> Vec<(String, Vec<String>)> {
    let mut order: Vec<(String, Vec<String>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for part in parts {
        for text in &part.texts {
            let text = plain(text);
            let place = *places.entry(text.clone()).or_insert(order.len());
            match order.get_mut(place) {
                Some((_, names)) => names.push(title(part)),
                None => order.push((text, vec![title(part)])),
            }
        }
    }
    order
}

/// Without what differs from one copy of a text to the other and says nothing.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Ecosystem;
    use super::*;

    fn part(name: &str, ecosystem: Option<Ecosystem>, texts: &[&str]) -> Part {
        Part {
            name: name.to_owned(),
            version: "1".to_owned(),
            licence: "MIT".to_owned(),
            ecosystem,
            sum: None,
            texts: texts.iter().map(|text| (*text).to_owned()).collect(),
            needs: Vec::new(),
        }
    }

    #[test]
    fn a_text_stands_once_with_all_who_bring_it() {
        let cargo = Some(Ecosystem::Cargo);
        let parts = [part("a", cargo, &["same\r\n", "own a"]), part("b", cargo, &["same"]), part("ours", None, &[])];
        let text = of(&parts);
        assert_eq!(text.matches("same").count(), 1);
        assert!(text.contains(&format!("{RULE}\na 1, b 1\n{RULE}\n\nsame\n")), "{text}");
        assert!(text.contains("a 1: MIT\nb 1: MIT\n") && !text.contains("ours"), "{text}");
    }
}
