//! Keys → calls of the core. What a key means is all that is decided here.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use siaga::{Report, Siaga, Source};

use crate::command::auth;
use crate::words;

/// Whether the screen stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Stay,
    Leave,
}

/// What is being typed, and the answer to the last key.
#[derive(Default)]
pub(super) struct Hand {
    asked: Option<Asked>,
    note: Option<String>,
}

/// A question at the bottom of the screen.
enum Asked {
    /// The code of a cancel; never shown.
    Code(String),
    /// The words of a report.
    Report(String),
}

/// A report from the screen has one category: a terminal that asks for more is no example of a small one.
const CATEGORY: &str = "other";

impl Hand {
    /// The answer to the last key.
    pub(super) fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The question, with what has been typed so far.
    pub(super) fn prompt(&self) -> Option<String> {
        self.asked.as_ref().map(|asked| match asked {
            Asked::Code(code) => {
                format!("Code to cancel (empty for none; Enter, Esc): {}", "*".repeat(code.chars().count()))
            }
            Asked::Report(text) => format!("What happened? (Enter, Esc): {}", words::printable(text)),
        })
    }

    /// Takes one event of the terminal.
    pub(super) fn take(&mut self, event: &Event, siaga: &Siaga) -> Turn {
        match event {
            // A held key repeats and is released on some terminals: neither is a press.
            Event::Key(key) if key.kind == KeyEventKind::Press => self.key(key, siaga),
            Event::Key(_)
            | Event::Resize(..)
            | Event::FocusGained
            | Event::FocusLost
            | Event::Mouse(_)
            | Event::Paste(_) => Turn::Stay,
        }
    }

    fn key(&mut self, key: &KeyEvent, siaga: &Siaga) -> Turn {
        if key.modifiers.contains(KeyModifiers::CONTROL) && matches!(key.code, KeyCode::Char('c' | 'd')) {
            return Turn::Leave;
        }
        match self.asked.take() {
            Some(asked) => {
                self.typed(asked, key.code, siaga);
                Turn::Stay
            }
            None => self.pressed(key.code, siaga),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other keys mean nothing")]
    fn pressed(&mut self, code: KeyCode, siaga: &Siaga) -> Turn {
        match code {
            KeyCode::Char(' ') => self.note = Some(said(siaga.press(Source::Keyboard).map(words::press))),
            KeyCode::Char('d') => {
                self.note = Some(said(siaga.drill().map(|incident| format!("the drill is recorded ({incident})"))));
            }
            KeyCode::Char('c') => self.asked = Some(Asked::Code(String::new())),
            KeyCode::Char('r') => self.asked = Some(Asked::Report(String::new())),
            KeyCode::Char('q') => return Turn::Leave,
            _ => {}
        }
        Turn::Stay
    }

    /// A key while a question stands.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other keys mean nothing")]
    fn typed(&mut self, mut asked: Asked, code: KeyCode, siaga: &Siaga) {
        let (Asked::Code(text) | Asked::Report(text)) = &mut asked;
        match code {
            KeyCode::Esc => {
                self.note = Some("not sent".to_owned());
                return;
            }
            KeyCode::Enter => {
                self.note = Some(said(answer(asked, siaga)));
                return;
            }
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Char(letter) => text.push(letter),
            _ => {}
        }
        self.asked = Some(asked);
    }
}

fn answer(asked: Asked, siaga: &Siaga) -> Result<String, siaga::Error> {
    match asked {
        Asked::Code(code) => {
            siaga.cancel(auth(Some(code))).map(|incident| format!("the cancel is recorded ({incident})"))
        }
        Asked::Report(text) => siaga
            .submit(Report { category: CATEGORY.to_owned(), text, ..Default::default() })
            .map(|incident| format!("the report is recorded ({incident})")),
    }
}

fn said(answer: Result<String, siaga::Error>) -> String {
    answer.unwrap_or_else(|error| error.to_string())
}
