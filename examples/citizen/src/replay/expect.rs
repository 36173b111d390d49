//! A view against an expectation.

use serde::Serialize;
use serde_json::Value;

/// One place where the view is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where, such as `incidents.0.state`.
    pub path: String,
    /// What the trace expects there.
    pub expected: Value,
    /// What is there; null also when nothing is.
    pub found: Value,
}

/// All places where `found` is not as `expected`: objects by the fields that are named, lists item by item and by length,
/// all else by value.
pub(super) fn differences(expected: &Value, found: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare("", expected, found, &mut differences);
    differences
}

fn compare(path: &str, expected: &Value, found: &Value, differences: &mut Vec<Difference>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                compare(&below(name), value, found.get(name).unwrap_or(&Value::Null), differences);
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            if expected.len() != found.len() {
                let (expected, found) = (expected.len().into(), found.len().into());
                differences.push(Difference { path: below("length"), expected, found });
            }
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(&below(&index.to_string()), expected, found, differences);
            }
        }
        (expected, found) if same(expected, found) => {}
        (expected, found) => {
            differences.push(Difference { path: path.to_owned(), expected: expected.clone(), found: found.clone() });
        }
    }
}

/// 3 and 3.0 are the same number.
fn same(expected: &Value, found: &Value) -> bool {
    expected == found || (expected.is_number() && expected.as_f64() == found.as_f64())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_named_fields_count_but_lists_count_whole() {
        let view = json!({ "button": { "presses": 1, "needed": 3 }, "incidents": [{ "state": "active" }] });
        assert!(differences(&json!({ "button": { "presses": 1.0 } }), &view).is_empty());
        assert!(differences(&json!({ "incidents": [{}] }), &view).is_empty());
        let found = differences(&json!({ "incidents": [], "button": { "presses": 2 }, "more": true }), &view);
        let paths: Vec<&str> = found.iter().map(|difference| difference.path.as_str()).collect();
        assert_eq!(paths, ["button.presses", "incidents.length", "more"]);
    }
}
