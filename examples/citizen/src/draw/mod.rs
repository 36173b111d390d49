//! Snapshot → lines. Pure: the same snapshot gives the same lines, whatever terminal they go to.

mod fold;

use fold::fold;
use siaga::{ButtonView, IncidentState, IncidentView, NextWake, Snapshot, StoreHealth, TimelineEntry};

use crate::words;

/// All that the screen shows at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What the core says.
    pub snapshot: &'a Snapshot,
    /// When it wants to be woken.
    pub next_wake: Option<NextWake>,
    /// The answer to the last key.
    pub note: Option<&'a str>,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary.
    Plain,
    /// The button.
    Button,
    /// Big words of an emergency.
    Alarm,
    /// Big words of something that came through, or of a drill.
    Calm,
    /// Something is wrong.
    Trouble,
    /// Beside the point.
    Quiet,
}

/// One line on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// At most as many characters as the screen has columns.
    pub text: String,
    /// How it looks.
    pub tone: Tone,
}

/// Draws everything, at any width, as many lines as it takes.
#[must_use]
pub fn lines(scene: &Scene<'_>, columns: usize) -> Vec<Line> {
    let snapshot = scene.snapshot;
    let mut page = Page::new(columns);
    page.add(Tone::Button, "", &button(snapshot.button));
    if let Some(note) = scene.note {
        page.add(Tone::Plain, "> ", note);
    }
    if snapshot.store != StoreHealth::Durable {
        page.add(Tone::Trouble, "", words::store(snapshot.store));
    }
    // The newest on top: it is what the citizen waits for. What is over must not push it off a small screen.
    let (waited_for, over): (Vec<_>, Vec<_>) =
        snapshot.incidents.iter().rev().partition(|incident| is_waited_for(incident));
    for incident in waited_for {
        page.incident(incident, snapshot.store);
    }
    page.add(Tone::Plain, "", &words::position(&snapshot.position));
    for lane in &snapshot.waiting {
        page.add(Tone::Plain, "", &words::waiting(lane));
    }
    if snapshot.parked > 0 {
        page.add(Tone::Trouble, "", &words::parked(snapshot.parked));
    }
    if let Some(wake) = scene.next_wake {
        page.add(Tone::Quiet, "", &words::next_wake(wake));
    }
    if snapshot.store == StoreHealth::Durable {
        page.add(Tone::Quiet, "", words::store(snapshot.store));
    }
    if let Some(missing) = words::not_offered(snapshot.offers.as_deref()) {
        page.add(Tone::Quiet, "", &missing);
    }
    for incident in over {
        page.incident(incident, snapshot.store);
    }
    page.lines
}

const fn is_waited_for(incident: &IncidentView) -> bool {
    match incident.state {
        IncidentState::Recorded | IncidentState::Active => true,
        IncidentState::Draft
        | IncidentState::Cancelled
        | IncidentState::ClosedByCentre
        | IncidentState::ClosedByAge
        | IncidentState::DrillDone
        | IncidentState::EndedBySos => incident.pending > 0,
    }
}

/// Draws one incident.
#[must_use]
pub fn incident(incident: &IncidentView, columns: usize) -> Vec<Line> {
    let mut page = Page::new(columns);
    page.incident(incident, StoreHealth::Durable);
    page.lines
}

/// Cuts the lines so that they and `footer` fit into so many rows; says so when something is left out.
#[must_use]
pub fn fit(mut lines: Vec<Line>, footer: Vec<Line>, rows: usize) -> Vec<Line> {
    let room = rows.saturating_sub(footer.len());
    if lines.len() > room {
        let left_out = lines.len() - room.saturating_sub(1);
        lines.truncate(room.saturating_sub(1));
        if room > 0 {
            lines.push(Line { text: format!("… {left_out} more lines"), tone: Tone::Quiet });
        }
    }
    while lines.len() < room {
        lines.push(Line { text: String::new(), tone: Tone::Plain });
    }
    lines.extend(footer);
    lines.truncate(rows);
    lines
}

/// Words folded into lines of the page's width.
#[must_use]
pub fn paragraph(tone: Tone, text: &str, columns: usize) -> Vec<Line> {
    let mut page = Page::new(columns);
    page.add(tone, "", text);
    page.lines
}

fn button(button: ButtonView) -> String {
    let ButtonView { presses, needed, window_left_ms } = button;
    if presses == 0 {
        format!("[ SOS ] 0/{needed}")
    } else {
        format!(
            "[ SOS ] {presses}/{needed} - {} more within {}",
            needed.saturating_sub(presses),
            words::span(window_left_ms.into())
        )
    }
}

struct Page {
    columns: usize,
    lines: Vec<Line>,
}

impl Page {
    const fn new(columns: usize) -> Self {
        Self { columns, lines: Vec::new() }
    }

    /// Adds folded text; further lines stand below the end of `indent`.
    fn add(&mut self, tone: Tone, indent: &str, text: &str) {
        self.lines.extend(fold(indent, text, self.columns).into_iter().map(|text| Line { text, tone }));
    }

    fn incident(&mut self, incident: &IncidentView, store: StoreHealth) {
        let tone = match incident.state {
            IncidentState::Recorded | IncidentState::Active if incident.drill => Tone::Calm,
            IncidentState::Recorded => Tone::Alarm,
            IncidentState::Draft
            | IncidentState::Active
            | IncidentState::Cancelled
            | IncidentState::ClosedByCentre
            | IncidentState::ClosedByAge
            | IncidentState::DrillDone
            | IncidentState::EndedBySos => Tone::Calm,
        };
        self.add(tone, "", &format!("{}: {}", words::title(incident), words::headline(incident, store)));
        let presses = if incident.presses > 0 { format!(", {} presses", incident.presses) } else { String::new() };
        self.add(Tone::Quiet, "  ", &format!("{}{presses}, {} ago", incident.id, words::span(incident.age_ms)));
        for entry in &incident.timeline {
            self.add(Tone::Plain, "  - ", &timeline(entry));
        }
        for file in &incident.files {
            self.add(Tone::Plain, "  + ", &words::file(file));
            if let Some(why) = &file.trouble {
                self.add(Tone::Trouble, "    ! ", &words::trouble(why));
            }
        }
        if let Some(sum) = words::upload(&incident.upload) {
            self.add(Tone::Quiet, "    ", &sum);
        }
        if let Some(why) = &incident.trouble {
            self.add(Tone::Trouble, "  ! ", &words::trouble(why));
        }
        if incident.timeline_gap {
            self.add(Tone::Trouble, "  ! ", "a step of the centre's timeline is missing");
        }
        if incident.clock_clamped {
            self.add(
                Tone::Trouble,
                "  ! ",
                "this machine's clock is wrong: certificates were judged with another time",
            );
        }
        if incident.pending > 0 {
            self.add(Tone::Plain, "  ", &format!("without the centre's signature so far: {}", incident.pending));
        }
    }
}

fn timeline(entry: &TimelineEntry) -> String {
    format!("{} {} [{}]", time_of_day(entry.at_wall_ms), words::happening(&entry.what), words::proof(entry.proof))
}

/// Hours, minutes and seconds UTC: whose clock it is stands in the proof.
fn time_of_day(wall_ms: i64) -> String {
    let seconds = wall_ms.div_euclid(1_000).rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}Z", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
