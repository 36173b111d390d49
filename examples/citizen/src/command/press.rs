//! `citizen press`.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use siaga::{PressAnswer, Source, StoreHealth};

use crate::answer::Answer;
use crate::exit::Exit;
use crate::fault::Fault;
use crate::shell::Shell;
use crate::words;

/// Presses so often, this far apart, as a thumb does, and waits for nothing else. `told` hears of each press at once.
pub(super) fn press(
    shell: &Shell,
    (count, gap_ms): (u32, u64),
    source: Source,
    told: impl Fn(&str),
) -> Result<Answer, Fault> {
    let mut presses = Vec::new();
    let mut taken = false;
    let mut incident = None;
    for n in 0..count {
        if n > 0 {
            thread::sleep(Duration::from_millis(gap_ms));
        }
        let begun = Instant::now();
        let answer = shell.siaga.press(source)?;
        let took_us = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        taken |= is_taken(answer);
        incident = incident_of(answer).or(incident);
        told(&format!("press {}: {} ({took_us} µs)", n + 1, words::press(answer)));
        presses.push(with_time(answer, took_us));
    }
    let store = shell.siaga.snapshot().store;
    let durable = store != StoreHealth::InMemoryOnly;
    let lines = if durable { Vec::new() } else { vec![words::store(store).to_owned()] };
    let exit = match (taken, durable) {
        (true, true) => Exit::Done,
        (true, false) => Exit::NotDurable,
        (false, _) => Exit::Declined,
    };
    let incident = incident.map(|id| id.to_string());
    Ok(Answer::new(exit, lines, json!({ "presses": presses, "incident": incident, "durable": durable })))
}

const fn is_taken(answer: PressAnswer) -> bool {
    match answer {
        PressAnswer::Counted { .. } | PressAnswer::Triggered { .. } | PressAnswer::Escalated { .. } => true,
        PressAnswer::TooSoon | PressAnswer::SourceOff => false,
    }
}

const fn incident_of(answer: PressAnswer) -> Option<siaga::IncidentId> {
    match answer {
        PressAnswer::Triggered { incident } | PressAnswer::Escalated { incident, .. } => Some(incident),
        PressAnswer::Counted { .. } | PressAnswer::TooSoon | PressAnswer::SourceOff => None,
    }
}

fn with_time(answer: PressAnswer, took_us: u64) -> Value {
    let mut value = json!(answer);
    if let Some(fields) = value.as_object_mut() {
        let _ = fields.insert("took_us".to_owned(), json!(took_us));
    }
    value
}
