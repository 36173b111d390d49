//! What a command prints: words, or one JSON object.

use std::fmt::Display;
use std::io::Write;

use serde_json::{Map, Value, json};

use crate::exit::Exit;
use crate::fault::Fault;

/// What a command has to say.
pub(crate) struct Answer {
    /// For people.
    pub(crate) lines: Vec<String>,
    /// For scripts: the fields beside `command` and `exit_code`.
    pub(crate) fields: Map<String, Value>,
    /// How the program ends.
    pub(crate) exit: Exit,
}

impl Answer {
    /// An answer; `fields` is a JSON object.
    pub(crate) fn new(exit: Exit, lines: Vec<String>, fields: Value) -> Self {
        let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
        Self { lines, fields, exit }
    }
}

/// Prints an answer, or what went wrong; gives the exit code. With `as_json` exactly one object goes to `output`.
pub(crate) fn print(command: &str, as_json: bool, answer: Result<Answer, Fault>, output: &mut dyn Write) -> Exit {
    let exit = match &answer {
        Ok(answer) => answer.exit,
        Err(fault) => fault.exit(),
    };
    if as_json {
        let fields = match answer {
            Ok(answer) => answer.fields,
            Err(fault) => error_fields(fault.kind(), &fault.to_string()),
        };
        say(output, &object(Some(command), exit, fields));
        return exit;
    }
    match answer {
        Ok(answer) => answer.lines.iter().for_each(|line| say(output, line)),
        Err(fault) => eprintln!("citizen: {fault}"),
    }
    exit
}

fn say(output: &mut dyn Write, line: &dyn Display) {
    // A closed pipe is no reason to fail: whoever closed it has read enough.
    let _ = writeln!(output, "{line}");
}

/// The one object on standard output.
pub(crate) fn object(command: Option<&str>, exit: Exit, fields: Map<String, Value>) -> Value {
    let mut object = Map::new();
    let _ = object.insert("command".to_owned(), json!(command));
    object.extend(fields);
    let _ = object.insert("exit_code".to_owned(), json!(exit.code()));
    Value::Object(object)
}

/// How an error stands in it.
pub(crate) fn error_fields(kind: &str, message: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    let _ = fields.insert("error".to_owned(), json!({ "kind": kind, "message": message }));
    fields
}
