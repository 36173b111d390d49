//! The chain of evidence, as a judge sees it who has nothing but the bytes.

// What these helpers cannot find should end the test.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::Index;
use siaga_vault::{Digest, Evidence, Finding, Root, StoredEvent};

const SOS: &str = "0190a5d0-7b1e-7cc3-9a55-0123456789ab";

/// One event, and where its records stand in its bytes.
#[derive(Clone, Debug)]
struct Sent {
    incident: String,
    event: String,
    bytes: Vec<u8>,
    records: Vec<Range<usize>>,
}

/// A phone that captures and sends.
struct Phone {
    sent: Vec<Sent>,
    newest: Option<Digest>,
    record: Option<Digest>,
    n: u32,
}

impl Phone {
    fn pressed() -> Self {
        let mut phone = Self { sent: Vec::new(), newest: None, record: None, n: 0 };
        phone.send(SOS, "sos", r#""secret_sha256":"""#);
        phone
    }

    fn send(&mut self, event: &str, kind: &str, body: &str) {
        let prev = self.newest.map(|prev| format!(r#""prev":"{prev}","#)).unwrap_or_default();
        let seq = self.sent.len();
        let bytes = format!(r#"{{"v":1,"seq":{seq},{prev}"kind":"{kind}","body":{{{body}}}}}"#).into_bytes();
        self.newest = Some(Digest::of(&bytes));
        self.sent.push(Sent { incident: SOS.to_owned(), event: event.to_owned(), bytes, records: Vec::new() });
    }

    /// The next record, and the chain goes on from it.
    fn captured(&mut self, mark: &str) -> String {
        self.n += 1;
        let prev = self.record.or(self.newest).unwrap();
        let record = format!(r#"{{"lat":-6.{},"n":{},"prev":"{prev}"{mark}}}"#, self.n, self.n);
        self.record = Some(Digest::of(record.as_bytes()));
        record
    }

    /// Sends records as an event of this kind.
    fn tell(&mut self, kind: &str, records: &[String]) {
        let list = match kind {
            "escalation" => "records",
            "fix" => "fixes",
            _ => "manifest",
        };
        let event = format!("event {}", self.sent.len());
        self.send(&event, kind, &format!(r#""{list}":[{}]"#, records.join(",")));
        let sent = self.sent.last_mut().unwrap();
        let text = String::from_utf8(sent.bytes.clone()).unwrap();
        let place = |record: &String| text.find(record).map(|start| start..start + record.len()).unwrap();
        sent.records = records.iter().map(place).collect();
    }

    fn capture(&mut self, kind: &str, mark: &str) {
        let record = self.captured(mark);
        self.tell(kind, &[record]);
    }
}

fn judge(sent: &[Sent]) -> Evidence {
    let events =
        sent.iter().map(|sent| StoredEvent { incident: &sent.incident, event: &sent.event, bytes: &sent.bytes });
    let mut evidence = Evidence::of(events);
    assert_eq!(evidence.len(), 1);
    evidence.remove(0)
}

/// An incident with one to nine later events, of one to three records each.
fn incidents() -> impl Strategy<Value = Vec<Sent>> {
    let kinds = prop::sample::select(vec!["fix", "escalation", "manifest"]);
    prop::collection::vec((kinds, 1_usize..4), 1..10).prop_map(|events| {
        let mut phone = Phone::pressed();
        for (kind, records) in events {
            let records: Vec<String> = (0..records).map(|_| phone.captured("")).collect();
            phone.tell(kind, &records);
        }
        phone.sent
    })
}

fn three() -> Phone {
    let mut phone = Phone::pressed();
    for kind in ["fix", "escalation", "manifest"] {
        phone.capture(kind, "");
    }
    phone
}

proptest! {
    #[test]
    fn whatever_the_order_of_arrival_and_however_often_the_chain_is_whole(
        sent in incidents().prop_shuffle(), again in any::<Index>(),
    ) {
        let mut arrived = sent.clone();
        arrived.push(again.get(&sent).clone());
        let evidence = judge(&arrived);
        prop_assert!(evidence.is_whole() && evidence.root == Root::Event, "{evidence}");
        prop_assert_eq!(&evidence, &judge(&sent));
        let records: usize = sent.iter().map(|sent| sent.records.len()).sum();
        prop_assert_eq!(evidence.records.seen, records);
    }

    #[test]
    fn an_event_that_is_taken_away_leaves_a_gap_or_was_the_last_one(sent in incidents(), gone in any::<Index>()) {
        let gone = 1 + gone.index(sent.len() - 1);
        let before: usize = sent.iter().take(gone).map(|sent| sent.records.len()).sum();
        let (from, to) = (before as u32 + 1, (before + sent[gone].records.len()) as u32);
        let mut left = sent.clone();
        let _ = left.remove(gone);
        let evidence = judge(&left);
        let expected = if gone == sent.len() - 1 { vec![] } else { vec![Finding::Gap { from, to }] };
        prop_assert_eq!(&evidence.records.findings, &expected);
        prop_assert_ne!(evidence.root, Root::Changed);
    }

    #[test]
    fn a_changed_byte_in_any_record_but_the_last_is_found(
        sent in incidents(), which in any::<Index>(), at in any::<Index>(), other in any::<u8>(),
    ) {
        let all: Vec<(usize, Range<usize>)> = sent
            .iter()
            .enumerate()
            .flat_map(|(index, sent)| sent.records.iter().map(move |range| (index, range.clone())))
            .collect();
        prop_assume!(all.len() > 1);
        let (event, range) = all[which.index(all.len() - 1)].clone();
        let at = range.start + at.index(range.len());
        prop_assume!(sent[event].bytes[at] != other);
        let mut changed = sent;
        changed[event].bytes[at] = other;
        let evidence = judge(&changed);
        prop_assert!(!evidence.is_whole(), "{evidence}");
    }

    #[test]
    fn whatever_bytes_stand_in_the_place_of_an_event_nothing_panics(
        bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[\\[{\"n:prev0-9,}\\]]{0,80}",
    ) {
        let mut sent = three().sent;
        sent[2].bytes = bytes;
        sent[1].bytes = text.into_bytes();
        let _ = judge(&sent).to_string();
    }
}

#[test]
fn a_changed_record_is_named() {
    let mut sent = three().sent;
    let text = String::from_utf8(sent[2].bytes.clone()).unwrap();
    sent[2].bytes = text.replace("-6.2", "-7.2").into_bytes();
    let evidence = judge(&sent);
    assert_eq!(evidence.records.findings, [Finding::Changed { n: 2 }]);
    assert_eq!(evidence.to_string(), "3 records; number 2 was changed");
}

#[test]
fn a_changed_create_is_named_by_the_first_record() {
    let mut sent = three().sent;
    sent[0].bytes.push(b' ');
    let evidence = judge(&sent);
    assert_eq!(evidence.root, Root::Changed);
    assert_eq!(evidence.to_string(), "3 records; the event before the first record was changed");
    // While an event is on its way, it may be the one that is named.
    let mut missing = sent.clone();
    let _ = missing.remove(0);
    assert_eq!(judge(&missing).root, Root::Unknown);
}

#[test]
fn an_incident_that_went_on_under_another_id_is_one_chain() {
    let mut sent = three().sent;
    let other = "0190a5d0-7b1e-7cc3-9a55-00000000000a";
    for sent in &mut sent[2..] {
        sent.incident = other.to_owned();
    }
    let text = String::from_utf8(sent[0].bytes.clone()).unwrap();
    let bytes = text.replace("\"body\":{", &format!("\"body\":{{\"replaces\":\"{SOS}\",")).into_bytes();
    // Under the old id the centre has a stranger's create, or none.
    sent[0] = Sent { incident: other.to_owned(), event: other.to_owned(), bytes, records: Vec::new() };
    let evidence = judge(&sent);
    assert_eq!((evidence.is_whole(), evidence.root), (true, Root::EarlierId));
    assert_eq!(evidence.to_string(), "3 records, whole; begun under another id");
}

#[test]
fn what_a_phone_made_in_memory_beside_its_store_is_a_fork_and_no_change_inv_2() {
    const IN_MEMORY: &str = r#","fork":true"#;
    let mut phone = three();
    let (record, n) = (phone.record, phone.n);
    phone.capture("fix", IN_MEMORY);
    phone.capture("escalation", IN_MEMORY);
    // The process died, and the next one knows nothing of it.
    (phone.record, phone.n) = (record, n);
    for kind in ["fix", "fix", "escalation"] {
        phone.capture(kind, "");
    }
    let evidence = judge(&phone.sent);
    assert_eq!(evidence.records.findings, [Finding::Forked { n: 4 }, Finding::Forked { n: 5 }]);
    assert_eq!((evidence.records.seen, evidence.records.marked), (8, 2));
    assert_eq!(evidence.to_string(), "8 records; number 4 is forked; number 5 is forked");
    // Of each of the two branches an event may be missing; none of them was changed.
    for gone in 1..phone.sent.len() {
        let mut left = phone.sent.clone();
        let _ = left.remove(gone);
        let findings = judge(&left).records.findings;
        assert!(!findings.iter().any(|finding| matches!(finding, Finding::Changed { .. })), "{gone}: {findings:?}");
    }
}

#[test]
fn two_records_of_one_number_without_a_word_about_it_are_a_fork() {
    let mut phone = three();
    let (record, n) = (phone.record, phone.n);
    phone.capture("fix", "");
    (phone.record, phone.n) = (record, n);
    phone.capture("escalation", r#","since_trigger_ms":1"#);
    assert_eq!(judge(&phone.sent).records.findings, [Finding::Forked { n: 4 }]);
}

#[test]
fn what_an_older_phone_sends_has_no_link_and_is_counted() {
    let mut phone = Phone::pressed();
    phone.send("a", "escalation", r#""presses":2"#);
    phone.send("b", "fix", r#""fixes":[{"lat":1},{"lat":2,"n":0},{"lat":3,"n":2},{"lat":4,"n":"1"}]"#);
    phone.send("c", "cancel", r#""auth":"""#);
    let evidence = judge(&phone.sent);
    assert_eq!((evidence.unlinked, evidence.records.seen, evidence.root), (5, 0, Root::Unknown));
    assert_eq!(evidence.to_string(), "no records; 5 without a link");
}

#[test]
fn envelopes_are_judged_by_their_own_numbers_and_never_called_changed() {
    let mut sent = three().sent;
    assert!(judge(&sent).envelopes[SOS].is_whole());
    sent[1].bytes.push(b' ');
    assert_eq!(judge(&sent).envelopes[SOS].findings, [Finding::Forked { n: 1 }]);
    let _ = sent.remove(1);
    assert_eq!(judge(&sent).envelopes[SOS].findings, [Finding::Gap { from: 1, to: 1 }]);
}

#[test]
fn the_newest_record_is_named_for_whoever_remembers_it() {
    let phone = three();
    let records = judge(&phone.sent).records;
    assert_eq!((records.newest, records.heads), (Some(3), vec![phone.record.unwrap()]));
}

#[test]
fn nesting_of_any_depth_and_numbers_of_any_size_are_read() {
    let mut phone = three();
    let deep = format!(
        r#""fixes":[{{"x":{}{},"n":4294967295,"prev":"{}"}}]"#,
        "[".repeat(20_000),
        "]".repeat(20_000),
        phone.record.unwrap()
    );
    phone.send("deep", "fix", &deep);
    let evidence = judge(&phone.sent);
    assert_eq!(evidence.records.findings, [Finding::Gap { from: 4, to: u32::MAX - 1 }]);
    phone.sent[4].bytes = "[".repeat(30_000).into_bytes();
    assert_eq!(judge(&phone.sent).unreadable, 1);
}
