//! Programs of others, as `cargo xtask test tus` has brought them.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

/// A Node program that listens; dropping it ends it.
pub(crate) struct Peer {
    child: Child,
    pub(crate) address: SocketAddr,
    lines: Receiver<String>,
}

impl Peer {
    /// Starts a script, and returns when it says where it listens.
    pub(crate) fn start(script: &str, arguments: &[&Path]) -> Self {
        let mut command = node(script);
        let mut child = command.args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = output.next().unwrap_or_default();
        let port = first.strip_prefix("listening on port ").and_then(|port| port.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("{script} said {first:?}"));
        let (told, lines) = channel();
        std::thread::spawn(move || output.for_each(|line| _ = told.send(line)));
        Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), lines }
    }

    /// Ends it, and gives what it said since it listened, a line of JSON each.
    pub(crate) fn said(mut self) -> Vec<Value> {
        self.end();
        self.lines.iter().map(|line| serde_json::from_str(&line).unwrap()).collect()
    }

    fn end(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs a script with these words on its standard input, and gives the JSON that it printed.
pub(crate) fn run(script: &str, words: &Value) -> Value {
    let mut child = node(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(words.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{script} failed: see above");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(PathBuf::from(brought("SIAGA_TUS_PEERS")).join(script));
    command
}

/// Where something is that the stage has brought.
pub(crate) fn brought(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: `cargo xtask test tus` brings what is needed"))
}
