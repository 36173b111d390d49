//! Deliveries that the platform's own transfer service carries, while the process sleeps and after it has died (F57).

use std::sync::Arc;

use siaga::{
    CancelAuth, Error, Failure, Header, IncidentId, Method, Ports, PressAnswer, RawReply, Request, Siaga, Source,
    Ticket, Transfer, transfer_id,
};
use tempfile::TempDir;

use crate::watch::Watch;
use crate::wires::{Keys, Wires};

/// A phone that knows the centre's keys, on wires that nobody answers by themselves.
struct Handset {
    keys: Keys,
    folder: TempDir,
    wires: Arc<Wires>,
    watch: Arc<Watch>,
    siaga: Siaga,
}

impl Handset {
    fn new() -> Self {
        let (keys, folder, wires) = (Keys::new(), tempfile::tempdir().unwrap(), Arc::new(Wires::default()));
        let watch = Arc::new(Watch::new());
        let siaga = keys.phone_with(folder.path(), &wires, ports(&watch));
        let (_, keys_came) = wires.take("/v1/keys").unwrap();
        keys_came(keys.key_set());
        Self { keys, folder, wires, watch, siaga }
    }

    /// Three presses.
    fn sos(&self) -> IncidentId {
        loop {
            self.watch.advance(300);
            if let PressAnswer::Triggered { incident } = self.siaga.press(Source::Screen).unwrap() {
                return incident;
            }
        }
    }

    /// Another process on the same folder, which this one, dead or frozen, knows nothing of.
    fn next_process(&self) -> Siaga {
        self.keys.phone_with(self.folder.path(), &Arc::new(Wires::default()), ports(&self.watch))
    }

    /// What the centre replies to a transfer.
    fn receipt(&self, transfer: &Transfer) -> RawReply {
        let reply = self.keys.receipt(&request(transfer)).unwrap();
        let value = reply.receipt.unwrap();
        RawReply {
            status: reply.status,
            headers: vec![Header { name: "Siaga-Receipt".to_owned(), value }],
            body: vec![],
        }
    }
}

fn ports(watch: &Arc<Watch>) -> Ports {
    Ports { clock: Arc::<Watch>::clone(watch), ..Ports::system().unwrap() }
}

/// As far as the test's centre looks at it.
fn request(transfer: &Transfer) -> Request {
    Request {
        route: siaga::Route::Primary,
        method: Method::Put,
        path: transfer.url.clone(),
        headers: Vec::new(),
        body: siaga::Payload::Bytes(transfer.body.clone()),
        apart: false,
        timeout_ms: transfer.timeout_ms,
        after_ms: transfer.after_ms,
        must_pass: transfer.must_pass,
        unmetered: transfer.unmetered,
    }
}

fn is_received(siaga: &Siaga, incident: IncidentId) -> bool {
    siaga.snapshot().incident(incident).unwrap().receipt.is_some()
}

/// The only transfer there is.
#[track_caller]
fn only(mut transfers: Vec<Transfer>) -> Transfer {
    assert_eq!(transfers.len(), 1, "{transfers:?}");
    transfers.remove(0)
}

#[test]
fn what_is_in_flight_is_handed_over_with_the_very_bytes_and_again_under_the_same_id_inv_4() {
    let phone = Handset::new();
    let incident = phone.sos();
    let taken = only(phone.siaga.take_transfers().unwrap());
    let (own, _) = phone.wires.take("/v1/incidents/").unwrap();
    assert_eq!((taken.method.as_str(), &taken.body), ("PUT", &own.body.bytes().to_vec()));
    assert_eq!(taken.url, format!("https://centre.example/v1/incidents/{incident}"));
    assert!(taken.must_pass && taken.id.len() <= 256 && taken.id.is_ascii());
    assert_eq!(only(phone.siaga.take_transfers().unwrap()), taken, "to be compared with the system's list");
    assert!(phone.wires.take("/v1/incidents/").is_none(), "nothing leaves twice over our own wire");
}

#[test]
fn what_leaves_in_this_step_leaves_with_the_platform_alone() {
    let phone = Handset::new();
    let _ = phone.sos();
    let (_, done) = phone.wires.take("/v1/incidents/").unwrap();
    done(Err(Failure::Offline));
    assert!(phone.wires.take("/v1/incidents/").is_none(), "it backs off");
    let taken = only(phone.siaga.take_transfers().unwrap());
    assert!(phone.wires.take("/v1/incidents/").is_none());
    assert!(taken.headers.iter().any(|header| header.name == "siaga-attempt" && header.value == "2"));
}

#[test]
fn the_most_urgent_is_handed_over_first_and_what_ended_is_not_handed_over_any_more() {
    let phone = Handset::new();
    let incident = phone.sos();
    let report = siaga::Report { category: "fire".to_owned(), text: String::new(), ..Default::default() };
    let _ = phone.siaga.cancel(CancelAuth::None).unwrap();
    let _ = phone.siaga.submit(report).unwrap();
    let taken = phone.siaga.take_transfers().unwrap();
    let kinds: Vec<String> = taken.iter().map(kind).collect();
    assert_eq!(kinds, ["sos", "cancel"], "a report gives way");
    phone.siaga.transfer_replied(&taken[0].id, phone.receipt(&taken[0])).unwrap();
    assert!(is_received(&phone.siaga, incident));
    phone.siaga.transfer_failed(&taken[1].id, Failure::Broken).unwrap();
    phone.siaga.transfer_replied(&taken[0].id, phone.receipt(&taken[0])).unwrap();
    let left = phone.siaga.take_transfers().unwrap();
    assert_eq!(left.iter().map(kind).collect::<Vec<_>>(), ["cancel", "report"], "it does not wait for a back-off");
    assert_ne!(left[0].id, taken[1].id, "a new attempt");
}

fn kind(transfer: &Transfer) -> String {
    let envelope: serde_json::Value = serde_json::from_slice(&transfer.body).unwrap();
    envelope["kind"].as_str().unwrap().to_owned()
}

#[test]
fn a_receipt_that_the_system_brings_to_the_next_process_counts_for_the_old_attempt_inv_3() {
    let phone = Handset::new();
    let incident = phone.sos();
    let old = only(phone.siaga.take_transfers().unwrap());
    phone.siaga.prepare_suspend().unwrap();
    let next = phone.next_process();
    let new = only(next.take_transfers().unwrap());
    assert_ne!(new.id, old.id, "the next process cannot know what became of it");
    assert_eq!(new.body, old.body);

    let before = next.snapshot().revision;
    next.transfer_failed(&old.id, Failure::TimedOut).unwrap();
    assert_eq!(next.snapshot().revision, before, "F34: a failure speaks for its own attempt only");
    assert_eq!(only(next.take_transfers().unwrap()).id, new.id);

    next.transfer_replied(&old.id, phone.receipt(&old)).unwrap();
    assert!(is_received(&next, incident));
    assert!(next.snapshot().waiting.is_empty() && next.take_transfers().unwrap().is_empty());
    let after = next.snapshot().revision;
    next.transfer_replied(&new.id, phone.receipt(&new)).unwrap();
    assert_eq!(next.snapshot().revision, after, "once");
}

#[test]
fn a_receipt_that_the_system_brings_hours_later_counts_inv_3() {
    let phone = Handset::new();
    let incident = phone.sos();
    let old = only(phone.siaga.take_transfers().unwrap());
    phone.siaga.prepare_suspend().unwrap();
    phone.watch.advance(5 * 3_600_000);
    phone.siaga.resume().unwrap();
    let new = only(phone.siaga.take_transfers().unwrap());
    assert_ne!(new.id, old.id, "the lease is long over");
    phone.siaga.transfer_replied(&old.id, phone.receipt(&old)).unwrap();
    assert!(is_received(&phone.siaga, incident) && phone.siaga.take_transfers().unwrap().is_empty());
}

#[test]
fn a_receipt_that_comes_while_the_process_is_suspended_is_on_the_disk_and_no_file_is_held_f58() {
    let phone = Handset::new();
    let incident = phone.sos();
    let taken = only(phone.siaga.take_transfers().unwrap());
    phone.siaga.prepare_suspend().unwrap();
    phone.siaga.transfer_replied(&taken.id, phone.receipt(&taken)).unwrap();
    assert_eq!(held(&phone), 0);
    assert!(is_received(&phone.siaga, incident));
    // Killed before it ever goes on.
    let next = phone.next_process();
    assert!(is_received(&next, incident));
    assert!(next.snapshot().waiting.is_empty());
}

#[test]
fn a_suspended_process_hands_over_what_it_has_and_holds_no_file_f58() {
    let phone = Handset::new();
    let _ = phone.sos();
    phone.siaga.prepare_suspend().unwrap();
    let taken = only(phone.siaga.take_transfers().unwrap());
    assert_eq!(held(&phone), 0);
    phone.siaga.resume().unwrap();
    assert_eq!(only(phone.siaga.take_transfers().unwrap()).id, taken.id);
}

/// How many files of the phone's folder this process has open.
fn held(phone: &Handset) -> usize {
    let folder = phone.folder.path().canonicalize().unwrap();
    std::fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.starts_with(&folder))
        .count()
}

#[test]
fn a_process_that_is_woken_for_the_systems_call_back_opens_takes_replies_and_closes() {
    let phone = Handset::new();
    let incident = phone.sos();
    let taken = only(phone.siaga.take_transfers().unwrap());
    phone.siaga.prepare_suspend().unwrap();
    let woken = phone.next_process();
    woken.transfer_replied(&taken.id, phone.receipt(&taken)).unwrap();
    woken.close().unwrap();
    assert_eq!(woken.transfer_replied(&taken.id, phone.receipt(&taken)), Err(Error::Closed));
    assert_eq!(woken.take_transfers(), Err(Error::Closed));
    assert!(is_received(&phone.next_process(), incident));
}

#[test]
fn an_sos_that_no_disk_takes_is_handed_over_all_the_same_inv_2() {
    let phone = Handset::new();
    let other = rusqlite::Connection::open(phone.folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let incident = phone.sos();
    let taken = only(phone.siaga.take_transfers().unwrap());
    assert!(taken.url.ends_with(&incident.to_string()) && kind(&taken) == "sos");
    phone.siaga.transfer_replied(&taken.id, phone.receipt(&taken)).unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    phone.siaga.resume().unwrap();
    assert!(is_received(&phone.next_process(), incident));
}

#[test]
fn what_was_claimed_before_the_disk_failed_is_handed_over_inv_2() {
    let phone = Handset::new();
    let _ = phone.sos();
    let other = rusqlite::Connection::open(phone.folder.path().join("siaga.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let taken = only(phone.siaga.take_transfers().unwrap());
    assert_eq!(kind(&taken), "sos", "its bytes are on a disk that cannot be read now");
}

#[test]
fn an_id_that_is_none_of_ours_is_an_error_that_does_not_repeat_it_inv_11_inv_12() {
    let phone = Handset::new();
    let long = format!("\"{}\"", "secret".repeat(1_000_000));
    let deep = "[".repeat(200);
    let padded = format!("\"Keys\"{}", " ".repeat(300));
    let known = "{\"Delivery\":{\"row\":\"secret\"}}";
    for id in ["", "secret", known, "\"Secret\"", "\u{1F980}\0", &long, &deep, &padded] {
        for error in [
            phone.siaga.transfer_failed(id, Failure::Dns).unwrap_err(),
            phone.siaga.transfer_replied(id, RawReply { status: 0, headers: vec![], body: vec![] }).unwrap_err(),
        ] {
            assert!(matches!(error, Error::Transfer { .. }), "{error}");
            assert!(!error.to_string().to_lowercase().contains("secret"), "{error}");
        }
    }
    assert!(phone.siaga.snapshot().waiting.is_empty());
}

#[test]
fn a_ticket_is_read_as_it_was_written_and_one_of_no_row_changes_nothing() {
    let phone = Handset::new();
    let incident = phone.sos();
    let taken = only(phone.siaga.take_transfers().unwrap());
    let ticket: Ticket = serde_json::from_str(&taken.id).unwrap();
    assert_eq!(transfer_id(&ticket), taken.id);
    let stranger = taken.id.replace(&incident.to_string(), "01a0c467-7c2c-7b5c-bb6c-3e41fc381842");
    assert_ne!(stranger, taken.id);
    let before = phone.siaga.snapshot().revision;
    phone.siaga.transfer_replied(&stranger, phone.receipt(&taken)).unwrap();
    phone.siaga.transfer_failed(&stranger, Failure::Dns).unwrap();
    assert_eq!(phone.siaga.snapshot().revision, before);
    assert!(!is_received(&phone.siaga, incident));
}

#[test]
fn a_network_of_the_hosts_own_ends_by_the_ticket_and_drops_the_call_back() {
    let phone = Handset::new();
    let incident = phone.sos();
    let (ticket, request, done) = phone.wires.take_whole("/v1/incidents/").unwrap();
    drop(done);
    phone.siaga.transfer_ended(ticket, phone.keys.receipt(&request)).unwrap();
    assert!(is_received(&phone.siaga, incident));
    assert!(phone.siaga.snapshot().waiting.is_empty());
    assert!(phone.wires.take(&format!("/v1/incidents/{incident}?after=0")).is_some(), "and its timeline is read");
}

#[test]
fn a_push_message_is_read_about_and_nothing_else() {
    let phone = Handset::new();
    let incident = phone.sos();
    let (request, done) = phone.wires.take("/v1/incidents/").unwrap();
    done(phone.keys.receipt(&request));
    let path = format!("/v1/incidents/{incident}?after=0");
    let (_, read) = phone.wires.take(&path).unwrap();
    read(Err(Failure::TimedOut));
    let before = phone.siaga.snapshot();
    phone.siaga.push_received().unwrap();
    assert!(phone.wires.take(&path).is_some(), "at once");
    assert_eq!(phone.siaga.snapshot().revision, before.revision, "no commit");
}
