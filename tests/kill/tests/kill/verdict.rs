//! The ledger against what the centre has.

use std::collections::BTreeMap;

use siaga::IncidentId;
use siaga_centre::IncidentSummary;
use siaga_centre::media::FileSummary;

use crate::ledger::{Called, Ledger, Promise, What};

/// All that the centre has of one incident and that a promise can be about.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) what: Option<What>,
    pub(crate) creates: usize,
    pub(crate) presses: u64,
    pub(crate) called_off: bool,
    /// The kind and the running number of each event.
    pub(crate) events: Vec<(String, u64)>,
    /// Its files that are announced, each with whether the centre has confirmed it.
    pub(crate) files: BTreeMap<String, bool>,
    /// Words of what is odd about its events.
    pub(crate) odd: Vec<&'static str>,
}

impl Stored {
    pub(crate) fn of(summary: &IncidentSummary) -> Self {
        let what = match summary.kind.as_deref() {
            Some("sos") => Some(What::Sos),
            Some("report") => Some(What::Report),
            Some(_) | None => None,
        };
        let event = |event: &siaga_centre::EventSummary| {
            (event.kind.clone().unwrap_or_default(), event.seq.unwrap_or(u64::MAX))
        };
        let file = |file: &FileSummary| Some((file.file.clone()?, file.is_confirmed()));
        let flags = summary.events.iter().flat_map(|event| &event.flags).map(|flag| flag.word());
        let is_odd = |word: &&'static str| match *word {
            // A phone that is years ahead says so: nothing is wrong with that.
            "from_the_future" => false,
            // A waiting report that gave way to newer ones in the phone's state has left its secret behind with it.
            "secret_missing" => what != Some(What::Report),
            _ => true,
        };
        Self {
            what,
            creates: summary.creates,
            presses: summary.urgency,
            called_off: summary.cancelled,
            events: summary.events.iter().map(event).collect(),
            files: summary.files.iter().filter(|file| file.is_announced).filter_map(file).collect(),
            odd: flags.filter(is_odd).collect(),
        }
    }

    fn count(&self, kind: &str) -> u32 {
        let count = self.events.iter().filter(|(name, _)| name == kind).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

/// Everything that differs from what was promised.
pub(crate) fn complaints(ledger: &Ledger, centre: &BTreeMap<IncidentId, Stored>) -> Vec<String> {
    let mut complaints = ledger.complaints.clone();
    for (id, promise) in &ledger.promises {
        match centre.get(id) {
            None => complaints.push(format!("LOST: {id} was promised, and the centre has nothing of it")),
            Some(stored) => {
                let spare = Spare { answers: ledger.in_memory, notes: ledger.perhaps_notes };
                complaints.extend(of_one(promise, stored, spare).map(|what| format!("{id}: {what}")))
            }
        }
    }
    for (file, id) in &ledger.files {
        match centre.get(id).and_then(|stored| stored.files.get(&file.to_string())) {
            None => complaints.push(format!("LOST: {id}: the file {file} was promised, and nobody announced it")),
            Some(false) => complaints.push(format!("LOST: {id}: the bytes of the file {file} never arrived")),
            Some(true) => {}
        }
    }
    let unheard_of = |what| {
        let unknown = centre.iter().filter(|(id, stored)| {
            stored.what == Some(what) && !ledger.promises.get(id).is_some_and(|promise| promise.made)
        });
        u32::try_from(unknown.count()).unwrap_or(u32::MAX)
    };
    for (what, found, most) in [
        ("SOS", unheard_of(What::Sos), ledger.perhaps_sos),
        ("reports", unheard_of(What::Report), ledger.perhaps_reports),
    ] {
        if found > most {
            complaints.push(format!(
                "DOUBLED: the centre has {found} {what} that nobody was told of, and at most {most} were asked for"
            ));
        }
    }
    let nameless = centre.iter().filter(|(_, stored)| stored.what.is_none());
    complaints.extend(nameless.map(|(id, _)| format!("{id} has no create that can be read")));
    // What was delivered from memory and then lost with it leaves its running numbers to others.
    let in_order = ledger.in_memory == 0;
    let of_all =
        centre.iter().flat_map(|(id, stored)| of_any(stored, in_order).map(move |what| format!("{id}: {what}")));
    complaints.extend(of_all);
    complaints
}

/// What may be at the centre beyond what was promised.
struct Spare {
    /// So many answers were in memory alone.
    answers: u32,
    /// So many notes were asked for, and nobody knows what became of them.
    notes: u32,
}

/// What was promised about one incident.
fn of_one(promise: &Promise, stored: &Stored, spare: Spare) -> impl Iterator<Item = String> {
    let Spare { answers: in_memory, notes: perhaps_notes } = spare;
    let (presses, promised, most) = (stored.presses, promise.presses, promise.most_presses() + in_memory);
    let (cancels, escalations) = (stored.count("cancel"), stored.count("escalation"));
    let (sos, notes) = (promise.what == What::Sos, stored.count("note"));
    let found = [
        (stored.what != Some(promise.what), format!("it was a {:?}, and is a {:?}", promise.what, stored.what)),
        (stored.creates != 1, format!("the centre has {} creates", stored.creates)),
        (
            sos && presses < promised.into(),
            format!("LOST: {promised} presses were promised, the centre knows of {presses}"),
        ),
        (
            sos && presses > most.into(),
            format!("DOUBLED: the centre knows of {presses} presses, at most {most} were made"),
        ),
        (
            escalations > promise.raised + in_memory,
            format!("DOUBLED: {escalations} escalations for {} presses", promise.raised),
        ),
        (promise.called == Called::Off && !stored.called_off, "LOST: its cancel".to_owned()),
        (
            promise.called == Called::Never && cancels > in_memory,
            "it is called off, and nobody asked for that".to_owned(),
        ),
        (notes < promise.notes, format!("LOST: {} notes were promised, the centre knows of {notes}", promise.notes)),
        (notes > promise.notes + perhaps_notes, format!("DOUBLED: {notes} notes for {}", promise.notes)),
        (cancels > 1 + in_memory, format!("DOUBLED: {cancels} cancels")),
    ];
    found.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what)
}

/// What holds for every incident.
fn of_any(stored: &Stored, in_order: bool) -> impl Iterator<Item = String> {
    let mut numbers: Vec<u64> = stored.events.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    let without_a_gap = numbers.iter().copied().eq(0..numbers.len() as u64);
    let found = [
        (in_order && !without_a_gap, format!("its events are numbered {numbers:?}")),
        (!stored.odd.is_empty(), format!("its events are odd: {:?}", stored.odd)),
    ];
    found.into_iter().filter(|(wrong, _)| *wrong).map(|(_, what)| what)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use siaga_kill_tests::{Act, Told};

    use super::*;

    fn id(number: u8) -> IncidentId {
        IncidentId::from_bytes([number; 16])
    }

    /// An SOS of five presses that was called off, a report, and a press of which nobody knows.
    fn ledger() -> Ledger {
        let mut ledger = Ledger::new();
        for told in [
            Told::Counted(1),
            Told::Counted(2),
            Told::Triggered(id(1)),
            Told::Escalated(id(1), 4),
            Told::Escalated(id(1), 5),
            Told::Cancelled(id(1)),
            Told::Reported(id(2)),
            Told::Counted(1),
            Told::Counted(2),
        ] {
            ledger.heard(&told, Instant::now());
        }
        ledger.died_asking(Act::Press);
        ledger
    }

    fn stored(what: What, presses: u64, kinds: &[&str]) -> Stored {
        let events = kinds.iter().zip(0..).map(|(kind, number)| ((*kind).to_owned(), number)).collect();
        Stored {
            what: Some(what),
            creates: 1,
            presses,
            called_off: kinds.contains(&"cancel"),
            events,
            files: BTreeMap::new(),
            odd: Vec::new(),
        }
    }

    fn centre() -> BTreeMap<IncidentId, Stored> {
        let sos = stored(What::Sos, 5, &["sos", "escalation", "cancel"]);
        BTreeMap::from([(id(1), sos), (id(2), stored(What::Report, 0, &["report"]))])
    }

    fn found(change: impl FnOnce(&mut BTreeMap<IncidentId, Stored>)) -> String {
        let mut centre = centre();
        change(&mut centre);
        complaints(&ledger(), &centre).join("; ")
    }

    #[test]
    fn what_was_promised_and_what_may_have_been_made_is_no_complaint() {
        assert_eq!(found(|_| {}), "");
        let third_press = |centre: &mut BTreeMap<_, _>| _ = centre.insert(id(3), stored(What::Sos, 3, &["sos"]));
        assert_eq!(found(third_press), "");
    }

    #[test]
    fn everything_that_is_lost_is_found() {
        assert!(found(|centre| _ = centre.remove(&id(1))).contains("LOST: 0101"));
        assert!(found(|centre| _ = centre.remove(&id(2))).contains("LOST: 0202"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().presses = 4).contains("5 presses were promised"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().called_off = false).contains("LOST: its cancel"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().creates = 0).contains("0 creates"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().events[2].1 = 3).contains("numbered [0, 1, 3]"));
    }

    #[test]
    fn a_file_that_did_not_arrive_is_found() {
        let mut ledger = ledger();
        let file = siaga::FileId::from_bytes([9; 16]);
        ledger.heard(&Told::Attached(id(2), file), Instant::now());
        let mut centre = centre();
        assert!(complaints(&ledger, &centre).join("; ").contains("nobody announced"));
        centre.get_mut(&id(2)).unwrap().files = BTreeMap::from([(file.to_string(), false)]);
        assert!(complaints(&ledger, &centre).join("; ").contains("never arrived"));
        centre.get_mut(&id(2)).unwrap().files = BTreeMap::from([(file.to_string(), true)]);
        assert_eq!(complaints(&ledger, &centre).join("; "), "");
    }

    #[test]
    fn a_draft_that_was_promised_and_words_that_were_added_are_missed_and_counted() {
        let mut ledger = ledger();
        for told in [Told::Drafted(id(3)), Told::Noted(id(3)), Told::Reported(id(3))] {
            ledger.heard(&told, Instant::now());
        }
        let mut centre = centre();
        assert!(complaints(&ledger, &centre).join("; ").contains("LOST: 0303"));
        let mut with = |kinds: &[&str]| {
            let _ = centre.insert(id(3), stored(What::Report, 0, kinds));
            complaints(&ledger, &centre).join("; ")
        };
        assert!(with(&["report"]).contains("LOST: 1 notes were promised"));
        assert_eq!(with(&["report", "note"]), "");
        assert!(with(&["report", "note", "note"]).contains("DOUBLED: 2 notes"));
        ledger.died_asking(Act::Note);
        assert_eq!(complaints(&ledger, &centre).join("; "), "");
    }

    #[test]
    fn everything_that_is_doubled_is_found() {
        let more = |number: u8, what: What| {
            found(|centre| {
                for extra in 0..number {
                    let _ = centre.insert(id(100 + extra), stored(what, 3, &["sos"]));
                }
            })
        };
        assert!(more(2, What::Sos).contains("DOUBLED: the centre has 2 SOS"));
        assert!(more(1, What::Report).contains("DOUBLED: the centre has 1 reports"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().presses = 6).contains("at most 5 were made"));
        let again = |kind: &str| {
            let kind = kind.to_owned();
            found(|centre| centre.get_mut(&id(1)).unwrap().events.extend([(kind.clone(), 3), (kind, 4)]))
        };
        assert!(again("cancel").contains("DOUBLED: 3 cancels"));
        assert!(again("escalation").contains("DOUBLED: 3 escalations"));
    }

    #[test]
    fn what_nobody_asked_for_is_found() {
        let cancelled = |centre: &mut BTreeMap<_, Stored>| {
            let _ = centre.insert(id(1), stored(What::Sos, 5, &["sos", "cancel"]));
        };
        let mut ledger = ledger();
        ledger.promises.get_mut(&id(1)).unwrap().called = Called::Never;
        let mut centre = centre();
        cancelled(&mut centre);
        assert!(complaints(&ledger, &centre).join("; ").contains("nobody asked for that"));
        assert!(found(|centre| centre.get_mut(&id(1)).unwrap().odd = vec!["secret_wrong"]).contains("are odd"));
        assert!(found(|centre| centre.get_mut(&id(2)).unwrap().what = Some(What::Sos)).contains("it was a Report"));
    }
}
