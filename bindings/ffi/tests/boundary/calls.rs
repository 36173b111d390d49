//! The object does what the core does.

use std::sync::{Arc, Mutex, Weak};

use siaga::{CancelAuth, Error, Failure, FileId, PressAnswer, Report, Source};
use siaga_ffi::{Listener, PortError, Siaga};
use siaga_net::RawReply;
use tempfile::TempDir;

use crate::shell::{CONFIG, Platform};

fn sos(siaga: &Siaga) -> siaga::IncidentId {
    let answers: Vec<PressAnswer> = (0..3).map(|_| siaga.press(Source::Screen, 0).unwrap()).collect();
    match answers[2] {
        PressAnswer::Triggered { incident } => incident,
        PressAnswer::Counted { .. } | PressAnswer::Escalated { .. } | PressAnswer::TooSoon | PressAnswer::SourceOff => {
            panic!("{answers:?}")
        }
    }
}

#[test]
fn three_presses_hand_the_exact_bytes_to_the_hosts_own_http_stack() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    let incident = sos(&siaga);
    let begun = platform.begun.lock().unwrap().clone();
    let put = begun.iter().find(|transfer| transfer.method == "PUT").unwrap();
    assert_eq!(put.url, format!("https://centre.example/v1/incidents/{incident}"));
    assert!(put.must_pass && !put.body.is_empty());
    assert!(begun.iter().all(|transfer| transfer.headers.iter().all(|header| header.name != "authorization")));
}

#[test]
fn a_page_that_answers_200_ends_nothing_and_is_told_to_the_citizen() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    let _ = sos(&siaga);
    let put = platform.begun.lock().unwrap().iter().find(|transfer| transfer.method == "PUT").unwrap().clone();
    let page = RawReply { status: 200, headers: Vec::new(), body: b"<html>welcome</html>".to_vec() };
    siaga.transfer_replied(put.id, page).unwrap();
    let snapshot = siaga.snapshot().unwrap();
    assert_eq!(snapshot.incidents[0].trouble, Some(siaga_engine::Trouble::NoReceipt { status: 200 }));
    assert_eq!(snapshot.incidents[0].pending, 1);
}

#[test]
fn every_call_after_shutting_down_says_closed_and_the_screen_keeps_what_it_knew() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    let incident = sos(&siaga);
    siaga.shut_down().unwrap();
    siaga.shut_down().unwrap();
    let closed = |result: Result<(), Error>| assert_eq!(result, Err(Error::Closed));
    closed(siaga.press(Source::Screen, 0).map(drop));
    closed(siaga.drill().map(drop));
    closed(siaga.cancel(CancelAuth::None).map(drop));
    closed(siaga.submit(Report { category: "fire".to_owned(), text: String::new(), ..Default::default() }).map(drop));
    let report = Report::default;
    closed(siaga.draft(report()).map(drop));
    closed(siaga.drafted(incident).map(drop));
    closed(siaga.edit(incident, report()));
    closed(siaga.submit_draft(incident).map(drop));
    closed(siaga.discard(incident));
    closed(siaga.add_note(incident, "words".to_owned()));
    closed(siaga.history(1).map(drop));
    closed(siaga.drain(0).map(drop));
    closed(siaga.network_changed());
    closed(siaga.network_metered(true));
    closed(siaga.allow_any_network(FileId::from_bytes([1; 16])));
    closed(siaga.identity_changed());
    closed(siaga.push_received());
    closed(siaga.take_transfers().map(drop));
    closed(siaga.resume());
    assert_eq!(siaga.snapshot().unwrap().incidents[0].id, incident);
}

#[test]
fn an_id_that_is_none_of_ours_is_a_typed_error_that_does_not_repeat_it() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    for id in ["", "secret-token", "{\"Delivery\":1}", &"x".repeat(1_000_000)] {
        let error = siaga.transfer_failed(id.to_owned(), Failure::TimedOut).unwrap_err();
        assert!(matches!(error, Error::Transfer { .. }), "{error}");
        assert!(!error.to_string().contains("secret-token"), "{error}");
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_named() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let open =
        |config: &str| Siaga::open(folder.path().to_str().unwrap().to_owned(), config.to_owned(), platform.ports());
    for (config, part) in [("", "configuration"), ("{}", "centre"), (&CONFIG.replace("kota-1", "Kota 1"), "centre.id")]
    {
        let error = open(config).map(drop).unwrap_err();
        assert!(matches!(&error, Error::Config { why } if why.contains(part)), "{error}");
    }
}

/// Calls back in from within its own call, and keeps what it saw.
struct CallsBack {
    siaga: Weak<Siaga>,
    seen: Mutex<Vec<(u64, u64)>>,
}

impl Listener for CallsBack {
    fn changed(&self, revision: u64) -> Result<(), PortError> {
        let siaga = self.siaga.upgrade().ok_or(PortError::Unavailable)?;
        let snapshot = siaga.snapshot().map_err(|_| PortError::Unavailable)?;
        let _ = siaga.press(Source::Screen, 0);
        self.seen.lock().unwrap().push((revision, snapshot.revision));
        Ok(())
    }
}

#[test]
fn a_listener_may_call_back_in_and_is_not_called_after_its_subscription() {
    let (platform, folder) = (Platform::new(), TempDir::new().unwrap());
    let siaga = platform.open(&folder);
    let listener = Arc::new(CallsBack { siaga: Arc::downgrade(&siaga), seen: Mutex::default() });
    let subscription = siaga.subscribe(Arc::clone(&listener) as _).unwrap();
    siaga.wake().unwrap();
    let heard = listener.seen.lock().unwrap().len();
    assert!(heard >= 1);
    assert!(listener.seen.lock().unwrap().iter().all(|(told, read)| told <= read));
    subscription.cancel().unwrap();
    subscription.cancel().unwrap();
    let _ = siaga.press(Source::Screen, 0).unwrap();
    siaga.wake().unwrap();
    assert_eq!(listener.seen.lock().unwrap().len(), heard);
}
