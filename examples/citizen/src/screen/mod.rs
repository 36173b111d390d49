//! The terminal: keys in, lines out. Nothing is polled: a key, a change of the core, a new size or the screen's own clock
//! wakes it.

mod keys;
mod paint;
mod terminal;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crossterm::event::Event;
use siaga::{Siaga, StoreHealth};

use crate::cli::Place;
use crate::draw::{self, Line, Scene, Tone};
use crate::fault::Fault;
use crate::shell::Shell;
use keys::{Hand, Turn};
use terminal::Terminal;

/// What wakes the screen.
enum Wakened {
    Key(Event),
    Changed,
    /// A signal asks the program to end.
    Told,
}

/// How often ages and waits on the screen move on by themselves.
const CLOCK_STEP: Duration = Duration::from_secs(1);

/// Shows the screen until the citizen leaves it.
pub(crate) fn run(place: &Place) -> Result<(), Fault> {
    let terminal_fault = Fault::system("`citizen run` needs a terminal (scripts use `press`, `status` and so on)");
    terminal::check().map_err(&terminal_fault)?;
    let shell = Shell::open(place)?;
    let (sender, wakened) = channel();
    let _subscription = {
        let sender = sender.clone();
        shell.siaga.subscribe(Arc::new(move |_revision| {
            // The screen may be gone already.
            let _ = sender.send(Wakened::Changed);
        }))
    };
    let mut terminal = Terminal::take().map_err(&terminal_fault)?;
    listen(sender).map_err(&terminal_fault)?;
    let shown = show(&mut terminal, &shell.siaga, &wakened);
    drop(terminal);
    shown.map_err(&terminal_fault)
}

/// Threads that wait for keys and for signals. They end with the program.
fn listen(sender: Sender<Wakened>) -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let told = sender.clone();
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if signals.forever().next().is_some() {
            let _ = told.send(Wakened::Told);
        }
    })?;
    let _ = std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            if sender.send(Wakened::Key(event)).is_err() {
                return;
            }
        }
        let _ = sender.send(Wakened::Told);
    })?;
    Ok(())
}

fn show(terminal: &mut Terminal, siaga: &Siaga, wakened: &Receiver<Wakened>) -> std::io::Result<()> {
    let mut hand = Hand::default();
    loop {
        let (columns, rows) = terminal.size()?;
        terminal.draw(&screen(siaga, &hand, columns, rows))?;
        let turn = match wakened.recv_timeout(CLOCK_STEP) {
            Ok(Wakened::Key(event)) => hand.take(&event, siaga),
            Ok(Wakened::Changed) | Err(RecvTimeoutError::Timeout) => Turn::Stay,
            Ok(Wakened::Told) | Err(RecvTimeoutError::Disconnected) => Turn::Leave,
        };
        match turn {
            Turn::Stay => {}
            Turn::Leave => return Ok(()),
        }
    }
}

fn screen(siaga: &Siaga, hand: &Hand, columns: usize, rows: usize) -> Vec<Line> {
    let snapshot = siaga.snapshot();
    let scene = Scene { snapshot: &snapshot, next_wake: siaga.next_wake(), note: hand.note() };
    let footer = match hand.prompt() {
        Some(prompt) => draw::paragraph(Tone::Button, &prompt, columns),
        None => draw::paragraph(Tone::Quiet, &legend(snapshot.store), columns),
    };
    draw::fit(draw::lines(&scene, columns), footer, rows)
}

fn legend(store: StoreHealth) -> String {
    let leave = match store {
        StoreHealth::Durable | StoreHealth::Salvaging => "q: quit",
        StoreHealth::InMemoryOnly => "q: quit (AND LOSE WHAT IS IN MEMORY)",
    };
    format!("SPACE: SOS | d: drill | c: cancel | r: report | {leave}")
}
