//! `cargo xtask doctor`: what is there, what is missing, and what to do about it.

use std::process::{Command, ExitCode};

use crate::fault::Fault;
use crate::program;
use crate::tool::Tool;

/// Prints the state of this machine; success when everything that is required is there.
pub(crate) fn run() -> Result<ExitCode, Fault> {
    println!("required");
    let mut complete = true;
    for (name, purpose, found, command) in required() {
        complete &= found.is_some();
        line(name, purpose, found, command);
    }
    println!("\ninstalled by `check` and `test` when missing (never with --no-install)");
    for tool in Tool::ALL {
        let found = tool.place().map(|place| place.display().to_string());
        line(tool.name(), tool.purpose(), found, &tool.command_line());
    }
    println!();
    if complete {
        println!("Everything that is required is there.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("Something required is missing: see the commands above.");
    Ok(ExitCode::FAILURE)
}

type Requirement = (&'static str, &'static str, Option<String>, &'static str);

fn required() -> [Requirement; 4] {
    [
        (
            "cargo",
            "everything; rust-toolchain.toml says which version",
            program::version(&mut program::cargo()),
            "install Rust through rustup",
        ),
        (
            "C compiler",
            "the bundled SQLite and ring",
            // The name that the `cc` crate asks for first.
            program::version(&mut Command::new("cc")),
            "apt-get install --yes gcc libc6-dev, or your system's own",
        ),
        ("clippy", "`check`", program::version(program::cargo().arg("clippy")), "rustup component add clippy"),
        ("rustfmt", "`check`", program::version(program::cargo().arg("fmt")), "rustup component add rustfmt"),
    ]
}

fn line(name: &str, purpose: &str, found: Option<String>, command: &str) {
    match found {
        Some(found) => println!("  ok       {name}: {found}\n           for {purpose}"),
        None => println!("  MISSING  {name}\n           for {purpose}\n           {command}"),
    }
}
