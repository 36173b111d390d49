//! Taking the terminal and giving it back, on every way out.

use std::io::{IsTerminal, Stdout, Write, stdin, stdout};
use std::sync::Once;

use crossterm::{cursor, execute, queue, terminal};

use crate::draw::Line;
use crate::screen::paint;

/// The terminal in raw mode, on its second screen. Dropping gives it back; so does a panic on any thread.
pub(super) struct Terminal {
    out: Stdout,
}

/// Whether there is a terminal at both ends.
pub(super) fn check() -> std::io::Result<()> {
    if stdin().is_terminal() && stdout().is_terminal() {
        return Ok(());
    }
    Err(std::io::Error::other("standard input or output is none"))
}

impl Terminal {
    pub(super) fn take() -> std::io::Result<Self> {
        give_back_on_panic();
        let mut out = stdout();
        terminal::enable_raw_mode()?;
        // From here on dropping undoes whatever was done.
        let taken = Self { out: stdout() };
        execute!(out, terminal::EnterAlternateScreen, terminal::DisableLineWrap, cursor::Hide)?;
        Ok(taken)
    }

    /// Columns and rows.
    #[expect(clippy::unused_self, reason = "only a terminal that was taken has a size that matters")]
    pub(super) fn size(&self) -> std::io::Result<(usize, usize)> {
        let (columns, rows) = terminal::size()?;
        Ok((columns.into(), rows.into()))
    }

    /// Draws as many lines as the terminal has rows, from the top.
    pub(super) fn draw(&mut self, lines: &[Line]) -> std::io::Result<()> {
        queue!(self.out, terminal::BeginSynchronizedUpdate)?;
        for (row, line) in (0_u16..).zip(lines) {
            // Cleared before it is written: behind a full line the cursor stands on its last letter.
            queue!(self.out, cursor::MoveTo(0, row), terminal::Clear(terminal::ClearType::CurrentLine))?;
            paint::paint(&mut self.out, line)?;
        }
        queue!(self.out, terminal::EndSynchronizedUpdate)?;
        self.out.flush()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // A terminal that is gone needs nothing back.
    let _ = execute!(stdout(), cursor::Show, terminal::EnableLineWrap, terminal::LeaveAlternateScreen);
    let _ = terminal::disable_raw_mode();
}

/// A panic's words would be lost on the second screen: the terminal goes back before they are printed.
fn give_back_on_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            print(panic);
        }));
    });
}
