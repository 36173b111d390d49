//! Reading `docs/openapi.yaml` and judging a server's answers by it.

// Each test file uses its own part, and an answer that the document does not name should end the test.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

pub(crate) mod exercise;
pub(crate) mod media;

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::{Method, Response};
use serde_json::{Value, json};

/// Headers that HTTP itself adds.
const OF_HTTP: [&str; 3] = ["content-type", "content-length", "date"];

pub(crate) struct Contract {
    document: Value,
}

impl Contract {
    pub(crate) fn read() -> Contract {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        Contract { document: serde_saphyr::from_str(&text).unwrap() }
    }

    /// Whether the document has this operation.
    pub(crate) fn has(&self, method: &Method, path: &str) -> bool {
        self.document["paths"][path].get(method.as_str().to_lowercase()).is_some()
    }

    /// Every answer that the document names, as `METHOD path status`.
    pub(crate) fn answers(&self) -> BTreeSet<String> {
        let mut answers = BTreeSet::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(key, _)| *key != "parameters") {
                for status in operation["responses"].as_object().unwrap().keys() {
                    answers.insert(format!("{} {path} {status}", method.to_uppercase()));
                }
            }
        }
        answers
    }

    /// Judges an answer: its status, each of its headers, and its body.
    pub(crate) async fn check(&self, method: &Method, path: &str, reply: Response) {
        let status = reply.status().as_u16().to_string();
        let at = format!("{method} {path} {status}");
        let named = &self.document["paths"][path][method.as_str().to_lowercase()]["responses"][&status];
        assert!(named.is_object(), "{at} is not in the document");
        let named = self.resolved(named);
        self.check_headers(&at, named, &reply);

        let content_type = reply.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
        let body = reply.bytes().await.unwrap();
        if *method == Method::HEAD {
            return assert!(body.is_empty(), "{at}: a body");
        }
        match (named.get("content").and_then(Value::as_object), content_type) {
            (None, None) => assert!(body.is_empty(), "{at}: a body that the document does not name"),
            (Some(content), Some(content_type)) => {
                let schema = &content.get(&content_type).unwrap_or_else(|| panic!("{at}: {content_type}"))["schema"];
                let body: Value = serde_json::from_slice(&body).unwrap();
                self.validate(&at, schema, &body);
                self.check_statements(&body);
            }
            (named, found) => panic!("{at}: content is {found:?}, the document says {named:?}"),
        }
    }

    fn check_headers(&self, at: &str, named: &Value, reply: &Response) {
        let none = serde_json::Map::new();
        let named = named.get("headers").and_then(Value::as_object).unwrap_or(&none);
        for (name, header) in named {
            let header = self.resolved(header);
            let Some(value) = reply.headers().get(name) else {
                assert_ne!(header["required"], true, "{at} has no {name}");
                continue;
            };
            let value = value.to_str().unwrap();
            self.validate(&format!("{at} {name}"), &header["schema"], &value.into());
            if name == "Siaga-Receipt" {
                self.check_statement(value);
            }
        }
        for name in reply.headers().keys().map(|name| name.as_str()).filter(|name| !OF_HTTP.contains(name)) {
            assert!(named.keys().any(|known| known.eq_ignore_ascii_case(name)), "{at}: {name} is not in the document");
        }
    }

    /// Judges a value by one of the document's schemas.
    pub(crate) fn check_schema(&self, schema: &str, value: &Value) {
        self.validate(schema, &json!({ "$ref": format!("#/components/schemas/{schema}") }), value);
    }

    /// The statements inside a timeline or a key set.
    fn check_statements(&self, body: &Value) {
        let steps = body.get("steps").and_then(Value::as_array).into_iter().flatten();
        for jws in steps.chain(body.get("keys")).filter_map(Value::as_str) {
            self.check_statement(jws);
        }
    }

    fn check_statement(&self, jws: &str) {
        let part = |n: usize| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(jws.split('.').nth(n).unwrap()).unwrap()).unwrap()
        };
        let header = part(0);
        self.check_schema("JwsHeader", &header);
        let payload = match header["typ"].as_str().unwrap() {
            "siaga-receipt" => "ReceiptPayload",
            "siaga-step" => "StepPayload",
            _ => "KeysPayload",
        };
        self.check_schema(payload, &part(1));
    }

    fn resolved<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
            None => node,
        }
    }

    /// Whether a value is what one of the document's schemas describes.
    pub(crate) fn allows(&self, schema: &str, value: &Value) -> bool {
        self.faults(&json!({ "$ref": format!("#/components/schemas/{schema}") }), value).is_empty()
    }

    fn validate(&self, at: &str, schema: &Value, value: &Value) {
        let faults = self.faults(schema, value);
        assert!(faults.is_empty(), "{at}: {faults:?}\n{value}");
    }

    fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.document["components"],
            "allOf": [schema]
        });
        let validator = jsonschema::validator_for(&whole).unwrap();
        validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
    }
}
