//! The steps that a dispatcher can set, and their order.

use std::fmt;

/// A step that a person at the centre sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// A person opened it.
    Opened,
    /// A unit is assigned.
    Assigned,
    /// The unit is on the scene.
    OnScene,
    /// Done.
    Closed,
}

/// What a wish to set a step comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkOutcome {
    /// The step is new: sign and store it.
    New,
    /// It stands already; pressing twice is no mistake.
    Stands,
    /// A later step stands: a timeline does not go back.
    TooLate,
}

impl Mark {
    /// All of them, in their order.
    pub const ALL: [Mark; 4] = [Mark::Opened, Mark::Assigned, Mark::OnScene, Mark::Closed];

    /// The step's name on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Opened => "opened",
            Mark::Assigned => "assigned",
            Mark::OnScene => "on_scene",
            Mark::Closed => "closed",
        }
    }

    /// What stands on its button.
    pub fn label(self) -> &'static str {
        match self {
            Mark::Opened => "Opened",
            Mark::Assigned => "Assigned",
            Mark::OnScene => "On scene",
            Mark::Closed => "Closed",
        }
    }

    /// Reads a step's name.
    pub fn from_word(word: &str) -> Option<Mark> {
        Mark::ALL.into_iter().find(|mark| mark.word() == word)
    }

    /// Whether this step can follow the steps that stand.
    ///
    /// Steps may be skipped (a patrol that is on the scene was never assigned), but never go back, and nothing follows
    /// `closed`.
    pub fn after<'a>(self, standing: impl IntoIterator<Item = &'a str>) -> MarkOutcome {
        let mut furthest = None;
        for mark in standing.into_iter().filter_map(Mark::from_word) {
            if mark == self {
                return MarkOutcome::Stands;
            }
            furthest = furthest.max(Some(mark));
        }
        if furthest > Some(self) { MarkOutcome::TooLate } else { MarkOutcome::New }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
