//! The host app's credentials: at send time, bounded, and no reason not to send (INV-2).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use siaga_engine::wire::Request;
use siaga_net::{Credentials, CredentialsUnavailable, Net};

use crate::calls::{await_one, begin, call, config, get, put, sos};
use crate::site::{Site, ok};

type Headers = Result<Vec<(String, String)>, CredentialsUnavailable>;

/// Gives what a closure gives.
struct Given<F>(F);

impl<F: Fn() -> Headers + Send + Sync> Credentials for Given<F> {
    fn headers(&self) -> Headers {
        (self.0)()
    }
}

fn net_with(site: &Site, headers: impl Fn() -> Headers + Send + Sync + 'static) -> Net {
    Net::start(config(&site.origin()), Some(Arc::new(Given(headers))), None).unwrap()
}

#[test]
fn credentials_are_asked_for_each_attempt_and_change_nothing_of_the_engines() {
    let site = Site::plain(ok);
    let asked = AtomicUsize::new(0);
    let net = net_with(&site, move || {
        let n = asked.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(vec![
            ("Authorization".to_owned(), format!("Bearer {n}")),
            ("Content-Digest".to_owned(), "sha-256=:other:".to_owned()),
            ("Siaga-Clock".to_owned(), "clamped".to_owned()),
            ("Content-Length".to_owned(), "0".to_owned()),
            ("Host".to_owned(), "other.example".to_owned()),
            ("X-Split".to_owned(), "a\r\nx-injected: b".to_owned()),
        ])
    });
    assert!(call(&net, put(b"x")).is_ok());
    assert!(call(&net, sos()).is_ok());

    let seen = site.seen();
    let tokens: Vec<_> = seen.iter().map(|seen| seen.header("authorization")).collect();
    assert_eq!(tokens, [Some("Bearer 1"), Some("Bearer 2")]);
    for seen in seen {
        assert_eq!(seen.header("content-digest"), Some("sha-256=:engine:"));
        assert_eq!(seen.headers.get_all("content-digest").iter().count(), 1);
        assert_eq!(seen.header("host"), site.origin().strip_prefix("http://"));
        assert_eq!(seen.header("content-length"), Some(seen.body.len().to_string().as_str()));
        for name in ["siaga-clock", "x-split", "x-injected"] {
            assert_eq!(seen.header(name), None, "{name}");
        }
    }
}

#[test]
fn requests_go_without_credentials_that_are_not_available() {
    let site = Site::plain(ok);
    let net = net_with(&site, || Err(CredentialsUnavailable));
    assert!(call(&net, sos()).is_ok());
    assert!(call(&net, put(b"x")).is_ok(), "the centre says 401, which parks the identity (F31)");
    assert!(site.seen().iter().all(|seen| seen.header("authorization").is_none()));
}

#[test]
fn requests_go_without_credentials_that_panic() {
    let site = Site::plain(ok);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let net = net_with(&site, move || {
        count.fetch_add(1, Ordering::SeqCst);
        panic!("planned by the test")
    });
    for _ in 0..10 {
        assert!(call(&net, sos()).is_ok(), "INV-11");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 10, "a call that panicked is over");
}

/// Credentials that hang until the sender is dropped, and how often they were asked.
fn hanging(site: &Site) -> (Net, Sender<()>, Arc<AtomicUsize>) {
    let (release, released): (Sender<()>, Receiver<()>) = channel();
    let released = Mutex::new(released);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let net = net_with(site, move || {
        count.fetch_add(1, Ordering::SeqCst);
        // Ends only when the test drops its end.
        let _ = released.lock().map(|released| released.recv());
        Ok(vec![("authorization".to_owned(), "Bearer late".to_owned())])
    });
    (net, release, asked)
}

#[test]
fn requests_go_without_credentials_that_hang() {
    let site = Site::plain(ok);
    let (net, release, asked) = hanging(&site);
    for request in [sos(), put(b"x")] {
        assert!(call(&net, request).is_ok());
    }
    assert!(site.seen().iter().all(|seen| seen.header("authorization").is_none()));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    drop(release);
}

#[test]
fn hanging_credentials_hold_a_bounded_number_of_threads_and_no_other_request() {
    let site = Site::plain(ok);
    let (net, release, asked) = hanging(&site);
    let waiting: Vec<_> = (0..9).map(|_| begin(&net, Request { timeout_ms: 8_000, ..get("/v1/keys") })).collect();
    assert!(waiting.iter().all(|one| await_one(one).is_ok()));
    assert!(call(&net, sos()).is_ok());
    assert_eq!(asked.load(Ordering::SeqCst), 4, "INV-10");
    drop(release);
}

#[test]
fn closing_does_not_wait_for_credentials_that_hang() {
    let site = Site::plain(ok);
    let (net, release, _) = hanging(&site);
    let waiting = begin(&net, sos());
    net.close();
    assert!(await_one(&waiting).is_err());
    drop(release);
}
