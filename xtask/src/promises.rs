//! The demo's promises, judged here a second time from what it printed.

use serde_json::{Map, Value};

/// Judges what `demo --json` printed: exactly one JSON object in which every promise holds. The complaints, empty when all is
/// well. More fields are welcome: the object only grows.
pub(crate) fn complaints(stdout: &str) -> Vec<String> {
    match serde_json::from_str::<Value>(stdout) {
        Ok(Value::Object(report)) => judge(&report),
        Ok(_) => vec!["standard output is JSON, but no object".into()],
        Err(error) => vec![format!("standard output is not one JSON object and nothing else: {error}")],
    }
}

fn judge(report: &Map<String, Value>) -> Vec<String> {
    let mut complaints = Vec::new();
    let promised = [
        ("receipt_verified", Value::Bool(true)),
        ("incidents_at_centre", Value::from(1)),
        ("lost", Value::from(0)),
        ("duplicated", Value::from(0)),
    ];
    for (name, wanted) in promised {
        if report.get(name) != Some(&wanted) {
            complaints.push(format!("`{name}` is {}, not {wanted}", shown(report.get(name))));
        }
    }
    for name in ["press_to_durable_us", "press_to_receipt_ms", "bytes_per_sos"] {
        let number = report.get(name).and_then(Value::as_f64);
        if !number.is_some_and(|number| number > 0.0) {
            complaints.push(format!("`{name}` is {}, not a number above 0", shown(report.get(name))));
        }
    }
    complaints
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "missing".into(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: &str = r#"{"receipt_verified":true,"incidents_at_centre":1,"lost":0,"duplicated":0,
        "press_to_durable_us":900,"press_to_receipt_ms":1200,"bytes_per_sos":1500,"more":[1]}"#;

    #[test]
    fn kept_promises_give_no_complaint() {
        assert_eq!(complaints(KEPT), Vec::<String>::new());
        assert_eq!(complaints(&format!("{KEPT}\n")), Vec::<String>::new());
    }

    #[test]
    fn each_broken_promise_is_named() {
        for (kept, broken, name) in [
            (r#""receipt_verified":true"#, r#""receipt_verified":false"#, "receipt_verified"),
            (r#""incidents_at_centre":1"#, r#""incidents_at_centre":2"#, "incidents_at_centre"),
            (r#""lost":0"#, r#""lost":1"#, "lost"),
            (r#""duplicated":0,"#, "", "duplicated"),
            (r#""press_to_durable_us":900"#, r#""press_to_durable_us":0"#, "press_to_durable_us"),
            (r#""press_to_receipt_ms":1200"#, r#""press_to_receipt_ms":null"#, "press_to_receipt_ms"),
            (r#""bytes_per_sos":1500"#, r#""bytes_per_sos":"many""#, "bytes_per_sos"),
        ] {
            let found = complaints(&KEPT.replace(kept, broken));
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(name), "{found:?}");
        }
    }

    #[test]
    fn anything_beside_the_one_object_is_a_complaint() {
        assert_eq!(complaints(&format!("the story begins\n{KEPT}")).len(), 1);
        assert_eq!(complaints(&format!("{KEPT}{KEPT}")).len(), 1);
        assert_eq!(complaints("[]").len(), 1);
        assert_eq!(complaints("").len(), 1);
    }
}
