//! An incident, in words.

use siaga::{Happening, IncidentState, IncidentView, Kind, Proof, Report, StoreHealth};

/// What an incident is.
#[must_use]
pub const fn title(incident: &IncidentView) -> &'static str {
    match (incident.drill, incident.kind) {
        (true, _) => "DRILL",
        (false, Kind::Report) => "Report",
        (false, _) => "SOS",
    }
}

/// The big words: how far it has come, and nothing that is not proven.
#[must_use]
pub fn headline(incident: &IncidentView, store: StoreHealth) -> &'static str {
    match incident.state {
        IncidentState::Draft => "A DRAFT - SENT TO NOBODY",
        IncidentState::Recorded => match store {
            StoreHealth::InMemoryOnly => "IN MEMORY ONLY - NOT ON THE DISK",
            StoreHealth::Durable | StoreHealth::Salvaging => "RECORDED HERE - THE CENTRE HAS NOT SIGNED YET",
        },
        IncidentState::Active => furthest(incident),
        IncidentState::Cancelled if incident.pending > 0 => "CALLED OFF - NOT ALL OF IT IS AT THE CENTRE YET",
        IncidentState::Cancelled => "CALLED OFF - THE CENTRE KNOWS",
        IncidentState::ClosedByCentre => "CLOSED BY THE CENTRE",
        IncidentState::ClosedByAge => "OVER BY ITS AGE",
        IncidentState::DrillDone => "DRILL DONE - THE WHOLE WAY WORKS",
        IncidentState::EndedBySos => "DRILL ENDED BY A REAL SOS",
    }
}

/// What a draft says, on one line.
#[must_use]
pub fn draft(incident: &IncidentView, report: &Report) -> String {
    let category = if report.category.is_empty() { "no category yet" } else { &report.category };
    format!("{} {category}: {}", incident.id, super::printable(&report.text))
}

/// The furthest signed step of those that everybody knows.
fn furthest(incident: &IncidentView) -> &'static str {
    let signed = |word: &str| {
        incident.timeline.iter().any(|entry| {
            entry.proof == Proof::Signed && matches!(&entry.what, Happening::Step { step, .. } if step == word)
        })
    };
    if signed("on_scene") {
        "HELP IS ON THE SCENE"
    } else if signed("assigned") {
        "A UNIT IS ASSIGNED"
    } else if signed("opened") {
        "A PERSON HAS OPENED IT"
    } else {
        "THE CENTRE HAS IT"
    }
}

/// What happened.
#[must_use]
pub fn happening(what: &Happening) -> String {
    match what {
        Happening::Recorded => "recorded".to_owned(),
        Happening::LeftThePhone => "a first attempt left; nothing proves that it arrived".to_owned(),
        Happening::CentreHasIt => "the centre has it".to_owned(),
        Happening::Step { n, step, note } => {
            let words = match step.as_str() {
                "received" => "received by the centre".to_owned(),
                "opened" => "a person opened it".to_owned(),
                "assigned" => "a unit is assigned".to_owned(),
                "on_scene" => "help is on the scene".to_owned(),
                "closed" => "closed by the centre".to_owned(),
                // A word of a later centre's own.
                other => super::printable(other),
            };
            let note = note.as_deref().map(|note| format!(": {}", super::printable(note))).unwrap_or_default();
            format!("{words} (step {n}){note}")
        }
    }
}

/// Why an entry may be believed.
#[must_use]
pub const fn proof(proof: Proof) -> &'static str {
    match proof {
        Proof::OwnRecord => "own record",
        Proof::Signed => "signed by the centre",
    }
}
