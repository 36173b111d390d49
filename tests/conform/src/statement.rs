//! An own reading of signed statements, which says what is wrong with one. The phone's reading, [`siaga_vault`], only says
//! that it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A statement of the right form; its signature is not judged yet.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// The key that it names.
    pub(crate) kid: String,
    /// What it says.
    pub(crate) payload: Map<String, Value>,
    input: String,
    signature: Vec<u8>,
}

impl Statement {
    /// Takes the text apart; the error says which part of the form is wrong.
    pub(crate) fn read(jws: &str, typ: &str) -> Result<Statement, String> {
        let parts: Vec<&str> = jws.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else {
            return Err(format!("{} parts between dots, and a compact JWS has three", parts.len()));
        };
        let mut header_fields = object(header, "header")?;
        let alg = header_fields.remove("alg");
        if alg != Some(Value::from("EdDSA")) {
            return Err(format!("a header with alg {}", shown(alg.as_ref())));
        }
        let found = header_fields.remove("typ");
        if found != Some(Value::from(typ)) {
            return Err(format!("a header with typ {}", shown(found.as_ref())));
        }
        let Some(Value::String(kid)) = header_fields.remove("kid") else {
            return Err("a header without kid as a text".to_owned());
        };
        if kid.is_empty() || kid.chars().count() > 64 {
            return Err("a header whose kid has not 1 to 64 characters".to_owned());
        }
        if let Some(name) = header_fields.keys().next() {
            return Err(format!("a header with a fourth field, `{name}`"));
        }
        let signature_bytes = bytes(signature, "signature")?;
        let input = format!("{header}.{payload}");
        Ok(Statement { kid, payload: object(payload, "payload")?, input, signature: signature_bytes })
    }

    /// Whether this key made the signature.
    pub(crate) fn is_signed_by(&self, key: &[u8]) -> bool {
        let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key);
        key.verify(self.input.as_bytes(), &self.signature).is_ok()
    }

    /// A field of the payload.
    pub(crate) fn says(&self, field: &str) -> Option<&Value> {
        self.payload.get(field)
    }
}

/// A value as the report shows it.
pub(crate) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "absent".to_owned(), Value::to_string)
}

/// base64url without padding, in its one canonical form.
pub(crate) fn bytes(text: &str, part: &str) -> Result<Vec<u8>, String> {
    let decoded = URL_SAFE_NO_PAD.decode(text);
    decoded.map_err(|_| format!("a {part} that is not canonical base64url without padding"))
}

fn object(text: &str, part: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_slice(&bytes(text, part)?) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) | Err(_) => Err(format!("a {part} that is no JSON object")),
    }
}
