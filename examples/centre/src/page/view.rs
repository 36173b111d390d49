//! What the page shows, ready to be put into the template.

use std::collections::BTreeSet;

use askama::Template;

use super::files::FileView;
use super::words;
use crate::CentreError;
use crate::desk::Desk;
use crate::envelope::{Body, Envelope};
use crate::evidence::evidence;
use crate::flag::is_proven;
use crate::media::{files, is_complete};
use crate::step::{Mark, MarkOutcome};
use crate::store::{EventRow, Record, Section};
use crate::summary::{is_cancelled, newest_fix, urgency};

/// Incidents shown in a section: more than a shift can watch, and the page stays under a megabyte.
const SECTION_LIMIT: u32 = 100;
/// Characters of an event's raw text that are shown; the store keeps all of it.
const RAW_LIMIT_CHARS: usize = 4000;

/// The page.
#[derive(Template)]
#[template(path = "page.html")]
pub(super) struct PageView {
    centre: String,
    now: String,
    open: usize,
    emergencies: Vec<Card>,
    reports: Vec<Card>,
    drills: Vec<Card>,
}

/// An incident.
struct Card {
    id: String,
    short: String,
    kind: String,
    is_drill: bool,
    is_closed: bool,
    is_cancelled: bool,
    first_at: String,
    first_ago: String,
    words: Vec<String>,
    about: Vec<(&'static str, String)>,
    added: Vec<Added>,
    presses: u64,
    escalations: usize,
    battery: Option<u8>,
    place: Place,
    flags: Vec<&'static str>,
    files: Vec<FileView>,
    files_note: &'static str,
    evidence: String,
    is_whole: bool,
    steps: Vec<StepView>,
    buttons: Vec<Mark>,
    events: Vec<EventView>,
}

/// Words that came later.
struct Added {
    at: String,
    text: String,
}

/// Where the citizen is.
enum Place {
    Fix { coordinates: String, radius: String, age: String, notes: Vec<String> },
    NoFix { reason: String },
    Unknown,
}

struct StepView {
    n: u32,
    label: String,
    at: String,
}

struct EventView {
    kind: String,
    seq: String,
    at: String,
    flags: Vec<&'static str>,
    raw: String,
}

impl PageView {
    /// Reads what is to be shown at `now_ms`.
    pub(super) fn of(desk: &Desk, now_ms: i64) -> Result<PageView, CentreError> {
        let cards = |section| -> Result<Vec<Card>, CentreError> {
            Ok(desk.newest(section, SECTION_LIMIT)?.iter().map(|record| Card::of(record, now_ms)).collect())
        };
        let emergencies = cards(Section::Emergencies)?;
        Ok(PageView {
            centre: desk.centre().to_owned(),
            now: words::moment(now_ms),
            open: emergencies.iter().filter(|card| !card.is_closed).count(),
            emergencies,
            reports: cards(Section::Reports)?,
            drills: cards(Section::Drills)?,
        })
    }
}

impl Card {
    fn of(record: &Record, now_ms: i64) -> Card {
        let create = record.events.iter().find(|row| row.event == record.id);
        let envelope = create.and_then(|row| Envelope::read(&row.bytes)).unwrap_or_default();
        let body = envelope.body.as_ref();
        let standing: Vec<&str> = record.steps.iter().map(|step| step.step.as_str()).collect();
        let possible = |mark: &Mark| mark.after(standing.iter().copied()) == MarkOutcome::New;
        let first_ms = record.events.first().map_or(now_ms, |row| row.arrived_ms);
        let kinds = record.events.iter().filter_map(|row| Envelope::read(&row.bytes)?.kind);
        let files = files(record);
        let evidence = evidence(record);
        let said = body.map(|body| [&body.category, &body.message, &body.text]);
        Card {
            id: record.id.clone(),
            short: record.id.chars().skip(24).collect(),
            kind: match create {
                Some(_) => words::kind(envelope.kind.as_deref()),
                None => "First message not here yet".to_owned(),
            },
            is_drill: record.incident.drill,
            is_closed: standing.contains(&Mark::Closed.word()),
            is_cancelled: is_cancelled(record),
            first_at: words::moment(first_ms),
            first_ago: words::duration(now_ms.saturating_sub(first_ms)),
            words: said.into_iter().flatten().flatten().cloned().collect(),
            about: body.map(about).unwrap_or_default(),
            added: record.events.iter().filter_map(Added::of).collect(),
            presses: urgency(record),
            escalations: kinds.filter(|kind| kind == "escalation").count(),
            battery: body.and_then(|body| body.battery_percent),
            place: place(record, &envelope, now_ms),
            flags: labels(record.events.iter()),
            files_note: words::completeness(files.iter().any(|file| file.is_announced), is_complete(record, &files)),
            files: files.iter().map(FileView::of).collect(),
            evidence: evidence.to_string(),
            is_whole: evidence.is_whole(),
            steps: record.steps.iter().map(StepView::of).collect(),
            buttons: Mark::ALL.into_iter().filter(possible).collect(),
            events: record.events.iter().map(EventView::of).collect(),
        }
    }
}

/// What a report says beside its words.
fn about(body: &Body) -> Vec<(&'static str, String)> {
    let place = body.place.iter().map(|place| ("Happened at", words::stated_place(place)));
    let subject = body.subject.iter().map(|subject| ("Concerns", words::subject(subject)));
    let agencies = body.agencies.iter().filter(|agencies| !agencies.is_empty()).map(|all| ("For", all.join(", ")));
    place.chain(subject).chain(agencies).collect()
}

impl Added {
    /// Of a note that the incident's own phone wrote; any other stands among the raw messages.
    fn of(row: &EventRow) -> Option<Added> {
        let envelope = Envelope::read(&row.bytes).filter(|envelope| envelope.kind.as_deref() == Some("note"))?;
        let text = envelope.body?.text.filter(|_| is_proven(&row.flags))?;
        Some(Added { at: words::moment(row.arrived_ms), text })
    }
}

/// The newest proven position; else the create's reason for having none.
fn place(record: &Record, create: &Envelope, now_ms: i64) -> Place {
    if let Some((fix, row)) = newest_fix(record) {
        let source = fix.source.iter().map(|source| format!("by {source}"));
        let last_known = (fix.last_known == Some(true)).then(|| "last known".to_owned());
        let mock = (fix.mock == Some(true)).then(|| "made up by an app on the phone".to_owned());
        let odd = fix.flags.iter().flatten().map(|flag| flag.replace('_', " "));
        return Place::Fix {
            coordinates: words::coordinates(&fix),
            radius: words::radius(fix.radius.as_ref()),
            age: words::age(&fix, row.waited_ms, now_ms.saturating_sub(row.arrived_ms)),
            notes: last_known.into_iter().chain(mock).chain(source).chain(odd).collect(),
        };
    }
    let position = create.body.as_ref().and_then(|body| body.position.as_ref());
    match position.and_then(|position| position.no_fix.as_ref()).and_then(|no_fix| no_fix.reason.as_deref()) {
        Some(reason) => Place::NoFix { reason: words::no_fix(reason) },
        None => Place::Unknown,
    }
}

fn labels<'a>(rows: impl Iterator<Item = &'a EventRow>) -> Vec<&'static str> {
    let flags: BTreeSet<_> = rows.flat_map(|row| row.flags.iter().copied()).collect();
    flags.into_iter().map(|flag| flag.label()).collect()
}

impl StepView {
    fn of(step: &crate::store::Step) -> StepView {
        StepView { n: step.n, label: words::step(&step.step), at: words::moment(step.at_ms) }
    }
}

impl EventView {
    fn of(row: &EventRow) -> EventView {
        let envelope = Envelope::read(&row.bytes).unwrap_or_default();
        EventView {
            kind: words::kind(envelope.kind.as_deref()),
            seq: envelope.seq.map_or("?".to_owned(), |seq| seq.to_string()),
            at: words::moment(row.arrived_ms),
            flags: labels(std::iter::once(row)),
            raw: String::from_utf8_lossy(&row.bytes).chars().take(RAW_LIMIT_CHARS).collect(),
        }
    }
}
