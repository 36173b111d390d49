//! The object's own life: threads, listeners, suspension, closing.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};

use siaga::{CancelAuth, Error, PressAnswer, Report, Source};

use crate::field::{Field, LIMIT};

#[test]
fn a_listener_may_call_back_in_and_one_that_is_dropped_is_not_called() {
    let field = Field::new([]);
    let phone = Arc::new(field.phone());
    let (seen, revisions) = channel();
    let inner = Arc::downgrade(&phone);
    let calls_back = phone.siaga.subscribe(Arc::new(move |revision| {
        let read = inner.upgrade().map(|phone| phone.siaga.snapshot().revision);
        _ = seen.send((revision, read));
    }));
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    let (revision, read) = revisions.recv().unwrap();
    assert!(read.is_some_and(|read| read >= revision));
    drop(calls_back);
    let _ = phone.siaga.cancel(CancelAuth::None).unwrap();
    let _ = phone.until("all delivered", |s| s.waiting.is_empty());
    // A call that was under way may still end; then the listener is gone, and its sender with it.
    let ended = loop {
        match revisions.recv_timeout(LIMIT) {
            Ok(_) => {}
            Err(ended) => break ended,
        }
    };
    assert_eq!(ended, RecvTimeoutError::Disconnected);
}

#[test]
fn presses_from_many_threads_make_one_sos() {
    let field = Field::new([]);
    let phone = field.phone();
    // Each thread presses until it sees the SOS, its own or another's.
    let press_on = || loop {
        match phone.siaga.press(Source::Screen).unwrap() {
            PressAnswer::Triggered { incident } => return (1, incident),
            PressAnswer::Escalated { incident, .. } => return (0, incident),
            PressAnswer::Counted { .. } | PressAnswer::TooSoon => {}
            PressAnswer::SourceOff => panic!("the screen counts"),
        }
    };
    let seen: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(press_on)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let triggered: usize = seen.iter().map(|(made, _)| made).sum();
    assert!(seen.iter().all(|(_, incident)| *incident == seen[0].1));
    assert_eq!(triggered, 1, "further presses escalate (F39)");
    let _ = phone.until("all delivered", |s| s.waiting.is_empty());
    assert_eq!(field.incidents(), 1);
}

#[test]
fn a_press_after_prepare_suspend_is_kept_and_delivered() {
    let field = Field::new([]);
    let phone = field.phone();
    phone.siaga.prepare_suspend().unwrap();
    let sos = phone.sos();
    phone.siaga.resume().unwrap();
    let _ = phone.until_receipted(sos);
    assert_eq!(field.incidents(), 1);
}

#[test]
fn a_suspended_process_holds_no_file_of_the_database_f58() {
    let field = Field::new([]);
    let phone = field.phone();
    let held = || {
        let folder = field.folder.path().canonicalize().unwrap();
        std::fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.starts_with(&folder))
            .count()
    };
    assert!(held() > 0);
    let _ = phone.until("its reads done", |s| s.offers.is_some());
    phone.siaga.prepare_suspend().unwrap();
    assert_eq!(held(), 0);
}

#[test]
fn a_drain_delivers_and_says_what_is_left() {
    let field = Field::new([]);
    let phone = field.phone();
    let sos = phone.sos();
    let drained = phone.siaga.drain(u64::MAX).unwrap();
    assert_eq!(drained.waiting, 0);
    assert!(phone.siaga.snapshot().incident(sos).unwrap().receipt.is_some());
}

#[test]
fn a_drain_after_a_push_message_waits_for_its_news() {
    let field = Field::new([]);
    let phone = field.phone();
    let sos = phone.sos();
    let _ = phone.until_receipted(sos);
    let _ = phone.until("quiet", |s| s.offers.is_some() && s.waiting.is_empty());
    field.centre.mark(&sos.to_string(), siaga_centre::Mark::Opened).unwrap();
    phone.siaga.push_received().unwrap();
    let _ = phone.siaga.drain(u64::MAX).unwrap();
    let timeline = phone.siaga.snapshot().incident(sos).unwrap().timeline.clone();
    assert!(format!("{timeline:?}").contains("opened"), "{timeline:?}");
}

#[test]
fn nothing_waits_and_nothing_wakes() {
    let field = Field::new([]);
    let phone = field.phone();
    let _ = phone.until("quiet", |s| s.offers.is_some() && phone.siaga.next_wake().is_none());
    let sos = phone.sos();
    assert!(phone.siaga.next_wake().is_some());
    let _ = phone.until_receipted(sos);
    field.centre.mark(&sos.to_string(), siaga_centre::Mark::Closed).unwrap();
    let _ = phone.until("quiet again", |s| s.waiting.is_empty() && phone.siaga.next_wake().is_none());
}

#[test]
fn a_report_that_cannot_be_taken_says_why_and_leaves_nothing() {
    let field = Field::new([]);
    let phone = field.phone();
    let report = |category: &str, text: String| {
        phone.siaga.submit(Report { category: category.to_owned(), text, ..Default::default() })
    };
    let error = report("fire", "x".repeat(4_001)).unwrap_err();
    assert!(error.to_string().contains("4001 characters"), "{error}");
    assert!(report("Not A Category", String::new()).is_err());
    assert!(phone.siaga.snapshot().waiting.is_empty());
    let _ = report("fire", "smoke on the third floor".to_owned()).unwrap();
    let _ = phone.until("delivered", |s| s.waiting.is_empty());
}

#[test]
fn use_after_close_is_an_error_and_a_wrong_configuration_names_its_field() {
    let field = Field::new([]);
    let mut config = field.config();
    config.press.presses = 1;
    let refused = siaga::Siaga::open(field.folder.path(), &config, siaga::Ports::system().unwrap()).err();
    assert_eq!(refused.unwrap().to_string(), "configuration: press.presses is 1, but must be 3 to 10");
    let phone = field.phone();
    phone.siaga.close().unwrap();
    assert_eq!(phone.siaga.press(Source::Screen), Err(Error::Closed));
    assert_eq!(phone.siaga.drain(1_000), Err(Error::Closed));
    phone.siaga.close().unwrap();
}
