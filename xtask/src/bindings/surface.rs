//! The golden surface: a change of what shells see is seen in a review, or not made.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use super::mirror;
use crate::fault::Fault;
use crate::repo;

const GOLDEN: &str = "bindings/surface/siaga.txt";

/// Whether this is the golden surface; where it is not, says what changed and what to do.
pub(super) fn is_golden(surface: &str) -> Result<bool, Fault> {
    let golden = match fs::read_to_string(path()) {
        Ok(golden) => golden,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Fault::Read { path: path(), source }),
    };
    if golden == surface {
        return Ok(true);
    }
    println!("What Kotlin and Swift see is not what {GOLDEN} says (-), but this (+):");
    for line in difference(&golden, surface) {
        println!("{line}");
    }
    println!("If this is meant: `cargo xtask bindings --accept` writes it; commit it with the change that made it.");
    println!("If it is not: apps that embed us would no longer compile, or would mean something else.");
    Ok(false)
}

/// Makes this the golden surface.
pub(super) fn accept(surface: &str) -> Result<(), Fault> {
    mirror::write(&path(), surface.as_bytes())?;
    println!("{GOLDEN} is written");
    Ok(())
}

fn path() -> PathBuf {
    repo::root().join(GOLDEN)
}

/// What was and is no more (`-`), and what is and was not (`+`), under its crate's name; both of an item that changed stand
/// together, the old one first.
fn difference(golden: &str, surface: &str) -> Vec<String> {
    let (was, is) = (items(golden), items(surface));
    let mut changed: Vec<(&str, &str)> = was.symmetric_difference(&is).copied().collect();
    changed.sort_by_key(|item| (item.0, name(item.1), is.contains(item), item.1));
    let mut said = Vec::new();
    let mut crate_name = "";
    for item in changed {
        let (heading, line) = item;
        if heading != crate_name {
            crate_name = heading;
            said.push(format!("  {heading}"));
        }
        said.push(format!("{} {line}", if is.contains(&item) { '+' } else { '-' }));
    }
    if said.is_empty() {
        said.push("  the same lines in another order".to_owned());
    }
    said
}

/// What an item is called, without what it holds.
fn name(line: &str) -> &str {
    line.split(['{', '(']).next().unwrap_or(line)
}

/// Each line with the heading that it stands under. A heading begins at the margin.
fn items(surface: &str) -> BTreeSet<(&str, &str)> {
    let mut heading = "";
    let mut items = BTreeSet::new();
    for line in surface.lines().filter(|line| !line.is_empty()) {
        if line.starts_with(' ') {
            items.insert((heading, line));
        } else {
            heading = line;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOLDEN: &str = "crate siaga\n  enum Note { A, B }\n  record Gone { a: UInt32 }\ncrate siaga_net\n  record Header { name: String }\n";

    #[test]
    fn a_changed_a_lost_and_a_new_item_stand_under_their_crate() {
        let surface = "crate siaga\n  enum Note { A, B, C }\ncrate siaga_net\n  record Header { name: String }\n  record New { }\n";
        assert_eq!(
            difference(GOLDEN, surface),
            [
                "  crate siaga",
                "-   enum Note { A, B }",
                "+   enum Note { A, B, C }",
                "-   record Gone { a: UInt32 }",
                "  crate siaga_net",
                "+   record New { }",
            ]
        );
    }

    #[test]
    fn the_old_one_of_an_item_that_changed_stands_before_the_new_one() {
        for (was, is) in [("UInt32", "UInt64"), ("UInt64", "UInt32")] {
            let (golden, surface) = (GOLDEN.replace("UInt32", was), GOLDEN.replace("UInt32", is));
            let lines =
                [was, is].map(|end| format!("{}   record Gone {{ a: {end} }}", if end == was { '-' } else { '+' }));
            assert_eq!(difference(&golden, &surface), ["  crate siaga".to_owned(), lines[0].clone(), lines[1].clone()]);
        }
    }

    #[test]
    fn the_same_item_in_another_crate_is_a_change() {
        let moved = GOLDEN.replace("crate siaga_net\n", "").replace("crate siaga\n", "crate siaga_net\n");
        assert_eq!(difference(GOLDEN, &moved).len(), 6);
    }

    #[test]
    fn another_order_alone_is_said() {
        let surface = "crate siaga\n  record Gone { a: UInt32 }\n  enum Note { A, B }\ncrate siaga_net\n  record Header { name: String }\n";
        assert_eq!(difference(GOLDEN, surface), ["  the same lines in another order"]);
    }
}
