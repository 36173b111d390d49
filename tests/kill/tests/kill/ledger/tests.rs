//! The ledger finds what it is kept for.

use super::*;

fn id(number: u8) -> IncidentId {
    IncidentId::from_bytes([number; 16])
}

/// A ledger that has heard these in one life of one phone.
fn heard(lines: &[Told]) -> Ledger {
    let mut ledger = Ledger::new();
    ledger.begins(true, false);
    hear(&mut ledger, lines);
    ledger
}

fn hear(ledger: &mut Ledger, lines: &[Told]) {
    for told in lines {
        ledger.heard(told, Instant::now());
    }
}

fn complaint(lines: &[Told]) -> String {
    heard(lines).complaints.join("; ")
}

const SOS: [fn() -> Told; 3] = [|| Told::Counted(1), || Told::Counted(2), || Told::Triggered(id(1))];

fn after_an_sos(more: &[Told]) -> String {
    let lines: Vec<Told> = SOS.iter().map(|told| told()).chain(more.iter().cloned()).collect();
    complaint(&lines)
}

#[test]
fn a_story_without_contradiction_is_no_complaint() {
    let more = [
        Told::Escalated(id(1), 4),
        Told::Escalated(id(1), 5),
        Told::Receipted(id(1)),
        Told::Cancelled(id(1)),
        Told::NothingOpen,
        Told::Reported(id(2)),
        Told::Counted(1),
    ];
    assert_eq!(after_an_sos(&more), "");
}

#[test]
fn an_sos_that_was_forgotten_is_found_by_the_next_answer() {
    assert!(after_an_sos(&[Told::Counted(1)]).contains("counted a press although"));
    assert!(after_an_sos(&[Told::Triggered(id(2))]).contains("made another SOS although"));
    assert!(after_an_sos(&[Told::NothingOpen]).contains("said that nothing is open although"));
    assert!(after_an_sos(&[Told::Escalated(id(2), 4)]).contains("was raised although"));
    assert!(after_an_sos(&[Told::Cancelled(id(2))]).contains("was called off although"));
}

#[test]
fn presses_that_were_forgotten_are_found_by_the_next_answer() {
    assert!(complaint(&[Told::Counted(1), Told::Counted(1)]).contains("1 presses stood"));
    assert!(complaint(&[Told::Counted(1), Told::Counted(2), Told::Counted(2)]).contains("2 presses stood"));
    assert!(after_an_sos(&[Told::Escalated(id(1), 4), Told::Escalated(id(1), 4)]).contains("one more made 4"));
}

#[test]
fn an_id_that_is_given_twice_is_found() {
    assert!(complaint(&[Told::Reported(id(1)), Told::Reported(id(1))]).contains("made twice"));
    assert!(after_an_sos(&[Told::Cancelled(id(1)), Told::Triggered(id(1))]).contains("made twice"));
}

#[test]
fn what_nobody_can_have_made_is_found() {
    assert!(complaint(&[Told::Counted(1), Told::Escalated(id(1), 4)]).contains("although nothing was open"));
    assert!(complaint(&[Told::Cancelled(id(1))]).contains("although nothing was open"));
}

#[test]
fn a_third_press_without_an_answer_allows_for_one_sos_until_an_answer_shows_that_there_is_none() {
    let mut ledger = heard(&[Told::Counted(1)]);
    ledger.died_asking(Act::Press);
    assert_eq!(ledger.perhaps_sos, 0, "the second press makes none");
    ledger.died_asking(Act::Press);
    ledger.died_asking(Act::Press);
    assert_eq!(ledger.perhaps_sos, 1, "the fourth would have raised it");
    ledger.begins(true, false);
    hear(&mut ledger, &[Told::Triggered(id(1))]);
    assert_eq!((ledger.perhaps_sos, ledger.complaints.len()), (0, 0));
}

#[test]
fn an_sos_that_nobody_was_told_of_may_be_raised() {
    let mut ledger = heard(&[Told::Counted(1), Told::Counted(2)]);
    ledger.died_asking(Act::Press);
    ledger.begins(true, false);
    hear(&mut ledger, &[Told::Escalated(id(1), 4)]);
    assert_eq!((ledger.perhaps_sos, ledger.complaints.len(), ledger.promises[&id(1)].made), (1, 0, false));
}

#[test]
fn an_sos_that_the_other_phone_spoke_of_may_be_the_dead_one_s() {
    let mut ledger = heard(&[Told::Counted(1), Told::Counted(2)]);
    ledger.begins(false, false);
    // The third press was the other's, which died before it said so.
    hear(&mut ledger, &[Told::Escalated(id(1), 4)]);
    assert_eq!(ledger.perhaps_sos, 0);
    ledger.died_asking(Act::Press);
    assert_eq!((ledger.perhaps_sos, ledger.complaints.len()), (1, 0));
    ledger.died_asking(Act::Press);
    assert_eq!(ledger.perhaps_sos, 1, "one press makes one");
}

#[test]
fn a_cancel_without_an_answer_is_decided_by_the_next_press() {
    for (next, called) in [
        (Told::Escalated(id(1), 4), Called::Never),
        (Told::Counted(1), Called::Off),
        (Told::NothingOpen, Called::Off),
        (Told::Cancelled(id(1)), Called::Off),
        (Told::Opened, Called::PerhapsOff),
    ] {
        let mut ledger = heard(&SOS.map(|told| told()));
        ledger.died_asking(Act::Cancel);
        ledger.begins(true, false);
        hear(&mut ledger, std::slice::from_ref(&next));
        assert_eq!((ledger.promises[&id(1)].called, ledger.complaints.len()), (called, 0), "{next}");
    }
}

#[test]
fn the_lines_of_two_phones_may_come_in_any_order() {
    let mut ledger = Ledger::new();
    ledger.begins(false, false);
    hear(&mut ledger, &[Told::Counted(1), Told::Escalated(id(1), 4), Told::Triggered(id(1)), Told::Counted(2)]);
    assert_eq!(ledger.complaints, [""; 0]);
    hear(&mut ledger, &[Told::Triggered(id(2))]);
    assert!(ledger.complaints[0].contains("made another SOS"));
}
