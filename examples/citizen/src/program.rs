//! From the command line to the exit code.

use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

use clap::Parser;

use crate::answer::{error_fields, object, print};
use crate::cli::Arguments;
use crate::command;
use crate::exit::Exit;

/// Runs the program with these arguments, the program's own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let exit = match Arguments::try_parse_from(&arguments) {
        Ok(parsed) => {
            let (verb, as_json) = (parsed.command(), parsed.json);
            let answer = command::carry_out(&parsed.place, &verb, as_json);
            let output: &mut dyn Write = if verb.lends_its_output() { &mut stderr() } else { &mut stdout() };
            print(verb.name(), as_json, answer, output)
        }
        Err(error) => misused(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    ExitCode::from(exit.code())
}

/// The command line cannot be read, or asks for help.
fn misused(error: &clap::Error, as_json: bool) -> Exit {
    if error.use_stderr() && as_json {
        println!("{}", object(None, Exit::Usage, error_fields("usage", &error.to_string())));
        return Exit::Usage;
    }
    // A closed pipe is no reason to fail: whoever closed it has read enough.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Done }
}
