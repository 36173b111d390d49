//! Tones → colours. Words carry the meaning; colours only help.

use std::io::Write;

use crossterm::queue;
use crossterm::style::{Attribute, Color, Print, ResetColor, SetAttribute, SetForegroundColor};

use crate::draw::{Line, Tone};

/// Writes a line in its tone.
pub(super) fn paint(out: &mut impl Write, line: &Line) -> std::io::Result<()> {
    match line.tone {
        Tone::Plain => {}
        Tone::Button => queue!(out, SetAttribute(Attribute::Bold), SetAttribute(Attribute::Reverse))?,
        Tone::Alarm => queue!(out, SetAttribute(Attribute::Bold), SetForegroundColor(Color::Red))?,
        Tone::Calm => queue!(out, SetAttribute(Attribute::Bold), SetForegroundColor(Color::Green))?,
        Tone::Trouble => queue!(out, SetForegroundColor(Color::Yellow))?,
        Tone::Quiet => queue!(out, SetAttribute(Attribute::Dim))?,
    }
    queue!(out, Print(&line.text), SetAttribute(Attribute::Reset), ResetColor)
}
