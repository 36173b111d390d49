//! Lines and check marks on standard output.

use std::time::Instant;

use serde::Serialize;

use crate::report::Report;

/// Tells the story, and keeps what was promised.
pub(crate) struct Teller {
    begun: Instant,
    aloud: bool,
    promises: Vec<Promise>,
}

/// Something that was promised, and whether it held.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Promise {
    /// In words.
    promise: String,
    /// Whether it held.
    pub(crate) held: bool,
}

impl Teller {
    pub(crate) fn new(aloud: bool) -> Self {
        Self { begun: Instant::now(), aloud, promises: Vec::new() }
    }

    /// A heading.
    pub(crate) fn chapter(&self, title: &str) {
        self.say(&format!("\n{title}"));
    }

    /// Something that happens now.
    pub(crate) fn tell(&self, text: &str) {
        self.say(&format!("{:>7} ms    {text}", self.begun.elapsed().as_millis()));
    }

    /// A promise, judged now.
    pub(crate) fn promise(&mut self, promise: &str, held: bool) {
        let mark = if held { '✓' } else { '✗' };
        self.say(&format!("{:>7} ms  {mark} {promise}", self.begun.elapsed().as_millis()));
        self.promises.push(Promise { promise: promise.to_owned(), held });
    }

    /// All promises so far.
    pub(crate) fn promises(&self) -> Vec<Promise> {
        self.promises.clone()
    }

    /// The last lines.
    pub(crate) fn end(&self, report: &Report) {
        let (all, held) = (self.promises.len(), self.promises.iter().filter(|promise| promise.held).count());
        self.say(&format!("\n{held} of {all} promises were checked and held."));
        for line in report.figures() {
            self.say(&line);
        }
    }

    fn say(&self, text: &str) {
        if self.aloud {
            println!("{text}");
        }
    }
}
