//! An envelope as the checkers read it: by its own few words, not by the phone's types.

use serde_json::Value;

/// A body of a PUT. What is not there reads as nothing.
pub(crate) struct Envelope(Value);

impl Envelope {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(serde_json::from_slice(bytes).unwrap_or_default())
    }

    pub(crate) fn incident(&self) -> Option<&str> {
        self.text("/incident")
    }

    pub(crate) fn kind(&self) -> &str {
        self.text("/kind").unwrap_or_default()
    }

    pub(crate) fn is_drill(&self) -> bool {
        self.0.pointer("/drill").and_then(Value::as_bool).unwrap_or(false)
    }

    /// The id that this one goes on for.
    pub(crate) fn replaces(&self) -> Option<&str> {
        self.text("/body/replaces")
    }

    /// Presses that it tells of: those of a trigger, or those of an escalation.
    pub(crate) fn presses(&self) -> u64 {
        match self.kind() {
            "sos" => self.number("/body/trigger/presses").unwrap_or(0),
            "escalation" => self.number("/body/presses").unwrap_or(0),
            _ => 0,
        }
    }

    /// Presses of the incident up to this event, as far as it says.
    pub(crate) fn presses_so_far(&self) -> u64 {
        self.number("/urgency").max(self.number("/body/presses_total")).unwrap_or(0)
    }

    /// From the first press of the trigger to the last, in milliseconds.
    pub(crate) fn span_ms(&self) -> Option<u64> {
        self.number("/body/trigger/span_ms")
    }

    /// The words of a report or a note.
    pub(crate) fn said(&self) -> Option<&str> {
        self.text("/body/text")
    }

    pub(crate) fn since_trigger_ms(&self) -> u64 {
        self.number("/body/clock/since_trigger_ms").unwrap_or(0)
    }

    pub(crate) fn wall_ms(&self) -> Option<i64> {
        self.0.pointer("/body/clock/wall_ms").and_then(Value::as_i64)
    }

    fn text(&self, place: &str) -> Option<&str> {
        self.0.pointer(place).and_then(Value::as_str)
    }

    fn number(&self, place: &str) -> Option<u64> {
        self.0.pointer(place).and_then(Value::as_u64)
    }
}
