//! A core on the other side of a pipe: a shell in another language, that serves the commands with its own bindings.

use std::io::{BufRead, Write};

use crate::replay::command::{Command, Core, Told};
use crate::replay::own::OwnCore;

/// Asks over one stream and reads the answers from another, a JSON object on each line.
pub(super) struct PipedCore<R, W> {
    pub(super) answers: R,
    pub(super) commands: W,
}

impl<R: BufRead, W: Write> Core for PipedCore<R, W> {
    fn carry_out(&mut self, command: &Command) -> Result<Told, String> {
        let asked = serde_json::to_string(command).map_err(|error| error.to_string())?;
        let gone = |error: std::io::Error| format!("the other side of the pipe is gone ({error})");
        writeln!(self.commands, "{asked}").and_then(|()| self.commands.flush()).map_err(gone)?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer).map_err(gone)? == 0 {
            return Err(format!("the other side of the pipe ended without an answer to {asked}"));
        }
        let unread = |error| format!("the answer to {asked} cannot be read ({error}): {}", answer.trim_end());
        serde_json::from_str(&answer).map_err(unread)
    }
}

/// Serves commands with the Rust core, until there are no more: what a shell in another language does with its bindings.
///
/// # Errors
/// A stream that breaks, or a line that is no command.
pub fn serve(commands: impl BufRead, mut answers: impl Write) -> std::io::Result<()> {
    let mut core = OwnCore::default();
    for line in commands.lines() {
        let command: Command = serde_json::from_str(&line?)?;
        let told = core.carry_out(&command).map_err(std::io::Error::other)?;
        writeln!(answers, "{}", serde_json::to_string(&told)?)?;
        answers.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use siaga::Reading;

    use super::*;
    use crate::replay::command::Ask;

    fn told(answers: &str) -> Result<Told, String> {
        let mut core = PipedCore { answers: answers.as_bytes(), commands: Vec::new() };
        let now = Reading { boot: "b".to_owned(), since_boot_ms: 1, wall_ms: 2 };
        core.carry_out(&Command { now, ask: Ask::Wake })
    }

    #[test]
    fn an_answer_that_is_missing_or_cannot_be_read_is_named_with_its_command() {
        let whole = "{\"answer\":null,\"next_wake\":null,\"renewed\":false,\"begun\":[]}\n";
        assert_eq!(told(whole), Ok(Told::default()));
        for wrong in ["", "\n", "nonsense\n", "{}\n", "{\"next_wake\":{\"in_ms\":-1,\"reason\":\"keys\"}}\n"] {
            let why = told(wrong).unwrap_err();
            assert!(why.contains("\"do\":\"wake\""), "{why}");
        }
    }
}
