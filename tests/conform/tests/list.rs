//! The list of rules.

use std::collections::BTreeSet;

use siaga_conform::{listing, rules};

const PROTOCOL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/PROTOCOL.md");

#[test]
fn every_rule_has_an_id_of_its_own_and_a_section_that_stands_in_the_protocol() {
    let text = std::fs::read_to_string(PROTOCOL).unwrap();
    let headings: BTreeSet<&str> =
        text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim()).collect();
    let mut ids = BTreeSet::new();
    for rule in rules() {
        assert!(ids.insert(rule.id), "{} stands twice", rule.id);
        assert!(headings.contains(rule.section), "{}: no section '{}'", rule.id, rule.section);
    }
    assert!(ids.len() > 50);
}

#[test]
fn the_listing_has_a_line_for_each_rule_with_its_section() {
    let text = listing(rules());
    assert_eq!(text.lines().count(), rules().len());
    let line = text.lines().find(|line| line.starts_with("R07")).unwrap();
    assert!(line.contains("MUST") && line.contains("basic") && line.contains("The receipt"), "{line}");
}
